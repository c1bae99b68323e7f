"""The register as a spreadsheet: the columns of an import first, so that it can be taken in again."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.queries import site_register
from linli.domains.safety.queries.site_register import Narrow, Row
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org.models import Actor

MOST_ROWS = 5000
TAKEN_IN = ("编号", "名称", "类别", "地址", "经度", "纬度", "坐标系", "巡查对象", "人员密集", "运营单位")


def write(actor: Actor, narrow: Narrow, *, at: datetime) -> bytes:
    """At most MOST_ROWS lines by code."""
    found = site_register.page(actor, narrow, at=at, limit=MOST_ROWS)
    heads = [
        *TAKEN_IN, _("所在单位"), _("状态"), _("风险"), _("责任空缺"), _("方案有效期"), _("多少天巡查一次"),
        _("最近巡查"), _("超期未巡"),
    ]  # fmt: skip
    return write_rows(heads, _lines(found.rows), kind="xlsx", title=_("场所底数"))


def _lines(rows: Iterable[Row]) -> Iterable[list[object]]:
    for row in rows:
        patrolled = timezone.localtime(row.last_patrol_at).strftime("%Y-%m-%d %H:%M") if row.last_patrol_at else ""
        yield [
            row.code, row.name, row.kind, row.address, row.lon, row.lat, "wgs84", row.target_label,
            "是" if row.is_crowded else "", row.operator, row.unit, row.state_label, row.colour_label,
            "" if row.blanks is None else row.blanks, row.plan_to.isoformat() if row.plan_to else "",
            row.every_days or "", patrolled, _("是") if row.is_unpatrolled else "",
        ]  # fmt: skip
