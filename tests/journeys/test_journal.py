"""The journal only grows, a state follows it, and whoever gets round that is found out."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as deployed
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act, importing, mapping
from linli.domains.cases.models import Case
from linli.domains.cases.queries import erased
from linli.kernel.flow import guarding
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org.sealing import use_keys
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


@pytest.fixture
def own_keys() -> Iterator[None]:
    """What a test does to the master keys is undone after it."""
    yield
    use_keys(deployed.LINLI_KEYS)


def test_anchors_outlive_a_new_secret_for_sessions_and_a_further_master_key(
    case: Case, settings: Settings, own_keys: None
) -> None:
    guarding.drop_anchor(NOON.date())

    settings.SECRET_KEY = "another-secret-for-sessions-0123456789abcdefghijkl"
    use_keys(f"{settings.LINLI_KEYS},2:{'cd' * 32}")

    assert found() == []
    assert guarding.drop_anchor(NOON.date() + timedelta(days=1)).key_no == 2


def test_an_anchor_whose_key_was_dropped_is_told_apart_from_a_forged_one(case: Case, own_keys: None) -> None:
    guarding.drop_anchor(NOON.date())

    use_keys(f"2:{'cd' * 32}")

    assert found() == ["anchor_key_missing"]


@pytest.mark.parametrize(
    "forge",
    [
        "UPDATE cases_case SET description = '没有事'",
        "UPDATE flow_matter SET title = '没有事'",
        "UPDATE flow_place SET address = '别处'",
        "UPDATE flow_place SET lon = lon + 0.00001",
        "UPDATE cases_case SET description = '没有事', salt = ''",
        "UPDATE cases_case SET salt = ''",
    ],
)
def test_words_and_place_of_a_report_changed_by_hand_are_found(case: Case, forge: str) -> None:
    by_hand(forge)

    assert found() == ["words_changed"]


def test_words_taken_in_in_bulk_are_proved_like_a_single_report(town: Town) -> None:
    rows = "工单编号,诉求内容,经度,纬度\nA1,“路灯”不亮\\很久了,121.4050001,31.21\nA2,井盖没了,,\n".encode()
    importing.import_cases(rows, mapping.USUAL, file_name="o.csv", home=town.street, actor=town.chen, at=NOON)

    before = found()
    by_hand("UPDATE cases_case SET description = '没有事' WHERE outer_number = 'A1'")

    assert (Case.objects.count(), before, found()) == (2, [], ["words_changed"])


def test_words_destroyed_by_their_step_are_no_forgery_and_cannot_be_read_or_found_again(case: Case, town: Town) -> None:
    act(case, "void", Given(note="误报"), actor=town.gao, at=NOON + timedelta(minutes=10))
    act(case, "erase_words", Given(note="保存期满"), actor=town.guan, at=NOON + timedelta(minutes=11))

    case.refresh_from_db()
    matter = Matter.objects.select_related("words", "place").get(pk=case.pk)
    assert "路灯" not in f"{case.description}{matter.title}{matter.words.text}{matter.words.grams}"
    assert (bytes(case.salt), found(), erased()) == (b"", [], 1)


def test_only_the_security_administrator_destroys_words(case: Case, town: Town) -> None:
    act(case, "void", Given(note="误报"), actor=town.gao, at=NOON + timedelta(minutes=10))

    with pytest.raises(commands.StepRefused, match="不在您的职责内"):
        act(case, "erase_words", Given(note="不想留"), actor=town.gao, at=NOON + timedelta(minutes=11))
