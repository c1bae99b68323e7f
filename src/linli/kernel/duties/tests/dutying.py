"""What tests of duties share: a plan with the usual answers, and times of one week."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from linli.kernel.duties.commands import Draft, set_duty
from linli.kernel.duties.models import Duty
from linli.kernel.duties.rules import ZONE

SUNDAY = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon of Sunday 1 March 2026."""
MONDAY = date(2026, 3, 2)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def draft(town: Any, **more: Any) -> Draft:
    """Hua walks grid 7 on Mondays, Wednesdays and Fridays from nine to eleven."""
    plan = Draft(
        kind="patrol", title="第七网格日常巡查", unit=town.grid, holder=town.hua, rule="FREQ=WEEKLY;BYDAY=MO,WE,FR",
        starts_on=MONDAY, opens=time(9), closes=time(11), grace_minutes=60,
    )  # fmt: skip
    return replace(plan, **more)


def a_duty(town: Any, *, by: str = "wang", **more: Any) -> Duty:
    return set_duty(draft(town, **more), actor=town.people[by], at=SUNDAY)
