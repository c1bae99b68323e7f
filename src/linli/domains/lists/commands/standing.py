"""What stands today, made anew from the wordings in force: after a publication, and when a version's day has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from linli.domains.lists.commands.executing import freshen
from linli.domains.lists.models import Covered, Ground, ItemLink, Stand, Standing
from linli.kernel.catalog import terms
from linli.kernel.catalog.models import ListVersion, Wording, WorkItem, WorkList
from linli.kernel.catalog.terms import Terms
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDER = {"department": 0, "office": 1, "centre": 2, "committee": 3}
SHOWN = (
    "wording", "position", "heading", "title", "lead", "public_class", "duty_class", "decision", "load_kind", "minutes",
    "forms", "frequency", "is_key", "has_basis", "sunset_on", "retired_on", "text",
)  # fmt: skip


@dataclass
class _Known:
    """What codes mean, asked once for a whole list."""

    units: dict[str, Unit] = field(default_factory=dict)
    offices: dict[str, Unit] = field(default_factory=dict)
    bases: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def stand_anew(worklist: WorkList, *, at: datetime, items: Sequence[int] | None = None) -> int:
    """Bring what stands of ``worklist`` up to what is in force on the day of ``at``; returns how many rows.

    items  only these (ids of work items), as after a small change
    A dozen SQL statements, whatever the length of the list.
    """
    WorkList.objects.select_for_update(no_key=True).get(pk=worklist.pk)
    day = at.astimezone(SHANGHAI).date()
    numbers = WorkItem.objects.filter(worklist=worklist)
    if items is not None:
        numbers = numbers.filter(pk__in=items)
    asked = list(numbers)
    in_force = _in_force(worklist, [number.pk for number in asked], day)
    read = {item: terms.read(wording.terms) for item, wording in in_force.items()}
    known = _known(worklist, read.values())
    last = _last_wordings([n.pk for n in asked if n.pk not in in_force])
    ends = dict(ListVersion.objects.filter(worklist=worklist).values_list("no", "valid_from")) if last else {}
    rows = [
        _row(worklist, n, in_force[n.pk], read[n.pk], known, day)
        if n.pk in in_force
        else _absent(worklist, n, last.get(n.pk), ends, day)
        for n in asked
    ]
    Standing.objects.bulk_create(
        [row for row in rows if row is not None], batch_size=500, update_conflicts=True, unique_fields=["item"],
        update_fields=SHOWN,
    )  # fmt: skip
    _follow_with_states([row for row in rows if row is not None])
    _hang(read, known, [number.pk for number in asked])
    freshen(list(in_force), at=at)
    return len(rows)


def _in_force(worklist: WorkList, items: Sequence[int], day: date) -> dict[int, Wording]:
    no = (
        ListVersion.objects.filter(worklist=worklist, valid_from__lte=day)
        .order_by("-no")
        .values_list("no", flat=True)
        .first()
    )
    if no is None:
        return {}
    said = Wording.objects.filter(worklist=worklist, item__in=items, since_no__lte=no)
    return {w.item_id: w for w in said if w.until_no is None or w.until_no > no}


def _last_wordings(items: Sequence[int]) -> dict[int, Wording]:
    said = Wording.objects.filter(item__in=items).order_by("since_no")
    return {wording.item_id: wording for wording in said}


def _follow_with_states(rows: Sequence[Standing]) -> None:
    """Coming and retired follow the list; of those in force only what came newly begins, the rest is counted."""
    for state in (Standing.State.COMING, Standing.State.RETIRED):
        Standing.objects.filter(item__in=[row.item_id for row in rows if row.state == state]).update(state=state)
    begun = [row.item_id for row in rows if row.state == Standing.State.NOT_STARTED]
    Standing.objects.filter(item__in=begun, state__in=(Standing.State.COMING, Standing.State.RETIRED)).update(
        state=Standing.State.NOT_STARTED
    )


def _known(worklist: WorkList, read: Iterable[Terms]) -> _Known:
    read = list(read)
    units = {stand.unit for t in read for stand in t.stands if stand.unit}
    bases = {code for t in read for code in t.bases}
    items = {code for t in read for code in t.links}
    return _Known(
        {unit.code: unit for unit in Unit.objects.filter(code__in=units)},
        _own_offices(worklist.unit),
        dict(BasisDocument.objects.filter(code__in=bases).values_list("code", "id")),
        dict(WorkItem.objects.filter(code__in=items).values_list("code", "id")),
    )


def _own_offices(unit: Unit) -> dict[str, Unit]:
    """End of the code → body of this street; nothing for a unit of another kind."""
    if unit.kind != "street":
        return {}
    bodies = Unit.objects.filter(parent=unit, kind__in=("office", "centre"))
    return {body.code.rpartition("-")[2]: body for body in bodies}


def _row(worklist: WorkList, number: WorkItem, wording: Wording, said: Terms, known: _Known, day: date) -> Standing:
    row = _bare(worklist, number, day)
    row.wording, row.position, row.heading, row.title = wording, wording.position, wording.heading, wording.title
    row.lead = _lead(said, known)
    for name in ("public_class", "duty_class", "decision", "load_kind", "minutes", "forms", "frequency", "is_key"):
        setattr(row, name, getattr(said, name))
    row.has_basis = any(code in known.bases for code in said.bases)
    row.sunset_on = date.fromisoformat(said.sunset) if said.sunset else None
    row.text = " ".join([number.code, wording.title, wording.heading, *wording.keywords, said.content, said.instead])
    return row


def _bare(worklist: WorkList, number: WorkItem, day: date) -> Standing:
    return Standing(
        item=number, worklist=worklist, kind=worklist.kind_id, unit_id=worklist.unit_id, code=number.code,
        position=number.serial, year=day.year,
    )  # fmt: skip


def _absent(
    worklist: WorkList, number: WorkItem, last: Wording | None, days: Mapping[int, date], day: date
) -> Standing | None:
    """A number that says nothing today: it left the list, or its first day has not come."""
    if last is None:
        return None
    row = _bare(worklist, number, day)
    row.title, row.heading, row.text = last.title, last.heading, f"{number.code} {last.title}"
    row.state = Standing.State.COMING
    if last.until_no is not None and days[last.until_no] <= day:
        row.state, row.retired_on = Standing.State.RETIRED, days[last.until_no]
    return row


def _lead(said: Terms, known: _Known) -> Unit | None:
    """Who leads: the named unit of the highest layer, or the street's own office of that name."""
    for stand in sorted((s for s in said.stands if s.part == "lead"), key=lambda s: ORDER[s.layer]):
        found = known.units.get(stand.unit) or known.offices.get(stand.office)
        if found is not None:
            return found
    return None


