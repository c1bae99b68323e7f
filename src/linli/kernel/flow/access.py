"""Who may take a step: a post over the matter's unit, the person it is assigned to, a party, or the system."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.flow.definition import Step, Who
from linli.kernel.flow.models import Entry, Matter, Party
from linli.kernel.flow.refusals import StepRefused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit


def with_units(matter: Matter) -> Matter:
    """``matter`` with its units and its area from memory: five joins less on the busiest read."""
    matter.home, matter.unit = org.kept_unit(matter.home_id), org.kept_unit(matter.unit_id)
    matter.area = org.kept_area(matter.area_id) if matter.area_id is not None else None
    return matter


def may_take(step: Step, matter: Matter, actor: Actor, *, at: datetime) -> str:
    """The role under which ``actor`` may take ``step`` on ``matter``. Raises StepRefused when there is none."""
    for who in step.who:
        if _fits(who, matter, actor):
            return str(who)
    raise StepRefused(
        _("“%(step)s”不在您的职责内(%(unit)s)。") % {"step": step.label or step.name, "unit": matter.unit.name}
    )


def stands_over(actor: Actor, matter: Matter, roles: Iterable[str], *, at: datetime | None = None) -> bool:
    """Whether a post of ``actor`` in one of ``roles`` reaches the home of ``matter`` or the grid it lies in."""
    units = [matter.home, *([matter.area.unit] if matter.area else [])]
    return any(org.holds(actor, role, unit, at) for role in roles for unit in units)


def open_steps(steps: Iterable[Step], matter: Matter, actor: Actor, *, barred: Iterable[str] = ()) -> list[Step]:
    """Those of ``steps`` that ``actor`` may take; ``barred`` names steps whose takers include them."""
    taken = set(barred)
    return [s for s in steps if not taken & set(s.not_by) and any(_fits(who, matter, actor) for who in s.who)]


def taken_by(actor: Actor, keys: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Matter → names of the steps ``actor`` took on it or, but for opening, on its children; two queries."""
    taken: dict[UUID, set[str]] = {key: set() for key in keys}
    if not taken:
        return taken
    mine = Entry.objects.filter(actor=actor)
    for key, step in mine.filter(matter__in=list(taken)).values_list("matter_id", "step"):
        taken[key].add(step)
    below = mine.filter(matter__parent__in=list(taken)).exclude(step="open")
    for parent, step in below.values_list("matter__parent_id", "step"):
        if parent is not None:
            taken[parent].add(step)
    return taken


def _fits(who: Who, matter: Matter, actor: Actor) -> bool:
    match who.kind:
        case "post":
            return any(org.holds(actor, who.role, unit) for unit in _units(who, matter))
        case "assignee":
            return matter.assignee_id == actor.pk
        case "party":
            return Party.objects.filter(matter=matter, actor=actor, role=who.role).exists()
        case _:
            return actor.kind == "system"


def _units(who: Who, matter: Matter) -> list[Unit]:
    if who.over == "unit":
        return [matter.unit]
    if who.over == "area" and matter.area is not None:
        return [matter.area.unit]
    return [matter.home]
