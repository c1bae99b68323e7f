"""Work under the items: who docks with whom, tasks that travel along it, the plan, modules, transfers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models import WorkItem, WorkList
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


class Docking(models.Model):
    """Which street office and centre answer to a district department (条块对接, 000-24). Ended, never deleted.

    office, centre  ends of unit codes that are the same in every street, e.g. ``"pab"``
    """

    department = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    office = models.CharField(max_length=20)
    centre = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "office", "centre"], name="docking_once", condition=Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.office} {self.centre}"


class Task(models.Model):
    """A piece of work given under an item: shares its key with its Matter (flow ``task``).

    item      null only in an emergency
    layer     where it is now; it travels department → office → centre → committee
    guide     the item's steps and evidence as they were when it was given
    cost_fen  what carrying it out took from the item's money
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="task")
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="tasks")
    asker = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    layer = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    guide = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    evidence = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    outcome = models.CharField(max_length=400, blank=True)
    hours_spent = models.FloatField(null=True)
    cost_fen = models.BigIntegerField(default=0)
    plan_line = models.ForeignKey("PlanLine", models.PROTECT, null=True, related_name="tasks")

    class Meta:
        indexes = [models.Index(fields=["item", "matter"], name="task_item", condition=Q(item__isnull=False))]
        constraints = [models.CheckConstraint(name="task_cost", condition=Q(cost_fen__gte=0))]

    def __str__(self) -> str:
        return self.text[:40]


class PlanLine(models.Model):
    """One thing planned under an item: what, by when, by whom; of a key project a milestone (000-11, -12).

    done_on  null until done; ``dropped_because`` when it was given up
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="plan")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    due_on = models.DateField()
    is_milestone = models.BooleanField(default=False)
    person = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    done_on = models.DateField(null=True)
    result = models.CharField(max_length=400, blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    dropped_because = models.CharField(max_length=200, blank=True)
    is_made = models.BooleanField(default=False)
    """Made from the item's frequency, not written by hand."""
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    done_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "unit", "title", "due_on"], name="plan_line_once"),
            models.CheckConstraint(
                name="plan_done_or_dropped", condition=Q(done_on=None) | Q(dropped_because="", done_by__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["unit", "due_on"], name="plan_unit_due")]

    def __str__(self) -> str:
        return f"{self.due_on} {self.title}"


class Module(models.Model):
    """A work module: items of several departmental lines done by one team (变条状管理为模块管理, 004-22)."""

    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="modules")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    team = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    team_name = models.CharField(max_length=60, blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worklist", "code"], name="module_once")]

    def __str__(self) -> str:
        return self.name


class ModuleItem(models.Model):
    """An item's place in a module; at most one at a time in its list."""

    module = models.ForeignKey(Module, models.PROTECT, related_name="items")
    item = models.OneToOneField(WorkItem, models.PROTECT, related_name="module_place")

    def __str__(self) -> str:
        return f"{self.module_id} {self.item_id}"


class Handing(models.Model):
    """A station's or committee's matter carried out by an organisation under contract: flow ``handing`` (004-18).

    to_unit  the organisation when it is known here, else ``to_name``
    """

    class Every(models.TextChoices):
        MONTHLY = "monthly", _("每月")
        QUARTERLY = "quarterly", _("每季度")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="handing")
    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="handings")
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    to_name = models.CharField(max_length=80)
    to_kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=400)
    contract_no = models.CharField(max_length=60, blank=True)
    amount_fen = models.BigIntegerField(default=0)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    monitor_every = models.CharField(max_length=10, choices=Every, default=Every.QUARTERLY)

    class Meta:
        constraints = [
            models.CheckConstraint(name="handing_amount", condition=Q(amount_fen__gte=0)),
            models.CheckConstraint(name="handing_term", condition=Q(until=None) | Q(since__lt=models.F("until"))),
        ]

    def __str__(self) -> str:
        return self.to_name


class Monitoring(models.Model):
    """One look at how an organisation carries out what it was handed. Only ever added."""

    handing = models.ForeignKey(Handing, models.PROTECT, related_name="monitorings")
    on = models.DateField()
    is_kept = models.BooleanField()
    text = models.CharField(max_length=400)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.on} {self.is_kept}"
