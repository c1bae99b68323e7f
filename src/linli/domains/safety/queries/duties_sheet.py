"""Occurrences and figures as rows of a spreadsheet."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.queries.duties import percent
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.duties.queries import Figure, Narrow, OccurrenceLine
from linli.kernel.duties.queries.listing import all_of
from linli.kernel.org.models import Actor

MOST_ROWS = 5000


def occurrences(actor: Actor, narrow: Narrow, *, at: datetime, title: str) -> bytes:
    """What the list shows, at most ``MOST_ROWS`` lines."""
    heads = [
        _("日期"), _("开始"), _("结束"), _("名称"), _("类别"), _("单位"), _("区域"), _("由谁完成"), _("状态"),
        _("完成人"), _("完成时间"), _("上报时间"), _("补报"), _("说明"),
    ]  # fmt: skip
    return write_rows(heads, _lines(all_of(actor, narrow, at=at, most=MOST_ROWS)), kind="xlsx", title=title)


def _lines(rows: Iterable[OccurrenceLine]) -> Iterable[list[object]]:
    for row in rows:
        yield [
            f"{row.on:%Y-%m-%d}", _moment(row.opens_at), _moment(row.closes_at), row.title, row.kind_label,
            row.unit_name, row.over_name, row.who, row.state_label, row.done_by, _moment(row.done_at),
            _moment(row.filed_at), _("是") if row.is_late_sync else "", row.note,
        ]  # fmt: skip


def figures(rows: Iterable[Figure], *, title: str) -> bytes:
    heads = [_("分组"), _("应办"), _("按时"), _("迟到"), _("漏办"), _("免办"), _("补报"), _("按时率"), _("漏办率")]
    lines = (
        [one.name, one.fell_due, one.done, one.late, one.missed, one.excused, one.late_sync,
         percent(one.done_share), percent(one.missed_share)]
        for one in rows
    )  # fmt: skip
    return write_rows(heads, lines, kind="xlsx", title=title)


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
