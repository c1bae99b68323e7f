"""What was changed in the tables that rule lists: kinds, prohibited classes, levels of review, docking."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.models import Actor, Unit


class Amendment(models.Model):
    """One change of a rule, by whom and why; only ever added.

    district   whose rule it is; null for what holds everywhere
    subject    which line of the table, in words
    before, after  what it said and says; "" for what was not there, or is no more
    """

    class Table(models.TextChoices):
        KIND = "kind", _("清单种类")
        PROHIBITION = "prohibition", _("禁止下派的职责")
        LEVELS = "levels", _("审核层级")
        DOCKING = "docking", _("条块对接表")

    table = models.CharField(max_length=12, choices=Table)
    district = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    subject = models.CharField(max_length=120)
    before = models.CharField(max_length=400, blank=True)
    after = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=200)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["table", "district", "-id"], name="amendment_table")]
        constraints = [models.CheckConstraint(name="amendment_has_reason", condition=~models.Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.table} {self.subject}"
