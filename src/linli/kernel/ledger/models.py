"""Money by double entry: every booking takes from accounts what it gives to others. Amounts are whole fen.

The database holds what must never break: see the migration ``books_balance``.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.models import Matter
from linli.kernel.ledger.amounts import MOST_FEN
from linli.kernel.org.models import Actor, Unit

MOST_LINES = 200
"""Of one booking."""


class Account(models.Model):
    """Where money is, or where it came from or went. Fixed once money has moved: kind, unit, purpose and year.

    code         as callers know it, e.g. ``"2026/street/A-12/held"``
    purpose      key of what the money is for, such as a list item's number; "" = free
    year         the budget year
    balance_fen  the sum of its lines, kept by a trigger
    """

    class Kind(models.TextChoices):
        SOURCE = "source", _("资金来源")
        """Outside money, such as the district's treasury: goes below zero by what it has given."""
        HELD = "held", _("在账资金")
        """Money a unit holds; never below zero."""
        SPENT = "spent", _("已付资金")
        """Money that was paid out; never below zero."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField()
    balance_fen = models.BigIntegerField(default=0, db_default=0, editable=False)
    opened_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="account_code_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="account_named"),
            models.CheckConstraint(condition=Q(kind__in=["source", "held", "spent"]), name="account_kind_known"),
            models.CheckConstraint(condition=Q(year__range=(1949, 2199)), name="account_year"),
            models.CheckConstraint(condition=Q(kind="source") | Q(balance_fen__gte=0), name="account_not_overdrawn"),
            models.CheckConstraint(condition=Q(balance_fen__range=(-MOST_FEN, MOST_FEN)), name="account_bounded"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="account_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(kind="held") | Q(balance_fen=0), name="account_closed_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["purpose", "year"], name="account_purpose"),
            models.Index(fields=["unit", "year"], name="account_unit"),
        ]

    def __str__(self) -> str:
        return self.code


class Booking(models.Model):
    """One movement of money. Rows are only ever added; what was wrong is reversed by another booking, once.

    id          the sender's command id: sent again, the first booking is the answer
    line_count  how many lines it has; none can be added to it afterwards
    at          when it happened, as claimed; ``recorded_at`` is the database's clock
    digest      SHA-256 of what was said, without ``at``: the same id with other content is refused
    """

    class Kind(models.TextChoices):
        ALLOCATE = "allocate", _("拨付")
        EARMARK = "earmark", _("定向安排")
        MOVE = "move", _("划转")
        SPEND = "spend", _("支付")
        RETURN = "return", _("退回资金")
        REVERSE = "reverse", _("冲正")

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=400)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", db_index=False)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="+")
    line_count = models.PositiveSmallIntegerField()
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["allocate", "earmark", "move", "spend", "return", "reverse"]),
                name="booking_kind_known",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="booking_says_why"),
            models.CheckConstraint(condition=Q(line_count__range=(2, MOST_LINES)), name="booking_of_two_or_more"),
            models.CheckConstraint(
                condition=Q(kind="reverse", reverses__isnull=False) | (~Q(kind="reverse") & Q(reverses=None)),
                name="booking_reverses_another",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(reverses=F("id")), name="booking_not_reversing_itself"
            ),
        ]
        indexes = [models.Index(fields=["matter"], name="booking_matter", condition=Q(matter__isnull=False))]

    def __str__(self) -> str:
        return f"{self.kind} {self.text[:40]}"


class Line(models.Model):
    """What a booking gives to an account, or (below zero) takes from it. Once an account, so none dips in between."""

    id = models.BigAutoField(primary_key=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="lines", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="lines", db_index=False)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "account"], name="line_once_an_account"),
            models.CheckConstraint(
                condition=Q(amount_fen__range=(-MOST_FEN, MOST_FEN)) & ~Q(amount_fen=0), name="line_amount"
            ),
        ]
        indexes = [models.Index(fields=["account", "id"], name="line_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount_fen}"
