"""What can be done with money: open and close an account, book, reverse. Who may do it is decided by the caller.

Accounts are locked in the order of their ids. Who books several times in one transaction breaks that order; let one
booking with more lines say it all.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.kernel.flow.models import Matter
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.ledger.amounts import MOST_FEN, yuan
from linli.kernel.ledger.models import MOST_LINES, Account, Booking, Line
from linli.kernel.ledger.refusals import (
    AccountNotFound,
    AccountRefused,
    BookingRefused,
    OverdrawnRefused,
    ReversedRefused,
)
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

__all__ = [
    "AccountNotFound",
    "AccountRefused",
    "BookingRefused",
    "OverdrawnRefused",
    "ResentDifferentlyRefused",
    "ReversedRefused",
    "book",
    "close_account",
    "open_account",
    "reverse",
]

TEXT_LENGTH = 400
NAME_LENGTH = 120
CODE_LENGTH = 80
YEARS = range(1949, 2200)

SOURCE, HELD, SPENT = Account.Kind.SOURCE, Account.Kind.HELD, Account.Kind.SPENT
WAYS: Mapping[Booking.Kind, tuple[frozenset[str], frozenset[str]]] = {
    Booking.Kind.ALLOCATE: (frozenset((SOURCE, HELD)), frozenset((HELD,))),
    Booking.Kind.EARMARK: (frozenset((HELD,)), frozenset((HELD,))),
    Booking.Kind.MOVE: (frozenset((HELD,)), frozenset((HELD,))),
    Booking.Kind.SPEND: (frozenset((HELD,)), frozenset((SPENT,))),
    Booking.Kind.RETURN: (frozenset((SPENT, HELD)), frozenset((HELD, SOURCE))),
}
"""From which kinds of account to which a booking goes. A reversal goes back the way its booking came."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A booking as its sender means it. ``lines``: account id → fen."""

    kind: Booking.Kind
    lines: Mapping[int, int]
    text: str
    matter_id: UUID | None = None
    reverses_id: UUID | None = None

    def digest(self, actor: Actor) -> bytes:
        told = [self.kind, sorted(self.lines.items()), self.text, self.matter_id, self.reverses_id, actor.pk]
        return hashlib.sha256(orjson.dumps(told)).digest()


@transaction.atomic
def open_account(
    code: str, *, name: str, unit: Unit, kind: str, year: int, actor: Actor, at: datetime, purpose: str = ""
) -> Account:
    """The account ``code``, opened unless it is there already; its first name stays.

    kind     source, held or spent, see ``Account.Kind``
    purpose  key of what the money is for; "" = free

    Raises AccountRefused, also when the account is there with another unit, kind, purpose or year.
    """
    code, name, purpose = (text.strip() for text in (code, name, purpose))
    _refuse_unnamed(code, name, purpose, year)
    _queue(f"ledger account {code}")
    if earlier := Account.objects.filter(code=code).first():
        if (earlier.unit_id, earlier.kind, earlier.purpose, earlier.year) != (unit.pk, kind, purpose, year):
            raise AccountRefused(_("账户编码 %(code)s 已用于另一账户。") % {"code": code}, field="code")
        return earlier
    return Account.objects.create(
        code=code, name=name, unit=unit, purpose=purpose, kind=Account.Kind(kind), year=year, opened_by=actor,
        opened_at=at,
    )  # fmt: skip


def _refuse_unnamed(code: str, name: str, purpose: str, year: int) -> None:
    for field, text, most in (("code", code, CODE_LENGTH), ("name", name, NAME_LENGTH)):
        if not 0 < len(text) <= most:
            raise AccountRefused(_("账户的编码和名称必填，最多%(most)d字。") % {"most": most}, field=field)
    if len(purpose) > CODE_LENGTH:
        raise AccountRefused(_("资金用途最多%(most)d字。") % {"most": CODE_LENGTH}, field="purpose")
    if year not in YEARS:
        raise AccountRefused(_("资金年度不对：%(year)s。") % {"year": year}, field="year")


@transaction.atomic
def close_account(account: Account, *, actor: Actor, at: datetime) -> Account:
    """Nothing is booked on it any more; what was closed before stays as it was.

    Raises AccountRefused while a unit holds money there, AccountNotFound.
    """
    row = _locked([account.pk])[account.pk]
    if row.closed_at:
        return row
    if row.kind == HELD and row.balance_fen:
        raise AccountRefused(
            _("%(account)s 还有余额 %(left)s 元，不能关闭。") % {"account": row.name, "left": yuan(row.balance_fen)}
        )
    row.closed_by, row.closed_at = actor, at
    row.save(update_fields=["closed_by", "closed_at"])
    return row


