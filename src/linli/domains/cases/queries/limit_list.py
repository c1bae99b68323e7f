"""Time limits as a page lists them, and a due time with the way it was reckoned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.queries import categories, wording
from linli.kernel.calendar import queries as calendar
from linli.kernel.calendar.working_time import Base
from linli.kernel.catalog import form
from linli.kernel.catalog import queries as catalog
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.limits import Rule
from linli.kernel.catalog.models import TimeLimit, Version
from linli.kernel.org.directory import directory
from linli.kernel.text.numbers import whole

PAGE = 40
STAGES: Mapping[str, str | Promise] = {
    **wording.CLOCKS,
    "receive": gettext_lazy("接单时限"),
    "reply": gettext_lazy("答复时限"),
    "liaison": gettext_lazy("联络应答时限"),
    "invite": gettext_lazy("约请应答时限"),
    "extend": gettext_lazy("延期审批时限"),
    "fast_lane": gettext_lazy("直通快办时限"),
    "supervise": gettext_lazy("督办反馈时限"),
    "chain_grid": gettext_lazy("网格上报"),
    "chain_station": gettext_lazy("工作站上报"),
    "chain_street": gettext_lazy("街道上报"),
    "chain_district": gettext_lazy("区级上报"),
}
"""What a limit is for. Lists name stages as their sources do; clocks of the flow are among them."""
SOURCES: Mapping[str, str | Promise] = {"Linli (default, configurable)": gettext_lazy("平台默认值，可调整")}
CONFIDENCES: Mapping[str, str | Promise] = {
    "": gettext_lazy("未注明可信度"),
    "own": gettext_lazy("没有外部依据"),
    "high": gettext_lazy("与来源逐项相符"),
    "medium": gettext_lazy("按相近事项对应"),
    "low": gettext_lazy("仅供参考"),
}
"""How well a limit is founded."""
MOST_DAYS_TOLD = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One limit in words. ``is_checked`` False: a value for reference, not yet confirmed here."""

    id: int
    code: str
    name: str
    stage: str
    condition: str
    limit: str
    close_condition: str
    unit: str
    unit_kind: str
    source: str
    confidence: str
    is_checked: bool
    is_override: bool
    valid_from: date
    valid_to: date | None

    @property
    def confidence_words(self) -> str:
        return str(CONFIDENCES.get(self.confidence, self.confidence))


@dataclass(frozen=True, slots=True)
class Listed:
    lines: list[Line]
    after: str
    total: int


def listed(*, find: str = "", only: str = "", after: str = "", on: date) -> Listed:
    """Limits whose number begins with, or whose matter is called, ``find``; ``only``: local, unchecked, ended."""
    rows = TimeLimit.objects.filter(code_set__code=catalog.MATTERS).select_related("unit")
    rows = rows.filter(valid_to__lte=on) if only == "ended" else rows.exclude(valid_to__lte=on)
    if only == "local":
        rows = rows.exclude(unit=None)
    elif only == "unchecked":
        rows = rows.filter(verified=False)
    if find:
        rows = rows.filter(code__in=_codes(find))
    code, _mark, pk = after.partition("-")
    behind = rows.order_by("code", "pk")
    total = behind.count()
    if (last_seen := whole(pk)) is not None:
        behind = behind.filter(code__gte=code).exclude(code=code, pk__lte=last_seen)
    page = list(behind[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return Listed([_line(row) for row in page[:PAGE]], f"{last.code}-{last.pk}" if last else "", total)


def _codes(find: str) -> list[str]:
    words = find.strip()
    return [e.code for e in catalog.items(catalog.MATTERS) if e.code.startswith(words) or words in e.name] or [words]


def _line(row: TimeLimit) -> Line:
    name = catalog.name_of(catalog.MATTERS, row.code) if row.code else _("全部类别")
    stage, source = STAGES.get(row.stage, row.stage), str(SOURCES.get(row.source, row.source))
    return Line(
        row.pk, row.code, name, str(stage), _when(row), catalog.duration(row.amount, row.base),
        row.close_condition, row.unit.name if row.unit else "", row.unit_kind, source, row.confidence,
        row.verified, row.unit_id is not None, row.valid_from, row.valid_to,
    )  # fmt: skip


def _when(row: TimeLimit) -> str:
    """The condition in words, with the level of emergency where the limit holds for one alone."""
    level = wording.emergency(int(row.emergency)) if row.emergency.isdigit() else row.emergency
    return "；".join(filter(None, (row.condition, level)))


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A due time with its reasons. ``is_provisional``: it lies in a year whose holidays are not announced."""

    due: datetime | None
    why: str
    free_days: list[str]
    is_provisional: bool
    year: int


def reckon(code: str, condition: str, unit_id: int, start: datetime) -> Reckoned:
    """When handling ``code`` is due that starts at ``start`` in the area of ``unit_id``."""
    limit = catalog.limit_for(code, condition, directory().unit(unit_id).chain, start)
    if limit is None:
        return Reckoned(None, _("清单中没有适用的时限。"), [], False, 0)
    due = calendar.due(start, limit.amount, limit.base)
    first, last = catalog.local_day(start), catalog.local_day(due)
    free = [] if limit.base == "continuous" else _free_days(first, last)
    is_provisional = limit.base != "continuous" and not calendar.announced(last.year)
    return Reckoned(due, catalog.explain(limit), free, is_provisional, last.year)


def _free_days(first: date, last: date) -> list[str]:
    days = (first + timedelta(days=n) for n in range(min((last - first).days, MOST_DAYS_TOLD) + 1))
    return [f"{day:%m-%d}" for day in days if not calendar.current().is_working_day(day)]


def sheet(*, kind: Literal["csv", "xlsx"], on: date) -> bytes:
    """The list in force with its limits for everywhere, in the nine columns."""
    edition = catalog.lists().edition(catalog.MATTERS, on)
    assert edition is not None  # the pack's list is loaded before the first start
    rules: dict[str, list[Rule]] = {
        code: [rule for rule in catalog.limits_of(code, on=on) if rule.unit_id is None] for code in edition.entries
    }
    return form.write(edition, rules, kind=kind)


@dataclass(frozen=True, slots=True)
class Proposal:
    id: int
    no: int
    origin: str
    by: str
    valid_from: date


def proposals() -> list[Proposal]:
    """Versions of the matters list that wait for somebody to publish them."""
    rows = Version.objects.filter(code_set__code=catalog.MATTERS, status=Version.Status.PROPOSED)
    return [
        Proposal(v.pk, v.no, v.origin, v.created_by.name if v.created_by else "", v.valid_from)
        for v in rows.select_related("created_by").order_by("-no")
    ]


def numbered_lists() -> list[tuple[str, str]]:
    """Lists whose numbers a workbook may carry: the one in force, and those with a crosswalk to it."""
    return [(catalog.MATTERS, _("现行事项清单")), ("events2013", _("2013版事件清单（按对照转换）"))]


def is_category(code: str) -> bool:
    return not code or categories.begins_any(code)


def as_base(words: str) -> Base:
    return cast(Base, words)


def entry(code: str) -> Entry | None:
    return catalog.item(catalog.MATTERS, code)
