"""Hazards from being found to being struck off; major ones listed in public; joint patrols and the guard unit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models.inspecting import CheckItem, Inspection
from linli.domains.safety.models.objects import SafetyObject
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import Site


class Hazard(models.Model):
    """A hazard: shares its key with its Matter (flow ``hazard``).

    grade      "" until graded; a collector alone cannot set major
    proposed_major  who found it thinks it is major, and why
    body       who has to put it right: the outside body; ``matter.unit`` is the unit of ours that sees to it
    person, measures, funds_fen, contingency  the five of 五落实 beside the date, which is the clock's
    plan       the six elements of a major hazard's treatment plan, keyed by code
    control    what is done until it is put right
    repeat_of  the same item failed at the same site before and had been struck off
    """

    class Grade(models.TextChoices):
        GENERAL = "general", _("一般事故隐患")
        MAJOR = "major", _("重大事故隐患")

    class Source(models.TextChoices):
        INSPECTION = "inspection", _("检查发现")
        PATROL = "patrol", _("巡查发现")
        RESIDENT = "resident", _("居民随手拍")
        MEETING = "meeting", _("例会通报")
        SUPERIOR = "superior", _("上级交办")
        SELF = "self", _("单位自查")
        CASE = "case", _("案件转来")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="hazard")
    object = models.ForeignKey(SafetyObject, models.PROTECT, null=True, related_name="hazards", db_index=False)
    item = models.ForeignKey(CheckItem, models.PROTECT, null=True, related_name="+", db_index=False)
    category = models.CharField(max_length=40)
    """The group of the item: fire, electricity, gas …"""
    source = models.CharField(max_length=12, choices=Source)
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField()
    grade = models.CharField(max_length=10, choices=Grade, blank=True)
    grade_basis = models.CharField(max_length=200, blank=True)
    proposed_major = models.CharField(max_length=400, blank=True)
    body = models.CharField(max_length=120, blank=True)
    person = models.CharField(max_length=80, blank=True)
    measures = models.CharField(max_length=1000, blank=True)
    funds_fen = models.BigIntegerField(null=True)
    contingency = models.CharField(max_length=1000, blank=True)
    due_on = models.DateField(null=True)
    plan = models.JSONField(default=dict)
    control = models.CharField(max_length=400, blank=True)
    notice_number = models.CharField(max_length=80, blank=True)
    """As printed: its series and its number within it."""
    notice_series = models.CharField(max_length=70, blank=True)
    """By the code of the unit that issues it, which never changes and is nobody else's, and the year."""
    notice_serial = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=1000, blank=True)
    recheck = models.CharField(max_length=400, blank=True)
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeats")
    on_spot = models.BooleanField(default=False)
    rectified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hazard_described", condition=~Q(text="") & ~Q(category="")),
            models.CheckConstraint(name="hazard_grade_has_basis", condition=Q(grade="") | ~Q(grade_basis="")),
            models.CheckConstraint(name="hazard_funds", condition=Q(funds_fen=None) | Q(funds_fen__gte=0)),
            models.UniqueConstraint(fields=["notice_number"], name="hazard_notice_once",
                                    condition=~Q(notice_number="")),
            models.UniqueConstraint(fields=["notice_series", "notice_serial"], name="hazard_notice_in_series",
                                    condition=~Q(notice_serial=None)),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["object", "item"], name="hazard_object"),
            models.Index(fields=["grade", "matter"], name="hazard_major", condition=Q(grade="major")),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Listing(models.Model):
    """A major hazard under listed supervision (挂牌督办): a matter of its own under the hazard's.

    public_text  what is shown in public: no names of persons
    reported_up_at  when the superior was told
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="listing")
    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="listings")
    level = models.CharField(max_length=10)
    """street or district: whose listing it is."""
    public_text = models.CharField(max_length=400)
    is_public = models.BooleanField(default=True)
    due_on = models.DateField()
    listed_on = models.DateField(null=True)
    delisted_on = models.DateField(null=True)
    reported_up_at = models.DateTimeField(null=True)
    supervisor = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)

    def __str__(self) -> str:
        return self.public_text[:40]


class JointPatrol(models.Model):
    """A department asks for a joint patrol; the grid arranges it; both record it (001g-20)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="joint_patrol")
    asker = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=400)
    wanted_from = models.DateTimeField()
    wanted_to = models.DateTimeField()
    meets_at = models.DateTimeField(null=True)
    meeting_place = models.CharField(max_length=120, blank=True)
    people = models.CharField(max_length=200, blank=True)
    """How many of whom, as posts and numbers."""
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    grid_record = models.CharField(max_length=1000, blank=True)
    department_record = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="joint_patrol_span", condition=Q(wanted_from__lt=models.F("wanted_to"))
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.purpose[:40]


class Deployment(models.Model):
    """The command centre moves a guard team somewhere (001g-21)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="deployment")
    team = models.ForeignKey("PatrolTeam", models.PROTECT, related_name="deployments")
    task = models.CharField(max_length=400)
    place = models.CharField(max_length=200)
    people = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", db_index=False)
    report = models.CharField(max_length=1000, blank=True)
    arrived_at = models.DateTimeField(null=True)
    ordered_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.CheckConstraint(name="deployment_of_somebody", condition=Q(people__gte=1))]

    def __str__(self) -> str:
        return self.task[:40]
