"""The journal only grows, a state follows it, and whoever gets round that is found out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.kernel.flow import guarding
from linli.kernel.flow.models import Entry, Matter
from tests.town import IN_GRID, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def case(town: Town) -> Case:
    """Reported and accepted: two entries."""
    given = commands.Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    taken = Case.objects.get(pk=commands.report(given, at=NOON).id)
    act(taken, "accept", Given(), actor=town.chen, at=NOON + timedelta(minutes=5))
    return taken


def by_hand(statement: str, *values: object) -> None:
    """As a database administrator would: with triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found() -> list[str]:
    return [fault.what for fault in guarding.faults()]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: Entry.objects.update(note="rewritten"),
        lambda: Entry.objects.all().delete(),
        lambda: connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE flow_entry CASCADE"),
    ],
    ids=["update", "delete", "truncate"],
)
def test_journal_rows_are_never_changed(case: Case, tamper: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match="journal"), transaction.atomic():
        tamper()


def test_a_state_never_moves_without_an_entry(case: Case) -> None:
    with pytest.raises(IntegrityError, match="journal"), transaction.atomic():
        Matter.objects.filter(pk=case.pk).update(state="closed")


def test_an_untouched_journal_has_no_faults(case: Case) -> None:
    assert found() == []


def test_a_changed_entry_is_found(case: Case) -> None:
    by_hand("UPDATE flow_entry SET taken_at = taken_at - interval '1 hour' WHERE seq = 1")

    assert found() == ["content_changed"]


def test_a_removed_entry_is_found(case: Case) -> None:
    by_hand("DELETE FROM flow_entry WHERE seq = 1")

    assert "entry_missing" in found()


def test_a_state_set_behind_the_journals_back_is_found(case: Case) -> None:
    by_hand("UPDATE flow_matter SET state = 'closed' WHERE id = %s", case.pk)

    assert found() == ["state_apart_from_journal"]


def test_a_cut_tail_is_found_by_the_anchor(case: Case) -> None:
    guarding.drop_anchor(NOON.date())
    by_hand("DELETE FROM flow_entry WHERE seq = 2")
    by_hand("UPDATE flow_matter SET state = 'reported' WHERE id = %s", case.pk)

    assert found() == ["anchor_not_met"]


def test_a_forged_anchor_is_found(case: Case) -> None:
    guarding.drop_anchor(NOON.date())
    by_hand("UPDATE flow_anchor SET entries = entries - 1")

    assert found() == ["anchor_forged"]
