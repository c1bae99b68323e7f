"""What may be asked of a committee today, and how it refuses what may not: for those who work there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from linli.domains.lists.models import Standing
from linli.domains.lists.queries.adhoc import DeclinedLine, bearers_of
from linli.kernel.catalog.admitted import Admitted, admitted_for, bound_kinds
from linli.kernel.catalog.models import Admission
from linli.kernel.catalog.terms import FREQUENCIES, LOAD_KINDS
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Declined
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

MOST_UNITS = 300
RECENT = 10


@dataclass(frozen=True, slots=True)
class Askable:
    """One thing that may be asked. ``hours`` of one time, ``times`` a year; ``left`` days until it ends."""

    admission: int
    code: str
    title: str
    heading: str
    kind: str
    kind_label: str
    load: str
    frequency: str
    hours: float
    forms: int
    valid_to: date | None
    left: int | None
    conditions: str


@dataclass(frozen=True, slots=True)
class AskablePage:
    """See the module. ``hours`` is what all items with a frequency ask in a year."""

    unit: Unit
    choices: tuple[tuple[int, str], ...]
    emergencies: tuple[Askable, ...]
    groups: tuple[tuple[str, tuple[Askable, ...]], ...]
    count: int
    hours: float
    declined: tuple[DeclinedLine, ...]
    may_complain: bool


def askable_page(actor: Actor, *, unit_id: int | None, words: str, kind: str, at: datetime) -> AskablePage:
    """Of the actor's own committee, or of one their posts reach. Raises NotFound."""
    within = bearers_of(actor, at)
    own = [h.unit_id for h in org.posts_of(actor, at) if org.kept_unit(h.unit_id).kind in bound_kinds()]
    chosen = unit_id if unit_id is not None else next(iter([*own, *within]), None)
    if chosen is None or chosen not in within:
        raise NotFound
    unit = org.kept_unit(chosen)
    rows = _rows(admitted_for(unit, at=at, words=words[:40]), at)
    shown = [row for row in rows if not kind or row.kind == kind]
    groups: dict[str, list[Askable]] = {}
    for row in shown:
        if row.kind != Admission.Kind.EMERGENCY:
            groups.setdefault(row.heading, []).append(row)
    hours = sum(row.hours * _times(row.frequency) for row in rows)
    return AskablePage(
        unit, tuple((key, org.kept_unit(key).name) for key in within[:MOST_UNITS]) if len(within) > 1 else (),
        tuple(row for row in shown if row.kind == Admission.Kind.EMERGENCY),
        tuple((heading, tuple(found)) for heading, found in sorted(groups.items())), len(shown), round(hours, 1),
        tuple(_declined(unit)), org.holds_right(actor, "complain_burden", unit, at) is not None,
    )  # fmt: skip


def _times(label: str) -> float:
    return next((times for name, times in FREQUENCIES.values() if str(name) == label), 0)


def _rows(admitted: Sequence[Admitted], at: datetime) -> list[Askable]:
    day = timezone.localtime(at).date()
    items = [a.item_id for a in admitted if a.item_id is not None]
    said = dict(Standing.objects.filter(item__in=items).values_list("item", "frequency"))
    kinds = dict(Admission.Kind.choices)
    return [
        Askable(
            a.id, a.code, a.title, a.heading, a.kind, str(kinds[a.kind]), str(LOAD_KINDS.get(a.load_kind, "")),
            str(FREQUENCIES[said.get(a.item_id or 0) or "on_demand"][0]), round(a.minutes / 60, 1), a.forms,
            a.valid_to, (a.valid_to - day).days if a.valid_to else None, a.conditions,
        )
        for a in admitted
    ]  # fmt: skip


def _declined(unit: Unit) -> list[DeclinedLine]:
    rows = Declined.objects.filter(bearer=unit).select_related("asker", "bearer", "actor").order_by("-pk")[:RECENT]
    return [
        DeclinedLine(d.pk, d.title, d.asker.name if d.asker else "", d.bearer.name, d.actor.name, d.reason, d.at)
        for d in rows
    ]
