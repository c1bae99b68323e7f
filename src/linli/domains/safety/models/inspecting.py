"""What is looked at when a site is inspected, what was found, and the campaigns inspections belong to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models.objects import SafetyObject
from linli.kernel.duties.models import Occurrence
from linli.kernel.evidence.models import File
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import SiteKind


class CheckItem(models.Model):
    """One thing to look at when a site is inspected: on which basis, how, and what grade a failure usually is.

    kinds   the kinds of sites it is for; none: all
    grade   general, or major_check: look whether the criteria of a major hazard are met
    """

    code = models.CharField(max_length=30, primary_key=True)
    group = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    kinds = models.ManyToManyField(SiteKind, related_name="+", blank=True)
    basis = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=200, blank=True)
    angle = models.CharField(max_length=120, blank=True)
    """From where its photo is taken, so that two photos can be compared."""
    grade = models.CharField(max_length=12, default="general")
    category = models.CharField(max_length=20, blank=True)
    """The case catalogue's number for the same thing, or ""."""
    days = models.PositiveSmallIntegerField(default=7)
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.text


class Inspection(models.Model):
    """A checklist filled in at a site. Only added to; each failed item became a hazard.

    id         made on the phone
    campaign   the special inspection (daily, special, seasonal, holiday) it belongs to
    occurrence the time of a duty of inspecting that it counts for
    taken_at   when it was done, as claimed
    is_late    the claim lies outside the listed limits of drift and delay
    """

    class Kind(models.TextChoices):
        DAILY = "daily", _("日常检查")
        SPECIAL = "special", _("专项检查")
        SEASONAL = "seasonal", _("季节性检查")
        HOLIDAY = "holiday", _("节假日检查")
        SELF = "self", _("单位自查")

    id = models.UUIDField(primary_key=True, editable=False)
    object = models.ForeignKey(SafetyObject, models.PROTECT, related_name="inspections", db_index=False)
    campaign = models.ForeignKey("Campaign", models.PROTECT, null=True, related_name="inspections")
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    with_whom = models.CharField(max_length=80, blank=True)
    """Who of the place went along, as a post."""
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)
    proof = models.CharField(max_length=10)
    """How being there is proved: code, position or none."""
    distance_m = models.FloatField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    passed = models.PositiveSmallIntegerField()
    failed = models.PositiveSmallIntegerField()
    skipped = models.PositiveSmallIntegerField()
    signature = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    occurrence = models.ForeignKey(Occurrence, models.PROTECT, null=True, related_name="inspections")
    digest = models.BinaryField(max_length=32, default=b"", db_default=b"")
    """What was sent, so that the same checklist sent again is known."""

    class Meta:
        indexes = [
            models.Index(fields=["object", "-taken_at"], name="inspection_object"),
            models.Index(fields=["unit", "-taken_at"], name="inspection_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} {self.taken_at:%F %R}"


class Finding(models.Model):
    """What one item of a checklist showed: passed, failed, not there; with words and photos when it failed."""

    class Result(models.TextChoices):
        PASSED = "passed", _("合格")
        FAILED = "failed", _("不合格")
        SKIPPED = "skipped", _("不涉及")

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings", db_index=False)
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="+")
    result = models.CharField(max_length=10, choices=Result)
    note = models.CharField(max_length=400, blank=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    hazard = models.ForeignKey("Hazard", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="finding_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.result}"


class Campaign(models.Model):
    """A special inspection: which kinds of sites, by when, how far it is (000-48)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    field = models.CharField(max_length=60, blank=True)
    kinds = models.ManyToManyField(SiteKind, related_name="+", blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    demands = models.CharField(max_length=1000, blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    summary = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="campaign_span", condition=Q(starts_on__lte=F("ends_on"))),
            models.CheckConstraint(name="campaign_closed_with_words", condition=Q(closed_at=None) | ~Q(summary="")),
        ]

    def __str__(self) -> str:
        return self.title
