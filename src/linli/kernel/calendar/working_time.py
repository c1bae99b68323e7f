"""Working-time arithmetic in memory: when is a limit up, how much working time has passed.

Everything is counted in whole microseconds of local time since 2000-01-01, so that adding and measuring are exact
inverses. Two running totals, working time and working days before each day, make every question two look-ups.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

Base = Literal["continuous", "working_minutes", "working_days"]

SHANGHAI = timedelta(hours=8)
"""China has had one offset and no summer time since 1992."""

FIRST = date(2000, 1, 1)
LAST = date(2100, 1, 1)
_START = datetime(2000, 1, 1, tzinfo=UTC) - SHANGHAI
_MINUTE = 60_000_000
_DAY = 1_440 * _MINUTE
_MICROSECOND = timedelta(microseconds=1)
_DAYS = (LAST - FIRST).days

UNITS: Mapping[str, tuple[int, Base]] = {
    "紧急工作时": (60, "continuous"),
    "紧急工作日": (1440, "continuous"),
    "工作时": (60, "working_minutes"),
    "工作日": (1, "working_days"),
    "分钟": (1, "continuous"),
}
"""Units of the standards: what one of them is, as (amount, base). "Urgent" runs through nights and holidays."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of the working day in local time, from ``valid_from`` until the day before ``valid_to``."""

    starts: time
    ends: time
    valid_from: date = FIRST
    valid_to: date | None = None


DEFAULT_HOURS = (Stretch(time(9), time(12)), Stretch(time(13, 30), time(17, 30)))


