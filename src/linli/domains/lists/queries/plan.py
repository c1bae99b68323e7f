"""The plan as pages show it: a year by heading and month, its items, a month as a calendar, lines one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.calendar import queries as calendar
from linli.kernel.org.directory import directory

PAGE = 50
ITEMS = 30
"""Rows of a page: lines, and items with their twelve months."""
A_DAY = 4
"""Lines a day of the calendar shows; the others are one click away."""
MONTHS = tuple(range(1, 13))
ONLY = ("key", "overdue", "mine", "open", "done", "dropped")


@dataclass(frozen=True, slots=True)
class Narrow:
    """What of the plan is asked for.

    plans  ids of the units whose plans are shown; ``mine``: units and person that count as one's own
    only   any of ``ONLY``
    """

    plans: tuple[int, ...]
    year: int
    today: date
    actor: UUID
    mine: tuple[int, ...] = ()
    month: int | None = None
    day: date | None = None
    kind: str = ""
    heading: str | None = None
    unit: int | None = None
    only: frozenset[str] = frozenset()
    find: str = ""


_TESTS: dict[str, str] = {
    "key": "s.is_key",
    "overdue": "p.done_on is null and p.due_on < %(today)s",
    "mine": "(p.person_id = %(actor)s or p.unit_id = any(%(mine)s))",
    "open": "p.done_on is null",
    "done": "p.done_on is not null",
}


def _where(narrow: Narrow) -> tuple[str, dict[str, Any]]:
    """The condition on plan lines ``p`` and standings ``s``, and what it is asked with."""
    tests = ["p.plan_of_id = any(%(plans)s)", "p.year = %(year)s"]
    tests.append("p.dropped_because <> ''" if "dropped" in narrow.only else "p.dropped_because = ''")
    tests += [test for name, test in _TESTS.items() if name in narrow.only]
    given: dict[str, Any] = {
        "plans": list(narrow.plans), "year": narrow.year, "today": narrow.today, "actor": narrow.actor,
        "mine": list(narrow.mine), "kind": narrow.kind, "heading": narrow.heading, "unit": narrow.unit,
        "day": narrow.day, "find": f"%{_escaped(narrow.find)}%",
    }  # fmt: skip
    if narrow.month:
        given["since"], given["until"] = _month(narrow.year, narrow.month)
    named = {
        "p.due_on >= %(since)s and p.due_on < %(until)s": bool(narrow.month), "p.due_on = %(day)s": bool(narrow.day),
        "s.kind = %(kind)s": bool(narrow.kind), "s.heading = %(heading)s": narrow.heading is not None,
        "p.unit_id = %(unit)s": narrow.unit is not None,
        "(p.title like %(find)s or s.code like %(find)s)": bool(narrow.find),
    }  # fmt: skip
    tests += [test for test, is_asked in named.items() if is_asked]
    return " and ".join(tests), given


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def asked(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one row. ``look``: "", ok (all done), late, or open; ``words`` says it in full."""

    planned: int = 0
    done: int = 0
    overdue: int = 0
    milestones: int = 0

    @property
    def look(self) -> str:
        if not self.planned:
            return ""
        return "late" if self.overdue else "ok" if self.done == self.planned else "open"

    @property
    def text(self) -> str:
        """Done and planned, marked when something is late."""
        return f"{self.done}/{self.planned}{'!' if self.overdue else ''}"

    @property
    def words(self) -> str:
        said = _("%(done)d/%(planned)d 已完成") % {"done": self.done, "planned": self.planned}
        late = _("，逾期 %(late)d") % {"late": self.overdue} if self.overdue else ""
        return f"{said}{late}"


@dataclass(slots=True)
class Row:
    """A heading or an item and its twelve months."""

    key: str
    label: str
    cells: list[Cell] = field(default_factory=lambda: [Cell()] * 12)
    unit: str = ""
    is_key: bool = False

    @property
    def total(self) -> Cell:
        return _sum(self.cells)


def _sum(cells: Iterable[Cell]) -> Cell:
    cells = list(cells)
    return Cell(*(sum(getattr(c, name) for c in cells) for name in ("planned", "done", "overdue", "milestones")))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and their sum month by month; ``after`` is where the next page of items begins, or ""."""

    rows: Sequence[Row]
    after: str = ""

    @property
    def months(self) -> list[Cell]:
        return [_sum(row.cells[n] for row in self.rows) for n in range(12)]

    @property
    def total(self) -> Cell:
        return _sum(self.months)


FIGURES = """count(*), count(p.done_on), count(*) filter (where p.done_on is null and p.due_on < %(today)s),
  count(*) filter (where p.is_milestone)"""


def by_heading(narrow: Narrow) -> Table:
    """The year by heading and month. One SQL statement."""
    where, given = _where(narrow)
    found = asked(
        f"""select s.heading, extract(month from p.due_on)::int, {FIGURES}
        from lists_planline p join lists_standing s on s.item_id = p.item_id where {where}
        group by 1, 2 order by min(s.kind), min(s.position)""",
        given,
    )
    rows: dict[str, Row] = {}
    for heading, month, *figures in found:
        row = rows.setdefault(heading, Row(heading, heading or _("未分类")))
        row.cells[month - 1] = Cell(*figures)
    return Table(list(rows.values()))


def by_item(narrow: Narrow, *, after: str = "") -> Table:
    """The items of the plan with their twelve months, a page at a time. One SQL statement."""
    where, given = _where(narrow)
    given |= {"after": after, "limit": ITEMS + 1}
    found = asked(
        f"""with chosen as (
          select distinct s.code, s.item_id from lists_planline p join lists_standing s on s.item_id = p.item_id
          where {where} and s.code > %(after)s order by s.code limit %(limit)s)
        select s.code, s.title, s.is_key, min(p.unit_id), extract(month from p.due_on)::int, {FIGURES}
        from chosen c join lists_standing s on s.item_id = c.item_id join lists_planline p on p.item_id = c.item_id
        where {where} group by s.code, s.title, s.is_key, 5 order by s.code""",
        given,
    )
    rows: dict[str, Row] = {}
    for code, title, is_key, unit, month, *figures in found:
        row = rows.setdefault(code, Row(code, title, unit=_name(unit), is_key=is_key))
        row.cells[month - 1] = Cell(*figures)
    listed = list(rows.values())
    return Table(listed[:ITEMS], listed[ITEMS - 1].key if len(listed) > ITEMS else "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the plan as listed."""

    id: int
    code: str
    title: str
    due_on: date
    unit: str
    person: str
    is_key: bool
    is_milestone: bool
    done_on: date | None
    dropped: str
    look: str
    result: str = ""
    plan_of: str = ""

    @property
    def is_open(self) -> bool:
        return self.look not in ("ok", "dropped")

    @property
    def mark(self) -> str:
        return {"ok": "✓", "late": "!", "soon": "◆", "dropped": "×"}.get(self.look, "◇")

    @property
    def badge(self) -> str:
        return {"soon": "warn", "dropped": "held", "open": "brand"}.get(self.look, self.look)

    @property
    def state(self) -> str:
        return str(
            {"ok": _("已完成"), "late": _("已逾期"), "soon": _("七天内到期"), "dropped": _("已取消")}.get(
                self.look, _("未到期")
            )
        )


