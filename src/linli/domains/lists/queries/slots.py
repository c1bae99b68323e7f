"""When in a year an item falls due, from how often it is done: the days a drafted plan begins with."""

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
"""Frequency → months at whose end a line stands. What is done daily or weekly is summed up once a month."""
_ONCE = ("once", "yearly")
_FIRST, _LAST = 3, 11


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of a drafted plan. ``label`` goes before the item's title, "" for a regular one."""

    no: int
    due_on: date
    label: str = ""


def slots_of(frequency: str, *, serial: int, is_key: bool, ends: Mapping[int, date]) -> list[Slot]:
    """The days of a year on which an item is to be done, each the last working day of its month.

    serial  of the item; what is done once a year is spread over March to November by it, so that not all falls
            into the same month
    ends    of the year, by ``ends_of``
    """
    wanted = (_FIRST + serial % (_LAST - _FIRST + 1),) if frequency in _ONCE else _MONTHS.get(frequency, ())
    slots = [Slot(month, ends[month]) for month in wanted]
    if is_key:
        slots += [Slot(MILESTONE + no, ends[month], label) for no, (label, month) in enumerate(MILESTONES, start=1)]
    return slots


def ends_of(year: int, working: WorkCalendar) -> dict[int, date]:
    """Month → its last working day."""
    return {month: last_working_day(year, month, working) for month in _EVERY_MONTH}


def last_working_day(year: int, month: int, working: WorkCalendar) -> date:
    """The last day of the month that is worked; in a month without one its last day."""
    last = date(year, month, months.monthrange(year, month)[1])
    days = (last - timedelta(days=n) for n in range(last.day))
    return next((day for day in days if working.is_working_day(day)), last)
