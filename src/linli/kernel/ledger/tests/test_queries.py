"""What is on the accounts, page by page, and how much of a budget was used."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from linli.kernel.ledger import commands, queries
from linli.kernel.ledger.amounts import yuan
from linli.kernel.ledger.tests.conftest import NOON, Purse
from linli.kernel.org.keys import new_key
from tests.town import Town

pytestmark = pytest.mark.django_db


def use(purse: Purse, purpose: str = "A-1") -> tuple[int, int, float | None]:
    found = queries.use_of(purpose, purse.item.year)
    return found.budget_fen, found.paid_fen, found.rate


def test_the_use_rate_is_paid_over_budget(purse: Purse) -> None:
    purse.fund(1_000)
    purse.book("move", {purse.item: -400, purse.committee: 400})
    spent = purse.spend(300)

    assert use(purse) == (1_000, 300, 0.3)

    purse.reverse(spent)

    assert use(purse) == (1_000, 0, 0.0)


def test_what_is_given_back_unused_does_not_better_the_use_rate(purse: Purse) -> None:
    purse.fund(1_000)
    purse.spend(250)
    back = purse.book("return", {purse.item: -750, purse.treasury: 750})

    assert use(purse) == (1_000, 250, 0.25)

    purse.reverse(back)

    assert use(purse) == (1_000, 250, 0.25)


def test_what_moves_on_to_another_purpose_or_was_a_mistake_is_no_budget(purse: Purse) -> None:
    mistaken = purse.fund(1_000)
    purse.fund(500)
    purse.reverse(mistaken)
    purse.book("move", {purse.item: -100, purse.street: 100})

    assert use(purse) == (400, 0, 0.0)


def test_outside_money_given_for_a_purpose_is_counted_where_it_arrives(purse: Purse, town: Town) -> None:
    fund = commands.open_account(
        "基金", name="基金", unit=town.units["district"], kind="source", purpose="A-1", year=2026,
        actor=purse.bookkeeper, at=NOON,
    )  # fmt: skip
    purse.book("allocate", {fund: -1_000, purse.item: 1_000})

    assert use(purse) == (1_000, 0, 0.0)


def test_without_a_budget_there_is_no_use_rate(purse: Purse) -> None:
    assert use(purse) == (0, 0, None)


def test_many_purposes_are_asked_in_one_statement(
    purse: Purse, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    purse.fund(1_000)

    with django_assert_num_queries(1):
        found = queries.uses_of(["A-1", "B-2"], 2026)

    assert {purpose: one.budget_fen for purpose, one in found.items()} == {"A-1": 1_000, "B-2": 0}
    assert queries.uses_of(["A-1"], 2027)["A-1"].budget_fen == 0


def test_a_statement_is_read_page_by_page(purse: Purse) -> None:
    for fen in (1_000, 200, 30):
        purse.fund(fen)

    first = queries.statement(purse.item, limit=2)
    second = queries.statement(purse.item, limit=2, after=first[-1].id)

    assert [[line.amount_fen for line in page] for page in (first, second)] == [[1_000, 200], [30]]
    assert (first[0].kind_label, first[0].text) == ("拨付", "经费")


def test_a_statement_of_a_period_ends_before_its_end(purse: Purse) -> None:
    for day, fen in enumerate((1, 2, 3)):
        lines = {purse.treasury: -fen, purse.item: fen}
        at = NOON + timedelta(days=day)
        commands.book(new_key(), "allocate", lines, text="经费", actor=purse.bookkeeper, at=at)

    found = queries.statement(purse.item, since=NOON + timedelta(days=1), until=NOON + timedelta(days=2))

    assert [line.amount_fen for line in found] == [2]


def test_accounts_are_those_of_the_unit_and_below(purse: Purse, town: Town) -> None:
    street, committee = town.units["street"].path, town.units["committee"].path

    assert [line.code for line in queries.accounts_of(street, 2026)] == ["A-1", "A-1居委", "A-1已付", "机动"]
    assert [line.code for line in queries.accounts_of(street, 2026, after="A-1居委", limit=1)] == ["A-1已付"]
    assert [line.code for line in queries.accounts_of(committee, 2026)] == ["A-1居委"]
    assert queries.accounts_of(street, 2025) == queries.accounts_of("", 2026) == []


def test_the_trial_balance_is_by_kind(purse: Purse) -> None:
    purse.fund(1_000)
    purse.spend(300)

    assert queries.trial_balance() == {"source": -1_000, "held": 700, "spent": 300}


def test_fen_are_written_as_yuan() -> None:
    assert [yuan(fen) for fen in (0, 5, -5, 123_456, -100_000_001)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1,234.56",
        "-1,000,000.01",
    ]
