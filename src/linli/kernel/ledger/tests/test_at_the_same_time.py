"""Many hands on the same money at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from linli.kernel.errors import Refused
from linli.kernel.ledger import queries
from linli.kernel.ledger.commands import OverdrawnRefused, ReversedRefused
from linli.kernel.ledger.models import Booking
from linli.kernel.ledger.tests.conftest import Purse, opened
from linli.kernel.org.keys import new_key
from tests.town import Town

HANDS = 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def purse(transactional_db: None, town: Town) -> Purse:
    made = opened(town)
    made.fund(1_000)
    return made


def at_once(work: Callable[[int], object]) -> list[str]:
    """How each of eight hands fared, each on a connection of its own, waiting five seconds at most."""
    together = Barrier(HANDS)

    def run(hand: int) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("set lock_timeout = '5s'")
            together.wait()
            work(hand)
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(HANDS) as pool:
        return sorted(pool.map(run, range(HANDS)))


def is_sound() -> bool:
    return list(queries.faults()) == [] and sum(queries.trial_balance().values()) == 0


def test_eight_who_spend_from_one_account_never_overdraw_it(purse: Purse) -> None:
    fared = at_once(lambda _hand: purse.spend(300))

    assert fared == [OverdrawnRefused.__name__] * 5 + ["booked"] * 3
    assert (queries.balance(purse.item), queries.balance(purse.paid), is_sound()) == (100, 900, True)


def test_money_moved_to_and_fro_does_not_wait_for_itself(purse: Purse) -> None:
    purse.book("move", {purse.item: -500, purse.committee: 500})

    def move(hand: int) -> None:
        there, back = (purse.item, purse.committee) if hand % 2 else (purse.committee, purse.item)
        for _time in range(10):
            purse.book("move", {there: -10, back: 10})

    assert at_once(move) == ["booked"] * HANDS
    assert (queries.balance(purse.item), queries.balance(purse.committee), is_sound()) == (500, 500, True)


def test_one_booking_sent_by_eight_hands_is_booked_once(purse: Purse) -> None:
    key = new_key()

    assert at_once(lambda _hand: purse.spend(300, key=key)) == ["booked"] * HANDS
    assert (queries.balance(purse.item), Booking.objects.filter(kind="spend").count()) == (700, 1)


def test_of_eight_who_reverse_a_booking_one_succeeds(purse: Purse) -> None:
    spent = purse.spend(300)

    assert at_once(lambda _hand: purse.reverse(spent)) == [ReversedRefused.__name__] * 7 + ["booked"]
    assert (queries.balance(purse.item), is_sound()) == (1_000, True)
