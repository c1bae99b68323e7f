"""A clock that starts again, pauses or is lengthened: what ran before stays on record, and shares are of the whole."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.domains.cases.queries import categories
from linli.kernel.calendar import queries as calendar
from linli.kernel.flow import clocks
from linli.kernel.flow.definition import Limit
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


def raised(level):
    return Given(note="多车坠坑", fields={"emergency": str(level)})


@pytest.fixture
def four_hours(monkeypatch):
    """The lists give four hours, day and night, to any emergency."""

    def limit(case, matter, *, at):
        return Limit(240, "continuous", (0.8, 1.0), "urge_by_clock", "应急") if case.emergency else None

    monkeypatch.setattr(categories, "handle_limit", limit)


def test_a_raised_emergency_counts_its_limit_from_when_the_handling_began(case, town, four_hours):
    go(case, town, ("gao", "raise_emergency", raised(2)), at=NOON + timedelta(hours=1))

    clock = handle(case)
    assert (clock.starts_at, clock.due_at, clock.base) == (NOON, NOON + timedelta(hours=4), "continuous")
    assert clock.marks[0] == NOON + timedelta(minutes=192)
    assert Matter.objects.get(pk=case.pk).due_at == clock.due_at


def test_an_emergency_raised_too_late_makes_the_case_overdue_at_once_and_urges(case, town, four_hours):
    go(case, town, ("gao", "raise_emergency", raised(2)), at=NOON + timedelta(hours=6))

    clock = handle(case)
    assert clock.due_at == NOON + timedelta(hours=4)
    assert clock.next_at == clock.marks[0]


def test_an_approved_extension_is_kept_when_the_new_level_has_no_shorter_limit_of_its_own(case, town, monkeypatch):
    usual = Limit(5, "working_days")
    monkeypatch.setattr(categories, "handle_limit", lambda case, matter, at: usual)
    extended = clocks.extend(Matter.objects.get(pk=case.pk), "handle", amount=2, at=NOON)
    go(case, town, ("gao", "raise_emergency", raised(4)), at=NOON + timedelta(hours=1))

    kept = handle(case)
    assert (kept.due_at, kept.amount, kept.extended) == (extended.due_at, extended.amount, 1)


def test_lowering_the_level_gives_no_time_back(case, town, four_hours):
    go(case, town, ("gao", "raise_emergency", raised(2)), at=NOON + timedelta(hours=1))
    go(case, town, ("gao", "raise_emergency", raised(0)), at=NOON + timedelta(hours=2))

    assert handle(case).due_at == NOON + timedelta(hours=4)


def test_while_paused_what_is_left_is_reckoned_by_the_new_limit_and_runs_from_resuming(case, town, four_hours):
    go(case, town, ("gao", "hold", Given(note="等配件")), at=NOON + timedelta(hours=3))
    go(case, town, ("gao", "raise_emergency", raised(2)), at=NOON + timedelta(hours=30))
    held = handle(case)
    resumed_at = NOON + timedelta(hours=48)
    go(case, town, ("zhao", "resume", Given()), at=resumed_at)

    clock = handle(case)
    assert held.left == pytest.approx(60, abs=1)
    assert abs(clock.due_at - (resumed_at + timedelta(hours=1))) < timedelta(minutes=1)
