"""The load of committees (001a-03, M33): what may be asked, what was asked by month and by whom, what was refused.

What residents ask and what a committee begins itself is counted apart: it is no burden from above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Sum as SumOf
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.lists.models import Standing
from linli.domains.lists.queries.adhoc import bearers_of
from linli.kernel.catalog.admitted import standing
from linli.kernel.catalog.terms import FREQUENCIES, LOAD_KINDS
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Mandate
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.tree import kept as units

SHANGHAI = ZoneInfo("Asia/Shanghai")
ASKERS_SHOWN = 5
SCRUTINY = ("inspection", "appraisal", "report")
"""Inspections, appraisals and reports: what 001a-03 wants counted by itself."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What was asked: how often, hours and forms as the items say, and how many were of which sort."""

    asked: int = 0
    minutes: int = 0
    forms: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    exempt: int = 0
    declined: int = 0

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)

    @property
    def scrutiny(self) -> int:
        return sum(self.kinds.get(kind, 0) for kind in SCRUTINY)

    @property
    def inspections(self) -> int:
        return self.kinds.get("inspection", 0)

    @property
    def appraisals(self) -> int:
        return self.kinds.get("appraisal", 0)

    @property
    def reports(self) -> int:
        return self.kinds.get("report", 0)

    def __add__(self, other: "Sum") -> "Sum":
        kinds = {k: self.kinds.get(k, 0) + other.kinds.get(k, 0) for k in {*self.kinds, *other.kinds}}
        return Sum(
            self.asked + other.asked, self.minutes + other.minutes, self.forms + other.forms, kinds,
            self.exempt + other.exempt, self.declined + other.declined,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CommitteeLine:
    """One committee beside others of its street. ``listed_hours`` is what its lists ask in a year.

    change  hours asked this year beside the same months of the last, in percent; None without a last year
    """

    id: int
    name: str
    street: str
    items: int
    listed_hours: float
    now: Sum
    before: Sum
    change: int | None


ASKED = """
select bearer_id, extract(year from asked_at at time zone 'Asia/Shanghai')::int as year,
       extract(month from asked_at at time zone 'Asia/Shanghai')::int as month, asker_id, load_kind,
       exempt, count(*)::int, sum(minutes)::int, sum(forms)::int
from flow_mandate where bearer_id = any(%(units)s) and asked_at >= %(since)s and asked_at < %(until)s
group by 1, 2, 3, 4, 5, 6
"""
REFUSED = """
select bearer_id, extract(year from at at time zone 'Asia/Shanghai')::int,
       extract(month from at at time zone 'Asia/Shanghai')::int, asker_id, count(*)::int
from flow_declined where bearer_id = any(%(units)s) and at >= %(since)s and at < %(until)s group by 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one unit asked of one committee in one month."""

    bearer: int
    year: int
    month: int
    asker: int | None
    sum: Sum


def cells(bearers: Sequence[int], year: int) -> list[Cell]:
    """This year's and last year's, two statements whatever the number of committees."""
    asked: dict[str, Any] = {"units": list(bearers), "since": _begin(year - 1), "until": _begin(year + 1)}
    with connection.cursor() as cursor:
        cursor.execute(ASKED, asked)
        found = [_cell(*row) for row in cursor.fetchall()]
        cursor.execute(REFUSED, asked)
        found += [Cell(b, y, m, asker, Sum(declined=n)) for b, y, m, asker, n in cursor.fetchall()]
    return found


def _begin(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=SHANGHAI)


def _cell(bearer: int, year: int, month: int, asker: int | None, kind: str, exempt: str, *sums: int) -> Cell:
    count, minutes, forms = sums
    if exempt:
        return Cell(bearer, year, month, None, Sum(exempt=count))
    return Cell(bearer, year, month, asker, Sum(count, minutes, forms, {kind or "task": count}))


def total(rows: Sequence[Cell]) -> Sum:
    whole = Sum()
    for row in rows:
        whole = whole + row.sum
    return whole


def streets_of(actor: Actor) -> list[tuple[int, str, int]]:
    """Streets with committees that the actor's posts reach: id, name and how many."""
    known = units.get().by_id
    found: dict[int, int] = {}
    for key in bearers_of(actor):
        found[known[key].home_id] = found.get(known[key].home_id, 0) + 1
    return [(key, known[key].name, count) for key, count in found.items()]


def street_shown_first(actor: Actor, *, year: int) -> int | None:
    """Of the streets the actor's posts reach, the one whose committees were asked most; None when there is but one."""
    streets = [key for key, _name, _count in streets_of(actor)]
    if len(streets) < 2:
        return None
    known = units.get().by_id
    asked = Mandate.objects.filter(
        bearer__in=list(bearers_of(actor)), exempt="", asked_at__gte=_begin(year), asked_at__lt=_begin(year + 1)
    )
    minutes = dict.fromkeys(streets, 0)
    for bearer, spent in asked.values_list("bearer").annotate(spent=SumOf("minutes")):
        minutes[known[bearer].home_id] += spent + 1
    return max(streets, key=lambda street: minutes[street])


def compare(actor: Actor, *, street: int | None, year: int, at: datetime) -> list[CommitteeLine]:
    """The committees of one street (or all the actor's) side by side, those most asked first. Raises NotFound."""
    known = units.get().by_id
    bearers = [key for key in bearers_of(actor, at) if street is None or known[key].home_id == street]
    if not bearers:
        raise NotFound
    listed = listed_load(bearers, at=at)
    rows = cells(bearers, year)
    months = _months_so_far(year, at)
    lines = []
    for key in bearers:
        own = [row for row in rows if row.bearer == key]
        now, before = _years(own, year, months)
        items, hours = listed[key]
        lines.append(
            CommitteeLine(
                key, known[key].name, known[known[key].home_id].name, items, hours, now, before, change(now, before)
            )
        )
    return sorted(lines, key=lambda line: (-line.now.minutes, -line.now.asked, line.name))


def _months_so_far(year: int, at: datetime) -> range:
    """Months of ``year`` that have begun, so that a running year is set beside the same months of the last."""
    today = timezone.localtime(at).date()
    return range(1, (today.month if today.year == year else 12) + 1)


def _years(rows: Sequence[Cell], year: int, months: range) -> tuple[Sum, Sum]:
    now = total([row for row in rows if row.year == year])
    return now, total([row for row in rows if row.year == year - 1 and row.month in months])


def change(now: Sum, before: Sum) -> int | None:
    return round(100 * (now.minutes - before.minutes) / before.minutes) if before.minutes else None


def listed_load(bearers: Sequence[int], *, at: datetime) -> dict[int, tuple[int, float]]:
    """Committee → how many items may be asked of it today and the hours they ask in a year; two statements."""
    known = units.get().by_id
    over = {unit for key in bearers for unit in known[key].chain}
    columns = ("unit_id", "item_id", "id", "item__worklist__kind__bearer")
    admitted = list(standing(at).filter(unit__in=over).values_list(*columns))
    rows = Standing.objects.filter(item__in={item for _u, item, *_rest in admitted if item}, wording__isnull=False)
    minutes = {
        item: each * FREQUENCIES[frequency or "on_demand"][1]
        for item, each, frequency in rows.values_list("item", "minutes", "frequency")
    }
    by_unit: dict[tuple[int, str | None], set[tuple[int | None, int]]] = {}
    for unit, item, admission, bearer in admitted:
        if item is None or item in minutes:
            by_unit.setdefault((unit, bearer), set()).add((item, 0 if item else admission))
    found = {}
    for key in bearers:
        places = [(unit, bearer) for unit in known[key].chain for bearer in (None, known[key].kind)]
        asked = set().union(*(by_unit.get(place, set()) for place in places))
        hours = sum(minutes.get(item, 0) for item, _admission in asked if item) / 60
        found[key] = (len(asked), round(hours, 1))
    return found


@dataclass(frozen=True, slots=True)
class AskerLine:
    id: int
    name: str
    sum: Sum


@dataclass(frozen=True, slots=True)
class MonthLine:
    month: int
    now: Sum
    before: Sum


@dataclass(frozen=True, slots=True)
class LoadPage:
    """One committee's year. ``chart`` is hours by month and asker, ``trend`` hours beside those of last year."""

    id: int
    name: str
    street: str
    year: int
    items: int
    listed_hours: float
    now: Sum
    before: Sum
    change: int | None
    months: tuple[MonthLine, ...]
    askers: tuple[AskerLine, ...]
    kinds: tuple[tuple[str, str, int], ...]
    chart: Mapping[str, Any]
    trend: Mapping[str, Any]


def load_page(actor: Actor, unit_id: int, *, year: int, at: datetime) -> LoadPage:
    """Raises NotFound for a committee the actor's posts do not reach. Four statements."""
    if unit_id not in bearers_of(actor, at):
        raise NotFound
    unit = org.kept_unit(unit_id)
    rows = cells([unit_id], year)
    now, before = _years(rows, year, _months_so_far(year, at))
    items, hours = listed_load([unit_id], at=at)[unit_id]
    months = tuple(
        MonthLine(
            no, total([r for r in rows if (r.year, r.month) == (year, no)]),
            total([r for r in rows if (r.year, r.month) == (year - 1, no)]),
        )
        for no in range(1, 13)
    )  # fmt: skip
    askers = _askers([r for r in rows if r.year == year])
    kinds = tuple((code, str(label), now.kinds.get(code, 0)) for code, label in LOAD_KINDS.items())
    return LoadPage(
        unit_id, unit.name, org.home_of(unit).name, year, items, hours, now, before, change(now, before), months,
        askers, kinds, _chart(rows, askers, year), _trend(months, year, _months_so_far(year, at)),
    )  # fmt: skip


def _askers(rows: Sequence[Cell]) -> tuple[AskerLine, ...]:
    """Who asked or tried to, the most hours first."""
    known = units.get().by_id
    by_asker: dict[int, Sum] = {}
    for row in rows:
        if row.asker is not None:
            by_asker[row.asker] = by_asker.get(row.asker, Sum()) + row.sum
    lines = [AskerLine(key, known[key].name if key in known else "", s) for key, s in by_asker.items()]
    return tuple(sorted(lines, key=lambda line: (-line.sum.minutes, -line.sum.asked, line.name)))


def _chart(rows: Sequence[Cell], askers: Sequence[AskerLine], year: int) -> dict[str, Any]:
    shown = [line for line in askers if line.sum.asked][:ASKERS_SHOWN]
    first = {line.id for line in shown}

    def hours(month: int, keys: set[int] | None) -> float:
        found = [
            r for r in rows
            if (r.year, r.month) == (year, month) and r.asker is not None
            and (r.asker in keys if keys is not None else r.asker not in first)
        ]  # fmt: skip
        return total(found).hours

    series = [{"name": line.name, "values": [hours(no, {line.id}) for no in range(1, 13)]} for line in shown]
    rest = [hours(no, None) for no in range(1, 13)]
    if any(rest):
        series.append({"name": _("其他单位"), "values": rest})
    return {"kind": "stack", "unit": _("小时"), "labels": _labels(), "series": series}


def _trend(months: Sequence[MonthLine], year: int, begun: range) -> dict[str, Any]:
    """Months that have not begun have no point."""
    return {
        "kind": "line", "unit": _("小时"), "labels": _labels(),
        "series": [
            {"name": str(year), "values": [x.now.hours if x.month in begun else None for x in months]},
            {"name": str(year - 1), "values": [line.before.hours for line in months]},
        ],
    }  # fmt: skip


def _labels() -> list[str]:
    return [_("%(no)s月") % {"no": no} for no in range(1, 13)]


def year_named(text: str, today: date) -> int:
    """The year an address asks for; this year when it names none."""
    return int(text) if text.isdecimal() and 2000 <= int(text) <= today.year + 1 else today.year
