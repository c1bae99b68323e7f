"""Clocks of matters: started, stopped, paused and extended by steps; fired by one worker in set-based statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.calendar import queries as calendar
from linli.kernel.calendar.working_time import Base
from linli.kernel.errors import Refused
from linli.kernel.flow import registry, rows
from linli.kernel.flow.definition import Limit, Step
from linli.kernel.flow.models import Clock, Matter

EXTENSIONS_AT_MOST = 2
"""How often one clock may be extended. Source: practice of city management centres, see peers' survey (default)."""


class ClockRefused(Refused): ...


def plan(limit: Limit, *, start: datetime) -> tuple[datetime, list[datetime]]:
    """Due time of ``limit`` from ``start`` and the times of its warnings, the last being the due time itself."""
    due = calendar.due(start, limit.amount, limit.base)
    marks = [_mark(limit, start=start, due=due, share=share) for share in limit.shares]
    return due, marks


def _mark(limit: Limit, *, start: datetime, due: datetime, share: float) -> datetime:
    if share >= 1:
        return due
    if limit.base == "working_days":
        minutes = calendar.elapsed(start, due, "working_minutes")
        return calendar.due(start, minutes * share, "working_minutes")
    return calendar.due(start, limit.amount * share, limit.base)


def move(step: Step, matter: Matter, subject: object, *, at: datetime) -> None:
    """Do to the clocks of ``matter`` what ``step`` says. The matter's due time follows when it is saved."""
    if step.stops or step.again:
        _stop(matter, step.stops if not step.again else None, at=at)
    if step.holds:
        _pause(matter, step.holds, at=at)
    if step.resumes:
        _resume(matter, step.resumes, at=at)
    for kind in step.starts:
        if limit := registry.limit_for(subject, matter, kind):
            start(matter, kind, limit, at=at)


START = """
with before as (
    select coalesce(max(run), 0) as runs from flow_clock where matter_id = %(matter)s and kind = %(kind)s
    and round = %(round)s
), ended as (
    update flow_clock set stopped_at = %(at)s, next_at = null
    where matter_id = %(matter)s and kind = %(kind)s and round = %(round)s and stopped_at is null
)
insert into flow_clock (matter_id, kind, round, run, base, amount, starts_at, due_at, marks, shares, fired, next_at,
                        extended, escalates_by, why)
select %(matter)s, %(kind)s, %(round)s, runs + 1, %(base)s, %(amount)s, %(at)s, %(due)s, %(marks)s::timestamptz[],
       %(shares)s::float8[], 0, %(next)s, 0, %(step)s, %(why)s
from before
"""
"""Started again in one round it is a run of its own; the earlier one ends, if it had not, and stays on record."""


def start(matter: Matter, kind: str, limit: Limit, *, at: datetime) -> None:
    due, marks = plan(limit, start=at)
    values: dict[str, Any] = {
        "matter": matter.pk, "kind": kind, "round": matter.round, "base": limit.base, "amount": limit.amount,
        "at": at, "due": due, "marks": marks, "shares": list(limit.shares), "next": marks[0],
        "step": limit.escalates_by, "why": limit.why[:200],
    }  # fmt: skip
    with rows.ready() as cursor:
        cursor.execute(START, values)


def _base(clock: Clock) -> Base:
    """The base as stored; only the three known ones are ever written."""
    return cast(Base, clock.base)


def soonest(matter: Matter) -> datetime | None:
    with rows.ready() as cursor:
        cursor.execute(
            "select min(due_at) from flow_clock where matter_id = %s and stopped_at is null and paused_at is null",
            [matter.pk],
        )
        due_at: datetime | None = cursor.fetchone()[0]
    return due_at


def stop(matter: Matter, *kinds: str, at: datetime) -> None:
    """End these clocks for a reason no step knows of, and set the due time. The matter is saved."""
    _stop(matter, kinds, at=at)
    matter.due_at = soonest(matter)
    matter.save(update_fields=["due_at"])


def _stop(matter: Matter, kinds: Sequence[str] | None, *, at: datetime) -> None:
    text = "update flow_clock set stopped_at = %s, next_at = null where matter_id = %s and stopped_at is null"
    values: list[Any] = [at, matter.pk]
    if kinds is not None:
        text += " and kind = any(%s)"
        values.append(list(kinds))
    with rows.ready() as cursor:
        cursor.execute(text, values)


def _pause(matter: Matter, kinds: Sequence[str], *, at: datetime) -> None:
    for clock in Clock.objects.filter(matter=matter, kind__in=kinds, stopped_at=None, paused_at=None):
        clock.left = max(0.0, clock.amount - clock.used - calendar.elapsed(_running_from(clock), at, _base(clock)))
        clock.paused_at, clock.next_at = at, None
        clock.save(update_fields=["left", "paused_at", "next_at"])


def _resume(matter: Matter, kinds: Sequence[str], *, at: datetime) -> None:
    for clock in Clock.objects.filter(matter=matter, kind__in=kinds, stopped_at=None, paused_at__isnull=False):
        if not clock.left:
            _go_on_overdue(clock)
            continue
        clock.used, clock.runs_from = clock.amount - clock.left, at
        clock.paused_at, clock.left = None, None
        _replan(clock)
        clock.fired = min(clock.fired, len(clock.marks) - 1)
        clock.next_at = clock.marks[clock.fired]
        clock.save()


def _go_on_overdue(clock: Clock) -> None:
    """A clock paused when its time was up stays as overdue as it was; no pause makes it new."""
    clock.paused_at, clock.left = None, None
    clock.next_at = clock.marks[clock.fired] if clock.fired < len(clock.marks) else None
    clock.save(update_fields=["paused_at", "left", "next_at"])


