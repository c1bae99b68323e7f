"""What is watched over: safety objects and who answers for them, their plans and drills, their risks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.evidence.models import File
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import Site


class Colour(models.TextChoices):
    """Grade of a risk in the double prevention (双重预防): red is the highest."""

    RED = "red", _("红(重大风险)")
    ORANGE = "orange", _("橙(较大风险)")
    YELLOW = "yellow", _("黄(一般风险)")
    BLUE = "blue", _("蓝(低风险)")


class SafetyObject(models.Model):
    """A site under safety management: shares its key with its ``Site``.

    target     which of the three classes of dynamic patrol it belongs to (000-52), or none
    every_days how often it is to be patrolled; None: as its class says
    keeper     the member of the grid who is responsible for it as a key area (001g-62)
    operator   who runs it: the principal of the principal responsibility
    colour     the highest of its risk points; kept by ``assess``
    """

    class Target(models.TextChoices):
        SOURCE = "source", _("重要隐患源")
        POINT = "point", _("安全点")
        KEY_PLACE = "key_place", _("社区重点部位")

    site = models.OneToOneField(Site, models.PROTECT, primary_key=True, related_name="safety")
    home = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    """The street it lies in."""
    target = models.CharField(max_length=10, choices=Target, blank=True)
    is_crowded = models.BooleanField(default=False)
    every_days = models.PositiveSmallIntegerField(null=True)
    keeper = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    operator = models.CharField(max_length=120, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    colour = models.CharField(max_length=10, choices=Colour, blank=True)
    problems = models.CharField(max_length=400, blank=True)
    """What has gone wrong there before it was registered."""
    last_patrol_at = models.DateTimeField(null=True)
    last_inspection_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="safety_object_every_days", condition=Q(every_days=None) | Q(every_days__gte=1))
        ]
        indexes = [models.Index(fields=["home", "target", "site"], name="safety_object_home")]

    def __str__(self) -> str:
        return str(self.site_id)


class TargetClass(models.Model):
    """How often the objects of a class are to be patrolled, as list data of a street or, without one, of all."""

    home = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    target = models.CharField(max_length=10, choices=SafetyObject.Target)
    every_days = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["home", "target", "valid_from"], name="target_class_once",
                                    nulls_distinct=False),
            models.CheckConstraint(name="target_class_every", condition=Q(every_days__gte=1)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.target} {self.every_days}"


class Responsibility(models.Model):
    """One of the five responsibilities for an object and who holds it (000-49). Ended, never deleted.

    A holder is a post of ours (``unit`` and ``post_title``, perhaps ``actor``) or an outside person (``outside``, whose
    name and phone lie sealed in their contact).
    """

    class Kind(models.TextChoices):
        TERRITORIAL = "territorial", _("属地责任")
        PRINCIPAL = "principal", _("主体责任")
        INDUSTRY = "industry", _("行业管理责任")
        SUPERVISION = "supervision", _("监管责任")
        EMERGENCY = "emergency", _("应急处置责任")

    object = models.ForeignKey(SafetyObject, models.PROTECT, related_name="responsibilities", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    body = models.CharField(max_length=120, blank=True)
    """The outside body (company, owner) where no unit of ours holds it."""
    outside = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    post_title = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    set_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object", "kind"], name="responsibility_once", condition=Q(until=None)),
            models.CheckConstraint(name="responsibility_held", condition=Q(unit__isnull=False) | ~Q(body="")),
            models.CheckConstraint(name="responsibility_span", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} {self.kind}"


class PostDuty(models.Model):
    """One post, two duties (一岗双责): what a post does for its business and what for safety; which side it stands on.

    side  party or government: both share the responsibility (党政同责, 000-47). A post, never a person's membership
    """

    class Side(models.TextChoices):
        PARTY = "party", _("党委(党组织)")
        GOVERNMENT = "government", _("政府(行政)")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    post_title = models.CharField(max_length=80)
    side = models.CharField(max_length=10, choices=Side)
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    business = models.CharField(max_length=400)
    safety = models.CharField(max_length=400)
    since = models.DateField()
    until = models.DateField(null=True)
    set_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "post_title"], name="post_duty_once", condition=Q(until=None)),
            models.CheckConstraint(name="post_duty_both", condition=~Q(business="") & ~Q(safety="")),
        ]

    def __str__(self) -> str:
        return self.post_title


class Plan(models.Model):
    """One place, one plan (一点一方案): control measures and the emergency plan of an object, version by version.

    Drafted by one, put in force by another; a version in force is never edited (the database refuses it).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        IN_FORCE = "in_force", _("执行中")
        REPLACED = "replaced", _("已被新版替代")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    object = models.ForeignKey(SafetyObject, models.PROTECT, related_name="plans", db_index=False)
    no = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    measures = models.TextField()
    emergency = models.TextField()
    capacity = models.PositiveIntegerField(null=True)
    """How many people may be there at once."""
    posts = models.JSONField(default=list)
    """Who does what in an emergency: [{"post", "duty"}, …]; no names."""
    resources = models.CharField(max_length=400, blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    drafted_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    writers = ArrayField(models.UUIDField(), default=list, blank=True)
    """Everybody who drafted or changed it, the first drafter first; none of them may approve it."""
    approved_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True)
    valid_to = models.DateField(null=True)
    """The first day on which it has to be renewed."""
    drill_every_days = models.PositiveSmallIntegerField(default=180)
    reminded = models.PositiveSmallIntegerField(default=0)
    """How many of the reminders of its end have gone out."""
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object", "no"], name="plan_version_once"),
            models.UniqueConstraint(fields=["object"], name="plan_one_in_force", condition=Q(state="in_force")),
            models.CheckConstraint(name="plan_says_both", condition=~Q(measures="") & ~Q(emergency="")),
            models.CheckConstraint(
                name="plan_in_force_approved",
                condition=~Q(state="in_force") | Q(approved_by__isnull=False, valid_to__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_approved_by_another", condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by"))
            ),
        ]
        indexes = [models.Index(fields=["valid_to"], name="plan_ends", condition=Q(state="in_force"))]

    def __str__(self) -> str:
        return f"{self.object_id} v{self.no}"

    def is_written_by(self, actor: Actor) -> bool:
        """Whether ``actor`` drafted this version or changed any part of it."""
        return actor.pk == self.drafted_by_id or actor.pk in self.writers


