"""Open hazards and listings as phones take them along: one's own, one's unit's, those waiting for a recheck."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.safety.flow import HAZARD, LISTING
from linli.domains.safety.models import Hazard, Listing
from linli.domains.safety.queries import checklists
from linli.kernel.devices.verbs import Source, Work
from linli.kernel.flow.access import open_steps, taken_by, with_units
from linli.kernel.flow.carried import last_seen, photos_of
from linli.kernel.flow.definition import Flow, Step
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import below

MOST = 100
PHOTOS = 3
HAZARD_STEPS = frozenset({
    "take_over", "control", "rectify", "mended", "pass_recheck", "fail_recheck", "propose_major", "grade_general",
})  # fmt: skip
LISTING_STEPS = frozenset({"supervise"})
"""What is done in the street; notices, listings and striking off are done on the pages."""
NEEDS = {
    "rectify": ("outcome", "after"), "mended": ("outcome", "before", "after"), "grade_general": ("grade_basis",),
    "fail_recheck": ("due_on",),
}  # fmt: skip
"""What a step asks for by its guards, beside what its table says."""
PROMPTS = frozenset({"take_over", "rectify", "mended", "pass_recheck", "grade_general", "supervise"})
"""Steps for which a matter is taken along; the others are offered beside them."""


def work(actor: Actor, at: datetime) -> list[Work]:
    """What ``actor`` can do something about outside, soonest due first; about eight statements."""
    paths = [held.over_path for held in org.posts_of(actor, at)]
    near = below(paths, path="unit__path") | below(paths, path="area__unit__path") | Q(assignee=actor)
    rows = Matter.objects.filter(near, flow__in=("hazard", "listing"), closed_at=None)
    matters = [with_units(row) for row in rows.select_related("assignee").order_by("due_at", "id")[: 2 * MOST]]
    keys = [matter.pk for matter in matters]
    taken, seen, photos = taken_by(actor, keys), last_seen(keys), photos_of(keys, most=PHOTOS)
    hazards = {row.pk: row for row in Hazard.objects.filter(pk__in=keys).select_related("matter__place", "item")}
    listings = {row.pk: row for row in Listing.objects.filter(pk__in=keys).select_related("hazard__matter__place")}
    found = []
    for matter in matters:
        flow = HAZARD if matter.flow == HAZARD.code else LISTING
        steps = _steps(flow, matter, actor, taken)
        if not {step.name for step in steps} & PROMPTS:
            continue
        hazard = hazards.get(matter.pk)
        row = hazard or listings[matter.pk]
        place = getattr((hazard or listings[matter.pk].hazard).matter, "place", None)
        found.append(_as_work(flow, matter, steps, row, place, seen[matter.pk], photos.get(matter.pk, ())))
    return found[:MOST]


def _steps(flow: Flow, matter: Matter, actor: Actor, taken: Mapping[UUID, Collection[str]]) -> list[Step]:
    known = HAZARD_STEPS if flow is HAZARD else LISTING_STEPS
    steps = flow.at(matter.flow_version).steps_from(matter.state)
    return [step for step in open_steps(steps, matter, actor, barred=taken[matter.pk]) if step.name in known]


def _as_work(
    flow: Flow, matter: Matter, steps: Iterable[Step], row: Hazard | Listing, place: Any, seen: int,
    photos: tuple[UUID, ...],
) -> Work:  # fmt: skip
    verb = "hazard.step" if flow is HAZARD else "listing.step"
    return Work(
        kind=flow.code, about=matter.number, number=matter.number, title=matter.title, state=matter.state,
        state_label=flow.label_of(matter.state), opened_at=matter.opened_at, due_at=matter.due_at,
        lon=place.lon if place else None, lat=place.lat if place else None, address=place.address if place else "",
        seen=seen, steps=tuple((verb, step.name, str(step.label), _needs(step)) for step in steps),
        facts=tuple(_facts(row)), photos=photos,
    )  # fmt: skip


def _needs(step: Step) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*step.needs, *NEEDS.get(step.name, ()))))


def _facts(row: Hazard | Listing) -> Iterable[tuple[str, str]]:
    if isinstance(row, Listing):
        yield _("公示内容"), row.public_text
        yield _("整改期限"), row.due_on.isoformat()
        return
    yield _("隐患"), row.text
    yield _("类别"), row.category
    if row.grade:
        yield _("等级"), str(row.get_grade_display())
    for label, value in ((_("整改措施"), row.measures), (_("临时管控"), row.control)):
        if value:
            yield label, value
    if row.due_on:
        yield _("整改期限"), row.due_on.isoformat()
    if row.item is not None and row.item.angle:
        yield _("拍照角度"), row.item.angle


SOURCES: dict[str, Source] = {"checklists": lambda _actor, _at: checklists.for_phones()}
