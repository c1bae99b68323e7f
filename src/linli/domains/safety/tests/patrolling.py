"""Thin ways to routes, walks and teams, all through commands."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from linli.domains.safety.commands import routing, walking
from linli.domains.safety.commands.routing import Plan, Point
from linli.domains.safety.commands.walking import Begun, Ended, Seen
from linli.domains.safety.models import LogEntry, Patrol, Route
from linli.kernel.duties.models import Occurrence
from linli.kernel.org.models import Actor
from linli.kernel.registry import commands as registry
from linli.kernel.registry.models import Site, SiteKind
from tests.town import Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Monday, 12:00 local time."""
NINE = datetime(2026, 3, 3, 1, tzinfo=UTC)
"""Tuesday, 09:00 local time: when the route's window opens."""
MINUTE = timedelta(minutes=1)


def site(town: Town, n: int = 0, *, lon: float = 121.405, lat: float = 31.21, name: str = "") -> Site:
    """A site in grid 7 (n moves it 200 m north)."""
    kind, _made = SiteKind.objects.get_or_create(
        code="test_point", defaults={"name": "检查点", "group": "point", "schema": {}}
    )
    return registry.register(
        kind.code, name or f"点位{n}", lon, lat + n * 0.0018, actor=town.wang, at=NOON, key=uuid4()
    )


def route(town: Town, sites: Sequence[Site], *, by: Actor | None = None, **more: Any) -> Route:
    """Every day 09:00-11:00 by Hua in grid 7, set on Monday."""
    fields: dict[str, Any] = {
        "kind": "grid", "name": "七网格早巡", "unit": town.grid, "rule": "FREQ=DAILY", "starts_on": NOON.date(),
        "opens": time(9), "closes": time(11), "holder": town.hua, "points": [Point(one.pk) for one in sites],
    } | more  # fmt: skip
    return routing.set_route(Plan(**fields), key=uuid4(), actor=by or town.wang, at=NOON)


def round_on(made: Route, day: int = 3) -> Occurrence:
    return Occurrence.objects.get(duty=made.duty_id, on=f"2026-03-{day:02}")


def begin(actor: Actor, at: datetime = NINE, *, heard: datetime | None = None, **more: Any) -> Patrol:
    begun = Begun(**({"id": uuid4(), "kind": "grid", "began_at": at} | more))
    return walking.begin(begun, actor=actor, at=heard or at)


def log(patrol: Patrol, where: Site | None = None, at: datetime = NINE, *, heard: datetime | None = None,
        actor: Actor | None = None, **more: Any) -> LogEntry:  # fmt: skip
    """A line proven by the code of ``where``, unless said otherwise."""
    said: dict[str, Any] = {"id": uuid4(), "patrol": patrol.pk, "taken_at": at}
    if where is not None and not {"lon", "site"} & set(more):
        said["tag"] = where.tag
    return walking.log(Seen(**(said | more)), actor=actor or patrol.actor, at=heard or at)


def end(patrol: Patrol, at: datetime, *, heard: datetime | None = None, **more: Any) -> Patrol:
    return walking.end(Ended(patrol.pk, at, **more), actor=patrol.actor, at=heard or at)


def walk(actor: Actor, sites: Sequence[Site], at: datetime = NINE, *, heard: datetime | None = None,
         **more: Any) -> Patrol:  # fmt: skip
    """A whole walk past ``sites``, five minutes apart."""
    patrol = begin(actor, at, heard=heard, **more)
    for n, one in enumerate(sites, 1):
        log(patrol, one, at + 5 * n * MINUTE, heard=heard)
    return end(patrol, at + 5 * (len(sites) + 1) * MINUTE, heard=heard, metres=400.0)


def key() -> UUID:
    return uuid4()
