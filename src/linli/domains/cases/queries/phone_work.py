"""Open cases and what hangs on them, as a phone takes them along: one's own first, then those of one's unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.domains.cases.queries import wording
from linli.domains.cases.queries.ahead import Ahead, offers_ahead
from linli.domains.cases.queries.family import about
from linli.domains.cases.queries.offering import Offer, offers_in
from linli.domains.cases.queries.reaching import units_of
from linli.kernel.devices.verbs import Work
from linli.kernel.flow.access import taken_by, with_units
from linli.kernel.flow.carried import last_seen, photos_of
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.text import without_personal_data

MOST = 200
PHOTOS = 3
CHILDREN = ("co_handling", "instruction", "major")
HELD = ("dispatched", "handling", "on_hold")
ON_MY_UNIT = {
    "case": HELD, "co_handling": ("asked", "working"), "instruction": (),
    "major": ("at_grid", "at_station", "at_street", "at_district"),
}  # fmt: skip
"""Flow → the states in which it waits for a unit as a whole; anything else only for the one it is assigned to."""
CHECKERS = frozenset({"verifier"})
VERBS = {"case": "case.step", "co_handling": "case.step", "instruction": "instruction.step", "major": "major.step"}
STEPS: dict[str, frozenset[str]] = {
    "case": frozenset({
        "take_over", "arrive", "note_progress", "feed_back", "return", "answer_urge", "resume", "confirm", "refute",
        "pass_check", "fail_check",
    }),
    "co_handling": frozenset({"take_over", "feed_back"}),
    "instruction": frozenset({"receive", "arrive", "feed_back"}),
    "major": frozenset({"to_station", "to_street", "to_district", "to_leaders", "supplement"}),
}  # fmt: skip
"""Flow → the steps that make sense in the street; all others are taken on the pages."""
MORE_NEEDS = {("case", "feed_back"): ("outcome", "after"), ("case", "arrive"): ("position",)}
"""What a step asks for by its guards or its nature, beside what its table says."""


def work(actor: Actor, at: datetime) -> list[Work]:
    """What ``actor`` can do something about outside, soonest due first, at most ``MOST``. Twelve SQL statements."""
    return [*_work(actor, at, ("case",)), *_work(actor, at, CHILDREN)]


def _work(actor: Actor, at: datetime, flows: Sequence[str]) -> list[Work]:
    found = [with_units(matter) for matter in _open(actor, at, flows)]
    taken = taken_by(actor, [matter.pk for matter in found])
    alike: dict[tuple[object, ...], Open] = {}
    rows = [(matter, _steps_on(actor, matter, taken[matter.pk], alike)) for matter in found]
    kept = [(matter, steps) for matter, steps in rows if steps.now or matter.assignee_id == actor.pk]
    keys = [matter.pk for matter, _steps in kept]
    last, photos = last_seen(keys), photos_of(keys, most=PHOTOS)
    return [_as_work(matter, steps, last[matter.pk], photos.get(matter.pk, ())) for matter, steps in kept]


@dataclass(frozen=True, slots=True)
class Open:
    """What may be done now and, after each step, then."""

    now: list[Offer]
    then: Ahead


def _steps_on(actor: Actor, matter: Matter, taken: set[str], alike: dict[tuple[object, ...], Open]) -> Open:
    """The steps of ``matter``; reckoned once for all that are alike in what rights are told from."""
    is_urged = hasattr(matter, "case") and matter.case.urges > 0
    mark = (
        is_urged, matter.flow, matter.flow_version, matter.state, matter.home_id, matter.unit_id, matter.area_id,
        matter.assignee_id, frozenset(taken),
    )  # fmt: skip
    if mark not in alike:
        among = STEPS[matter.flow] - (set() if is_urged else {"answer_urge"})
        now = [one for one in offers_in(actor, matter, matter.state, taken=taken) if one.name in among]
        alike[mark] = Open(now, offers_ahead(actor, matter, taken=taken, among=among))
    return alike[mark]


def _open(actor: Actor, at: datetime, flows: Sequence[str]) -> QuerySet[Matter]:
    mine = Q(assignee=actor, closed_at=None)
    of_unit, checks = Q(pk__in=[]), Q(pk__in=[])
    for post in org.posts_of(actor, at):
        for flow in flows:
            of_unit |= Q(flow=flow, unit__in=units_of(post), state__in=ON_MY_UNIT[flow], assignee=None)
        if post.role in CHECKERS:
            checks |= Q(flow="case", home__path__startswith=post.over_path, state="done")
    rows = Matter.objects.filter(mine | of_unit | checks, flow__in=flows, closed_at=None)
    rows = rows.exclude(flow="case", state="on_spot").select_related("place", "parent")
    beside = ("case",) if "case" in flows else ("co_handling", "instruction", "major")
    return rows.select_related(*beside).order_by("due_at", "id")[:MOST]


def _as_work(matter: Matter, steps: Open, seen: int, photos: tuple[UUID, ...]) -> Work:
    place: Any = getattr(matter, "place", None) or (matter.parent and getattr(matter.parent, "place", None))
    return Work(
        kind=matter.flow, about=matter.number, number=matter.number, title=matter.title, state=matter.state,
        state_label=wording.state(matter.flow, matter.state), opened_at=matter.opened_at, due_at=matter.due_at,
        lon=place.lon if place else None, lat=place.lat if place else None,
        address=without_personal_data(place.address) if place else "", seen=seen,
        steps=_steps(matter.flow, steps.now),
        then={name: _steps(matter.flow, after) for name, after in steps.then.items()},
        facts=tuple(_facts(matter)), photos=photos,
    )  # fmt: skip


def _steps(flow: str, offers: Sequence[Offer]) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    return tuple((VERBS[flow], one.name, one.label, _needs(flow, one)) for one in offers)


def _needs(flow: str, offer: Offer) -> tuple[str, ...]:
    own = tuple(need.removeprefix("files:") for need in offer.needs)
    return tuple(dict.fromkeys((*own, *MORE_NEEDS.get((flow, offer.name), ()))))


def _facts(matter: Matter) -> Iterable[tuple[str, str]]:
    if hasattr(matter, "case"):
        case = matter.case
        yield _("情况"), without_personal_data(case.description)
        yield _("分类"), wording.category(case.category) if case.category else _("未分类")
        yield _("来源"), wording.listed("sources", case.source)
        if case.emergency:
            yield _("应急等级"), wording.emergency(case.emergency)
        if case.urges:
            yield _("督办"), _("%(count)d 次") % {"count": case.urges}
    else:
        yield _("内容"), without_personal_data(about(matter))
        if matter.parent:
            yield _("所属案件"), f"{matter.parent.number} {matter.parent.title}"
    yield _("承办"), matter.unit.name
