"""Where a walk went: thinned by distance, bounded, dropped after a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.domains.safety.commands import covering
from linli.domains.safety.commands.walking import PatrolRefused, locked
from linli.domains.safety.models import Patrol, TrackPoint
from linli.domains.safety.queries.lattice import metres
from linli.kernel.org.models import Actor

APART_M = 15.0
MOST_POINTS = 2_000
"""Of one walk: at 15 m apart 30 km."""
MOST_AT_ONCE = 500
WORST_ACCURACY_M = 100.0
KEPT = timedelta(days=30)
BEFORE = timedelta(hours=1)
"""Points from longer than this before the beginning of a walk are not of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A position on the way. ``no`` rises along the walk."""

    no: int
    at: datetime
    lon: float
    lat: float
    accuracy_m: float | None = None


def steps_from(rows: Sequence[Sequence[float]]) -> list[Step]:
    """The points as a phone sends them: [[no, epoch milliseconds, lon, lat, accuracy], …]. Raises PatrolRefused."""
    if len(rows) > MOST_AT_ONCE:
        raise PatrolRefused(_("一次最多 %(most)d 个轨迹点。") % {"most": MOST_AT_ONCE}, field="points")
    try:
        return [
            Step(int(no), datetime.fromtimestamp(ms / 1000, UTC), float(lon), float(lat),
                 float(more[0]) if more and more[0] is not None else None)
            for no, ms, lon, lat, *more in rows
        ]  # fmt: skip
    except (TypeError, ValueError, OverflowError, OSError) as wrong:
        raise PatrolRefused(_("轨迹点读不懂。"), field="points") from wrong


@transaction.atomic
def track(patrol_id: UUID, steps: Sequence[Step], *, actor: Actor, at: datetime) -> int:
    """Keep those of ``steps`` that lie far enough apart; how many. Sent again, nothing is doubled.

    Raises NotBegunRefused, PatrolRefused.
    """
    patrol = locked(patrol_id, actor=actor, at=at)
    if patrol.actor_id != actor.pk:
        raise PatrolRefused(_("轨迹只能由巡查的人上传。"))
    if at - patrol.began_at > KEPT:
        return 0
    good = sorted((step for step in steps if _is_good(step, patrol, at)), key=lambda step: step.no)
    if not good:
        return 0
    room = MOST_POINTS - TrackPoint.objects.filter(patrol=patrol).count()
    before = TrackPoint.objects.filter(patrol=patrol, no__lt=good[0].no).order_by("-no").first()
    kept = thinned(good, (before.lon, before.lat) if before else None)[: max(0, room)]
    rows = [
        TrackPoint(patrol=patrol, no=one.no, at=min(one.at, at), lon=one.lon, lat=one.lat, accuracy_m=one.accuracy_m)
        for one in kept
    ]
    TrackPoint.objects.bulk_create(rows, ignore_conflicts=True)
    if kept:
        way = ([(before.lon, before.lat)] if before else []) + [(one.lon, one.lat) for one in kept]
        covering.walk(way, at=min(kept[-1].at, at))
    return len(kept)


def thinned(steps: Sequence[Step], last: tuple[float, float] | None) -> list[Step]:
    """Those at least ``APART_M`` from the one kept before."""
    kept: list[Step] = []
    for step in steps:
        if last is None or metres(last, (step.lon, step.lat)) >= APART_M:
            kept.append(step)
            last = (step.lon, step.lat)
    return kept


def _is_good(step: Step, patrol: Patrol, at: datetime) -> bool:
    is_on_earth = abs(step.lon) <= 180 and abs(step.lat) <= 90 and 0 <= step.no < 2**31
    is_exact = step.accuracy_m is None or 0 <= step.accuracy_m <= WORST_ACCURACY_M
    return is_on_earth and is_exact and patrol.began_at - BEFORE <= step.at <= at + BEFORE


DROP = """
delete from safety_trackpoint where ctid = any(array(
    select ctid from safety_trackpoint where at < %s order by at limit %s for update skip locked))
"""


def drop_old(*, at: datetime, limit: int = 5_000) -> int:
    """Delete points older than ``KEPT``, at most ``limit``; how many. Call until 0."""
    with connection.cursor() as cursor:
        cursor.execute(DROP, [at - KEPT, limit])
        return int(cursor.rowcount)
