"""A year is closed: how each item fared is written down and then stays; honours are registered beside it (000-14)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands.executing import money_of
from linli.domains.lists.models import Honour, Standing, YearClosing
from linli.domains.lists.queries import executions
from linli.domains.lists.queries.executions import MONEY, OUTER, OWN
from linli.domains.lists.queries.reach import may
from linli.kernel.catalog.models import WorkItem, WorkList
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.org.models import Actor, Unit

RIGHT = "edit_lists"
FIRST_YEAR = 2000


class YearRefused(Refused):
    """The year may not be closed, or the honour not be registered, in this way."""


CLOSE = f"""
with asked as (
  select s.item_id, s.worklist_id, s.title, s.heading, s.code, u.path, k.bearer,
    coalesce((w.terms->>'budget_fen')::bigint, 0) as budget_fen
  from lists_standing s join org_unit u on u.id = s.unit_id join catalog_listkind k on k.code = s.kind
  left join catalog_wording w on w.id = s.wording_id
  where s.worklist_id = any(%(worklists)s) and s.state <> 'coming'
    and (s.retired_on is null or s.retired_on > %(first)s)),
{OWN}, {OUTER}, {MONEY}
insert into lists_yearresult (item_id, worklist_id, year, title, heading, planned, done, on_time, overdue, budget_fen,
  paid_fen, note, closed_by_id, closed_at)
select a.item_id, a.worklist_id, %(year)s, a.title, a.heading, coalesce(l.planned, 0),
  coalesce(l.done, 0) + coalesce(t.done, 0) + coalesce(o.done, 0),
  coalesce(l.on_time, 0) + coalesce(t.on_time, 0) + coalesce(o.on_time, 0),
  coalesce(l.overdue, 0) + coalesce(t.overdue, 0) + coalesce(o.overdue, 0),
  case when m.budget_fen > 0 then m.budget_fen else a.budget_fen end,
  case when m.budget_fen > 0 or m.paid_fen > 0 then m.paid_fen else coalesce(t.cost_fen, 0) end,
  '', %(actor)s, %(closed_at)s
from asked a left join lines l using (item_id) left join tasks t using (item_id)
left join outer_runs o using (item_id) left join money m on m.code = a.code
"""


@transaction.atomic
def close_year(unit: Unit, year: int, *, reason: str, actor: Actor, at: datetime, is_early: bool = False) -> int:
    """Close ``year`` of all lists of ``unit`` that are open for it; returns for how many items.

    is_early  it is known that the year has not ended and nothing of the rest of it will count
    Closed twice, the second finds nothing to close and returns 0. Raises YearRefused.
    """
    _check(unit, year, reason, actor, at, is_early=is_early)
    lists = WorkList.objects.select_for_update(no_key=True).filter(unit=unit, closed_at=None).exclude(kind="seal")
    open_lists = [one for one in lists.order_by("pk") if not one.closings.filter(year=year).exists()]
    if not open_lists:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '120s'")
    keys = [one.pk for one in open_lists]
    codes = list(Standing.objects.filter(worklist__in=keys).values_list("code", flat=True))
    until = executions.year_of(year)[1]
    given = executions.period(year, min(at, until)) | money_of(codes, year)
    given |= {"worklists": keys, "first": date(year, 1, 1), "actor": actor.pk, "closed_at": at}
    count = executions.execute(CLOSE, given | executions.told(unit.path, year=year, at=min(at, until)))
    for one in open_lists:
        items = one.items.filter(years__year=year).count()
        YearClosing.objects.create(
            worklist=one, year=year, reason=reason.strip()[:400], items=items, closed_by=actor, closed_at=at
        )
    return count


def _check(unit: Unit, year: int, reason: str, actor: Actor, at: datetime, *, is_early: bool) -> None:
    if not may(actor, RIGHT, unit):
        raise YearRefused(_("您的岗位不能封存%(unit)s的年度档案。") % {"unit": unit.name})
    if not reason.strip():
        raise YearRefused(_("请写明说明。"), field="reason")
    since, until = executions.year_of(year) if FIRST_YEAR <= year <= 9998 else (at, at)
    if since >= at:
        raise YearRefused(_("这一年还没有开始。"), field="year")
    if at < until and not is_early:
        raise YearRefused(_("这一年还没有结束；确需提前封存的，请勾选确认。"), field="is_early")


@dataclass(frozen=True, slots=True)
class Awarded:
    """A distinction as registered. ``item`` it was given for, if any."""

    year: int
    title: str
    awarded_by: str
    awarded_on: date | None = None
    item: WorkItem | None = None
    file: UUID | None = None


@transaction.atomic
def register_honour(unit: Unit, awarded: Awarded, *, actor: Actor, at: datetime) -> Honour:
    """Register what ``unit`` was awarded; the same registered twice is one. Raises YearRefused."""
    if not may(actor, RIGHT, unit):
        raise YearRefused(_("您的岗位不能登记%(unit)s的荣誉。") % {"unit": unit.name})
    title, awarded_by = awarded.title.strip()[:120], awarded.awarded_by.strip()[:120]
    for name, text in (("title", title), ("awarded_by", awarded_by)):
        if not text:
            raise YearRefused(_("请填写完整。"), field=name)
    if not FIRST_YEAR <= awarded.year <= at.year + 1:
        raise YearRefused(_("年份不对。"), field="year")
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    honour, is_new = Honour.objects.get_or_create(
        unit=unit, year=awarded.year, title=title, awarded_by=awarded_by, taken_back_because="",
        defaults={
            "awarded_on": awarded.awarded_on, "item": awarded.item, "file_id": awarded.file, "made_by": actor,
            "made_at": at,
        },
    )  # fmt: skip
    if is_new and awarded.file is not None:
        evidence.retain([awarded.file], until=None)
    return honour


@transaction.atomic
def take_back_honour(honour: Honour, *, reason: str, actor: Actor, at: datetime) -> None:
    """It was registered wrongly or withdrawn; it stays in sight with the reason. Raises YearRefused."""
    held = Honour.objects.select_for_update(of=("self",)).select_related("unit").get(pk=honour.pk)
    if not may(actor, RIGHT, held.unit):
        raise YearRefused(_("您的岗位不能登记%(unit)s的荣誉。") % {"unit": held.unit.name})
    if not reason.strip():
        raise YearRefused(_("请写明撤销的理由。"), field="reason")
    if held.taken_back_because:
        return
    held.taken_back_because, held.taken_back_by, held.taken_back_at = reason.strip()[:200], actor, at
    held.save(update_fields=["taken_back_because", "taken_back_by", "taken_back_at"])
