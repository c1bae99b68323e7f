"""What is on the accounts, what moved, how much of a budget was used. Whose accounts may be seen is for the caller."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from linli.kernel.flow.guarding import Fault
from linli.kernel.ledger.models import Account, Line
from linli.kernel.ledger.refusals import AccountNotFound
from linli.kernel.org.scope import below

PAGE = 50
MOST = 200
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as listed."""

    id: int
    code: str
    name: str
    unit_id: int
    unit_name: str
    purpose: str
    kind: str
    kind_label: str
    year: int
    balance_fen: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What one booking did to an account. ``id`` is where the next page begins."""

    id: int
    booking_id: UUID
    kind: str
    kind_label: str
    text: str
    amount_fen: int
    matter_id: UUID | None
    reverses_id: UUID | None
    actor_id: UUID
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """How much of the money for one purpose was used in one year."""

    purpose: str
    year: int
    budget_fen: int
    paid_fen: int

    @property
    def rate(self) -> float | None:
        """Paid over budget, 0.0–1.0; None without a budget."""
        return self.paid_fen / self.budget_fen if self.budget_fen else None


def get_account(code: str) -> Account:
    """Raises AccountNotFound."""
    if (row := Account.objects.filter(code=code).first()) is None:
        raise AccountNotFound
    return row


def balance(account: Account) -> int:
    """Fen on it now, whatever ``account`` remembers. Raises AccountNotFound."""
    found = Account.objects.filter(pk=account.pk).values_list("balance_fen", flat=True).first()
    if found is None:
        raise AccountNotFound
    return found


def accounts_of(unit_path: str, year: int, *, after: str = "", limit: int = PAGE) -> list[AccountLine]:
    """Accounts of the units at and below ``unit_path`` ("1.12."), by code, the next ``limit`` after code ``after``."""
    rows = Account.objects.filter(below([unit_path] if unit_path else [], path="unit__path"), year=year, code__gt=after)
    return [
        AccountLine(
            id=row.pk, code=row.code, name=row.name, unit_id=row.unit_id, unit_name=row.unit.name, purpose=row.purpose,
            kind=row.kind, kind_label=str(row.get_kind_display()), year=row.year, balance_fen=row.balance_fen,
            is_closed=row.closed_at is not None,
        )
        for row in rows.select_related("unit").order_by("code")[: min(limit, MOST)]
    ]  # fmt: skip


def statement(
    account: Account,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> list[StatementLine]:
    """Lines of ``account`` in the order they were booked, the next ``limit`` after line ``after``.

    since, until  of the time claimed, half-open
    """
    rows = Line.objects.filter(account=account, pk__gt=after)
    if since is not None:
        rows = rows.filter(booking__at__gte=since)
    if until is not None:
        rows = rows.filter(booking__at__lt=until)
    return [
        StatementLine(
            id=row.pk, booking_id=row.booking_id, kind=row.booking.kind,
            kind_label=str(row.booking.get_kind_display()), text=row.booking.text, amount_fen=row.amount_fen,
            matter_id=row.booking.matter_id, reverses_id=row.booking.reverses_id, actor_id=row.booking.actor_id,
            at=row.booking.at, recorded_at=row.booking.recorded_at,
        )
        for row in rows.select_related("booking").order_by("pk")[: min(limit, MOST)]
    ]  # fmt: skip


USES = """
with moved as (
    select a.purpose, b.reverses_id is not null as is_back, coalesce(o.kind, b.kind) as kind,
           sum(l.amount_fen) as net, coalesce(sum(l.amount_fen) filter (where a.kind = 'spent'), 0) as paid
    from ledger_account a
    join ledger_line l on l.account_id = a.id
    join ledger_booking b on b.id = l.booking_id
    left join ledger_booking o on o.id = b.reverses_id
    where a.purpose = any(%s) and a.year = %s and a.kind <> 'source'
    group by a.purpose, b.id, o.kind
)
select purpose,
       sum(case when kind <> 'return' then net when is_back then least(net, 0) else greatest(net, 0) end)::bigint,
       sum(paid)::bigint
from moved group by purpose
"""
"""A booking within a purpose changes its budget by nothing; money that comes or moves on to another purpose does.
What is given back unused (a return out of the purpose) leaves the budget as it was: else whoever returned all that
was left would have used everything. A reversal counts as its booking did, the other way."""


def uses_of(purposes: Collection[str], year: int) -> dict[str, Use]:
    """The use of the money for each of ``purposes`` in the budget year ``year``, in one statement."""
    if not purposes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(USES, [list(purposes), year])
        found = {purpose: (budget, paid) for purpose, budget, paid in cursor.fetchall()}
    return {purpose: Use(purpose, year, *found.get(purpose, (0, 0))) for purpose in purposes}


def use_of(purpose: str, year: int) -> Use:
    """As ``uses_of``, for one."""
    return uses_of([purpose], year)[purpose]


def trial_balance() -> Mapping[str, int]:
    """Fen on all accounts by kind (source, held, spent); they sum to zero."""
    sums = dict(Account.objects.values_list("kind").annotate(total=Sum("balance_fen")).order_by())
    return {kind: int(sums.get(kind) or 0) for kind in Account.Kind.values}


BALANCE_APART = """
select a.code from ledger_account a
left join (select account_id, sum(amount_fen) as total from ledger_line group by account_id) l on l.account_id = a.id
where a.balance_fen <> coalesce(l.total, 0)
order by a.code limit 1000
"""
BOOKING_APART = """
select b.id::text from ledger_booking b
left join (select booking_id, sum(amount_fen) as total, count(*) as lines from ledger_line group by booking_id) l
    on l.booking_id = b.id
where coalesce(l.total, 0) <> 0 or coalesce(l.lines, 0) <> b.line_count
order by b.id limit 1000
"""


def faults() -> Iterator[Fault]:
    """Balances that are not the sum of their lines, bookings that do not balance or are not whole."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCE_APART)
        yield from (Fault("balance_apart_from_lines", code) for (code,) in cursor.fetchall())
        cursor.execute(BOOKING_APART)
        yield from (Fault("booking_not_balanced", key) for (key,) in cursor.fetchall())