def _hang(read: Mapping[int, Terms], known: _Known, items: Sequence[int]) -> None:
    """Put anew what hangs on items: who stands where, what they rest on, what they cover and belong to."""
    for model in (Stand, Ground, ItemLink, Covered):
        rows: Any = model
        rows.objects.filter(item__in=items).delete()
    Stand.objects.bulk_create(
        [
            Stand(
                item_id=item,
                layer=s.layer,
                unit=known.units.get(s.unit),
                office=s.office,
                part=s.part,
                duty=s.duty[:200],
            )
            for item, said in read.items()
            for s in said.stands
            if s.unit in known.units or s.office or s.layer == "committee"
        ],
        batch_size=1000,
    )
    Ground.objects.bulk_create(
        [
            Ground(item_id=item, basis_id=known.bases[code])
            for item, said in read.items()
            for code in dict.fromkeys(said.bases)
            if code in known.bases
        ],
        batch_size=1000,
    )
    ItemLink.objects.bulk_create(
        [
            ItemLink(item_id=item, other_id=known.items[code])
            for item, said in read.items()
            for code in dict.fromkeys(said.links)
            if known.items.get(code, item) != item
        ],
        batch_size=1000,
    )
    Covered.objects.bulk_create(
        [
            Covered(item_id=item, category=code[:20])
            for item, said in read.items()
            for code in dict.fromkeys(said.categories)
        ],
        batch_size=1000,
    )
