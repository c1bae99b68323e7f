from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case, Urge
from linli.kernel.flow import clocks, ticking
from linli.kernel.flow.models import Clock, Entry, Outbox
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def case(town):
    given = commands.Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1])
    return Case.objects.get(pk=commands.report(given, at=NOON).id)


def kinds():
    return list(Outbox.objects.order_by("id").values_list("kind", flat=True))


def test_a_warning_fires_at_80_percent_and_an_alarm_at_the_end(case):
    clocks.fire(now=NOON + timedelta(minutes=24))
    warned = kinds()[-1]
    clocks.fire(now=NOON + timedelta(minutes=30))

    assert (warned, kinds()[-1]) == ("clock.warning", "clock.overdue")
    assert Clock.objects.get().next_at is None


def test_a_warning_changes_no_state_and_writes_no_journal(case):
    clocks.fire(now=NOON + timedelta(minutes=24))

    assert Entry.objects.count() == 1


def test_an_overdue_handling_clock_urges_by_itself(case, town):
    act(case, "accept", Given(fields={"category": "01001"}), actor=town.chen, at=NOON)
    act(case, "file", Given(), actor=town.chen, at=NOON)
    act(case, "dispatch", Given(unit=town.team.pk), actor=town.lin, at=NOON)
    clocks.fire(now=NOON + timedelta(days=30))
    clocks.fire(now=NOON + timedelta(days=30))

    ticking.escalate()

    assert Urge.objects.filter(matter_id=case.pk).exists()
    assert not Outbox.objects.filter(kind="clock.escalate").exists()


def test_a_pause_stops_the_clock_and_resuming_gives_the_rest_of_the_time(case, town):
    act(case, "accept", Given(fields={"category": "01001"}), actor=town.chen, at=NOON)
    act(case, "file", Given(), actor=town.chen, at=NOON)
    act(case, "dispatch", Given(unit=town.team.pk), actor=town.lin, at=NOON)
    act(case, "take_over", Given(), actor=town.zhao, at=NOON)
    before = Clock.objects.get(kind="handle")

    act(case, "hold", Given(note="等配件"), actor=town.gao, at=NOON + timedelta(hours=1))
    held = Clock.objects.get(kind="handle")
    act(case, "resume", Given(), actor=town.zhao, at=NOON + timedelta(days=7, hours=1))
    after = Clock.objects.get(kind="handle")

    assert held.next_at is None
    assert after.due_at - before.due_at == timedelta(days=7)
