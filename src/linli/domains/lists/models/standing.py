"""An item as it stands today: what its list says of it now, and how it is being carried out."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models import Wording, WorkItem, WorkList
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Unit


class Standing(models.Model):
    """One row for every number ever given; made anew from the wording in force whenever a version comes into force.

    kind        of the list; ``unit`` whose list it is
    wording     in force today; null once the item left the list (``retired_on``) or before it comes into force
    lead        the unit that leads, the highest layer first; null: nobody is named
    year        the year the figures count
    planned, open, overdue, done  executions of the year: lines of the plan, tasks and cases under it
    outer_open, outer_overdue, outer_done  what of these other domains counted, when they were last asked
    text        what it is found by; ``grams`` is filled by the database
    """

    class State(models.TextChoices):
        COMING = "coming", _("尚未生效")
        NOT_STARTED = "not_started", _("未开始")
        RUNNING = "running", _("进行中")
        OVERDUE = "overdue", _("有逾期")
        DONE = "done", _("已完成")
        RETIRED = "retired", _("已退出")

    item = models.OneToOneField(WorkItem, models.PROTECT, primary_key=True, related_name="standing")
    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="standings", db_index=False)
    kind = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=32)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+", db_index=False)
    position = models.PositiveIntegerField(default=0)
    heading = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120)
    lead = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    public_class = models.CharField(max_length=12, blank=True)
    duty_class = models.CharField(max_length=40, blank=True)
    decision = models.CharField(max_length=10, blank=True)
    load_kind = models.CharField(max_length=12, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    forms = models.PositiveIntegerField(default=0)
    frequency = models.CharField(max_length=12, blank=True)
    is_key = models.BooleanField(default=False)
    has_basis = models.BooleanField(default=False)
    sunset_on = models.DateField(null=True)
    retired_on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    year = models.PositiveSmallIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    outer_open = models.PositiveIntegerField(default=0)
    outer_overdue = models.PositiveIntegerField(default=0)
    outer_done = models.PositiveIntegerField(default=0)
    budget_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_text = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    grams = ArrayField(models.TextField(), db_default=[])

    class Meta:
        indexes = [
            models.Index(fields=["worklist", "position", "item"], name="standing_list"),
            models.Index(fields=["unit", "kind"], name="standing_unit"),
            models.Index(fields=["lead"], name="standing_lead", condition=Q(lead__isnull=False)),
            models.Index(fields=["code"], name="standing_code", opclasses=["text_pattern_ops"]),
            GinIndex(fields=["grams"], name="standing_grams"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Stand(models.Model):
    """Who has which part in an item today, layer by layer: a unit, or the same body of every street (``office``)."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="stands")
    layer = models.CharField(max_length=12)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    office = models.CharField(max_length=20, blank=True)
    part = models.CharField(max_length=6)
    duty = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stand_names_somebody",
                condition=Q(unit__isnull=False) | ~Q(office="") | Q(layer="committee"),
            )
        ]
        indexes = [models.Index(fields=["unit", "item"], name="stand_unit", condition=Q(unit__isnull=False))]

    def __str__(self) -> str:
        return f"{self.layer} {self.unit_id or self.office}"


class Ground(models.Model):
    """The basis document an item rests on today."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="grounds")
    basis = models.ForeignKey(BasisDocument, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "basis"], name="ground_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.basis_id}"


class ItemLink(models.Model):
    """Two items that belong together, seen from either: duty, matter, window service (000-21)."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="links")
    other = models.ForeignKey(WorkItem, models.PROTECT, related_name="linked_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "other"], name="item_link_once"),
            models.CheckConstraint(name="item_link_of_two", condition=~Q(item=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.other_id}"


class Covered(models.Model):
    """A number of the case catalogue (or its beginning) that is worked under an item today."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="covers")
    category = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "category"], name="covered_once")]
        indexes = [models.Index(fields=["category"], name="covered_category")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.category}"
