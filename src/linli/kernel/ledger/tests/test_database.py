"""What the database refuses to whoever writes to it directly, and what is found where it could not."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from linli.kernel.flow import guarding
from linli.kernel.flow.guarding import Fault
from linli.kernel.ledger import queries
from linli.kernel.ledger.models import Booking
from linli.kernel.ledger.tests.conftest import Purse
from linli.kernel.org.keys import new_key

pytestmark = pytest.mark.django_db

BOOKING = """
insert into ledger_booking (id, kind, text, reverses_id, line_count, actor_id, at, digest)
select '{key}', '{kind}', 'x', {reverses}, {lines}, actor_id, at, digest from ledger_booking limit 1
"""
LINE = "insert into ledger_line (booking_id, account_id, amount_fen) values ('{key}', {account}, {fen})"


def run(*statements: str) -> None:
    """All in one transaction, up to what is checked at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (*statements, "set constraints all immediate", "set constraints all deferred"):
            cursor.execute(statement)


def booking(*lines: tuple[int, int], kind: str = "move", reverses: UUID | None = None, count: int = 0) -> list[str]:
    key = new_key()
    said = f"'{reverses}'" if reverses else "null"
    head = BOOKING.format(key=key, kind=kind, reverses=said, lines=count or len(lines))
    return [head, *(LINE.format(key=key, account=account, fen=fen) for account, fen in lines)]


@pytest.fixture
def spent(purse: Purse) -> Booking:
    purse.fund(1_000)
    made = purse.spend(600)
    run()
    return made


def test_a_proper_booking_written_directly_is_taken(purse: Purse, spent: Booking) -> None:
    """Else the refusals below would prove nothing."""
    run(*booking((purse.item.pk, -400), (purse.committee.pk, 400)))
    run(*booking((purse.item.pk, 600), (purse.paid.pk, -600), kind="reverse", reverses=spent.pk))

    assert [queries.balance(account) for account in (purse.item, purse.committee, purse.paid)] == [600, 400, 0]


def refused(why: str, *statements: str) -> None:
    with pytest.raises(DatabaseError, match=why):
        run(*statements)


def test_a_booking_that_is_not_balanced_is_refused(purse: Purse, spent: Booking) -> None:
    item, committee = purse.item.pk, purse.committee.pk

    refused("sum to 1", *booking((item, -99), (committee, 100)))
    refused("0 lines of 2", *booking(count=2))
    refused("booking_of_two_or_more", *booking((item, -1), count=1))
    refused("line_amount", *booking((item, 0), (committee, 0)))
    refused("line_once_an_account", *booking((item, -1), (item, 1)))


def test_nothing_is_added_to_a_booking_afterwards(purse: Purse, spent: Booking) -> None:
    refused(
        "4 lines of 2",
        LINE.format(key=spent.pk, account=purse.street.pk, fen=5),
        LINE.format(key=spent.pk, account=purse.treasury.pk, fen=-5),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_line set amount_fen = amount_fen * 2",
        "delete from ledger_line",
        "truncate ledger_line",
        "update ledger_booking set text = 'y'",
        "update ledger_booking set reverses_id = null",
        "delete from ledger_booking",
        "truncate ledger_booking cascade",
        "truncate ledger_account cascade",
    ],
)
def test_bookings_and_lines_only_grow(spent: Booking, statement: str) -> None:
    refused("only grows", statement)


def test_only_outside_money_goes_below_zero(purse: Purse, spent: Booking) -> None:
    refused("account_not_overdrawn", *booking((purse.item.pk, -401), (purse.committee.pk, 401)))
    refused("account_not_overdrawn", *booking((purse.paid.pk, -601), (purse.committee.pk, 601)))


def test_a_balance_is_written_only_by_lines(purse: Purse, spent: Booking) -> None:
    pk = purse.item.pk

    refused("changes only by lines", f"update ledger_account set balance_fen = balance_fen + 1 where id = {pk}")
    refused(
        "begins empty",
        "insert into ledger_account (code, name, unit_id, purpose, kind, year, balance_fen,"
        f" opened_by_id, opened_at) select 'new', 'new', unit_id, '', kind, year, 7, opened_by_id, opened_at"
        f" from ledger_account where id = {pk}",
    )


@pytest.mark.parametrize("change", ["kind = 'source'", "unit_id = parent_id", "purpose = 'B-2'", "year = 2027"])
def test_an_account_with_lines_stays_what_it_is(purse: Purse, spent: Booking, change: str) -> None:
    write = "update ledger_account a set {} from org_unit u where u.id = a.unit_id and a.id = {}"

    refused("stays what it is", write.format(change, purse.item.pk))
    run(write.format(change, purse.committee.pk))


def test_a_closed_account_takes_nothing_and_is_empty(purse: Purse, spent: Booking) -> None:
    close = "update ledger_account set closed_at = now(), closed_by_id = opened_by_id where id = {}"

    refused("account_closed_empty", close.format(purse.item.pk))
    run(close.format(purse.committee.pk))

    refused("closed or missing", *booking((purse.item.pk, -1), (purse.committee.pk, 1)))


def test_a_reversal_is_the_mirror_of_one_booking_and_comes_once(purse: Purse, spent: Booking) -> None:
    item, paid = purse.item.pk, purse.paid.pk
    refused("not the mirror", *booking((item, 599), (paid, -599), kind="reverse", reverses=spent.pk))
    refused("booking_reverses_another", *booking((item, 600), (paid, -600), kind="reverse"))
    back = purse.reverse(spent)
    run()

    refused("reverses_id", *booking((item, 600), (paid, -600), kind="reverse", reverses=spent.pk))
    refused("not the mirror", *booking((item, -600), (paid, 600), kind="reverse", reverses=back.pk))


def test_when_it_was_recorded_is_the_databases_word(spent: Booking) -> None:
    assert spent.recorded_at > spent.at
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into ledger_booking (id, kind, text, line_count, actor_id, at, digest, recorded_at)"
            " select gen_random_uuid(), kind, 'z', 2, actor_id, at, digest, '2020-01-01' from ledger_booking limit 1"
            " returning recorded_at > now() - interval '1 hour'"
        )

        assert cursor.fetchone() == (True,)

    transaction.set_rollback(True)


def test_what_was_forced_past_the_database_is_found_when_all_is_verified(purse: Purse, spent: Booking) -> None:
    assert list(guarding.faults()) == []

    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update ledger_account set balance_fen = 999 where id = %s", [purse.committee.pk])
        cursor.execute("update ledger_line set amount_fen = 601 where booking_id = %s and amount_fen > 0", [spent.pk])
        cursor.execute("set local session_replication_role = origin")

    assert list(guarding.faults()) == [
        Fault("balance_apart_from_lines", "A-1居委"),
        Fault("balance_apart_from_lines", "A-1已付"),
        Fault("booking_not_balanced", str(spent.pk)),
    ]
