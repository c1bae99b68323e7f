"""When in a year an item falls due, from how often it is done: the days a drafted plan begins with."""

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linli.kernel.calendar.working_time import WorkCalendar

MILESTONE = 100
"""Slots from here on are milestones of a key project."""
MILESTONES: tuple[tuple[str, int], ...] = (("方案确定", 3), ("中期检查", 6), ("完成验收", 10), ("总结归档", 12))
"""What a key project passes through, and the month at whose end (default; each is moved by whoever plans)."""

_EVERY_MONTH = tuple(range(1, 13))
_MONTHS: dict[str, tuple[int, ...]] = {
    "daily": _EVERY_MONTH,
    "weekly": _EVERY_MONTH,
    "halfmonthly": _EVERY_MONTH,
    "monthly": _EVERY_MONTH,
    "quarterly": (3, 6, 9, 12),
    "halfyearly": (6, 12),
}
"""Frequency → months in which a line stands. What is done daily or weekly is summed up once a month."""
_ONCE = ("once", "yearly")
_SUMMED = ("daily", "weekly", "halfmonthly")
SUMMED_WITHIN = 5
"""Last working days of the month on which daily and weekly work is summed up (default)."""
_FIRST, _LAST = 3, 11


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of a drafted plan. ``label`` goes before the item's title, "" for a regular one."""

    no: int
    due_on: date
    label: str = ""


def slots_of(frequency: str, *, serial: int, is_key: bool, working: Mapping[int, Sequence[date]]) -> list[Slot]:
    """The days of a year on which an item is to be done, all of them worked.

    serial   of the item; by it work is spread over the days of the month (what is done daily or weekly: over its last
             ones, because it is summed up there), and what is done once a year over March to November
    working  of the year, by ``working_days``
    """
    wanted = (_FIRST + serial % (_LAST - _FIRST + 1),) if frequency in _ONCE else _MONTHS.get(frequency, ())
    slots = [Slot(month, _day(working[month], frequency, serial)) for month in wanted]
    if is_key:
        slots += [
            Slot(MILESTONE + no, working[month][-1], label) for no, (label, month) in enumerate(MILESTONES, start=1)
        ]
    return slots


def _day(days: Sequence[date], frequency: str, serial: int) -> date:
    choice = days[-SUMMED_WITHIN:] if frequency in _SUMMED else days
    return choice[serial % len(choice)]


def working_days(year: int, working: WorkCalendar) -> dict[int, list[date]]:
    """Month → the days that are worked in it; of a month without any its last day."""
    return {month: _worked(year, month, working) for month in _EVERY_MONTH}


def _worked(year: int, month: int, working: WorkCalendar) -> list[date]:
    days = [date(year, month, day) for day in range(1, months.monthrange(year, month)[1] + 1)]
    return [day for day in days if working.is_working_day(day)] or days[-1:]
