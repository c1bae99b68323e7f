"""How an item is being carried out: lines of the plan, tasks, and what other domains do under it (000-10).

Other domains are strangers: what they count stands in the table ``EXECUTIONS`` of ``config.wiring``.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.functional import Promise

from linli.kernel.org.models import Actor

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Counted(Protocol):
    """Matters of one category of the catalogue: taken in at ``home_path``, led by the unit at ``holder_path``."""

    @property
    def category(self) -> str: ...
    @property
    def home_path(self) -> str: ...
    @property
    def holder_path(self) -> str: ...
    @property
    def holder_kind(self) -> str: ...
    @property
    def open(self) -> int: ...
    @property
    def overdue(self) -> int: ...
    @property
    def done(self) -> int: ...
    @property
    def on_time(self) -> int: ...
    @property
    def last_at(self) -> datetime: ...
    @property
    def last(self) -> str: ...


class OuterRun(Protocol):
    """One matter of another domain below an item."""

    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


class Runs(Protocol):
    def __call__(
        self, categories: Collection[str], path: str, *, actor: Actor, since: datetime, until: datetime, after: str,
        limit: int,
    ) -> Sequence[OuterRun]: ...  # fmt: skip


class Counts(Protocol):
    def __call__(self, path: str, *, since: datetime, until: datetime, at: datetime) -> Iterable[Counted]: ...


@dataclass(frozen=True, slots=True)
class Execution:
    """What another domain does under items. ``url_name`` is the page of one of its matters, by number."""

    code: str
    label: str | Promise
    counts: Counts
    runs: Runs
    url_name: str


_sources: list[Execution] = []


def connect(sources: Iterable[Execution]) -> None:
    """Remember who does what under items; replaces those connected before."""
    _sources[:] = sources


def sources() -> Sequence[Execution]:
    return _sources


def year_of(year: int) -> tuple[datetime, datetime]:
    """The year as moments, half-open, by the clock here."""
    return datetime(year, 1, 1, tzinfo=SHANGHAI), datetime(year + 1, 1, 1, tzinfo=SHANGHAI)


OWN = """
lines as (
  select p.item_id, count(*) filter (where p.dropped_because = '') as planned,
    count(*) filter (where p.done_on is not null) as done,
    count(*) filter (where p.done_on <= p.due_on) as on_time,
    count(*) filter (where p.done_on is null and p.dropped_because = '' and p.due_on < %(today)s) as overdue,
    max(p.done_on)::timestamp at time zone 'Asia/Shanghai' as last_at,
    (array_agg(p.title order by p.done_on desc nulls last))[1] as last
  from lists_planline p where p.item_id = any(select item_id from asked) and p.year = %(year)s group by 1),
tasks as (
  select t.item_id, count(*) filter (where r.is_open) as open,
    count(*) filter (where r.is_open and m.due_at < %(at)s
                     and (p.id is null or p.done_on is not null or p.due_on >= %(today)s)) as overdue,
    count(*) filter (where r.is_done and p.id is null) as done,
    count(*) filter (where r.is_done and p.id is null and (m.due_at is null or m.closed_at <= m.due_at)) as on_time,
    coalesce(sum(t.cost_fen) filter (where r.is_done), 0) as cost_fen,
    max(e.at) as last_at, (array_agg(m.number || ' ' || m.title order by e.at desc))[1] as last
  from lists_task t join flow_matter m on m.id = t.matter_id left join lists_planline p on p.id = t.plan_line_id
  cross join lateral (select m.closed_at is null or m.closed_at >= %(until)s as is_open,
                             m.state = 'done' and m.closed_at < %(until)s as is_done) r
  cross join lateral (select max(taken_at) as at from flow_entry where matter_id = m.id) e
  where t.item_id = any(select item_id from asked)
    and m.opened_at < %(until)s and (m.closed_at is null or m.closed_at >= %(since)s)
  group by 1)
"""
"""What stands under the items of ``asked`` in our own tables: by item. A task of a planned line is that line's."""

OUTER = """
told as (
  select * from unnest(%(categories)s::text[], %(homes)s::text[], %(holders)s::text[], %(kinds)s::text[],
    %(opens)s::int[], %(overdues)s::int[], %(dones)s::int[], %(on_times)s::int[], %(lasts)s::timestamptz[],
    %(titles)s::text[]) with ordinality
    as t(category, home, holder, kind, open, overdue, done, on_time, last_at, last, no)),
outer_runs as (
  select item_id, sum(open) as open, sum(overdue) as overdue, sum(done) as done, sum(on_time) as on_time,
    max(last_at) as last_at, (array_agg(last order by last_at desc))[1] as last
  from (select distinct a.item_id, t.* from asked a join lists_covered c on c.item_id = a.item_id
        join told t on starts_with(t.category, c.category)
          and (starts_with(t.home, a.path) or starts_with(t.holder, a.path))
          and (a.bearer not in ('committee', 'village') or t.kind = a.bearer)) x
  group by 1)
"""
"""What other domains told, laid to the items that cover its categories in their area. Needs ``asked`` with path."""

MONEY = """
money as (select * from unnest(%(codes)s::text[], %(budgets)s::bigint[], %(paids)s::bigint[])
          as m(code, budget_fen, paid_fen))
"""


def told(path: str, *, year: int, at: datetime) -> dict[str, list[Any]]:
    """What all other domains count in the area at ``path``, as the columns that ``OUTER`` unfolds."""
    since, until = year_of(year)
    rows = [row for source in _sources for row in source.counts(path, since=since, until=until, at=at)]
    return {
        "categories": [row.category for row in rows],
        "homes": [row.home_path for row in rows],
        "holders": [row.holder_path for row in rows],
        "kinds": [row.holder_kind for row in rows],
        "opens": [row.open for row in rows],
        "overdues": [row.overdue for row in rows],
        "dones": [row.done for row in rows],
        "on_times": [row.on_time for row in rows],
        "lasts": [row.last_at for row in rows],
        "titles": [row.last for row in rows],
    }


def period(year: int, at: datetime) -> dict[str, Any]:
    """What the counting statements ask with: the year, and the day it is."""
    since, until = year_of(year)
    today: date = min(at, until).astimezone(SHANGHAI).date()
    return {"year": year, "since": since, "until": until, "at": at, "today": today}


def execute(statement: str, given: dict[str, Any]) -> int:
    """Rows touched by one of the counting statements."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)
