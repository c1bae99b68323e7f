from datetime import UTC, date, datetime, timedelta

import pytest

from linli.web import times

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai, a Sunday."""


def test_times_are_shown_as_they_are_in_shanghai():
    assert times.when(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) == "2026-11-23 00:30"
    assert times.when(date(2026, 11, 22)) == "2026-11-22"
    assert times.when(None) == "—"


def test_for_planning_the_weekday_is_named():
    assert times.when_day(NOON) == "2026-11-22 周日 12:00"
    assert times.when_day(date(2026, 11, 23)) == "2026-11-23 周一"


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=30), "刚刚"),
        (timedelta(minutes=3), "3 分钟前"),
        (timedelta(hours=26), "1 天前"),
        (timedelta(days=8), "2026-11-14 12:00"),
    ],
)
def test_the_past_is_told_in_words_until_it_is_a_week_old(past, words):
    assert times.ago(NOON - past, NOON) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=2, minutes=10), "2 小时 10 分钟"),
        (timedelta(days=1, hours=3, minutes=59), "1 天 3 小时"),
        (timedelta(seconds=59), "不到 1 分钟"),
    ],
)
def test_a_span_names_its_two_largest_units(length, words):
    assert times.span(length) == words


def test_a_clock_goes_from_green_to_yellow_to_red():
    start, due = NOON, NOON + timedelta(hours=10)

    looks = [times.face(due, start=start, now=start + timedelta(hours=hours)).look for hours in (7, 8, 10)]

    assert looks == ["ok", "warn", "late"]


def test_a_clock_says_what_is_left_and_by_how_much_it_is_late():
    assert times.face(NOON + timedelta(hours=2, minutes=10), now=NOON).words == "剩 2 小时 10 分钟"
    assert times.face(NOON - timedelta(days=1, hours=3), now=NOON).words == "已超 1 天 3 小时"


def test_a_clock_that_was_met_stays_met_however_late_one_looks():
    met = times.face(
        NOON, start=NOON - timedelta(hours=4), stopped=NOON - timedelta(hours=1), now=NOON + timedelta(days=9)
    )

    assert (met.look, met.words, met.share) == ("done", "按时", 0.75)


def test_a_clock_that_was_missed_keeps_by_how_much():
    missed = times.face(NOON, stopped=NOON + timedelta(hours=2), now=NOON + timedelta(days=9))

    assert (missed.look, missed.words) == ("late", "已超 2 小时")


def test_a_paused_clock_counts_nothing_down():
    assert times.face(NOON - timedelta(days=1), is_held=True, now=NOON).look == "held"


def test_without_a_limit_a_clock_says_so():
    assert times.face(None).words == "无时限"
