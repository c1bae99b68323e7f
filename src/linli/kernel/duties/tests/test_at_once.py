"""Many at once: made, done and missed come out the same as one after the other."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection

from linli.kernel.duties import commands
from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.duties.tests.dutying import SUNDAY, a_duty, moment
from linli.kernel.errors import Refused


def together(*works: Callable[[], object]) -> list[object]:
    """Carry out all of ``works`` at once, each on a connection of its own; refusals come back as they are."""
    gate, found = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            found.append(work())
        except Refused as refusal:
            found.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


@pytest.mark.django_db(transaction=True)
def test_eight_programs_make_ahead_at_once_and_no_day_is_made_twice_or_left_out(town):
    for number in range(20):
        a_duty(town, title=f"巡查{number}", holder=None, role="grid_officer")
    later = SUNDAY + timedelta(days=7)

    together(*[lambda: commands.make_ahead(at=later, limit=5)] * 8)
    while commands.make_ahead(at=later):
        pass

    assert Occurrence.objects.count() == 20 * 12
    assert set(Duty.objects.values_list("made_ahead_to", flat=True)) == {date(2026, 3, 29)}


@pytest.mark.django_db(transaction=True)
def test_eight_records_and_misses_at_once_leave_each_occurrence_done_with_who_and_when(town):
    for number in range(4):
        a_duty(town, title=f"巡查{number}", holder=None, role="grid_officer")
    ours = list(Occurrence.objects.filter(opens_at=moment(2, 9)))
    done_at, filed = moment(2, 10), moment(2, 12)

    def record() -> list[str]:
        return [
            commands.record_done(
                one.pk, done_at=done_at, filed_at=filed, is_late=False, actor=town.hua
            ).state
            for one in ours
        ]  # fmt: skip

    found = together(*[record, lambda: commands.miss_due(at=filed, limit=3)] * 4)

    assert not [one for one in found if isinstance(one, Refused)]
    states = Occurrence.objects.filter(pk__in=[one.pk for one in ours]).values_list("state", "done_at", "is_late_sync")
    assert set(states) == {("done", done_at, True)}


@pytest.mark.django_db(transaction=True)
def test_two_programs_find_what_was_missed_between_them_once(town):
    a_duty(town, rule="FREQ=DAILY")
    over = SUNDAY + timedelta(days=15)

    found = together(*[lambda: commands.miss_due(at=over, limit=4)] * 4)

    assert sum(found) == Occurrence.objects.filter(state="missed").count() <= 15
    while commands.miss_due(at=over):
        pass
    assert Occurrence.objects.filter(state="missed").count() == 15