class Drill(models.Model):
    """A drill of an emergency plan: when, how many came, what was found. Only added to."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="drills")
    held_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField(null=True)
    passed = models.BooleanField()
    findings = models.TextField(blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.plan_id} {self.held_at:%F}"


class RiskPoint(models.Model):
    """A risk at an object, assessed by LEC or a matrix, with what holds it in check (双重预防). Ended, never deleted.

    method  lec: likelihood × exposure × consequence; matrix: likelihood × severity (1–5 each)
    control which level keeps it in check: street, committee, unit, post
    """

    class Method(models.TextChoices):
        LEC = "lec", _("LEC 法")
        MATRIX = "matrix", _("风险矩阵法(LS)")

    class Control(models.TextChoices):
        STREET = "street", _("街镇级")
        COMMITTEE = "committee", _("居村级")
        UNIT = "unit", _("单位级")
        POST = "post", _("岗位级")

    object = models.ForeignKey(SafetyObject, models.PROTECT, related_name="risks")
    name = models.CharField(max_length=120)
    accident = models.CharField(max_length=60, blank=True)
    """What it could lead to: fire, fall, explosion …"""
    method = models.CharField(max_length=10, choices=Method)
    likelihood = models.FloatField()
    exposure = models.FloatField(null=True)
    severity = models.FloatField()
    score = models.FloatField()
    colour = models.CharField(max_length=10, choices=Colour)
    control = models.CharField(max_length=10, choices=Control)
    measures = models.CharField(max_length=400)
    responsible = models.CharField(max_length=80)
    """A post, never a name."""
    every_days = models.PositiveSmallIntegerField(default=30)
    checked_on = models.DateField(null=True)
    assessed_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    assessed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="risk_of_its_method",
                condition=Q(method="lec", exposure__isnull=False) | Q(method="matrix", exposure=None),
            ),
            models.CheckConstraint(name="risk_held_in_check", condition=~Q(name="") & ~Q(measures="")),
        ]

    def __str__(self) -> str:
        return self.name
