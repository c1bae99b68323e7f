"""One booking at a time: sent again, refused, reversed, closed."""

from collections.abc import Callable

import pytest

from linli.kernel.errors import NotFound
from linli.kernel.ledger import commands, queries
from linli.kernel.ledger.commands import (
    AccountRefused,
    BookingRefused,
    OverdrawnRefused,
    ResentDifferentlyRefused,
    ReversedRefused,
)
from linli.kernel.ledger.models import Account, Booking
from linli.kernel.ledger.tests.conftest import NOON, Purse
from linli.kernel.org.keys import new_key
from tests.town import Town

pytestmark = pytest.mark.django_db


def test_money_moves_from_account_to_account(purse: Purse) -> None:
    purse.fund(1_000_00)

    purse.spend(250_50)

    assert [queries.balance(account) for account in purse.accounts] == [-1_000_00, 0, 749_50, 0, 250_50]


def test_who_takes_too_much_is_told_how_much_is_missing(purse: Purse) -> None:
    purse.fund(100_00)

    with pytest.raises(OverdrawnRefused, match=r"^余额不足：东街街道A-1 还差 1,234\.56 元。$"):
        purse.spend(1_334_56)

    assert queries.balance(purse.item) == 100_00


def test_a_booking_sent_again_is_booked_once(purse: Purse) -> None:
    purse.fund(1_000)
    key = new_key()
    first = purse.spend(600, key=key)

    again = purse.spend(600, key=key)

    assert again == first
    assert queries.balance(purse.item) == 400


@pytest.mark.parametrize(
    "differently",
    [
        lambda purse, key: purse.spend(601, key=key),
        lambda purse, key: purse.book("move", {purse.item: -600, purse.committee: 600}, key=key),
        lambda purse, key: purse.book("spend", {purse.item: -600, purse.paid: 600}, key=key, text="另事"),
        lambda purse, key: purse.reverse(Booking.objects.get(pk=key), key=key),
    ],
    ids=["amount", "account", "text", "reversal"],
)
def test_the_same_key_with_other_content_is_refused(purse: Purse, differently: Callable[..., Booking]) -> None:
    purse.fund(1_000)
    key = new_key()
    purse.spend(600, key=key)

    with pytest.raises(ResentDifferentlyRefused):
        differently(purse, key)

    assert queries.balance(purse.item) == 400


def test_the_same_key_from_somebody_else_is_refused(purse: Purse, town: Town) -> None:
    purse.fund(1_000)
    key = new_key()
    purse.spend(600, key=key)

    with pytest.raises(ResentDifferentlyRefused):
        purse.by(town.people["chen"]).spend(600, key=key)


@pytest.mark.parametrize(
    ("kind", "lines", "why"),
    [
        ("move", {"item": -600, "committee": 599}, "收支不平：相差 0.01 元"),
        ("move", {"item": -600}, "至少两个账户"),
        ("move", {"item": -600, "committee": 600, "street": 0}, "不能为零"),
        ("allocate", {"treasury": -(10**15) - 1, "item": 10**15 + 1}, "最多10,000,000,000,000.00元"),
        ("spend", {"treasury": -600, "paid": 600}, "不能从"),
        ("allocate", {"item": -600, "paid": 600}, "不能转入"),
        ("return", {"item": -600, "paid": 600}, "不能转入"),
    ],
)
def test_what_makes_no_sense_is_not_booked(purse: Purse, kind: str, lines: dict[str, int], why: str) -> None:
    purse.fund(1_000)

    with pytest.raises(BookingRefused, match=why):
        purse.book(kind, {getattr(purse, name): amount for name, amount in lines.items()})

    assert Booking.objects.count() == 1


def test_a_fraction_of_a_fen_is_a_bug_and_not_cut_off(purse: Purse) -> None:
    with pytest.raises(TypeError):
        purse.book("allocate", {purse.treasury: -0.5, purse.item: 0.5})  # type: ignore[dict-item]  # what is tested


def test_a_booking_says_what_for_and_names_no_numbers_of_people(purse: Purse) -> None:
    for text in (" ", "付给13800138000"):
        with pytest.raises(BookingRefused):
            purse.book("allocate", {purse.treasury: -1, purse.item: 1}, text=text)


def test_a_booking_is_taken_back_once(purse: Purse) -> None:
    purse.fund(1_000)
    spent, key = purse.spend(600), new_key()
    back = purse.reverse(spent, key=key)

    assert purse.reverse(spent, key=key) == back
    with pytest.raises(ReversedRefused, match="已经冲正"):
        purse.reverse(spent)
    with pytest.raises(ReversedRefused, match="不能再冲正"):
        purse.reverse(back)

    assert queries.balance(purse.item) == 1_000


def test_money_that_has_moved_on_is_not_taken_back(purse: Purse) -> None:
    given = purse.fund(1_000)
    purse.spend(600)

    with pytest.raises(OverdrawnRefused, match=r"还差 6\.00 元"):
        purse.reverse(given)


def test_an_account_is_opened_once_and_stays_what_it_is(purse: Purse, town: Town) -> None:
    said = {"name": "又名", "unit": town.units["street"], "year": 2026, "actor": town.people["li"], "at": NOON}

    same = commands.open_account("A-1", kind="held", purpose="A-1", **said)

    assert (same, same.name) == (purse.item, purse.item.name)
    with pytest.raises(AccountRefused, match="已用于另一账户"):
        commands.open_account("A-1", kind="spent", purpose="A-1", **said)
    with pytest.raises(AccountRefused, match="资金年度"):
        commands.open_account("B", kind="held", **{**said, "year": 20026})


def test_a_closed_account_takes_nothing_and_holds_nothing(purse: Purse, town: Town) -> None:
    purse.fund(1_000)
    who = town.people["li"]

    with pytest.raises(AccountRefused, match=r"还有余额 10\.00 元"):
        commands.close_account(purse.item, actor=who, at=NOON)
    purse.book("return", {purse.item: -1_000, purse.treasury: 1_000})
    commands.close_account(purse.item, actor=who, at=NOON)

    with pytest.raises(BookingRefused, match="已经关闭"):
        purse.fund(1)


def test_an_account_that_is_not_there_is_not_found(purse: Purse) -> None:
    nowhere = Account(pk=0, code="0")

    with pytest.raises(NotFound):
        purse.book("allocate", {purse.treasury: -1, nowhere: 1})
    with pytest.raises(NotFound):
        queries.balance(nowhere)
    with pytest.raises(NotFound):
        queries.get_account("0")