LINE = """p.id, s.code, p.title, p.due_on, p.unit_id, coalesce(a.name, ''), s.is_key, p.is_milestone, p.done_on,
  p.dropped_because, p.result, p.plan_of_id"""
TABLES = """lists_planline p join lists_standing s on s.item_id = p.item_id
  left join org_actor a on a.id = p.person_id"""


def line_of(row: Sequence[Any], today: date) -> Line:
    key, code, title, due_on, unit, person, is_key, is_milestone, done_on, dropped, result, plan_of = row[:12]
    look = _look(due_on, done_on, dropped, today)
    return Line(
        key, code, title, due_on, _name(unit), person, is_key, is_milestone, done_on, dropped, look, result,
        _name(plan_of),
    )  # fmt: skip


def _look(due_on: date, done_on: date | None, dropped: str, today: date) -> str:
    if dropped:
        return "dropped"
    if done_on is not None:
        return "ok"
    if due_on < today:
        return "late"
    return "soon" if due_on <= today + timedelta(days=7) else "open"


@dataclass(frozen=True, slots=True)
class Lines:
    rows: Sequence[Line]
    after: str = ""


def lines(narrow: Narrow, *, after: str = "", limit: int = PAGE) -> Lines:
    """Lines by day, ``limit`` after the one that ``after`` ("2026-03-31,17") names. One SQL statement."""
    where, given = _where(narrow)
    day, _comma, key = after.partition(",")
    if day and key.isdigit() and _is_day(day):
        where += " and (p.due_on, p.id) > (%(after_day)s, %(after_id)s)"
        given |= {"after_day": day, "after_id": int(key)}
    given["limit"] = limit + 1
    found = asked(f"select {LINE} from {TABLES} where {where} order by p.due_on, p.id limit %(limit)s", given)
    rows = [line_of(row, narrow.today) for row in found]
    last = rows[limit - 1] if len(rows) > limit else None
    return Lines(rows[:limit], f"{last.due_on},{last.id}" if last else "")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(slots=True)
class Day:
    """One field of the calendar."""

    on: date
    is_inside: bool
    is_working: bool
    is_today: bool
    lines: list[Line] = field(default_factory=list)
    total: int = 0
    done: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.lines)


def month(narrow: Narrow) -> list[list[Day]]:
    """The weeks of ``narrow.month``, Monday first, each day with its first lines. One SQL statement."""
    assert narrow.month is not None
    where, given = _where(narrow)
    given["most"] = A_DAY
    found = asked(
        f"""select * from (select {LINE}, count(*) over day as of_day, count(p.done_on) over day as done,
          row_number() over (day order by p.done_on is not null, p.is_milestone desc, s.is_key desc, p.id) as nth
          from {TABLES} where {where} window day as (partition by p.due_on)) x where nth <= %(most)s order by nth""",
        given,
    )
    first, until = _month(narrow.year, narrow.month)
    working = calendar.current()
    start = first - timedelta(days=first.weekday())
    count = (until - start).days + (-(until - start).days % 7)
    days = {
        on: Day(on, first <= on < until, working.is_working_day(on), on == narrow.today)
        for on in (start + timedelta(days=n) for n in range(count))
    }
    for row in found:
        day = days[row[3]]
        day.lines.append(line_of(row, narrow.today))
        day.total, day.done = row[12], row[13]
    ordered = list(days.values())
    return [ordered[n : n + 7] for n in range(0, count, 7)]


def kinds(narrow: Narrow) -> list[tuple[str, str, int]]:
    """The kinds of lists in these plans with how many lines each has."""
    return [
        (code, name, count)
        for code, name, count in asked(
            """select k.code, k.name, count(*) from lists_planline p join lists_standing s on s.item_id = p.item_id
            join catalog_listkind k on k.code = s.kind where p.plan_of_id = any(%(plans)s) and p.year = %(year)s
            and p.dropped_because = '' group by 1, 2 order by min(k.position)""",
            {"plans": list(narrow.plans), "year": narrow.year},
        )
    ]


def _name(unit: int) -> str:
    return directory().unit(unit).name
