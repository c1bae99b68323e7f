"""Figures on hazards: how many were to be put right, were, and in time; what comes back; by unit, category and month.

Source of the definitions: hazard_closure_rules.csv (整改率, 按期整改率); how they are read stands in decision 0038.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Hazard, Listing
from linli.domains.safety.queries.hazards import Narrow, holders_of
from linli.kernel.flow.models import Entry
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import kept as tree

DONE = ("rechecked", "struck_off")
APART = ("refuted", "handed_on")


@dataclass(frozen=True, slots=True)
class Line:
    """One group's figures. ``key``: what the desk is narrowed by to see them one by one; rates None for nothing due.

    due  to be put right: done, or its day is past; ``done``: its recheck passed; ``in_time``: and by its day
    """

    key: str
    label: str
    found: int = 0
    major: int = 0
    due: int = 0
    done: int = 0
    in_time: int = 0
    repeat: int = 0
    waiting: int = 0
    funds_fen: int = 0

    @property
    def rate(self) -> float | None:
        return self.done / self.due if self.due else None

    @property
    def in_time_rate(self) -> float | None:
        return self.in_time / self.due if self.due else None

    @property
    def repeat_rate(self) -> float | None:
        return self.repeat / self.found if self.found else None


@dataclass(frozen=True, slots=True)
class Figures:
    """``since``/``until`` half-open. ``urged``, ``failed``, ``listed``, ``delisted``: what supervision did."""

    since: date
    until: date
    whole: Line
    units: tuple[Line, ...]
    categories: tuple[Line, ...]
    months: tuple[Line, ...]
    urged: int
    failed: int
    listed: int
    delisted: int


def figures(actor: Actor, post: Held | None, *, since: date, until: date, at: datetime) -> Figures:
    """The hazards found in the days from ``since`` to before ``until`` in the territory of ``post``."""
    rows = _found(actor, post, since, until)
    today = timezone.localdate(at)
    whole = next(iter(_lines(rows, None, today, lambda _key: ("", _("合计")))), Line("", _("合计")))
    months = _lines(rows.annotate(month=TruncMonth("matter__opened_at")), "month", today, _month)
    keys = rows.values("pk")
    steps = Entry.objects.filter(matter_id__in=keys)
    return Figures(
        since=since, until=until, whole=whole, units=tuple(_by_unit(rows, post, today)),
        categories=tuple(_lines(rows, "category", today, lambda key: (key, key))), months=tuple(months),
        urged=steps.filter(step__in=("urge", "urge_by_clock")).count(),
        failed=steps.filter(step="fail_recheck").count(),
        listed=Listing.objects.filter(hazard_id__in=keys, listed_on__isnull=False).count(),
        delisted=Listing.objects.filter(hazard_id__in=keys, delisted_on__isnull=False).count(),
    )  # fmt: skip


def _found(actor: Actor, post: Held | None, since: date, until: date) -> QuerySet[Hazard]:
    """Those that stood: what was refuted or handed on as a case counts nowhere."""
    column, holders = holders_of(actor, post, Narrow())
    where: dict[str, Any] = {f"matter__{column}__in": list(holders)}
    span = Q(matter__opened_at__gte=_midnight(since), matter__opened_at__lt=_midnight(until))
    return Hazard.objects.filter(span, **where).exclude(matter__state__in=APART)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _counted(today: date) -> dict[str, Any]:
    done = Q(matter__state__in=DONE)
    return {
        "found": Count("pk"),
        "major": Count("pk", filter=Q(grade="major")),
        "due": Count("pk", filter=done | Q(due_on__lt=today)),
        "done": Count("pk", filter=done),
        "in_time": Count("pk", filter=done & (Q(due_on=None) | Q(mended_on__lte=F("due_on")))),
        "repeat": Count("pk", filter=Q(repeat_of__isnull=False)),
        "waiting": Count("pk", filter=Q(grade="")),
        "funds_fen": Sum("funds_fen", default=0),
    }


def _lines(rows: "QuerySet[Any]", by: str | None, today: date, named: Callable[[Any], tuple[str, str]]) -> list[Line]:
    """One line for each value of ``by``, the most first; one query."""
    dated = rows.annotate(mended_on=TruncDate("rectified_at"))
    if by is None:
        counted = dated.aggregate(**_counted(today))
        return [Line(*named(None), **counted)] if counted["found"] else []
    groups = dated.order_by().values(by).annotate(**_counted(today))
    lines = []
    for group in groups:
        key, label = named(group.pop(by))
        lines.append(Line(key, label, **group))
    return sorted(lines, key=lambda line: (-line.found, line.label)) if by != "month" else sorted(
        lines, key=lambda line: line.key
    )  # fmt: skip


def _month(first: datetime) -> tuple[str, str]:
    return first.strftime("%Y-%m"), first.strftime("%Y-%m")


def _by_unit(rows: "QuerySet[Any]", post: Held | None, today: date) -> list[Line]:
    """Rolled up to the units just below the one acted for."""
    if post is None:
        return []
    units, depth = tree.get(), post.over_path.count(".")
    sums: dict[int, Line] = {}
    for line in _lines(rows, "matter__area__unit_id", today, lambda key: (str(key or ""), "")):
        node = units.by_id.get(int(line.key)) if line.key else None
        chain = [int(part) for part in node.path.rstrip(".").split(".")] if node else []
        key = chain[depth] if len(chain) > depth else chain[-1] if chain else 0
        label = units.by_id[key].name if key else _("不在网格内")
        before = sums.get(key)
        sums[key] = _add(before, line) if before else replace(line, key=str(key or ""), label=label)
    return sorted(sums.values(), key=lambda line: (-line.found, line.label))


COUNTED = ("found", "major", "due", "done", "in_time", "repeat", "waiting", "funds_fen")


def _add(one: Line, other: Line) -> Line:
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in COUNTED})


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year to be reported on. ``report_by``: 下季度15日前, 次年1月31日前. Source: 安监总局令第16号."""

    code: str
    label: str
    since: date
    until: date
    report_by: date


