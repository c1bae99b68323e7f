"""Seals: which there are, who keeps them, what was stamped for whom, and where a seal is when it is out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models import Wording, WorkItem
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


class Seal(models.Model):
    """A seal of a unit: its ledger line (印章台账)."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("公章")
        SPECIAL = "special", _("专用章")
        NAME = "name", _("负责人名章")
        ELECTRONIC = "electronic", _("电子印章")

    class State(models.TextChoices):
        IN_USE = "in_use", _("在用")
        OUT = "out", _("外借")
        STOPPED = "stopped", _("停用")
        LOST = "lost", _("遗失")
        DESTROYED = "destroyed", _("已销毁")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OFFICIAL)
    number = models.CharField(max_length=40, blank=True)
    scope = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=80, blank=True)
    keeper = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.IN_USE)
    image = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="seal_once"),
            models.UniqueConstraint(fields=["number"], name="seal_number_once", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return self.name


class SealEvent(models.Model):
    """A line in a seal's own history: handed over, stopped, reported lost, destroyed … Only ever added."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("启用")
        HANDED_OVER = "handed_over", _("交接")
        STOPPED = "stopped", _("停用")
        RESUMED = "resumed", _("恢复使用")
        LOST = "lost", _("报失")
        DESTROYED = "destroyed", _("销毁")
        CHANGED = "changed", _("更正")

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    before = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    after = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    witness = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.seal_id} {self.kind}"


class SealUse(models.Model):
    """One request to stamp: shares its key with its Matter (flow ``seal_use``).

    item       the line of the seal list it was checked against; null: on no line, and so refused
    wording    what that line said on the day it was asked
    applicant  a resident's name is sealed under their own contact (``Party`` of the matter), never here
    purpose    in words, without personal data; ``paper`` what is stamped
    log_no     running number in the register of the seal and the year, given when stamped; without gaps
    """

    class Refusal(models.TextChoices):
        DENIED = "denied", _("清单列明不能盖")
        OFF_LIST = "off_list", _("不在清单")
        BLANK = "blank", _("空白件")
        APPROVER = "approver", _("审批人不同意")
        KEEPER = "keeper", _("保管员退回")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="seal_use")
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="uses")
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="+")
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+", db_index=False)
    decision = models.CharField(max_length=10, blank=True)
    approval = models.CharField(max_length=20, blank=True)
    paper = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    applicant = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    copies = models.PositiveSmallIntegerField(default=1)
    pages = models.PositiveSmallIntegerField(default=1)
    resolution = models.CharField(max_length=120, blank=True)
    """Which vote or meeting decided it, where the list asks for one."""
    refused_as = models.CharField(max_length=10, choices=Refusal, blank=True, default="", db_default="")
    refused_because = models.CharField(max_length=400, blank=True)
    instead = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    log_no = models.PositiveIntegerField(null=True)
    stamped_at = models.DateTimeField(null=True)
    stamped_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "year", "log_no"], name="seal_log_once", condition=Q(log_no__isnull=False)
            ),
            models.CheckConstraint(name="seal_use_counts", condition=Q(copies__gte=1, pages__gte=1)),
            models.CheckConstraint(
                name="seal_stamped_by_list",
                condition=Q(stamped_at=None)
                | Q(decision__in=["allow", "allow_if"], item__isnull=False, seal__isnull=False, log_no__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.paper


class SealOut(models.Model):
    """A seal taken out of its place: flow ``seal_out``. ``back_at`` is when it is to be back, and its clock."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="seal_out")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="outings")
    purpose = models.CharField(max_length=200)
    companion = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    back_at = models.DateTimeField()
    went_out_at = models.DateTimeField(null=True)
    came_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.seal_id} {self.back_at}"
