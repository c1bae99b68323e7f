"""What a check-up found, and what a year was like."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models import WorkItem, WorkList
from linli.kernel.evidence.models import File
from linli.kernel.org.models import Actor, Unit


class CheckRun(models.Model):
    """One check-up of all lists of a unit's area (精体检, 000-06), by night or on demand.

    checked  how many of the rules have been gone through; ``counts`` what each found, by rule
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    items = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    checked = models.PositiveSmallIntegerField(default=0)
    counts = models.JSONField(default=dict)
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    """Null: by night."""

    class Meta:
        indexes = [models.Index(fields=["unit", "-begun_at"], name="check_run_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.begun_at}"


class Finding(models.Model):
    """Something wrong with an item, open until a later check no longer finds it or it is set aside with a reason.

    other     the item it doubles
    proposal  the change that is to put it right
    """

    class Rule(models.TextChoices):
        NO_OWNER = "no_owner", _("没有责任单位")
        NO_BASIS = "no_basis", _("没有依据")
        BASIS_EXPIRED = "basis_expired", _("依据已失效")
        NEVER_DONE = "never_done", _("从未执行")
        ALWAYS_LATE = "always_late", _("总是逾期")
        DOUBLE = "double", _("疑似重复")
        OVER_LONG = "over_long", _("内容过长")
        SUNSET = "sunset", _("到期未评估")
        PROHIBITED = "prohibited", _("属禁止类职责")
        UNLINKED = "unlinked", _("未与职责挂钩")

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="findings")
    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=16, choices=Rule)
    other = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="+")
    detail = models.CharField(max_length=200, blank=True)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    aside_because = models.CharField(max_length=200, blank=True)
    aside_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    aside_until = models.DateField(null=True)
    proposal = models.ForeignKey("lists.Proposal", models.PROTECT, null=True, related_name="findings")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "rule", "other"], name="finding_open_once", nulls_distinct=False,
                condition=Q(gone_at=None),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["worklist", "rule"], name="finding_open", condition=Q(gone_at=None))]

    def __str__(self) -> str:
        return f"{self.item_id} {self.rule}"


class YearClosing(models.Model):
    """That the year of a list was closed: from then on no result of it is added or changed."""

    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="closings")
    year = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=400)
    items = models.PositiveIntegerField(default=0)
    closed_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worklist", "year"], name="year_closed_once")]

    def __str__(self) -> str:
        return f"{self.worklist_id} {self.year}"


class YearResult(models.Model):
    """How an item fared in a year; written when the year is closed, and then it stays (000-14)."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="years")
    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    heading = models.CharField(max_length=60, blank=True)
    planned = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    budget_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    note = models.CharField(max_length=400, blank=True)
    closed_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "year"], name="year_result_once")]
        indexes = [models.Index(fields=["worklist", "year"], name="year_result_list")]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"


class Honour(models.Model):
    """A distinction of a unit in a year. Taken back with a reason, never deleted."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    awarded_by = models.CharField(max_length=120)
    awarded_on = models.DateField(null=True)
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    taken_back_because = models.CharField(max_length=200, blank=True)
    taken_back_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "year"], name="honour_unit_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"