def _since_midnight(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


class WorkCalendar:
    """Working days and hours of 2000–2099, ready to be asked; immutable.

    days       what is known of single days: working or not. Other days: Monday to Friday are worked.
    announced  years whose holidays and make-up days are published; of other years only weekends are known
    hours      stretches of the working day; days no stretch is valid on have the default hours
    """

    def __init__(
        self, *, days: Mapping[date, bool], announced: frozenset[int], hours: Sequence[Stretch] = DEFAULT_HOURS
    ) -> None:
        self._announced = announced
        self._shapes: list[tuple[tuple[int, int], ...]] = []
        self._time_before = [0]
        self._days_before = [0]
        edges = sorted({FIRST, *(s.valid_from for s in hours), *(s.valid_to for s in hours if s.valid_to)})
        regimes = [_stretches_on(edge, hours) for edge in edges]
        for at in range(_DAYS):
            day = FIRST + timedelta(days=at)
            shape = regimes[max(0, bisect_right(edges, day) - 1)] if days.get(day, day.weekday() < 5) else ()
            self._shapes.append(shape)
            self._time_before.append(self._time_before[-1] + sum(end - start for start, end in shape))
            self._days_before.append(self._days_before[-1] + bool(shape))

    def announced(self, year: int) -> bool:
        """Whether the holidays and make-up days of ``year`` are known; if not, only weekends are taken as free."""
        return year in self._announced

    def provisional(self, at: datetime) -> bool:
        """Whether ``at`` lies in a year not yet announced: a due time there may still move."""
        return not self.announced((at + SHANGHAI).astimezone(UTC).year)

    def is_working_day(self, day: date) -> bool:
        return bool(self._shapes[self._index(day)])

    def is_open(self, at: datetime) -> bool:
        """Whether ``at`` is inside working time; a stretch includes its start and not its end."""
        day, moment = divmod(self._microseconds(at), _DAY)
        return any(start <= moment < end for start, end in self._shapes[day])

    def due(self, start: datetime, amount: float, base: Base) -> datetime:
        """The first instant at which ``amount`` has passed since ``start``, in UTC.

        amount  minutes (continuous, working_minutes) or days (working_days); parts of them are allowed, as for a
                warning at 80 % of a limit; negative amounts go back
        A start outside working time counts from the next working time. One working day leads from a time of day to
        the same time of the next working day; from the very beginning of a day it leads to that day's end.
        """
        return self.add(start, amount, base) if amount else start.astimezone(UTC)

    def add(self, start: datetime, amount: float, base: Base) -> datetime:
        """``start`` moved by ``amount`` of ``base`` (may be negative), as ``due``; moved by 0 into working time."""
        if base == "continuous":
            return start.astimezone(UTC) + timedelta(microseconds=round(amount * _MINUTE))
        if base == "working_minutes":
            target = self._worked(self._microseconds(start)) + round(amount * _MINUTE)
            day = self._day_of(self._time_before, target)
            return self._instant(day, target - self._time_before[day])
        return self._add_days(self._microseconds(start), amount)

    def elapsed(self, start: datetime, end: datetime, base: Base) -> float:
        """How much of ``base`` lies between: minutes or working days; negative when ``end`` is before ``start``.

        The inverse of ``due``: ``elapsed(start, due(start, amount, base), base) == amount``.
        """
        if base == "continuous":
            return ((end - start) // _MICROSECOND) / _MINUTE
        first, last = self._microseconds(start), self._microseconds(end)
        if base == "working_minutes":
            return (self._worked(last) - self._worked(first)) / _MINUTE
        first_day, first_part, first_whole = self._day_part(first)
        last_day, last_part, last_whole = self._day_part(last)
        if first_whole == last_whole:
            return last_day - first_day + (last_part - first_part) / first_whole
        return last_day - first_day + last_part / last_whole - first_part / first_whole

    def _add_days(self, start: int, amount: float) -> datetime:
        number, part, whole = self._day_part(start)
        days, share = divmod(amount, 1)
        number += int(days)
        part += round(share * whole)
        if part > whole:
            number, part = number + 1, part - whole
        if part == 0:
            # The start of a day is the end of the working day before it: the earlier of the two is meant.
            number, part = number - 1, whole
        day = self._day_of(self._days_before, number + 1)
        available = self._length(day)
        return self._instant(day, part if available == whole else part * available // whole)

    def _day_part(self, at: int) -> tuple[int, int, int]:
        """(working days before, working time done of that day, length of that day); free time is the next day's 0."""
        day, moment = divmod(at, _DAY)
        number = self._days_before[day]
        if self._shapes[day]:
            return number, self._done(self._shapes[day], moment), self._length(day)
        return number, 0, self._length(self._day_of(self._days_before, number + 1))

    def _length(self, day: int) -> int:
        return self._time_before[day + 1] - self._time_before[day]

    def _worked(self, at: int) -> int:
        """Working time from the beginning of the calendar until ``at``."""
        day, moment = divmod(at, _DAY)
        shape = self._shapes[day]
        return self._time_before[day] + (self._done(shape, moment) if shape else 0)

    @staticmethod
    def _done(shape: tuple[tuple[int, int], ...], moment: int) -> int:
        done = 0
        for start, end in shape:
            if moment <= start:
                break
            done += min(moment, end) - start
        return done

    def _day_of(self, before: list[int], target: int) -> int:
        """The day in which a running total first reaches ``target``."""
        day = bisect_left(before, target) - 1
        if not 0 <= day < _DAYS:
            raise ValueError(f"outside the calendar of {FIRST.year}–{LAST.year - 1}")
        return day

    def _instant(self, day: int, done: int) -> datetime:
        """When ``done`` (more than 0) of the day's working time is over."""
        for start, end in self._shapes[day]:
            if done <= end - start:
                return _START + timedelta(days=day, microseconds=start + done)
            done -= end - start
        raise AssertionError("the day is shorter than its own length")

    @staticmethod
    def _microseconds(at: datetime) -> int:
        passed = at - _START
        if not 0 <= passed.days < _DAYS:
            raise ValueError(f"outside the calendar of {FIRST.year}–{LAST.year - 1}")
        return passed.days * _DAY + passed.seconds * 1_000_000 + passed.microseconds

    @staticmethod
    def _index(day: date) -> int:
        return (day - FIRST).days


def _stretches_on(day: date, hours: Sequence[Stretch]) -> tuple[tuple[int, int], ...]:
    valid = [s for s in hours if s.valid_from <= day and (s.valid_to is None or day < s.valid_to)]
    return tuple(sorted((_since_midnight(s.starts), _since_midnight(s.ends)) for s in valid or DEFAULT_HOURS))