def book(
    key: UUID,
    kind: str,
    lines: Mapping[Account, int],
    *,
    text: str,
    actor: Actor,
    at: datetime,
    matter: Matter | None = None,
) -> Booking:
    """Move money, all or nothing: ``book(key, "spend", {held: -50_000, spent: 50_000}, …)``.

    key    the sender's command id; sent again with the same content, the first booking is the answer
    kind   allocate, earmark, move, spend or return: which kinds of account give and take, see ``WAYS``
    lines  account → fen it gets, below zero: it gives. Their sum is zero
    text   what for; without numbers of people, since it can never be erased

    Raises BookingRefused (overdrawn, closed, not balanced), ResentDifferentlyRefused, AccountNotFound.
    """
    meant = Booking.Kind(kind)
    if meant not in WAYS:
        raise ValueError("a reversal says what it reverses: reverse()")
    given = {account.pk: amount for account, amount in lines.items()}
    _refuse_unbalanced(given.values())
    return _booked(key, _Said(meant, given, _reason(text), matter.pk if matter else None), actor=actor, at=at)


def reverse(booking: Booking, key: UUID, *, reason: str, actor: Actor, at: datetime) -> Booking:
    """Take ``booking`` back, whole and once, by another that mirrors it. ``key`` as for ``book``.

    Raises BookingRefused (also when the money has moved on), ReversedRefused, ResentDifferentlyRefused.
    """
    lines = {account: -amount for account, amount in booking.lines.values_list("account_id", "amount_fen")}
    said = _Said(Booking.Kind.REVERSE, lines, _reason(reason), booking.matter_id, booking.pk)
    if booking.kind == Booking.Kind.REVERSE:
        raise ReversedRefused(_("冲正不能再冲正，请另记一笔。"))
    return _booked(key, said, actor=actor, at=at)


def _reason(text: str) -> str:
    if found := personal_data_in(text):
        raise BookingRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="text")
    if not (cleaned := clean(text, TEXT_LENGTH)):
        raise BookingRefused(_("请写明这笔资金的事由。"), field="text")
    return cleaned


def _refuse_unbalanced(amounts: Iterable[int]) -> None:
    given = list(amounts)
    if any(type(amount) is not int for amount in given):
        raise TypeError("amounts are whole fen")  # a fraction would be cut silently by the column
    if not 2 <= len(given) <= MOST_LINES:
        raise BookingRefused(_("一笔账至少两个账户，最多%(most)d个。") % {"most": MOST_LINES}, field="lines")
    if any(not 0 < abs(amount) <= MOST_FEN for amount in given):
        raise BookingRefused(_("金额不能为零，最多%(most)s元。") % {"most": yuan(MOST_FEN)}, field="lines")
    if total := sum(given):
        raise BookingRefused(_("收支不平：相差 %(apart)s 元。") % {"apart": yuan(abs(total))}, field="lines")


@transaction.atomic
def _booked(key: UUID, said: _Said, *, actor: Actor, at: datetime) -> Booking:
    _queue(f"ledger booking {key}")
    digest = said.digest(actor)
    if earlier := Booking.objects.filter(pk=key).first():
        if bytes(earlier.digest) != digest:
            raise ResentDifferentlyRefused(_("同一编号的操作已经办过，这次内容不同，未予受理。"))
        return earlier
    accounts = _locked(said.lines)
    # Only now, with the accounts locked: another reversal of the same booking holds the same ones.
    if said.reverses_id and Booking.objects.filter(reverses_id=said.reverses_id).exists():
        raise ReversedRefused(_("这笔账已经冲正。"))
    for pk, account in accounts.items():
        _refuse_line(said.kind, account, said.lines[pk])
    booking = Booking.objects.create(
        id=key, kind=said.kind, text=said.text, matter_id=said.matter_id, reverses_id=said.reverses_id,
        line_count=len(said.lines), actor=actor, at=at, digest=digest,
    )  # fmt: skip
    Line.objects.bulk_create(Line(booking=booking, account_id=pk, amount_fen=said.lines[pk]) for pk in accounts)
    return booking


def _refuse_line(kind: Booking.Kind, account: Account, amount: int) -> None:
    if account.closed_at:
        raise BookingRefused(_("账户已经关闭：%(account)s。") % {"account": account.name}, field="lines")
    if kind in WAYS and account.kind not in WAYS[kind][amount > 0]:
        words = {"kind": kind.label, "account": account.name, "of": account.get_kind_display()}
        text = (
            _("%(kind)s不能转入 %(account)s(%(of)s)。") if amount > 0 else _("%(kind)s不能从 %(account)s(%(of)s)转出。")
        )
        raise BookingRefused(text % words, field="lines")
    left = account.balance_fen + amount
    if left < 0 and account.kind != SOURCE:
        raise OverdrawnRefused(
            _("余额不足：%(account)s 还差 %(missing)s 元。") % {"account": account.name, "missing": yuan(-left)},
            field="lines",
        )
    if abs(left) > MOST_FEN:
        raise BookingRefused(
            _("%(account)s 的金额超出 %(most)s 元。") % {"account": account.name, "most": yuan(MOST_FEN)}, field="lines"
        )


def _locked(account_ids: Iterable[int]) -> dict[int, Account]:
    """The accounts, locked in the order of their ids. Raises AccountNotFound."""
    wanted = set(account_ids)
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) != len(wanted):
        raise AccountNotFound
    return found


def _queue(name: str) -> None:
    """One at a time under ``name``, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
