"""A clock that starts again, pauses or is lengthened: what ran before stays on record, and shares are of the whole."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.kernel.calendar import queries as calendar
from linli.kernel.flow import clocks
from linli.kernel.flow.models import Clock, Matter
from tests.evidence import photo
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
COVER = commands.Report(text="柳树路 5 号门口井盖没了", lon=IN_GRID[0], lat=IN_GRID[1])


def go(case, town, *steps, at=NOON):
    for minute, (who, name, given) in enumerate(steps):
        act(case, name, given, actor=getattr(town, who), at=at + timedelta(minutes=minute))


@pytest.fixture
def case(town):
    """Being handled since NOON, within five working days."""
    made = Case.objects.get(pk=commands.report(COVER, at=NOON - timedelta(minutes=2)).id)
    filed = (("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()))
    go(made, town, *filed, at=NOON - timedelta(minutes=2))
    go(made, town, ("lin", "dispatch", Given(unit=town.team.pk)), ("zhao", "take_over", Given()))
    return made


def handle(case):
    return Clock.objects.get(matter=case.pk, kind="handle", stopped_at=None)


def feed_back(town):
    return Given(fields={"outcome": "已补盖"}, files=[photo(town.zhao, "after")])


def test_a_failed_check_times_the_handling_anew_and_leaves_the_first_run_as_it_ended(case, town):
    first = handle(case)
    fed_back_at = NOON + timedelta(hours=1)
    go(case, town, ("zhao", "feed_back", feed_back(town)), at=fed_back_at)
    failed_at = NOON + timedelta(hours=2)
    go(case, town, ("sun", "fail_check", Given(note="没盖严")), at=failed_at)

    runs = list(Clock.objects.filter(matter=case.pk, kind="handle").order_by("run"))

    assert [(one.round, one.run) for one in runs] == [(1, 1), (1, 2)]
    assert (runs[0].starts_at, runs[0].due_at, runs[0].stopped_at) == (NOON, first.due_at, fed_back_at)
    assert (runs[1].starts_at, runs[1].stopped_at) == (failed_at, None)


def test_a_clock_begun_anew_brings_no_new_extensions_in_the_same_round(case, town):
    for _time in range(2):
        clocks.extend(Matter.objects.get(pk=case.pk), "handle", amount=1, at=NOON)
    go(case, town, ("zhao", "feed_back", feed_back(town)), ("sun", "fail_check", Given(note="没盖严")))

    with pytest.raises(clocks.ClockRefused, match="2 次"):
        clocks.extend(Matter.objects.get(pk=case.pk), "handle", amount=1, at=NOON)


def test_the_warning_of_a_clock_extended_after_a_pause_comes_at_its_share_of_the_whole_limit(case, town):
    whole = handle(case).amount
    go(case, town, ("gao", "hold", Given(note="等配件")), at=calendar.due(NOON, whole / 2, "working_days"))
    resumed_at = NOON + timedelta(days=28)
    go(case, town, ("zhao", "resume", Given()), at=resumed_at)

    clock = clocks.extend(Matter.objects.get(pk=case.pk), "handle", amount=2, at=resumed_at)

    warned_after = whole / 2 + calendar.elapsed(resumed_at, clock.marks[0], "working_days")
    assert (clock.amount, clock.starts_at) == (whole + 2, NOON)
    assert warned_after == pytest.approx((whole + 2) * 0.8, abs=0.05)
    assert clock.due_at == calendar.due(resumed_at, whole / 2 + 2, "working_days")


def test_a_second_pause_counts_what_was_used_before_the_first(case, town):
    whole = handle(case).amount
    go(case, town, ("gao", "hold", Given(note="等配件")), at=calendar.due(NOON, 1, "working_days"))
    resumed_at = NOON + timedelta(days=28)
    go(case, town, ("zhao", "resume", Given()), at=resumed_at)
    go(case, town, ("gao", "hold", Given(note="又缺件")), at=calendar.due(resumed_at, 1, "working_days"))

    assert handle(case).left == pytest.approx(whole - 2)
