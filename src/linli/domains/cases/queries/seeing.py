"""Which cases somebody may see, and which steps are open to them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries.following import caller_code, code_for
from linli.kernel.errors import NotFound
from linli.kernel.flow import registry, rows
from linli.kernel.flow.access import open_steps, taken_by, with_units
from linli.kernel.flow.models import Matter, Party
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor


class CaseNotFound(NotFound): ...


def may_see(actor: Actor, matter: Matter) -> bool:
    """By a post over its home, its holder or its grid; as party or assignee; or through a child one may see."""
    paths = org.covers(actor).paths
    units = [matter.home.path, matter.unit.path, *([matter.area.unit.path] if matter.area else [])]
    if any(path.startswith(over) for over in paths for path in units):
        return True
    if matter.assignee_id == actor.pk or Party.objects.filter(matter=matter, actor=actor).exists():
        return True
    below = Matter.objects.filter(parent=matter).filter(Q(assignee=actor) | reach(actor, only="unit"))
    return below.exists()


def reach(actor: Actor, *, only: str = "") -> Q:
    """Filter on matters for everything inside the actor's posts."""
    query = Q(pk__in=[])
    for path in org.covers(actor).paths:
        for field in (only,) if only else ("home", "unit", "area__unit"):
            query |= Q(**{f"{field}__path__startswith": path})
    return query


def visible_cases(actor: Actor) -> QuerySet[Case]:
    rows = Case.objects.select_related("matter__home", "matter__unit", "matter__area__unit", "matter__assignee")
    return rows.select_related("matter__place", "lead", "commander", "about_unit")


def get_case(number: str, *, actor: Actor) -> Case:
    """The case, if ``actor`` may see it. Raises CaseNotFound for absent and hidden alike."""
    found = rows.read_pair(Matter, Case, "where a.number = %s and a.flow = 'case'", [number])
    if found is None or not may_see(actor, with_units(found[0])):
        raise CaseNotFound(number)
    matter, case = found
    case.matter = matter
    for name in ("lead", "commander", "about_unit"):
        unit_id: int | None = getattr(case, f"{name}_id")
        setattr(case, name, org.kept_unit(unit_id) if unit_id is not None else None)
    return case


def get_matter(key: UUID, *, actor: Actor) -> Matter:
    """Any matter of a case's family by its key. Raises CaseNotFound."""
    rows = Matter.objects.select_related("home", "unit", "area__unit", "assignee", "parent__home", "parent__unit")
    matter = rows.filter(pk=key).first()
    if matter is None or not may_see(actor, matter):
        raise CaseNotFound(key)
    return matter


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step somebody may take now, ready for a button and its form."""

    name: str
    label: str
    needs: tuple[str, ...]
    target: str


def steps_for(actor: Actor, matter: Matter) -> list[OpenStep]:
    """The steps open to ``actor`` on ``matter`` in the order of the flow's table."""
    flow = registry.flow(matter.flow).at(matter.flow_version)
    taken = taken_by(actor, [matter.pk])[matter.pk]
    steps = open_steps(flow.steps_from(matter.state), matter, actor, barred=taken)
    return [OpenStep(s.name, str(s.label), s.needs, s.leads_to(matter.state)) for s in steps]


def has_unanswered_callers(matter: Matter) -> bool:
    return Occurrence.objects.filter(matter=matter, wants_answer=True, answered_at=None).exists()


def flow_of(matter: Matter) -> str:
    return str(registry.flow(matter.flow).label) if matter.flow != CASE.code else str(CASE.label)


@dataclass(frozen=True, slots=True)
class CallerToTell:
    """Somebody who hears of a case by their own code.

    words  beginning of what they said themselves; "" for the first reporter, whose words the case's title is
    """

    actor_id: UUID
    code: str
    words: str


def callers_of(keys: Collection[UUID]) -> dict[UUID, list[CallerToTell]]:
    """Matter → everybody who reported or joined it, in two statements. None learns another's words or code."""
    reporters = set(Party.objects.filter(matter_id__in=keys, role="reporter").values_list("matter_id", "actor_id"))
    found: dict[UUID, list[CallerToTell]] = {}
    rows = Occurrence.objects.filter(matter_id__in=keys).values_list("matter_id", "actor_id", "text")
    for matter, actor, text in rows:
        is_first = (matter, actor) in reporters
        code = code_for(matter) if is_first else caller_code(matter, actor)
        found.setdefault(matter, []).append(CallerToTell(actor, code, "" if is_first else text[:60]))
    return found
