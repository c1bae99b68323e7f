"""Whatever is booked in whatever order, the books balance and nobody is overdrawn."""

from collections import Counter

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.errors import Refused
from linli.kernel.ledger import queries
from linli.kernel.ledger.commands import OverdrawnRefused, ReversedRefused
from linli.kernel.ledger.models import Account, Booking
from linli.kernel.ledger.tests.conftest import Purse

pytestmark = pytest.mark.django_db

TREASURY, STREET, ITEM, COMMITTEE, PAID = range(5)
WAYS = (
    ("allocate", TREASURY, STREET), ("allocate", TREASURY, ITEM), ("earmark", STREET, ITEM), ("move", ITEM, COMMITTEE),
    ("spend", ITEM, PAID), ("spend", COMMITTEE, PAID), ("return", PAID, ITEM), ("return", ITEM, TREASURY),
)  # fmt: skip

fen = st.integers(1, 1000)
proper = st.tuples(st.just("proper"), st.sampled_from(WAYS), fen)
wild = st.tuples(
    st.just("wild"),
    st.sampled_from(["allocate", "earmark", "move", "spend", "return"]),
    st.dictionaries(st.integers(0, 4), st.integers(-1000, 1000), max_size=4),
)
again = st.tuples(st.sampled_from(["reverse", "resend"]), st.integers(0, 50), st.none())
days = st.lists(st.one_of(proper, proper, proper, wild, again), max_size=14)


class Books:
    """What must come out, reckoned beside the ledger by plain addition."""

    def __init__(self, purse: Purse) -> None:
        self.purse = purse
        self.expected: Counter[int] = Counter()
        self.booked: list[tuple[Booking, dict[int, int]]] = []
        self.reversed: set[object] = set()

    def fits(self, lines: dict[int, int]) -> bool:
        return all(self.expected[place] + amount >= 0 for place, amount in lines.items() if place != TREASURY)

    def add(self, booking: Booking, lines: dict[int, int]) -> None:
        self.expected.update(lines)
        self.booked.append((booking, lines))

    def book(self, kind: str, lines: dict[int, int]) -> None:
        self.add(self.purse.book(kind, {self.purse.accounts[place]: amount for place, amount in lines.items()}), lines)

    def proper(self, way: tuple[str, int, int], amount: int) -> None:
        kind, giver, taker = way
        lines = {giver: -amount, taker: amount}
        if self.fits(lines):
            self.book(kind, lines)
        else:
            with pytest.raises(OverdrawnRefused):
                self.book(kind, lines)

    def wild(self, kind: str, lines: dict[int, int]) -> None:
        try:
            self.book(kind, lines)
        except Refused:
            return
        assert sum(lines.values()) == 0
        assert len(lines) >= 2
        assert all(lines.values())

    def reverse(self, which: int, _none: None) -> None:
        if not self.booked:
            return
        booking, lines = self.booked[which % len(self.booked)]
        back = {place: -amount for place, amount in lines.items()}
        if booking.kind == "reverse" or booking.pk in self.reversed:
            with pytest.raises(ReversedRefused):
                self.purse.reverse(booking)
        elif self.fits(back):
            self.add(self.purse.reverse(booking), back)
            self.reversed.add(booking.pk)
        else:
            with pytest.raises(OverdrawnRefused):
                self.purse.reverse(booking)

    def resend(self, which: int, _none: None) -> None:
        plain = [(booking, lines) for booking, lines in self.booked if booking.kind != "reverse"]
        if plain:
            booking, lines = plain[which % len(plain)]
            given = {self.purse.accounts[place]: amount for place, amount in lines.items()}
            assert self.purse.book(booking.kind, given, key=booking.pk) == booking


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=days)
def test_whatever_is_booked_the_books_balance_and_nobody_is_overdrawn(purse: Purse, deeds: list[tuple]) -> None:
    with transaction.atomic():
        books = Books(purse)

        for deed, first, second in deeds:
            getattr(books, deed)(first, second)

        rows = Account.objects.annotate(total=Sum("lines__amount_fen"))
        kept = {row.pk: (row.balance_fen, row.total or 0) for row in rows}
        assert kept == {account.pk: (books.expected[n],) * 2 for n, account in enumerate(purse.accounts)}
        assert sum(queries.trial_balance().values()) == 0
        assert all(row.balance_fen >= 0 for row in rows if row.kind != "source")
        assert Booking.objects.count() == len(books.booked)
        use = queries.use_of("A-1", 2026)
        assert 0 <= use.paid_fen <= use.budget_fen
        assert list(queries.faults()) == []
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute("set constraints all deferred")
        transaction.set_rollback(True)
