"""What a step on many cases at once needs to know: which cases they are, and who may be named for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from linli.domains.cases.flow import CASE
from linli.domains.cases.queries import picking
from linli.domains.cases.queries.offering import ICONS, Offer, offer_of
from linli.domains.cases.queries.picking import Group
from linli.domains.cases.queries.rows import Row, rows
from linli.domains.cases.queries.seeing import CaseNotFound, visible_cases
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

STEPS = {"accept": False, "dispatch": False, "assign": True, "urge": True}
"""Steps that many cases may take at once → whether something must be asked first."""
KEYS = {"assign": "a"}
LABELS = {"dispatch": gettext_lazy("按规则派遣")}


@dataclass(frozen=True, slots=True)
class Button:
    """A step offered for all ticked cases."""

    name: str
    label: str
    icon: str
    key: str


def buttons(post: Held | None) -> list[Button]:
    """The steps that somebody at ``post`` may take on many cases at once."""
    role = post.role if post else ""
    found = [step for step in CASE.steps if step.name in STEPS and any(who.role == role for who in step.who)]
    found.sort(key=lambda step: list(STEPS).index(step.name))
    labels = {step.name: str(LABELS.get(step.name, step.label)) for step in found}
    return [Button(name, label, ICONS[name], KEYS.get(name, "")) for name, label in labels.items()]


@dataclass(frozen=True, slots=True)
class Bulk:
    """The cases of ``numbers`` that ``actor`` may see, and the step meant for them all."""

    numbers: tuple[str, ...]
    offer: Offer
    rows: list[Row]
    people: list[Group]


def bulk(numbers: Sequence[str], name: str, *, actor: Actor) -> Bulk:
    """Step ``name`` on the cases ``numbers``; those out of reach are left out here and refused when taken."""
    wanted = tuple(dict.fromkeys(numbers))[:100]
    found = list(Matter.objects.filter(number__in=wanted, flow="case").select_related("home", "unit").order_by("id"))
    scope = org.covers(actor)
    mine = [m for m in found if scope.reaches(m.home.path) or scope.reaches(m.unit.path) or m.assignee_id == actor.pk]
    first = mine[0] if mine else None
    offer = offer_of(first, name) if first else None
    if first is None or offer is None:
        raise CaseNotFound(name)
    case = visible_cases(actor).get(pk=first.pk)
    people = picking.people_groups(case, name) if name == "assign" else []
    return Bulk(wanted, offer, rows([m.pk for m in mine]), people)
