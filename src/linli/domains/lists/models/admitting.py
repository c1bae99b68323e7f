"""How something new comes to be asked of committees: applied for, reviewed level by level, admitted with conditions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.catalog.models import Admission, ListVersion, WorkItem, WorkList
from linli.kernel.flow.models import Declined, Matter
from linli.kernel.org.models import Actor, Unit


class ReviewLevel(models.Model):
    """One level of review, as data: which kind of unit reviews there (000-26, reading 8).

    district   whose rule it is; ``no`` 1 comes first
    opinions   how many opinions must be in before a decision
    """

    district = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    no = models.PositiveSmallIntegerField()
    unit_kind = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    opinions = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=15)
    valid_to = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "no"], name="review_level_once", condition=Q(valid_to=None)),
            models.CheckConstraint(name="review_level_days", condition=Q(days__gte=1, no__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.name}"


class Application(models.Model):
    """A department asks to have an item admitted: shares its key with its Matter (flow ``admission``).

    worklist     the committees' list it is to stand on; ``item`` when it stands there already (renewal, wider area)
    said         what the item is to say, as in ``Change.said``
    people … forms, money_fen  the load on one bearer: people, hours and forms each time, times and money a year
    collects     kinds of data it asks residents or committees for; ``held`` those found to be held already
    found        what the check against existing items and held data showed, kept as it was when submitted
    money_from   code of the ledger account out of which the money moves with it (费随事转); "" when none does
    level        the level of review it is at; 0 before the first
    """

    class Kind(models.TextChoices):
        REGULAR = "regular", _("长期")
        TRIAL = "trial", _("试行")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="admission_application")
    worklist = models.ForeignKey(WorkList, models.PROTECT, related_name="+")
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REGULAR)
    said = models.JSONField(default=dict)
    why = models.CharField(max_length=400)
    units = ArrayField(models.BigIntegerField(), default=list)
    """Ids of the units in whose area it is to be asked: the district, or streets of it."""
    people = models.FloatField(default=0)
    hours = models.FloatField(default=0)
    times = models.FloatField(default=0)
    forms = models.PositiveIntegerField(default=0)
    money_fen = models.BigIntegerField(default=0)
    bearers = models.PositiveIntegerField(default=0)
    collects = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    held = models.JSONField(default=list)
    found = models.JSONField(default=dict)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    money_from = models.CharField(max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    conditions = models.CharField(max_length=400, blank=True)
    version = models.ForeignKey(ListVersion, models.PROTECT, null=True, related_name="+")
    renews = models.ForeignKey(Admission, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="application_load", condition=Q(hours__gte=0, times__gte=0, money_fen__gte=0)),
            models.CheckConstraint(
                name="application_trial_has_term", condition=~Q(kind="trial") | Q(valid_to__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.said.get("title", ""))


class Review(models.Model):
    """One unit's decision at one level: child of the application (flow ``admission_review``).

    conditions, valid_to, money_fen  what it agrees under: its own term, and the money that is to come with the item
    admission  what came of it in the end
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="admission_review")
    level = models.PositiveSmallIntegerField()
    opinions_wanted = models.PositiveSmallIntegerField(default=0)
    conditions = models.CharField(max_length=400, blank=True)
    valid_to = models.DateField(null=True)
    money_fen = models.BigIntegerField(default=0)
    admission = models.ForeignKey(Admission, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"level {self.level}"


class Opinion(models.Model):
    """What one unit thinks of an application in a joint review: child of the review (flow ``admission_opinion``)."""

    class Stance(models.TextChoices):
        FOR = "for", _("同意")
        IF = "if", _("有条件同意")
        AGAINST = "against", _("不同意")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="admission_opinion")
    stance = models.CharField(max_length=10, choices=Stance, blank=True)
    text = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.stance


class Emergency(models.Model):
    """A task given at once and justified afterwards: shares its key with its Matter (flow ``emergency_admission``).

    What it lets be asked are the admissions that name its matter as their decision, one for each committee.

    until  first day on which it no longer holds, whatever becomes of it
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="emergency_admission")
    reason = models.CharField(max_length=400)
    until = models.DateField()

    def __str__(self) -> str:
        return self.reason[:40]


class Complaint(models.Model):
    """A committee complains of being burdened outside its list, or objects to a trial: flow ``burden_complaint``.

    by     the committee; ``about`` the unit complained of
    declined, task, admission  the refused attempt, the task or the trial it is about, if any
    """

    class Kind(models.TextChoices):
        OFF_LIST = "off_list", _("清单外派任务")
        FORMS = "forms", _("重复报表、台账")
        INSPECTION = "inspection", _("未经准入的检查考核")
        SEAL = "seal", _("要求违规盖章")
        TRIAL = "trial", _("对试行事项的异议")
        OTHER = "other", _("其他增负")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="burden_complaint")
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    about = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    task = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    declined = models.ForeignKey(Declined, models.PROTECT, null=True, related_name="+")
    admission = models.ForeignKey(Admission, models.PROTECT, null=True, related_name="objections")
    text = models.CharField(max_length=400)
    answer = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.text[:40]


class Prohibition(models.Model):
    """A class of duties that a kind of unit may not be given, everywhere or in one district (003-03, reading 31)."""

    duty_class = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    unit_kind = models.CharField(max_length=20)
    area = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty_class", "unit_kind", "area"], name="prohibition_once", nulls_distinct=False,
                condition=Q(valid_to=None),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.duty_class} {self.unit_kind}"
