"""Three weeks of recurring duties in the street of the cast: done, late, reported later, missed, excused.

Leave that is not covered yet and a swap that is asked; the street's safety meeting that comes again: one held with
minutes and a decision, the next one called.
"""

import random
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from linli.config.demo.territory import CAST_STREETS, District
from linli.kernel.duties import commands as duties
from linli.kernel.duties.commands import Draft
from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings.commands import series
from linli.kernel.meetings.models import Series
from linli.kernel.org.models import Actor, Post, Unit

BACK = timedelta(days=22)
TITLE = "街道安全生产例会"
NOTES = (
    "一切正常",
    "提醒两户清理楼道杂物",
    "劝离占用消防通道车辆一辆",
    "灭火器压力正常，应急灯一处不亮已报修",
    "走访三户，情况稳定",
)


class Team(NamedTuple):
    """A grid, who plans there, who does it."""

    grid: Unit
    head: Actor
    officer: Actor


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Duties up to ``at``; how many. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    if Series.objects.filter(unit=street, title=TITLE).exists():
        return 0
    begun = at - BACK
    teams = _teams(district, street)
    made = [duty for team in teams for duty in _planned(team, begun)]
    every = _series(street, begun)
    while duties.make_ahead(at=at):
        pass
    if every is not None:
        _held(every, at)
    for duty in made:
        _lived(duty, chance, at)
    while duties.miss_due(at=at):
        pass
    for team in teams[:1]:
        _away(team, made[0], at)
    return len(made)


def _teams(district: District, street: Unit) -> list[Team]:
    found = []
    for committee in district.committees.get(street.pk, []):
        for grid in district.grids.get(committee.pk, []):
            head, officer = _holder(grid, "grid_head"), _holder(grid, "grid_officer")
            if head is not None and officer is not None and head != officer:
                found.append(Team(grid, head, officer))
    return found[:3]


def _holder(over: Unit, role: str) -> Actor | None:
    post = Post.objects.filter(over=over, role=role, until=None).select_related("actor").order_by("pk").first()
    return post.actor if post else None


def _planned(team: Team, begun: datetime) -> list[Duty]:
    name, first = team.grid.name, timezone.localdate(begun)
    drafts = (
        Draft(kind="visit", title=f"{name}走访独居老人", unit=team.grid, holder=team.officer, starts_on=first,
              rule="FREQ=WEEKLY;BYDAY=MO,WE,FR", opens=time(9), closes=time(11), wants=("note",), grace_minutes=120),
        Draft(kind="watch", title=f"{name}早市值守", unit=team.grid, role="grid_officer", starts_on=first,
              rule="FREQ=DAILY", opens=time(6, 30), closes=time(8, 30), wants=("note",), working_days_only=True),
        Draft(kind="inspection", title=f"{name}沿街商铺用气用电检查", unit=team.grid, holder=team.officer,
              starts_on=first, rule="FREQ=MONTHLY;BYMONTHDAY=5,20", opens=time(13), closes=time(17),
              wants=("note",), why="三定巡逻与专项检查相结合"),
    )  # fmt: skip
    return [duties.set_duty(draft, actor=team.head, at=begun, knowing=True) for draft in drafts]


def _lived(duty: Duty, chance: random.Random, at: datetime) -> None:
    """Most were done in time, some late or reported later, some missed, one excused."""
    officer = duty.holder or _holder(duty.unit, "grid_officer")
    assert officer is not None
    for n, one in enumerate(Occurrence.objects.filter(duty=duty, misses_at__lte=at).order_by("on")):
        if n == 4:
            duties.excuse(one.pk, reason="台风蓝色预警，全员备勤", actor=duty.made_by, at=one.opens_at)
            continue
        luck = chance.random()
        if luck < 0.1:
            continue
        done_at = one.closes_at + timedelta(minutes=25) if luck < 0.18 else one.opens_at + timedelta(minutes=55)
        filed_at = done_at + (timedelta(hours=9) if 0.18 <= luck < 0.28 else timedelta(0))
        if filed_at <= at:
            duties.record_done(
                one.pk, done_at=done_at, filed_at=filed_at, is_late=False, actor=officer, note=chance.choice(NOTES)
            )


def _away(team: Team, duty: Duty, at: datetime) -> None:
    """The officer's leave is granted and not yet covered, another waits; a swap is asked."""
    today = timezone.localdate(at)
    granted = duties.ask_leave(
        unit=team.grid, first=today + timedelta(days=2), last=today + timedelta(days=5), reason="年休假",
        actor=team.officer, at=at,
    )  # fmt: skip
    duties.grant_leave(granted.pk, actor=team.head, at=at, decision="同意，已安排换人")
    duties.ask_leave(
        unit=team.grid, first=today + timedelta(days=9), last=today + timedelta(days=9), reason="培训",
        actor=team.officer, at=at,
    )  # fmt: skip
    later = duty.occurrences.filter(state="due", on__gt=today + timedelta(days=6)).order_by("on").first()
    if later is not None:
        duties.ask_swap(later.pk, asked=team.head, reason="当天有业务培训", actor=team.officer, at=at)


def _series(street: Unit, begun: datetime) -> Series | None:
    leader = _holder(street, "leader")
    if leader is None:
        return None
    return series.begin(
        kind="briefing", title=TITLE, unit=street, rule="FREQ=WEEKLY;BYDAY=TH", opens=time(14), closes=time(16),
        starts_on=timezone.localdate(begun) + timedelta(days=1), place="三楼会议室", days_ahead=7,
        agenda=["通报上期隐患整改情况", "部署本期重点"], actor=leader, at=begun, knowing=True,
    )  # fmt: skip


def _held(every: Series, at: datetime) -> None:
    """The first was held and minuted, the next called ones were not held in time, one is to come."""
    first = every.meetings.order_by("starts_at").first()
    if first is not None:
        leader, after = first.called_by, first.starts_at + timedelta(hours=1)
        meetings.record_attendance(first.pk, attended=[leader.pk], absent={}, actor=leader, at=after)
        meetings.decide(first.pk, text="月底前完成沿街商铺燃气软管排查", actor=leader, at=after)
        meetings.write_minutes(first.pk, text="通报隐患整改情况，明确本期重点。", actor=leader, at=after)
    series.call_due(at=at, only=every.pk)
