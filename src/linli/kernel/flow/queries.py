"""What waits to be told, and what a matter's journal, clocks and children look like to a reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.flow.models import Entry, Outbox


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the outbox with what its messages may name."""

    id: int
    kind: str
    matter_id: UUID
    number: str
    title: str
    flow: str
    home_id: int
    unit_id: int
    unit_name: str
    assignee_id: UUID | None
    due_at: datetime | None
    actor_id: UUID | None
    actor_name: str
    note: str
    share: float | None


def waiting_in_outbox(most: int) -> list[Told]:
    """The oldest lines, locked until the transaction ends; other workers pass over them. Two statements."""
    lines = list(
        Outbox.objects.select_for_update(skip_locked=True, of=("self",))
        .exclude(kind="clock.escalate")
        .select_related("matter__unit")
        .order_by("id")[:most]
    )
    entries = _entries(lines)
    return [_told(line, entries.get((line.matter_id, line.payload.get("seq", 0)))) for line in lines]


def _entries(lines: Sequence[Outbox]) -> dict[tuple[UUID, int], Entry]:
    keys = {line.matter_id for line in lines if "seq" in line.payload}
    wanted = {(line.matter_id, line.payload["seq"]) for line in lines if "seq" in line.payload}
    rows = Entry.objects.filter(matter_id__in=keys).select_related("actor")
    return {(e.matter_id, e.seq): e for e in rows if (e.matter_id, e.seq) in wanted}


def _told(line: Outbox, entry: Entry | None) -> Told:
    matter = line.matter
    return Told(
        line.pk, line.kind, matter.pk, matter.number, matter.title, matter.flow, matter.home_id, matter.unit_id,
        matter.unit.name, matter.assignee_id, matter.due_at, entry.actor_id if entry else None,
        entry.actor.name if entry else "", entry.note if entry else "", line.payload.get("share"),
    )  # fmt: skip
