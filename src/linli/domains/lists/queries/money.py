"""Money under items: budget, paid, use rate, what one execution took, and what stands out (000-13)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.queries.plan import asked
from linli.domains.lists.queries.runs import yuan
from linli.kernel.catalog.sheets import write_rows

PAGE = 50
MOST_ROWS = 20_000
SLOW_SHARE = 0.5
"""What is used less than this share of what the year that has passed would allow stands out (default)."""

EXCEPTIONS: Mapping[str, str | Promise] = {
    "over": gettext_lazy("超预算"),
    "unbudgeted": gettext_lazy("无预算支出"),
    "idle": gettext_lazy("有支出无完成"),
    "slow": gettext_lazy("使用偏慢"),
}
_TESTS = {
    "over": "s.budget_fen > 0 and s.paid_fen > s.budget_fen",
    "unbudgeted": "s.budget_fen = 0 and s.paid_fen > 0",
    "idle": "s.paid_fen > 0 and s.done = 0",
    "slow": "s.budget_fen > 0 and s.paid_fen < %(slow)s * %(passed)s * s.budget_fen",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One item with money. ``exceptions`` are labels."""

    code: str
    title: str
    lead: str
    budget_fen: int
    paid_fen: int
    done: int
    exceptions: Sequence[str]

    @property
    def rate(self) -> int | None:
        return round(100 * self.paid_fen / self.budget_fen) if self.budget_fen else None

    @property
    def bar(self) -> int:
        return min(100, self.rate or 0)

    @property
    def unit_cost(self) -> str:
        return yuan(round(self.paid_fen / self.done)) if self.done and self.paid_fen else ""

    @property
    def budget(self) -> str:
        return yuan(self.budget_fen) if self.budget_fen else ""

    @property
    def paid(self) -> str:
        return yuan(self.paid_fen)


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Line]
    after: str = ""


def passed(today: date) -> float:
    """Share of the year that lies behind ``today``."""
    first = date(today.year, 1, 1)
    return (today - first).days / ((date(today.year + 1, 1, 1) - first).days)


def lines(lists: Sequence[int], *, today: date, only: str = "", after: str = "", limit: int = PAGE) -> Page:
    """Items with a budget or spending, by number, the next ``limit`` after number ``after``. One SQL statement.

    only  a key of ``EXCEPTIONS``, "any" for all that stand out, or "" for all
    """
    tests = {"any": " or ".join(f"({test})" for test in _TESTS.values()), **_TESTS}
    marks_of = ", ".join(_TESTS.values())
    found = asked(
        f"""select s.code, s.title, coalesce(u.name, ''), s.budget_fen, s.paid_fen, s.done, {marks_of}
        from lists_standing s left join org_unit u on u.id = s.lead_id
        where s.worklist_id = any(%(lists)s) and (s.budget_fen > 0 or s.paid_fen > 0) and s.code > %(after)s
          and ({tests.get(only, "true")}) order by s.code limit %(limit)s""",
        {"lists": list(lists), "after": after, "limit": limit + 1, "slow": SLOW_SHARE, "passed": passed(today)},
    )
    rows = [
        Line(code, title, lead, budget, paid, done, _marked(marks))
        for code, title, lead, budget, paid, done, *marks in found
    ]
    return Page(rows[:limit], rows[limit - 1].code if len(rows) > limit else "")


def _marked(marks: Sequence[bool]) -> list[str]:
    return [str(label) for label, is_on in zip(EXCEPTIONS.values(), marks, strict=True) if is_on]


def counts(lists: Sequence[int], *, today: date) -> dict[str, int]:
    """Exception → how many items show it."""
    marks = ", ".join(f"count(*) filter (where {test})" for test in _TESTS.values())
    found = asked(
        f"select {marks} from lists_standing s where s.worklist_id = any(%(lists)s)",
        {"lists": list(lists), "slow": SLOW_SHARE, "passed": passed(today)},
    )
    return dict(zip(EXCEPTIONS, found[0], strict=True))


def sheet(lists: Sequence[int], *, today: date, only: str) -> bytes:
    """The lines as a workbook."""
    heads = [
        _("编号"),
        _("名称"),
        _("牵头单位"),
        _("预算(元)"),
        _("已付(元)"),
        _("使用率(%)"),
        _("完成次数"),
        _("每次(元)"),
        _("情况"),
    ]
    return write_rows(heads, _rows(lists, today, only), kind="xlsx", title=_("资金使用"))


def _rows(lists: Sequence[int], today: date, only: str) -> Iterator[list[Any]]:
    for line in lines(lists, today=today, only=only, limit=MOST_ROWS).rows:
        yield [
            line.code, line.title, line.lead, line.budget_fen / 100, line.paid_fen / 100, line.rate, line.done,
            line.unit_cost, "；".join(line.exceptions),
        ]  # fmt: skip