def _running_from(clock: Clock) -> datetime:
    return clock.runs_from or clock.starts_at


def _replan(clock: Clock) -> None:
    """Set due time and marks anew: each share is one of the whole limit, whatever was used before a pause."""
    base, start = _base(clock), _running_from(clock)
    rest = max(0.0, clock.amount - clock.used)
    shares = [max(0.0, share * clock.amount - clock.used) / rest if rest else 0.0 for share in clock.shares]
    clock.due_at = calendar.due(start, rest, base)
    limit = Limit(rest, base)
    clock.marks = [
        clock.due_at if share >= 1 else min(clock.due_at, _mark(limit, start=start, due=clock.due_at, share=part))
        for share, part in zip(clock.shares, shares, strict=True)
    ]


def extend(matter: Matter, kind: str, *, amount: float, at: datetime) -> Clock:
    """Add ``amount`` (the clock's own unit) to the running clock. Raises ClockRefused after the second time.

    The two times count for the whole round: a clock that began anew in it brings no new ones.
    """
    of_round = Clock.objects.select_for_update().filter(matter=matter, kind=kind, round=matter.round)
    runs = list(of_round.order_by("run"))
    clock = next((one for one in runs if one.stopped_at is None), None)
    if clock is None:
        raise ClockRefused(_("没有正在计时的时限，不能延期。"))
    if sum(one.extended for one in runs) >= EXTENSIONS_AT_MOST:
        raise ClockRefused(_("延期最多 %(times)s 次，已用完。") % {"times": EXTENSIONS_AT_MOST})
    clock.extended += 1
    clock.amount += amount
    if clock.paused_at is not None:
        clock.left = (clock.left or 0.0) + amount
        clock.save(update_fields=["extended", "left", "amount"])
        return clock
    _replan(clock)
    clock.fired = sum(1 for mark in clock.marks if mark <= at)
    clock.next_at = clock.marks[clock.fired] if clock.fired < len(clock.marks) else None
    clock.save()
    return clock


def shorten(matter: Matter, kind: str, limit: Limit, *, at: datetime) -> bool:
    """Put the clock under ``limit`` where that is up sooner; otherwise it stays as it is. Returns whether it did.

    ``limit`` counts from the clock's own start, pauses left out; a due time is never moved back, so extensions hold
    until a shorter limit rules them out. On a paused clock what is left is reckoned anew. A warning given already is
    not given again; one whose time is past under ``limit`` is given at once.
    """
    clock = Clock.objects.select_for_update().filter(matter=matter, kind=kind, stopped_at=None).first()
    if clock is None:
        return False
    is_running = clock.paused_at is None
    used = _as(limit.base, clock, clock.used if is_running else clock.amount - (clock.left or 0.0))
    rest = max(0.0, limit.amount - used)
    since = _running_from(clock) if is_running else at
    due_now = clock.due_at if is_running else calendar.due(at, clock.left or 0.0, _base(clock))
    if calendar.due(since, rest, limit.base) >= due_now:
        return False
    is_all_told = clock.fired >= len(clock.marks)
    clock.base, clock.amount, clock.shares = limit.base, limit.amount, list(limit.shares)
    clock.escalates_by, clock.why = limit.escalates_by, limit.why[:200]
    clock.used = min(used, limit.amount)
    if is_running:
        _replan(clock)
        clock.fired = len(clock.marks) if is_all_told else min(clock.fired, len(clock.marks) - 1)
        clock.next_at = None if is_all_told else clock.marks[clock.fired]
    else:
        clock.left = rest
    clock.save()
    return True


def _as(base: Base, clock: Clock, used: float) -> float:
    """``used`` of the clock's base as an amount of ``base``, as if it had passed without a pause from its start."""
    if base == clock.base or not used:
        return used
    return calendar.elapsed(clock.starts_at, calendar.due(clock.starts_at, used, _base(clock)), base)


def still_runs(matter: Matter, kind: str, round_no: int, run: int) -> bool:
    """Whether this run of this clock is neither stopped nor paused."""
    running = Clock.objects.filter(matter=matter, kind=kind, round=round_no, run=run, stopped_at=None, paused_at=None)
    return running.exists()


FIRE = """
with picked as (
    select id from flow_clock
    where next_at <= %(now)s
    order by next_at
    limit %(batch)s
    for update skip locked
), moved as (
    update flow_clock c
    set fired = c.fired + 1,
        next_at = case when c.fired + 2 <= cardinality(c.marks) then c.marks[c.fired + 2] end
    from picked p where c.id = p.id
    returning c.matter_id, c.kind, c.round, c.run, c.due_at, c.shares[c.fired] as share, c.escalates_by
), told as (
    insert into flow_outbox (matter_id, kind, payload)
    select matter_id, case when share >= 1 then 'clock.overdue' else 'clock.warning' end,
           jsonb_build_object('clock', kind, 'round', round, 'share', share, 'due_at', due_at)
    from moved
    union all
    select matter_id, 'clock.escalate',
           jsonb_build_object('step', escalates_by, 'clock', kind, 'round', round, 'run', run)
    from moved where share >= 1 and escalates_by <> ''
    returning kind
)
select count(*) filter (where kind <> 'clock.escalate') from told
"""


def fire(*, now: datetime, batch: int = 5000) -> int:
    """Fire every mark that has passed, up to ``batch``: one statement, nothing scans the open matters.

    A warning is an event in the outbox; where the limit names a step to escalate by, that goes there too.
    Returns how many fired.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIRE, {"now": now, "batch": batch})
        return int(cursor.fetchone()[0])
