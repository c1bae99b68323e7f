"""How far a phone's word on the time is taken."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.kernel.devices.models import ClockLimit
from linli.kernel.devices.punctuality import Limits, judge
from linli.kernel.devices.queries import limits_for

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LIMITS = Limits(drift_s=120, delay_s=3600)


def judged(*, ago=timedelta(0), off=timedelta(0), before=None):
    """Made ``ago`` before it was sent, by a phone whose clock is ``off`` ahead of ours."""
    sent = NOON + off
    return judge(claimed=sent - ago, sent_at=sent, arrived_at=NOON, before=before, limits=LIMITS)


def test_a_clock_a_minute_off_is_corrected_and_believed():
    found = judged(ago=timedelta(minutes=30), off=timedelta(minutes=1))

    assert found.taken_at == NOON - timedelta(minutes=30)
    assert (found.drift_ms, found.delay_s, found.is_late) == (-60_000, 1800, False)


@pytest.mark.parametrize("off", [timedelta(minutes=3), timedelta(minutes=-3), timedelta(days=400)])
def test_a_clock_further_off_is_corrected_but_not_believed(off):
    found = judged(ago=timedelta(minutes=30), off=off)

    assert found.taken_at == NOON - timedelta(minutes=30)
    assert found.is_late


def test_what_is_told_after_the_listed_delay_is_not_believed():
    assert not judged(ago=timedelta(minutes=60)).is_late
    assert judged(ago=timedelta(minutes=61)).is_late


def test_nothing_was_done_after_it_arrived():
    found = judged(ago=timedelta(minutes=-10))

    assert found.taken_at == NOON
    assert found.is_late


def test_a_clock_set_back_between_two_commands_is_noticed():
    later = NOON - timedelta(minutes=10)

    assert judged(ago=timedelta(minutes=30), before=later).is_late
    assert not judged(ago=timedelta(minutes=11), before=later).is_late


def test_a_clock_at_the_end_of_time_is_no_error():
    end = datetime.max.replace(tzinfo=UTC)

    assert judge(claimed=end, sent_at=NOON, arrived_at=NOON + timedelta(days=1), before=None, limits=LIMITS).is_late


@pytest.mark.django_db
def test_the_longest_beginning_of_a_name_counts_and_its_latest_row_in_force():
    for name, drift, begins in (("", 120, 1), ("patrol.", 60, 1), ("patrol.", 30, 5), ("patrol.", 10, 20)):
        ClockLimit.objects.create(name=name, drift_s=drift, delay_s=100, valid_from=date(2026, 3, begins))

    assert limits_for("patrol.log", on=date(2026, 3, 10)).drift_s == 30
    assert limits_for("case.step", on=date(2026, 3, 10)).drift_s == 120
    assert limits_for("case.step", on=date(2026, 1, 1)).drift_s == 120
