"""A list of cases as rows of a sheet: what is shown on the page, nothing personal beyond it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.cases.queries.filtering import Filter
from linli.domains.cases.queries.reaching import reach_of
from linli.domains.cases.queries.rows import Row, rows
from linli.domains.cases.queries.workbench import asked_for, tab_named
from linli.kernel.flow.inbox import page_keys
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

MOST_ROWS = 5000
AT_ONCE = 1000


def headers() -> list[str]:
    return [
        _("编号"), _("标题"), _("种类"), _("状态"), _("分类"), _("地点"), _("承办单位"), _("经办人"), _("上报时间"),
        _("时限"), _("办结时间"), _("标记"),
    ]  # fmt: skip


def keys_for(actor: Actor, post: Held | None, asked: Filter, *, tab: str, at: datetime) -> list[UUID]:
    """Keys of the list as the page shows it, one more than may leave, so that too many are noticed."""
    heap = asked_for(tab_named(tab, post), reach_of(actor, post), asked, at=at)
    return [key for key, _due in page_keys(heap, after=None, limit=MOST_ROWS + 1)]


def lines(keys: list[UUID]) -> Iterable[list[str]]:
    """The rows of the sheet, read a thousand at a time."""
    for first in range(0, len(keys), AT_ONCE):
        for row in rows(keys[first : first + AT_ONCE]):
            yield _line(row)


def _line(row: Row) -> list[str]:
    return [
        row.number, row.title, row.flow_label, row.state_label, row.category, row.place, row.unit, row.assignee,
        _time(row.opened_at), _time(row.due_at), _time(row.closed_at), "、".join(mark.label for mark in row.marks),
    ]  # fmt: skip


def _time(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
