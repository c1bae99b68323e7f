"""Filling the calendar: years from the library, a newly announced year from a list, working hours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

import chinese_calendar
from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.calendar import queries
from linli.kernel.calendar.models import Day, Hours
from linli.kernel.calendar.working_time import FIRST, LAST
from linli.kernel.errors import Refused

WORKING = frozenset(("上班", "调休上班", "工作日", "班", "1", "true", "working"))
FREE = frozenset(("放假", "休息", "节假日", "休", "0", "false", "free"))


class CalendarRefused(Refused):
    """The list cannot be a calendar; the message says which line."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a fill did: the years now announced and the number of their days."""

    years: tuple[int, ...]
    days: int


@transaction.atomic
def fill_from_library() -> Filled:
    """Take every year that ``chinesecalendar`` knows and the calendar does not have yet; may run any time again."""
    known = set(Day.objects.filter(year_announced=True, on__month=1, on__day=1).values_list("on__year", flat=True))
    years = sorted({day.year for day in chinese_calendar.holidays} - known)
    days = [
        Day(on=day, is_working=chinese_calendar.is_workday(day), name=_library_name(day))
        for year in years
        for day in _days_of(year)
    ]
    _replace(days)
    return Filled(tuple(years), len(days))


@transaction.atomic
def import_year(year: int, rows: Iterable[Mapping[str, str]]) -> Filled:
    """Take the announced holidays and make-up days of ``year``; all other days follow the week. Replaces the year.

    rows  日期 (2027-01-01), 类型 (放假 or 上班), 名称; only days that differ from the week need to be named
    """
    special: dict[date, tuple[bool, str]] = {}
    for line, row in enumerate(rows, start=2):
        day, is_working, name = _special_day(row, line)
        if day.year != year:
            raise CalendarRefused(_("第%(line)d行：%(day)s不在%(year)d年。") % {"line": line, "day": day, "year": year})
        if day in special:
            raise CalendarRefused(_("第%(line)d行：%(day)s重复。") % {"line": line, "day": day})
        special[day] = is_working, name
    if not any(not is_working for is_working, _name in special.values()):
        raise CalendarRefused(_("名单中没有一个放假日，不能作为全年安排。"))
    week = {day: (day.weekday() < 5, "") for day in _days_of(year)}
    days = [Day(on=day, is_working=works, name=name) for day, (works, name) in (week | special).items()]
    _replace(days)
    return Filled((year,), len(days))


@transaction.atomic
def set_hours(stretches: Sequence[tuple[time, time]], *, valid_from: date, valid_to: date | None = None) -> None:
    """The working day has these stretches in [valid_from, valid_to). What was valid then gives way.

    valid_to  None: until further notice. With an end (summer hours) the former hours come back after it.
    """
    ordered = sorted(stretches)
    if not ordered or any(start >= end for start, end in ordered):
        raise CalendarRefused(_("每段工作时间的开始须早于结束。"))
    if any(first[1] > second[0] for first, second in pairwise(ordered)):
        raise CalendarRefused(_("工作时间段互相重叠。"))
    if valid_to is not None and valid_to <= valid_from:
        raise CalendarRefused(_("截止日期须晚于起始日期。"))
    _give_way(valid_from, valid_to)
    Hours.objects.bulk_create(
        Hours(starts=start, ends=end, valid_from=valid_from, valid_to=valid_to) for start, end in ordered
    )
    queries.look_again()


def _give_way(valid_from: date, valid_to: date | None) -> None:
    """Cut [valid_from, valid_to) out of the hours there are; what lay on both sides is in two pieces afterwards."""
    for old in Hours.objects.select_for_update():
        if (valid_to and old.valid_from >= valid_to) or (old.valid_to and old.valid_to <= valid_from):
            continue
        old.delete()
        pieces: list[tuple[date, date | None]] = []
        if old.valid_from < valid_from:
            pieces.append((old.valid_from, valid_from))
        if valid_to and (old.valid_to is None or valid_to < old.valid_to):
            pieces.append((valid_to, old.valid_to))
        Hours.objects.bulk_create(
            Hours(starts=old.starts, ends=old.ends, valid_from=since, valid_to=until) for since, until in pieces
        )


def _replace(days: Sequence[Day]) -> None:
    Day.objects.filter(on__in=[day.on for day in days]).delete()
    Day.objects.bulk_create(days, batch_size=2000)
    queries.look_again()


def _days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _library_name(day: date) -> str:
    if day in chinese_calendar.holidays:
        return str(chinese_calendar.Holiday(chinese_calendar.holidays[day]).chinese)
    return "调休上班" if day in chinese_calendar.workdays else ""


def _special_day(row: Mapping[str, str], line: int) -> tuple[date, bool, str]:
    try:
        day = date.fromisoformat(row["日期"].strip().replace("/", "-"))
    except (KeyError, ValueError) as error:
        raise CalendarRefused(_("第%(line)d行：没有“日期”或不是日期（如2027-01-01）。") % {"line": line}) from error
    kind = row.get("类型", "").strip().lower()
    if kind not in WORKING | FREE or not FIRST <= day < LAST:
        raise CalendarRefused(_("第%(line)d行：“类型”须为放假或上班。") % {"line": line})
    return day, kind in WORKING, row.get("名称", "").strip()[:40]
