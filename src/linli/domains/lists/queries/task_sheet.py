"""Tasks as rows of a spreadsheet."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.lists.queries import tasks
from linli.domains.lists.queries.tasks import Narrow
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.ledger.amounts import yuan
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

MOST_ROWS = 5000


def write(actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime) -> bytes:
    """The list as the desk shows it, at most ``MOST_ROWS`` lines."""
    found = tasks.desk(actor, post, narrow, at=at, limit=MOST_ROWS)
    heads = [
        _("编号"), _("任务"), _("清单事项编号"), _("清单事项"), _("承办单位"), _("下达单位"), _("状态"), _("下达时间"),
        _("时限"), _("办结时间"), _("用时（小时）"), _("费用（元）"),
    ]  # fmt: skip
    return write_rows(heads, _lines(found.rows), kind="xlsx", title=_("清单任务"))


def _lines(rows: Iterable[tasks.Row]) -> Iterable[list[object]]:
    for row in rows:
        yield [
            row.number, row.title, row.item, row.item_title, row.unit, row.asker, row.state_label,
            moment(row.opened_at), moment(row.due_at), moment(row.closed_at), row.hours or "",
            yuan(row.cost_fen) if row.cost_fen else "",
        ]  # fmt: skip


def moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
