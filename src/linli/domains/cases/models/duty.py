"""Who is responsible: a decision table as data, one version in force at a time in each district; who is on duty."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.org.models import Actor, Unit


class RuleTable(models.Model):
    """One version of a district's decision table. Rows in force are never edited: a new version is drafted."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        IN_FORCE = "in_force", _("生效")
        REPLACED = "replaced", _("已替换")
        WITHDRAWN = "withdrawn", _("已撤回")

    district = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    no = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    note = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    """Why it was put in force or withdrawn."""
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    put_in_force_by = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "no"], name="rule_table_once"),
            models.UniqueConstraint(
                fields=["district"], name="rule_table_one_in_force", condition=Q(status="in_force")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} v{self.no}"


class Rule(models.Model):
    """One row: category × area × kind of unit → lead, co-units, limit, disposal class. The most specific row wins.

    category  code, or its beginning (``06``), or "" for any
    area      the row holds in this unit's subtree; null = in the whole district
    lead      a named unit; null = the nearest unit of ``lead_kind`` on the place's own chain
    """

    table = models.ForeignKey(RuleTable, models.PROTECT, related_name="rules")
    no = models.PositiveIntegerField()
    category = models.CharField(max_length=20, blank=True)
    area = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    lead = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    lead_kind = models.CharField(max_length=20, blank=True)
    co_units = ArrayField(models.BigIntegerField(), default=list, blank=True)
    limit_amount = models.FloatField(null=True, blank=True)
    limit_base = models.CharField(max_length=20, blank=True)
    disposal_class = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "no"], name="rule_once"),
            models.CheckConstraint(name="rule_names_somebody", condition=Q(lead__isnull=False) | ~Q(lead_kind="")),
            models.CheckConstraint(name="rule_disposal_class", condition=Q(disposal_class__in=[0, 1, 2, 3])),
            models.CheckConstraint(
                name="rule_limit_whole", condition=Q(limit_amount__isnull=True) | Q(limit_amount__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.no}"


class Shift(models.Model):
    """Who is on duty for a unit, on which days of the week and from when to when (002-14). Ended, never deleted.

    weekdays  1 Monday to 7 Sunday: the days on which the shift begins
    starts, ends  local time; ``ends`` at or before ``starts`` is on the next day, the same time is a whole day
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    starts = models.TimeField()
    ends = models.TimeField()
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    team = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="shift_has_days", condition=Q(weekdays__len__gte=1)),
            models.CheckConstraint(
                name="shift_names_somebody", condition=Q(actor__isnull=False) | Q(team__isnull=False)
            ),
            models.CheckConstraint(
                name="shift_valid_for_a_while", condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.starts}-{self.ends}"
