"""Work under the items: who docks with whom, tasks that travel along it, the plan, modules, transfers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models import Admission, WorkItem, WorkList
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


class TaskBatch(models.Model):
    """One giving of the same work to one or many units: a task for each, made portion by portion.

    id       the sender's command; sent again, it goes on where it broke off
    units    ids of the units it is for, in the order they were named
    refused  [unit id, reason] of those that could not be given it after all
    """

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="+", db_index=False)
    admission = models.ForeignKey(Admission, models.PROTECT, null=True, related_name="+", db_index=False)
    asker = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    units = ArrayField(models.BigIntegerField())
    refused = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="task_batch_of_item_or_emergency", condition=Q(item__isnull=False)
                                   | Q(admission__isnull=False))
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


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
    batch = models.ForeignKey(TaskBatch, models.PROTECT, null=True, related_name="tasks", db_index=False)
    given_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    """Whom it was given to first, wherever it has travelled since."""

    class Meta:
        indexes = [
            models.Index(fields=["item", "matter"], name="task_item", condition=Q(item__isnull=False)),
            models.Index(fields=["asker", "matter"], name="task_asker"),
        ]
        constraints = [
            models.CheckConstraint(name="task_cost", condition=Q(cost_fen__gte=0)),
            models.UniqueConstraint(
                fields=["batch", "given_to"], name="task_once_a_batch", condition=Q(batch__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class PlanLine(models.Model):
    """One thing planned under an item: what, by when, by whom; of a key project a milestone (000-11, -12).

    plan_of  the street, committee or department whose plan it stands in; ``unit`` below it is to do it
    year     the plan's; ``slot`` its place among those drafted from the item's frequency, null when written by hand
    done_on  null until done; ``dropped_because`` when it was given up
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="plan")
    plan_of = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    slot = models.PositiveSmallIntegerField(null=True)
    title = models.CharField(max_length=120)
    due_on = models.DateField()
    is_milestone = models.BooleanField(default=False)
    person = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    done_on = models.DateField(null=True)
    result = models.CharField(max_length=400, blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    dropped_because = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    done_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "plan_of", "year", "slot"], name="plan_slot_once", condition=Q(slot__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["item", "plan_of", "title", "due_on"], name="plan_line_once", condition=Q(slot=None)
            ),
            models.CheckConstraint(
                name="plan_done_or_dropped", condition=Q(done_on=None) | Q(dropped_because="", done_by__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["plan_of", "year", "due_on"], name="plan_of_year"),
            models.Index(fields=["unit", "due_on"], name="plan_unit_due"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.title}"


class PlanChange(models.Model):
    """What happened to a line of the plan after it was drafted, and why. Only ever added."""

    class Kind(models.TextChoices):
        ADDED = "added", _("新增")
        CHANGED = "changed", _("修改")
        MOVED = "moved", _("改期")
        DROPPED = "dropped", _("取消")
        TAKEN_UP = "taken_up", _("恢复")
        DONE = "done", _("完成")
        REOPENED = "reopened", _("撤回完成")

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="history")
    kind = models.CharField(max_length=10, choices=Kind)
    was = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind}"


class KeyNote(models.Model):
    """What somebody who supervises a key project wrote down (000-12). Only ever added."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="key_notes")
    text = models.CharField(max_length=400)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:40]


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


class ModuleChange(models.Model):
    """An item came into a module, went to another or left it, and why. Only ever added."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="module_changes")
    source = models.ForeignKey(Module, models.PROTECT, null=True, related_name="+")
    target = models.ForeignKey(Module, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id} {self.source_id} {self.target_id}"


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
