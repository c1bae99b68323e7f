"""The years of a unit side by side: what was planned, done and paid, by heading and by item, and the honours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from linli.domains.lists.models import Honour, Standing, YearClosing, YearResult
from linli.domains.lists.queries.plan import asked
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.runs import yuan
from linli.domains.lists.queries.standpoint import may_look
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.models import Actor, Unit

PAGE = 50
MOST_YEARS = 5
MOST_HONOURS = 200
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of a year, an item or a heading."""

    planned: int = 0
    done: int = 0
    on_time: int = 0
    overdue: int = 0
    budget_fen: int = 0
    paid_fen: int = 0
    items: int = 0

    @property
    def punctual(self) -> int | None:
        """Per cent of what was done that was on time; None without anything done."""
        return round(100 * self.on_time / self.done) if self.done else None

    @property
    def use(self) -> int | None:
        """Per cent of the budget that was paid; None without a budget."""
        return round(100 * self.paid_fen / self.budget_fen) if self.budget_fen else None

    @property
    def paid(self) -> str:
        return yuan(self.paid_fen)


SUMS = "sum(planned), sum(done), sum(on_time), sum(overdue), sum(budget_fen)::bigint, sum(paid_fen)::bigint, count(*)"


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    result: Result
    honours: int
    is_closed: bool
    closings: Sequence[YearClosing] = ()


def years_of(unit: Unit, *, today: date) -> list[Year]:
    """The closed years of ``unit``, newest first, and before them the one that runs. Four SQL statements."""
    rows = asked(
        f"""select r.year, {SUMS} from lists_yearresult r join catalog_worklist l on l.id = r.worklist_id
        where l.unit_id = %(unit)s group by 1 order by 1 desc limit 30""",
        {"unit": unit.pk},
    )
    honours: dict[int, int] = {}
    for year in Honour.objects.filter(unit=unit, taken_back_because="").values_list("year", flat=True):
        honours[year] = honours.get(year, 0) + 1
    closings: dict[int, list[YearClosing]] = {}
    for one in YearClosing.objects.filter(worklist__unit=unit).select_related("worklist", "closed_by").order_by("id"):
        closings.setdefault(one.year, []).append(one)
    closed = [
        Year(year, Result(*figures), honours.get(year, 0), True, closings.get(year, ())) for year, *figures in rows
    ]
    if any(one.year == today.year for one in closed):
        return closed
    return [Year(today.year, running(unit), honours.get(today.year, 0), False), *closed]


def running(unit: Unit) -> Result:
    """The year under way, as counted last."""
    names = ("planned", "done", "overdue", "budget_fen", "paid_fen")
    rows = Standing.objects.filter(unit=unit, wording__isnull=False, decision="")
    sums = rows.aggregate(**{name: Sum(name) for name in names})
    planned, done, overdue, budget, paid = (sums[name] or 0 for name in names)
    return Result(planned, done, 0, overdue, budget, paid, rows.count())


def chart(years: Sequence[Year]) -> dict[str, Any]:
    """Done and late by year, oldest first."""
    ordered = sorted((one for one in years if one.is_closed), key=lambda one: one.year)
    return {
        "kind": "bar", "unit": _("次"), "labels": [str(one.year) for one in ordered],
        "series": [
            {"name": _("计划"), "values": [one.result.planned for one in ordered]},
            {"name": _("完成"), "values": [one.result.done for one in ordered]},
            {"name": _("未按期"), "values": [one.result.overdue for one in ordered]},
        ],
    }  # fmt: skip


@dataclass(slots=True)
class Row:
    """A heading or an item and its figures in each of the years compared."""

    key: str
    label: str
    results: list[Result] = field(default_factory=list)

    @property
    def change(self) -> int | None:
        """Done in the first of the years compared against the second; None with one year."""
        return self.results[0].done - self.results[1].done if len(self.results) > 1 else None


@dataclass(frozen=True, slots=True)
class Comparison:
    years: Sequence[int]
    rows: Sequence[Row]
    after: str = ""


def compare(
    unit: Unit, years: Sequence[int], *, by: str, heading: str = "", after: str = "", limit: int = PAGE
) -> Comparison:
    """The ``years`` beside each other, newest first, by heading or by item. One SQL statement."""
    compared = sorted(set(years), reverse=True)[:MOST_YEARS]
    key, label = ("r.heading", "r.heading") if by == "heading" else ("i.code", "max(r.title)")
    found = asked(
        f"""with chosen as (
          select distinct {key} as key from lists_yearresult r join catalog_workitem i on i.id = r.item_id
          join catalog_worklist l on l.id = r.worklist_id
          where l.unit_id = %(unit)s and r.year = any(%(years)s) and (%(heading)s = '' or r.heading = %(heading)s)
            and {key} > %(after)s order by 1 limit %(limit)s)
        select {key}, {label}, r.year, {SUMS} from lists_yearresult r join catalog_workitem i on i.id = r.item_id
        join catalog_worklist l on l.id = r.worklist_id
        where l.unit_id = %(unit)s and r.year = any(%(years)s) and {key} in (select key from chosen)
        group by {key}, r.year order by 1, 3 desc""",
        {"unit": unit.pk, "years": list(compared), "heading": heading, "after": after, "limit": limit + 1},
    )
    rows: dict[str, Row] = {}
    for code, title, year, *figures in found:
        row = rows.setdefault(code, Row(code, title or _("未分类"), [Result()] * len(compared)))
        row.results[compared.index(year)] = Result(*figures)
    listed = list(rows.values())
    return Comparison(compared, listed[:limit], listed[limit - 1].key if len(listed) > limit else "")


def honours_of(unit: Unit) -> list[Honour]:
    """Honours of ``unit``, newest first; those taken back too."""
    rows = Honour.objects.filter(unit=unit).select_related("item__standing", "made_by", "taken_back_by")
    return list(rows.order_by("-year", "-pk")[:MOST_HONOURS])


def get_honour(key: int, *, actor: Actor) -> Honour:
    """Raises ListNotFound."""
    row = Honour.objects.select_related("unit").filter(pk=key).first()
    if row is None or not may_look(actor, row.unit.path):
        raise ListNotFound
    return row


def closed_years(unit: Unit) -> list[int]:
    rows = YearResult.objects.filter(worklist__unit=unit).values_list("year", flat=True)
    return sorted(rows.distinct(), reverse=True)


def sheet(unit: Unit, years: Sequence[int], *, by: str) -> bytes:
    """The comparison as a workbook."""
    found = compare(unit, years, by=by, limit=MOST_ROWS)
    heads = [_("编号") if by == "item" else _("类别"), _("名称")]
    for year in found.years:
        heads += [
            f"{year} {name}" for name in (_("计划"), _("完成"), _("按期"), _("未按期"), _("预算(元)"), _("已付(元)"))
        ]
    rows = ([row.key, row.label, *(cell for result in row.results for cell in _cells(result))] for row in found.rows)
    return write_rows(heads, rows, kind="xlsx", title=_("年度档案"))


def _cells(result: Result) -> list[Any]:
    return [
        result.planned, result.done, result.on_time, result.overdue, result.budget_fen / 100, result.paid_fen / 100
    ]  # fmt: skip
