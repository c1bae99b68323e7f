"""Counting executions: of one item after each step of its tasks, of a whole district by night or on demand."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from linli.domains.lists.models import Standing, Task
from linli.domains.lists.queries import executions
from linli.domains.lists.queries.executions import MONEY, OUTER, OWN, SHANGHAI
from linli.kernel.flow.models import Entry
from linli.kernel.ledger import queries as ledger
from linli.kernel.org.models import Unit

STATE = """
case when s.state in ('retired', 'coming') then s.state
     when {overdue} > 0 then 'overdue'
     when {open} > 0 then 'running'
     when {planned} > 0 and {lines_done} >= {planned} or {planned} = 0 and {done} > 0 then 'done'
     when {done} > 0 then 'running'
     else 'not_started' end
"""

COUNT_ALL = f"""
with asked as (
  select s.item_id, s.code, u.path, k.bearer, coalesce((w.terms->>'budget_fen')::bigint, 0) as budget_fen
  from lists_standing s join org_unit u on u.id = s.unit_id join catalog_listkind k on k.code = s.kind
  left join catalog_wording w on w.id = s.wording_id
  where starts_with(u.path, %(path)s)),
{OWN}, {OUTER}, {MONEY},
whole as (
  select a.item_id, coalesce(l.planned, 0) as planned, coalesce(l.done, 0) as lines_done,
    coalesce(t.open, 0) + coalesce(o.open, 0) as open, coalesce(o.open, 0) as outer_open,
    coalesce(l.overdue, 0) + coalesce(t.overdue, 0) + coalesce(o.overdue, 0) as overdue,
    coalesce(o.overdue, 0) as outer_overdue,
    coalesce(l.done, 0) + coalesce(t.done, 0) + coalesce(o.done, 0) as done, coalesce(o.done, 0) as outer_done,
    case when m.budget_fen > 0 then m.budget_fen else a.budget_fen end as budget_fen,
    case when m.budget_fen > 0 or m.paid_fen > 0 then m.paid_fen else coalesce(t.cost_fen, 0) end as paid_fen,
    greatest(l.last_at, t.last_at, o.last_at) as last_at,
    case greatest(l.last_at, t.last_at, o.last_at)
      when t.last_at then t.last when o.last_at then o.last when l.last_at then l.last end as last
  from asked a left join lines l using (item_id) left join tasks t using (item_id)
  left join outer_runs o using (item_id) left join money m on m.code = a.code)
update lists_standing s set year = %(year)s, planned = w.planned, open = w.open, overdue = w.overdue, done = w.done,
  outer_open = w.outer_open, outer_overdue = w.outer_overdue, outer_done = w.outer_done, budget_fen = w.budget_fen,
  paid_fen = w.paid_fen, last_at = w.last_at, last_text = left(coalesce(w.last, ''), 120),
  state = {
    STATE.format(overdue="w.overdue", open="w.open", planned="w.planned", lines_done="w.lines_done", done="w.done")
}
from whole w where s.item_id = w.item_id
  and (s.year, s.planned, s.open, s.overdue, s.done, s.outer_open, s.outer_overdue, s.outer_done, s.budget_fen,
       s.paid_fen, s.last_at) is distinct from
      (%(year)s, w.planned, w.open, w.overdue, w.done, w.outer_open, w.outer_overdue, w.outer_done, w.budget_fen,
       w.paid_fen, w.last_at)
"""

COUNT_OWN = f"""
with asked as (select s.item_id from lists_standing s where s.item_id = any(%(items)s)),
{OWN}, {MONEY},
whole as (
  select a.item_id, coalesce(l.planned, 0) as planned, coalesce(l.done, 0) as lines_done,
    coalesce(t.open, 0) + s.outer_open as open,
    coalesce(l.overdue, 0) + coalesce(t.overdue, 0) + s.outer_overdue as overdue,
    coalesce(l.done, 0) + coalesce(t.done, 0) + s.outer_done as done,
    case when m.budget_fen > 0 then m.budget_fen else coalesce((f.terms->>'budget_fen')::bigint, 0) end as budget_fen,
    case when m.budget_fen > 0 or m.paid_fen > 0 then m.paid_fen else coalesce(t.cost_fen, 0) end as paid_fen,
    greatest(l.last_at, t.last_at) as last_at,
    case when t.last_at >= l.last_at or l.last_at is null then t.last else l.last end as last
  from asked a join lists_standing s using (item_id) left join lines l using (item_id)
  left join tasks t using (item_id) left join money m on m.code = s.code
  left join catalog_wording f on f.id = s.wording_id)
update lists_standing s set planned = w.planned, open = w.open, overdue = w.overdue, done = w.done,
  budget_fen = w.budget_fen, paid_fen = w.paid_fen, last_at = greatest(s.last_at, w.last_at),
  last_text = case when w.last_at >= s.last_at or s.last_at is null then left(coalesce(w.last, ''), 120)
                   else s.last_text end,
  state = {
    STATE.format(overdue="w.overdue", open="w.open", planned="w.planned", lines_done="w.lines_done", done="w.done")
}
from whole w where s.item_id = w.item_id
"""


@transaction.atomic
def count_executions(unit: Unit, *, year: int, at: datetime) -> int:
    """Count anew, for every item of ``unit`` and below, what was planned, runs, is late and done in ``year``.

    Returns how many items have other figures than before. Four SQL statements, however many items, and one for each
    domain that works under them.
    """
    with connection.cursor() as cursor:
        # By night or on demand, not within a page: more than a request may take.
        cursor.execute("set local statement_timeout = '120s'")
    codes = list(Standing.objects.filter(unit__path__startswith=unit.path).values_list("code", flat=True))
    given = {"path": unit.path, **executions.period(year, at), **money_of(codes, year)}
    return executions.execute(COUNT_ALL, given | executions.told(unit.path, year=year, at=at))


def freshen(items: Collection[int], *, at: datetime) -> None:
    """Count our own executions under ``items`` (ids) anew; what other domains told stays. Three SQL statements."""
    if not items:
        return
    year = at.astimezone(SHANGHAI).year
    codes = list(Standing.objects.filter(item__in=items).values_list("code", flat=True))
    given = {"items": list(items), **executions.period(year, at), **money_of(codes, year)}
    executions.execute(COUNT_OWN, given)


def follow_task(entry: Entry) -> None:
    """A step of a task shows at once at its item, and a planned line is done with the task given for it."""
    task = Task.objects.select_related("plan_line").filter(matter_id=entry.matter_id).first()
    if task is None or task.item_id is None:
        return
    line = task.plan_line
    if line is not None and entry.target == "done" and line.done_on is None and not line.dropped_because:
        line.done_on, line.done_by_id = entry.taken_at.astimezone(SHANGHAI).date(), entry.actor_id
        line.result = task.outcome[:400]
        line.save(update_fields=["done_on", "done_by", "result"])
    freshen([task.item_id], at=entry.taken_at)


def money_of(codes: Collection[str], year: int) -> dict[str, list[object]]:
    """What the ledger says of these items, as the columns that ``MONEY`` unfolds. One SQL statement."""
    uses = ledger.uses_of(codes, year)
    moved = [use for use in uses.values() if use.budget_fen or use.paid_fen]
    return {
        "codes": [use.purpose for use in moved],
        "budgets": [use.budget_fen for use in moved],
        "paids": [use.paid_fen for use in moved],
    }
