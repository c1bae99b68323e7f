"""What the application's role may do, on the real schema."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from linli.config.postgres import rights
from linli.domains.cases import commands
from linli.kernel.flow import guarding
from linli.kernel.flow.models import Entry, Matter
from tests.town import IN_GRID, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def as_application(town: Town) -> Iterator[None]:
    """The rest of the test runs as the role that pages and jobs have."""
    raw: psycopg.Connection[tuple[object, ...]] = connection.connection
    raw.execute("CREATE ROLE linli_tried")
    rights.grant(raw, role="linli_tried")
    raw.execute("SET LOCAL ROLE linli_tried")
    yield
    raw.execute("RESET ROLE")


def test_a_report_can_be_taken_in(as_application: None) -> None:
    taken = commands.report(commands.Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1]), at=NOON)

    assert Matter.objects.get(pk=taken.id).state == "reported"


def test_an_anchor_can_be_dropped(as_application: None) -> None:
    commands.report(commands.Report(text="路灯不亮", lon=IN_GRID[0], lat=IN_GRID[1]), at=NOON)

    assert guarding.drop_anchor(NOON.date()).entries == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE flow_entry SET note = ''", "DELETE FROM flow_entry", "TRUNCATE flow_entry"]
)
def test_the_journal_cannot_be_touched(as_application: None, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE flow_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER only_grows ON flow_entry",
        "CREATE TABLE aside (id int)",
        "SET session_replication_role = replica",
    ],
)
def test_the_schema_and_its_triggers_cannot_be_touched(as_application: None, statement: str) -> None:
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")

    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_journal_of_the_list_exists(town: Town) -> None:
    tables = set(connection.introspection.table_names())

    assert set(rights.JOURNALS) <= tables
    assert Entry._meta.db_table in rights.JOURNALS
