"""The street's money: what the treasury gave, what it holds free and for item A-1, and what was paid of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from linli.kernel.ledger import commands
from linli.kernel.ledger.models import Account, Booking
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from tests.town import Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Purse:
    treasury: Account
    street: Account
    item: Account
    committee: Account
    paid: Account
    bookkeeper: Actor

    @property
    def accounts(self) -> tuple[Account, ...]:
        return self.treasury, self.street, self.item, self.committee, self.paid

    def book(self, kind: str, lines: Mapping[Account, int], *, key: UUID | None = None, text: str = "经费") -> Booking:
        return commands.book(key or new_key(), kind, lines, text=text, actor=self.bookkeeper, at=NOON)

    def fund(self, fen: int) -> Booking:
        """So much from the treasury to the street, for item A-1."""
        return self.book("allocate", {self.treasury: -fen, self.item: fen})

    def spend(self, fen: int, *, key: UUID | None = None) -> Booking:
        return self.book("spend", {self.item: -fen, self.paid: fen}, key=key)

    def reverse(self, booking: Booking, *, key: UUID | None = None) -> Booking:
        return commands.reverse(booking, key or new_key(), reason="记错", actor=self.bookkeeper, at=NOON)

    def by(self, actor: Actor) -> "Purse":
        return replace(self, bookkeeper=actor)


def opened(town: Town) -> Purse:
    def account(code: str, unit: str, kind: str, purpose: str = "") -> Account:
        return commands.open_account(
            code, name=f"{town.units[unit].name}{code}", unit=town.units[unit], kind=kind, purpose=purpose, year=2026,
            actor=town.people["li"], at=NOON,
        )  # fmt: skip

    return Purse(
        treasury=account("财政", "district", "source"),
        street=account("机动", "street", "held"),
        item=account("A-1", "street", "held", "A-1"),
        committee=account("A-1居委", "committee", "held", "A-1"),
        paid=account("A-1已付", "street", "spent", "A-1"),
        bookkeeper=town.people["li"],
    )


@pytest.fixture
def purse(town: Town) -> Purse:
    return opened(town)
