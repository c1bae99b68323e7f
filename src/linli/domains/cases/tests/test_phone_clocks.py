"""Steps told later than they were taken: whose time counts, and that no clock is moved into the impossible."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases.commands import Given, Report, act, report
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Clock, Entry
from tests.evidence import photo
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def case(town):
    """Dispatched to Zhao's team at noon."""
    made = Case.objects.get(pk=report(Report(text="井盖没了", lon=IN_GRID[0], lat=IN_GRID[1]), at=NOON).id)
    for who, name, given in (
        ("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=town.team.pk)),
    ):  # fmt: skip
        act(made, name, given, actor=getattr(town, who), at=NOON)
    return made


def taken_over(case, town, *, at, arrived_at, is_late=False):
    """Without network at ``at``; heard of at ``arrived_at``."""
    given = Given(arrived_at=arrived_at, is_late=is_late)
    entry = act(case, "take_over", given, actor=town.zhao, at=at)
    return entry, Clock.objects.get(matter=case.pk, kind="take_over", run=1)


def test_within_the_limits_the_clock_stops_when_it_was_done(case, town):
    entry, clock = taken_over(case, town, at=NOON + HOUR, arrived_at=NOON + 5 * HOUR)

    assert clock.stopped_at == entry.taken_at == NOON + HOUR


@pytest.mark.spec("000-54")
def test_outside_them_the_claim_stays_in_the_journal_and_the_clock_stops_when_it_was_heard_of(case, town):
    entry, clock = taken_over(case, town, at=NOON + HOUR, arrived_at=NOON + 50 * HOUR, is_late=True)

    assert (entry.taken_at, entry.is_late) == (NOON + HOUR, True)
    assert clock.stopped_at == NOON + 50 * HOUR


def test_a_step_claimed_before_the_last_one_stops_no_clock_before_it_began(case, town):
    entry, clock = taken_over(case, town, at=NOON - HOUR, arrived_at=NOON + HOUR)

    assert entry.taken_at == NOON - HOUR
    assert clock.stopped_at == clock.starts_at == NOON


def test_clocks_that_a_step_from_the_past_starts_begin_after_what_was_before(case, town):
    taken_over(case, town, at=NOON + HOUR, arrived_at=NOON + HOUR)
    given = Given(
        arrived_at=NOON + 3 * HOUR, fields={"outcome": "已补"}, files=[photo(town.zhao, "after")],
    )  # fmt: skip
    act(case, "feed_back", given, actor=town.zhao, at=NOON - 2 * HOUR)

    check = Clock.objects.get(matter=case.pk, kind="check")
    assert check.starts_at == NOON + HOUR
    assert Entry.objects.filter(matter=case.pk).latest("seq").taken_at == NOON - 2 * HOUR
