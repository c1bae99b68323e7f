"""What may be asked of whom, and until when: the database looks here before it lets a downward task pass."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models.worklists import WorkItem


class Admission(models.Model):
    """An item that may be asked of ``unit`` and the units below it. Ended once, never rewritten.

    kind        listed: stood on the list from the first; emergency: without an item, for days, to be ratified
    title       what an emergency is about; "" where the item says it
    valid_to    sunset: first day on which it no longer holds
    decision    key of the matter that decided it
    conditions  under which it was admitted, in words; ``amount_fen`` is the money that moves with it (费随事转)
    """

    class Kind(models.TextChoices):
        LISTED = "listed", _("清单原有")
        REGULAR = "regular", _("准入")
        TRIAL = "trial", _("试行")
        EMERGENCY = "emergency", _("应急")

    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, blank=True, related_name="admissions")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    conditions = models.CharField(max_length=400, blank=True)
    amount_fen = models.BigIntegerField(default=0)
    decision = models.UUIDField(null=True, blank=True)
    made_by = models.ForeignKey("org.Actor", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("org.Actor", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="emergency", item=None, valid_to__isnull=False) & ~Q(title="")
                | ~Q(kind="emergency") & Q(item__isnull=False),
                name="admission_of_item_or_emergency",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="admission_valid_for_a_while"
            ),
            models.CheckConstraint(
                condition=~Q(kind="trial") | Q(valid_to__isnull=False), name="admission_trial_has_term"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="admission_amount"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason=""),
                name="admission_ended_with_reason",
            ),
            models.UniqueConstraint(
                fields=("item", "unit", "kind", "valid_from"), condition=Q(ended_at=None), name="admission_once"
            ),
        )
        indexes = (models.Index(fields=("unit",), condition=Q(ended_at=None), name="admission_open_of_unit"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id or self.title}"


class BoundKind(models.Model):
    """A kind of unit that may be asked only for what is admitted: committees and villages."""

    unit_kind = models.CharField(max_length=20, primary_key=True)

    def __str__(self) -> str:
        return self.unit_kind
