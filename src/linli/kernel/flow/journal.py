"""What has happened to a matter and what may be done with it now, ready to show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.evidence.queries import files
from linli.kernel.flow import registry
from linli.kernel.flow.access import open_steps, taken_by
from linli.kernel.flow.definition import Step
from linli.kernel.flow.models import Attachment, Clock, Entry, Matter
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.org.roles import BY_CODE


@dataclass(frozen=True, slots=True)
class Shown:
    """A file on the matter. ``kind`` as it was given."""

    id: UUID
    kind: str
    title: str
    is_picture: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the journal, as read."""

    seq: int
    label: str
    icon: str
    who: str
    role: str
    unit: str
    at: datetime
    state: str
    note: str
    files: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that may be taken now. ``look``: primary, grave or ""; ``asks``: there is something to fill in first."""

    name: str
    label: str
    icon: str
    needs: tuple[str, ...]
    look: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Look:
    """How a flow's steps are drawn: the expected one by state, the grave ones, icons, those taken by their button."""

    expected: Mapping[str, Sequence[str]]
    grave: frozenset[str] = frozenset()
    icons: Mapping[str, str] = field(default_factory=dict)
    at_once: frozenset[str] = frozenset()
    opened: str | Promise = field(default_factory=lambda: _("提出"))


def offers(actor: Actor, matter: Matter, look: Look) -> list[Offer]:
    """The steps open to ``actor``: the expected one first, the grave ones last."""
    flow = registry.flow(matter.flow).at(matter.flow_version)
    taken = taken_by(actor, [matter.pk])[matter.pk]
    steps = open_steps(flow.steps_from(matter.state), matter, actor, barred=taken)
    names = {step.name for step in steps}
    first = next((name for name in look.expected.get(matter.state, ()) if name in names), "")
    found = [offer_of(step, look, "primary" if step.name == first else "") for step in steps]
    order = {"primary": 0, "": 1, "grave": 2}
    return sorted(found, key=lambda offer: order[offer.look])


def offer_of(step: Step, look: Look, as_: str = "") -> Offer:
    shown = "grave" if step.name in look.grave else as_
    asks = step.name not in look.at_once or bool(step.needs)
    return Offer(step.name, str(step.label), look.icons.get(step.name, "arrow-right"), step.needs, shown, asks)


def files_of(matter: Matter) -> list[Shown]:
    """Files on ``matter`` in the order they came; two queries."""
    kept = list(Attachment.objects.filter(matter=matter).order_by("seq", "id"))
    facts = files([one.file_id for one in kept])
    return [
        Shown(one.file_id, one.kind, facts[one.file_id].name, facts[one.file_id].has_thumb, one.seq)
        for one in kept
        if one.file_id in facts
    ]


def timeline(matter: Matter, look: Look, shown: Sequence[Shown]) -> list[Line]:
    """The journal, newest first; one query beside the files."""
    flow = registry.flow(matter.flow).at(matter.flow_version)
    labels = {step.name: str(step.label) for step in flow.steps}
    entries = Entry.objects.filter(matter=matter).select_related("actor").order_by("-seq")
    return [_line(entry, flow.label_of, labels, look, shown) for entry in entries]


def _line(
    entry: Entry, label_of: Callable[[str], str], labels: Mapping[str, str], look: Look, shown: Sequence[Shown]
) -> Line:
    unit = directory().tree.by_id.get(entry.unit_id)
    role = BY_CODE.get(entry.role)
    return Line(
        seq=entry.seq,
        label=labels.get(entry.step) or str(look.opened if entry.step == "open" else _("承接")),
        icon=look.icons.get(entry.step, "message"),
        who=entry.actor.name,
        role=str(role.label) if role else "",
        unit=unit.name if unit else "",
        at=entry.taken_at,
        state=label_of(entry.target) if entry.target != entry.source else "",
        note=entry.note,
        files=tuple(one for one in shown if one.seq == entry.seq),
    )


@dataclass(frozen=True, slots=True)
class ClockLine:
    """``started_at`` and whether it is held, of the clock that is due soonest."""

    started_at: datetime | None
    is_held: bool


def clock_of(matter: Matter) -> ClockLine:
    row = Clock.objects.filter(matter=matter, stopped_at=None).order_by("paused_at", "due_at").first()
    return ClockLine(row.starts_at if row else None, bool(row and row.paused_at))


def last_seen(matter: Matter) -> int:
    """Number of the last entry of the journal: what a form was drawn from."""
    return Entry.objects.filter(matter=matter).order_by("-seq").values_list("seq", flat=True).first() or 0
