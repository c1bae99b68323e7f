"""The patrol log as rows of a spreadsheet."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from linli.domains.safety.queries import patrol_log
from linli.domains.safety.queries.patrol_log import Narrow, Row
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.web.times import when

MOST_ROWS = 5_000


def write(actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime) -> bytes:
    """The log as the page shows it, at most ``MOST_ROWS`` lines."""
    found = patrol_log.page(actor, post, narrow, at=at, limit=MOST_ROWS)
    heads = [
        _("时间"), _("收到时间"), _("巡查人"), _("登记人"), _("队伍"), _("类别"), _("区域"), _("点位编号"), _("点位"),
        _("到点证明"), _("距离（米）"), _("现场情况"), _("说明"), _("照片"), _("事后同步"), _("时间存疑"), _("后续"),
    ]  # fmt: skip
    return write_rows(heads, _lines(found.rows), kind="xlsx", title=_("巡查日志"))


def _lines(rows: Iterable[Row]) -> Iterable[list[object]]:
    yes = _("是")
    for row in rows:
        yield [
            when(row.at), when(row.recorded_at), row.who, row.filed_by, row.team, row.kind, row.unit, row.site_code,
            row.site, row.proof, "" if row.distance_m is None else row.distance_m, row.condition, row.note,
            len(row.photos) or "", yes if row.is_late_sync else "", yes if row.is_late else "",
            "、".join(one.number for one in row.follows),
        ]  # fmt: skip
