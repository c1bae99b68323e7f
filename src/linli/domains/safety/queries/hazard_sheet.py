"""Hazards as rows of a spreadsheet."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.queries import hazards
from linli.domains.safety.queries.hazards import Narrow
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

MOST_ROWS = 5000


def write(actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime) -> bytes:
    """The list as the desk shows it, at most ``MOST_ROWS`` lines."""
    found = hazards.desk(actor, post, narrow, at=at, limit=MOST_ROWS)
    heads = [
        _("编号"), _("隐患"), _("类别"), _("等级"), _("来源"), _("场所编号"), _("场所"), _("区域"), _("整改单位"),
        _("状态"), _("发现时间"), _("整改期限"), _("办结时间"), _("重复隐患"), _("挂牌"),
    ]  # fmt: skip
    return write_rows(heads, _lines(found.rows), kind="xlsx", title=_("隐患台账"))


def _lines(rows: Iterable[hazards.Row]) -> Iterable[list[object]]:
    for row in rows:
        yield [
            row.number, row.title, row.category, row.grade_label, row.source, row.site_code, row.site, row.where,
            row.unit, row.state_label, moment(row.found_at), row.due_on.isoformat() if row.due_on else "",
            moment(row.closed_at), _("是") if row.is_repeat else "", _("是") if row.is_listed else "",
        ]  # fmt: skip


def moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
