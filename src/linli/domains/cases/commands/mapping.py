"""How the columns of somebody else's file become a report: a mapping in YAML, checked before the first row."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from django.utils.translation import gettext as _

from linli.domains.cases.commands.reporting import Caller, Report, ReportRefused

NAMESPACE = UUID("8f1c1a2e-5b0f-5c0e-9d59-6c696e6c6921")
"""Of keys derived from an outer system and its number, so that the same work order is the same matter for ever."""

COLUMNS = {
    "number", "text", "title", "opened", "due", "closed", "outcome", "lon", "lat", "address", "category", "condition",
    "name", "phone", "email", "emergency", "pressing", "unit",
}  # fmt: skip
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
)


class MappingRefused(ReportRefused):
    """The mapping cannot be used; the message says where."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping, ready to read rows with.

    system       name of the outer system; its numbers are never taken twice
    columns      our field → header of the file; several headers joined by " + "
    categories   the file's category → code of the matters list; "" leaves the category to be suggested
    history      rows are past cases: the opening time of the row counts, nobody is told, no clock alarms
    """

    system: str
    columns: Mapping[str, str]
    categories: Mapping[str, str] = field(default_factory=dict)
    category_default: str = ""
    crs: str = "wgs84"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    formats: tuple[str, ...] = FORMATS
    source: str = "22"
    history: bool = False


def read(text: str) -> Columns:
    """A mapping from YAML text. Raises MappingRefused naming the faulty key."""
    try:
        given = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise MappingRefused(_("映射文件不是有效的 YAML：%(why)s") % {"why": error}) from error
    if not isinstance(given, dict) or not isinstance(given.get("columns"), dict):
        raise MappingRefused(_("映射文件须有 columns。"))
    if unknown := set(given["columns"]) - COLUMNS:
        raise MappingRefused(_("映射文件里有不认识的字段：%(names)s") % {"names": "、".join(sorted(unknown))})
    if not {"number", "text"} <= set(given["columns"]):
        raise MappingRefused(_("映射文件至少要有 number 和 text。"))
    return Columns(
        system=str(given.get("system") or "import"),
        columns={str(k): str(v) for k, v in given["columns"].items()},
        categories={str(k).strip(): str(v) for k, v in (given.get("categories") or {}).items()},
        category_default=str(given.get("category_default") or ""),
        crs=str(given.get("crs") or "wgs84"),
        zone=_zone(str(given.get("zone") or "Asia/Shanghai")),
        formats=tuple(given["formats"]) if given.get("formats") else FORMATS,
        source=str(given.get("source") or "22"),
        history=bool(given.get("history")),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingRefused(_("没有这个时区：%(name)s") % {"name": name}) from error


USUAL = Columns(
    system="12345",
    columns={
        "number": "工单编号", "text": "诉求内容", "title": "标题", "opened": "受理时间", "lon": "经度", "lat": "纬度",
        "address": "地址", "category": "分类代码", "name": "来电人", "phone": "联系电话",
    },
    source="04",
)  # fmt: skip
"""The columns of a plain hotline export, used when no mapping is given."""


@dataclass(frozen=True, slots=True)
class Read:
    """One row as understood."""

    report: Report
    opened_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""


def understand(row: Mapping[str, str], by: Columns) -> Read:
    """The report in ``row``. Raises ReportRefused naming the column at fault."""
    number = _cell(row, by, "number")
    if not number:
        raise ReportRefused(_("缺少编号。"), field=by.columns["number"])
    title, text = _cell(row, by, "title"), _cell(row, by, "text")
    opened_at = _time(row, by, "opened")
    report = Report(
        id=uuid5(NAMESPACE, f"{by.system}\n{number}"),
        text=f"{title}\n{text}" if title and title not in text else text or title,
        lon=_number(row, by, "lon"),
        lat=_number(row, by, "lat"),
        crs=by.crs,
        address=_cell(row, by, "address")[:200],
        category=_category(row, by),
        condition=_cell(row, by, "condition")[:60],
        source=by.source,
        channel="import",
        caller=Caller(_cell(row, by, "name")[:80], _cell(row, by, "phone")[:40], _cell(row, by, "email")[:120]),
        is_pressing=_cell(row, by, "pressing") in ("1", "是", "Y", "true"),
        occurred_at=None if by.history else opened_at,
        outer_system=by.system,
        outer_number=number[:60],
        found_level="centre",
    )
    if report.lon == 0 and report.lat == 0:
        report = replace(report, lon=None, lat=None)
    return Read(report, opened_at, _time(row, by, "due"), _time(row, by, "closed"), _cell(row, by, "outcome"))


def _cell(row: Mapping[str, str], by: Columns, name: str) -> str:
    headers = by.columns.get(name, "")
    if " + " in headers:
        return "\n".join(filter(None, (row.get(h.strip(), "").strip() for h in headers.split(" + "))))
    return row.get(headers, "").strip()


def _category(row: Mapping[str, str], by: Columns) -> str:
    given = _cell(row, by, "category")
    return by.categories.get(given, by.category_default or ("" if by.categories else given))


def _number(row: Mapping[str, str], by: Columns, name: str) -> float | None:
    given = _cell(row, by, name)
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        raise ReportRefused(_("不是数字：%(value)s") % {"value": given[:40]}, field=by.columns[name]) from None


def _time(row: Mapping[str, str], by: Columns, name: str) -> datetime | None:
    given = _cell(row, by, name)
    if not given:
        return None
    if by.formats is FORMATS and (usual := _usual_time(given)):
        return usual.replace(tzinfo=by.zone)
    for form in by.formats:
        try:
            return datetime.strptime(given, form).replace(tzinfo=by.zone)
        except ValueError:
            continue
    raise ReportRefused(_("不是时间：%(value)s") % {"value": given[:40]}, field=by.columns[name])


def _usual_time(given: str) -> datetime | None:
    """A time as most systems write it, read several times faster than by trying the forms."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    return found if found.tzinfo is None else None
