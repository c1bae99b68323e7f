"""What a figure of the load is made of: the matters given to a committee, one by one, and the same as a spreadsheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.lists.models import Standing
from linli.domains.lists.queries import loads
from linli.domains.lists.queries.adhoc import bearers_of
from linli.domains.lists.queries.loads import SCRUTINY
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.catalog.terms import LOAD_KINDS
from linli.kernel.errors import NotFound
from linli.kernel.flow import registry
from linli.kernel.flow.models import Mandate
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = 50
MOST_ROWS = 5000
PAGES = {"task": "lists:task", "case": "cases:case", "resolution": "organisation:resolution"}


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which of them: year, month (0: all), asker, sort; ``only`` exempt, scrutiny or ""."""

    year: int
    month: int = 0
    asker: int | None = None
    kind: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """``page`` is the route that shows the matter, "" where none does."""

    number: str
    title: str
    page: str
    flow_label: str
    item: str
    item_title: str
    asker: str
    kind: str
    hours: float
    forms: int
    exempt: str
    at: datetime


def page_of(
    actor: Actor, unit_id: int, narrow: Narrow, *, after: str = "", size: int = PAGE
) -> tuple[list[Record], str]:
    """Newest first; three statements. Raises NotFound."""
    if unit_id not in bearers_of(actor):
        raise NotFound
    rows = _rows(unit_id, narrow).order_by("-asked_at", "-matter")
    if mark := _mark(after):
        rows = rows.filter(asked_at__lte=mark[0]).exclude(asked_at=mark[0], matter__gte=mark[1])
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return _records(found[:size]), f"{last.asked_at.isoformat()}~{last.pk}" if last else ""


def _mark(after: str) -> tuple[datetime, str] | None:
    at, mark, key = after.partition("~")
    try:
        return (datetime.fromisoformat(at), key) if mark else None
    except ValueError:
        return None


def _rows(unit_id: int, narrow: Narrow) -> "QuerySet[Mandate]":
    first = date(narrow.year, narrow.month or 1, 1)
    last = date(narrow.year + 1, 1, 1)
    if narrow.month:
        last = date(narrow.year + narrow.month // 12, narrow.month % 12 + 1, 1)
    rows = Mandate.objects.filter(bearer=unit_id, asked_at__gte=_moment(first), asked_at__lt=_moment(last))
    if narrow.asker is not None:
        rows = rows.filter(asker=narrow.asker, exempt="")
    if narrow.kind:
        rows = rows.filter(load_kind=narrow.kind, exempt="")
    if narrow.only == "exempt":
        rows = rows.exclude(exempt="")
    elif narrow.only == "scrutiny":
        rows = rows.filter(load_kind__in=SCRUTINY, exempt="")
    elif narrow.only == "asked":
        rows = rows.filter(exempt="")
    return rows.select_related("matter", "asker", "admission__item")


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _records(found: list[Mandate]) -> list[Record]:
    items = {m.admission.item_id for m in found if m.admission is not None and m.admission.item_id is not None}
    titles = dict(Standing.objects.filter(item__in=items).values_list("item", "title"))
    return [_record(mandate, titles) for mandate in found]


def _record(mandate: Mandate, titles: dict[int, str]) -> Record:
    matter, admission = mandate.matter, mandate.admission
    item = admission.item if admission is not None else None
    exempt = {"source": _("居民诉求"), "level": _("本级自办")}.get(mandate.exempt, "")
    if mandate.source == "opinion":
        exempt = _("征求意见")
    return Record(
        matter.number, matter.title, PAGES.get(matter.flow, ""), str(registry.flow(matter.flow).label),
        item.code if item else "", titles.get(item.pk, "") if item else admission.title if admission else "",
        mandate.asker.name if mandate.asker else "", str(LOAD_KINDS.get(mandate.load_kind, "")) if not exempt else "",
        round(mandate.minutes / 60, 1), mandate.forms, exempt, mandate.asked_at,
    )  # fmt: skip


def records_sheet(actor: Actor, unit_id: int, narrow: Narrow) -> bytes:
    """The records as a spreadsheet, at most ``MOST_ROWS``. Raises NotFound."""
    found, _more = page_of(actor, unit_id, narrow, size=MOST_ROWS)
    heads = [_("编号"), _("事项"), _("流程"), _("清单编号"), _("清单事项"), _("谁要的"), _("类别"), _("小时"),
             _("表单"), _("不计入负担"), _("时间")]  # fmt: skip
    rows: Iterable[list[object]] = (
        [r.number, r.title, r.flow_label, r.item, r.item_title, r.asker, r.kind, r.hours, r.forms, r.exempt,
         timezone.localtime(r.at).strftime("%Y-%m-%d %H:%M")]
        for r in found
    )  # fmt: skip
    return write_rows(heads, rows, kind="xlsx", title=org.kept_unit(unit_id).name)


def compare_sheet(actor: Actor, *, street: int | None, year: int, at: datetime) -> bytes:
    """The comparison as a spreadsheet. Raises NotFound."""
    heads = [_("居(村)委会"), _("街道(镇)"), _("可下派事项"), _("清单年工时"), _("已派"), _("小时"),
             _("表单"), _("检查"), _("考核评比"), _("材料"), _("被拒绝"), _("不计入负担"),
             _("去年同期小时"), _("增减%")]  # fmt: skip
    rows: Iterable[list[object]] = (
        [x.name, x.street, x.items, x.listed_hours, x.now.asked, x.now.hours, x.now.forms, x.now.inspections,
         x.now.appraisals, x.now.reports, x.now.declined, x.now.exempt, x.before.hours,
         "" if x.change is None else x.change]
        for x in loads.compare(actor, street=street, year=year, at=at)
    )  # fmt: skip
    return write_rows(heads, rows, kind="xlsx", title=str(year))


def name_of(unit_id: int) -> str:
    return org.kept_unit(unit_id).name
