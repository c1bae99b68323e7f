"""What has happened since a program last asked: the journal in the order it was written, without gaps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linli.domains.cases.queries import wording
from linli.kernel.flow.models import Party
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

LOOKED_AT = 2_000
"""Entries looked at for one answer, whoever they belong to: an answer may be empty and still not be the last."""

SINCE = """
with settled as (
    select least(clock_timestamp(), min(xact_start)) as at
    from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() and datname = current_database()
)
select e.id, e.seq, e.step, e.source, e.target, e.taken_at, e.recorded_at, e.recorded_at < settled.at,
       m.id, m.number, m.flow, m.state, m.home_id, m.unit_id, m.area_id, m.assignee_id, m.parent_id,
       c.outer_system, c.outer_number
from flow_entry e join flow_matter m on m.id = e.matter_id left join cases_case c on c.matter_id = m.id, settled
where e.id > %s
order by e.id
limit %s
"""
"""An entry counts only when every writer that began before it was written has finished: a later one may carry a
smaller number, and a reader who had gone past it would never see it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step on a case or on a matter under it. ``no`` grows; the reader asks again with the last one it has."""

    no: int
    matter_id: UUID
    number: str
    flow: str
    seq: int
    step: str
    step_name: str
    source: str
    target: str
    target_name: str
    state: str
    taken_at: datetime
    recorded_at: datetime
    system: str
    outer_number: str


@dataclass(frozen=True, slots=True)
class Changes:
    """after    what to ask with next; has_more: ask at once, there is more to look at"""

    items: list[Change]
    after: int
    has_more: bool


def changes(*, actor: Actor, after: int, limit: int) -> Changes:
    """What happened after entry number ``after`` to matters that ``actor`` may see."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, [after, LOOKED_AT])
        rows = cursor.fetchall()
    settled: list[Sequence[Any]] = []
    for row in rows:
        if not row[7]:
            break
        settled.append(row)
    visible = _visible(settled, actor)
    items: list[Change] = []
    for row in settled:
        if len(items) >= limit:
            return Changes(items, after, True)
        after = row[0]
        if row[8] in visible:
            items.append(_change(row))
    return Changes(items, after, len(settled) == LOOKED_AT)


def _visible(rows: Collection[Sequence[Any]], actor: Actor) -> set[UUID]:
    """Matters of ``rows`` inside the actor's posts, assigned to them, or theirs as a party (their children too)."""
    scope = org.covers(actor)
    homes, units, areas = set(scope.home_ids()), set(scope.unit_ids()), set(scope.area_ids())
    family = {key for row in rows for key in (row[8], row[16]) if key is not None}
    mine = set(Party.objects.filter(matter_id__in=family, actor=actor).values_list("matter_id", flat=True))
    return {
        row[8]
        for row in rows
        if row[12] in homes or row[13] in units or row[14] in areas or row[15] == actor.pk or row[8] in mine
    }


def _change(row: Sequence[Any]) -> Change:
    no, seq, step, source, target, taken_at, recorded_at, _settled, matter, number, flow, state = row[:12]
    return Change(
        no, matter, number, flow, seq, step, wording.step(flow, step), source, target, wording.state(flow, target),
        state, taken_at, recorded_at, row[17] or "", row[18] or "",
    )  # fmt: skip


def entry_before(at: datetime) -> int:
    """Number of the last entry written before ``at``: found by halving, for numbers and times grow together."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(min(id), 0), coalesce(max(id), 0) from flow_entry")
        low, high = cursor.fetchone()
        low -= 1
        while low < high:
            middle = (low + high + 1) // 2
            cursor.execute("select id, recorded_at from flow_entry where id <= %s order by id desc limit 1", [middle])
            found = cursor.fetchone()
            if found is not None and found[1] >= at:
                high = found[0] - 1
            else:
                low = middle
    return max(0, int(low))