def period(code: str, today: date) -> Period:
    """``2026Q3`` or ``2026``; the last full quarter for anything else."""
    year, mark, quarter = code.partition("Q")
    if year.isdigit() and len(year) == 4 and 2000 <= int(year) <= today.year:
        if mark and quarter in ("1", "2", "3", "4"):
            return _quarter(int(year), int(quarter))
        if not mark:
            return _year(int(year))
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return _quarter(first.year, (first.month - 1) // 3 + 1)


def _quarter(year: int, n: int) -> Period:
    since = date(year, 3 * n - 2, 1)
    until = date(year + 1, 1, 1) if n == 4 else date(year, 3 * n + 1, 1)
    label = _("%(year)d 年第 %(n)d 季度") % {"year": year, "n": n}
    return Period(f"{year}Q{n}", label, since, until, until.replace(day=15))


def _year(year: int) -> Period:
    until = date(year + 1, 1, 1)
    return Period(str(year), _("%(year)d 年度") % {"year": year}, date(year, 1, 1), until, date(year + 1, 1, 31))


def periods(today: date) -> list[Period]:
    """The last five quarters and two years, this one first."""
    n, year = (today.month - 1) // 3 + 1, today.year
    found = []
    for _step in range(5):
        found.append(_quarter(year, n))
        n, year = (n - 1, year) if n > 1 else (4, year - 1)
    return [*found, _year(today.year), _year(today.year - 1)]


def rows_of(lines: Iterable[Line]) -> list[list[object]]:
    """Lines as rows of a spreadsheet."""
    return [
        [
            line.label, line.found, line.found - line.major - line.waiting, line.major, line.due, line.done,
            _share(line.rate), line.in_time, _share(line.in_time_rate), line.repeat, _share(line.repeat_rate),
            line.funds_fen / 100,
        ]
        for line in lines
    ]  # fmt: skip


def _share(rate: float | None) -> object:
    return "" if rate is None else round(100 * rate, 1)


def heads() -> list[str]:
    return [
        _("分组"), _("发现"), _("其中一般"), _("其中重大"), _("应整改"), _("已整改"), _("整改率（%）"), _("按期整改"),
        _("按期整改率（%）"), _("重复隐患"), _("重复率（%）"), _("整改资金（元）"),
    ]  # fmt: skip
