"""What hangs on a case: its children with what is particular to each kind, and the cases it belongs together with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.cases.models import Ask
from linli.domains.cases.queries import onward, wording
from linli.domains.cases.queries.offering import Offer, offers_for_all
from linli.kernel.flow.models import Clock, Link, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor

PROBABLE = "probable_duplicate"
DUPLICATE = "duplicate"
RELATED = "related"
DISMISSED = "not_duplicate"


@dataclass(frozen=True, slots=True)
class Child:
    """A matter under a case. ``about`` says what is asked; ``answer_after`` how long a liaison took, in words."""

    id: UUID
    number: str
    flow: str
    label: str
    title: str
    about: str
    state: str
    look: str
    unit: str
    assignee: str
    due_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None
    opened_at: datetime
    seconds: int | None
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Relative:
    """Another case linked to this one, or probably the same."""

    number: str
    title: str
    state: str
    look: str
    kind: str
    label: str
    why: str
    page: str


def children_of(matter: Matter, actor: Actor) -> list[Child]:
    """The children of ``matter`` in the order they were opened; three queries, however many there are."""
    found = list(
        Matter.objects.filter(parent=matter)
        .select_related(
            "home", "unit", "area__unit", "assignee", "co_handling", "invitation", "ask", "instruction",
            "liaison_call", "major",
        )
        .order_by("opened_at", "id")
    )  # fmt: skip
    offers = offers_for_all(actor, found)
    started = dict(Clock.objects.filter(matter__parent=matter, stopped_at=None).values_list("matter_id", "starts_at"))
    return [_child(one, offers[one.pk], started.get(one.pk)) for one in found]


def _child(one: Matter, offers: Iterable[Offer], started: datetime | None) -> Child:
    call = getattr(one, "liaison_call", None)
    return Child(
        id=one.pk,
        number=one.number,
        flow=one.flow,
        label=wording.flow(one.flow),
        title=one.title,
        about=about(one),
        state=wording.state(one.flow, one.state),
        look=wording.look_of(one.state),
        unit=one.unit.name,
        assignee=one.assignee.name if one.assignee else "",
        due_at=one.due_at,
        started_at=started,
        closed_at=one.closed_at,
        opened_at=one.opened_at,
        seconds=call.seconds if call else None,
        offers=tuple(offers),
    )


def about(one: Matter) -> str:
    """What is asked with a child, in its own words."""
    if hasattr(one, "co_handling"):
        return one.co_handling.task
    if hasattr(one, "invitation"):
        place = one.invitation.meet_where
        return f"{one.invitation.problem}({place})" if place else one.invitation.problem
    if hasattr(one, "ask"):
        return _ask(one.ask)
    if hasattr(one, "instruction"):
        return one.instruction.text
    if hasattr(one, "liaison_call"):
        return one.liaison_call.problem
    if hasattr(one, "major"):
        return one.major.text
    return ""


def _ask(ask: Ask) -> str:
    kind = Ask.Kind(ask.kind).label
    amount = _(",申请 %(n)g") % {"n": ask.amount} if ask.amount else ""
    return f"{kind}{amount}:{ask.reason}"


def relatives_of(matter: Matter, actor: Actor) -> list[Relative]:
    """Cases linked with ``matter`` that ``actor``'s posts reach; the dismissed ones are left out. Two queries."""
    links = list(
        Link.objects.filter(Q(matter=matter) | Q(other=matter))
        .select_related("matter__home", "matter__unit", "other__home", "other__unit")
        .order_by("made_at")
    )
    settled = {frozenset((link.matter_id, link.other_id)) for link in links if link.kind != PROBABLE}
    shown = []
    for link in links:
        pair = frozenset((link.matter_id, link.other_id))
        if link.kind == DISMISSED or (link.kind == PROBABLE and pair in settled):
            continue
        other = link.other if link.matter_id == matter.pk else link.matter
        if _reaches(actor, other):
            label = _label(link, matter) if other.flow == matter.flow else wording.flow(other.flow)
            shown.append(_relative(link, other, label=label))
    return shown


def _reaches(actor: Actor, other: Matter) -> bool:
    scope = org.covers(actor)
    return scope.reaches(other.home.path) or scope.reaches(other.unit.path)


def _label(link: Link, matter: Matter) -> str:
    """What the other one is to ``matter``."""
    if link.kind == DUPLICATE:
        return _("主案") if link.matter_id == matter.pk else _("已并入本案")
    return _("可能相同") if link.kind == PROBABLE else _("相关")


def _relative(link: Link, other: Matter, *, label: str) -> Relative:
    return Relative(
        number=other.number,
        title=other.title,
        state=wording.state(other.flow, other.state),
        look=wording.look_of(other.state),
        kind=link.kind,
        label=label,
        why=link.note,
        page=onward.page_of(other.flow),
    )


def unit_name(key: int | None) -> str:
    unit = directory().tree.by_id.get(key) if key is not None else None
    return unit.name if unit else ""
