import time as clock
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.calendar.working_time import SHANGHAI, UNITS, Stretch, WorkCalendar

HOLIDAY = {date(2026, 10, day): False for day in range(1, 8)}
MADE_UP = {date(2026, 9, 20): True, date(2026, 10, 10): True}
SUMMER = (
    Stretch(time(9), time(12), date(2000, 1, 1), date(2026, 7, 1)),
    Stretch(time(13, 30), time(17, 30), date(2000, 1, 1), date(2026, 7, 1)),
    Stretch(time(8), time(14), date(2026, 7, 1), date(2026, 9, 1)),
    Stretch(time(9), time(12), date(2026, 9, 1)),
    Stretch(time(13, 30), time(17, 30), date(2026, 9, 1)),
)
CALENDAR = WorkCalendar(days=HOLIDAY | MADE_UP, announced=frozenset({2026}))
SEASONS = WorkCalendar(days=HOLIDAY | MADE_UP, announced=frozenset({2026}), hours=SUMMER)

seconds = st.floats(0, 500 * 86_400)
starts = seconds.map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=passed))
bases = st.sampled_from(("continuous", "working_minutes", "working_days"))
calendars = st.sampled_from((CALENDAR, SEASONS))


def local(text: str) -> datetime:
    return (datetime.fromisoformat(text) - SHANGHAI).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "amount", "base", "expected"),
    [
        ("2026-11-20 16:00", 120, "continuous", "2026-11-20 18:00"),
        ("2026-11-20 16:00", 120, "working_minutes", "2026-11-23 09:30"),
        ("2026-11-20 11:00", 60, "working_minutes", "2026-11-20 12:00"),
        ("2026-11-20 12:10", 30, "working_minutes", "2026-11-20 14:00"),
        ("2026-11-21 10:00", 60, "working_minutes", "2026-11-23 10:00"),
        ("2026-11-20 16:00", 1, "working_days", "2026-11-23 16:00"),
        ("2026-11-21 10:00", 1, "working_days", "2026-11-23 17:30"),
        ("2026-11-23 09:00", 1, "working_days", "2026-11-23 17:30"),
        ("2026-11-20 18:00", 5, "working_days", "2026-11-27 17:30"),
        ("2026-09-30 17:00", 60, "working_minutes", "2026-10-08 09:30"),
        ("2026-10-09 10:00", 1, "working_days", "2026-10-10 10:00"),
        ("2026-09-18 17:00", 60, "working_minutes", "2026-09-20 09:30"),
    ],
)
def test_a_limit_ends_when_its_working_time_is_over(start, amount, base, expected):
    due = CALENDAR.due(local(start), amount, base)

    assert due == local(expected)


@given(calendars, starts, st.integers(0, 5000), bases)
def test_measuring_a_limit_gives_back_its_amount(calendar, start, amount, base):
    amount = amount % 60 if base == "working_days" else amount

    due = calendar.due(start, amount, base)

    assert calendar.elapsed(start, due, base) == pytest.approx(amount, abs=1e-6)


@given(calendars, starts, st.floats(0, 40), bases)
def test_a_part_of_a_limit_can_be_measured_too(calendar, start, amount, base):
    due = calendar.due(start, amount, base)

    assert calendar.elapsed(start, due, base) == pytest.approx(amount, abs=1e-6)


@given(calendars, starts, st.integers(0, 100_000_000), st.integers(0, 3000), bases)
def test_who_starts_later_is_never_due_earlier(calendar, start, gap_ms, amount, base):
    amount = amount % 60 if base == "working_days" else amount

    first = calendar.due(start, amount, base)
    second = calendar.due(start + timedelta(milliseconds=gap_ms), amount, base)

    assert first <= second


@given(calendars, starts, st.integers(1, 3000), st.integers(1, 3000), bases)
def test_a_longer_limit_ends_later(calendar, start, amount, more, base):
    amount, more = (amount % 50 + 1, more % 50 + 1) if base == "working_days" else (amount, more)

    assert calendar.due(start, amount, base) < calendar.due(start, amount + more, base)


@given(calendars, starts, st.integers(1, 2000))
def test_a_due_time_lies_in_working_time_or_at_its_end(calendar, start, amount):
    due = calendar.due(start, amount, "working_minutes")

    assert calendar.is_open(due - timedelta(microseconds=1))


@given(calendars, starts, st.integers(1, 40), bases)
def test_going_back_undoes_going_forward_in_working_time(calendar, start, amount, base):
    there = calendar.due(start, amount, base)

    back = calendar.add(there, -amount, base)

    assert calendar.elapsed(start, back, base) == pytest.approx(0, abs=1e-6)


def test_another_season_has_other_hours():
    due = SEASONS.due(local("2026-06-30 16:30"), 120, "working_minutes")

    assert due == local("2026-07-01 09:00")


def test_a_working_day_keeps_its_share_when_the_hours_change():
    due = SEASONS.due(local("2026-06-30 11:20"), 1, "working_days")

    assert due == local("2026-07-01 10:00")


def test_outside_the_calendar_is_an_error_and_not_a_wrong_date():
    with pytest.raises(ValueError, match="outside the calendar"):
        CALENDAR.due(datetime(1999, 1, 1, tzinfo=UTC), 1, "working_days")
    with pytest.raises(ValueError, match="outside the calendar"):
        CALENDAR.due(datetime(2099, 12, 1, tzinfo=UTC), 100, "working_days")


def test_urgent_hours_run_through_the_night_and_working_hours_do_not():
    start = local("2026-11-20 17:00")
    hours, base = UNITS["紧急工作时"]
    working_hours, working_base = UNITS["工作时"]

    assert CALENDAR.due(start, 2 * hours, base) == local("2026-11-20 19:00")
    assert CALENDAR.due(start, 2 * working_hours, working_base) == local("2026-11-23 10:30")


@pytest.mark.bench
@pytest.mark.parametrize(("amount", "base"), [(120, "continuous"), (240, "working_minutes"), (5, "working_days")])
def test_a_due_time_takes_at_most_20_microseconds(amount, base):
    start = local("2026-11-20 16:00")

    best = min(_seconds_for_1000(start, amount, base) for _ in range(5))

    assert best / 1000 <= 20e-6


def _seconds_for_1000(start, amount, base):
    began = clock.process_time()
    for _ in range(1000):
        CALENDAR.due(start, amount, base)
    return clock.process_time() - began
