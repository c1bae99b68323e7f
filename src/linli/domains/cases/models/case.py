"""The case itself, and each further report of the same thing."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


class ResidentSource(models.Model):
    """A source whose cases are residents' own asking: a committee takes them without an item of its list (reading 30).

    code  of the source list
    """

    code = models.CharField(max_length=20, primary_key=True)

    def __str__(self) -> str:
        return self.code


class Case(models.Model):
    """Something to put right, reported by anybody: shares its key with its Matter.

    salt            goes before the words in the hash the journal keeps of them; destroyed with them
    category        code in the catalogue named by ``standard``; "" until classified
    source          who found it and how: code of the source list (001g-22, 001g-23)
    channel         by which door it came in: web, desk, api, open311, import, field
    found_level     unit, grid or centre (001g-37)
    disposal_class  1 self- and co-governance, 2 grid, 3 centre (001g-43); 0 undecided
    small_kind      one of the five small kinds, or "" (004-84)
    outer_number    number in the system it came from; never taken twice
    """

    class Emergency(models.IntegerChoices):
        """As the national levels run: 1 is the gravest, 4 the lightest; 0 is no emergency."""

        NONE = 0, _("一般")
        BLUE = 4, _("四级（蓝）")
        YELLOW = 3, _("三级（黄）")
        ORANGE = 2, _("二级（橙）")
        RED = 1, _("一级（红）")

    class Sphere(models.TextChoices):
        CITY = "city", _("城市管理")
        SOCIAL = "social", _("社会治理")
        EMERGENCY = "emergency", _("应急管理")
        SERVICE = "service", _("咨询服务")

    class Satisfaction(models.IntegerChoices):
        VERY_BAD = 1, _("非常不满意")
        BAD = 2, _("不满意")
        FAIR = 3, _("基本满意")
        GOOD = 4, _("满意")
        VERY_GOOD = 5, _("非常满意")

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="case")
    description = models.TextField()
    salt = models.BinaryField(max_length=16, default=b"", db_default=b"")
    category = models.CharField(max_length=20, blank=True)
    category_kind = models.CharField(max_length=12, blank=True)
    standard = models.CharField(max_length=30, blank=True)
    condition = models.CharField(max_length=60, blank=True)
    suggested = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    sphere = models.CharField(max_length=12, choices=Sphere, default=Sphere.CITY)
    small_kind = models.CharField(max_length=20, blank=True)
    is_pressing = models.BooleanField(default=False)
    """急难愁: urgent, difficult or worrying to the resident (001g-12); counted apart, goes first."""
    is_sensitive = models.BooleanField(default=False)
    emergency = models.PositiveSmallIntegerField(choices=Emergency, default=Emergency.NONE)
    source = models.CharField(max_length=20)
    channel = models.CharField(max_length=12)
    device = models.CharField(max_length=40, blank=True)
    found_level = models.CharField(max_length=10, default="unit")
    is_self_found = models.BooleanField(default=False)
    on_behalf = models.BooleanField(default=False)
    """Written down for a resident by a committee, hotline or counter (000-42)."""
    outer_system = models.CharField(max_length=40, blank=True)
    outer_number = models.CharField(max_length=60, blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    disposal_class = models.PositiveSmallIntegerField(default=0)
    linkage = models.CharField(max_length=10, blank=True)
    """"" none, "grid" linkage inside grids, "town" linkage by the centre (001g-39)."""
    about_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    """The unit of another line that a finding is about (001g-41)."""
    commander = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    """Who commands while the emergency level is raised (002-15)."""
    component = models.CharField(max_length=40, blank=True)
    lead = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    why = models.CharField(max_length=200, blank=True)
    """Which row of the decision table named the unit, in words."""
    is_public = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    outcome = models.TextField(blank=True)
    result_code = models.CharField(max_length=20, blank=True)
    proof_waived = models.CharField(max_length=200, blank=True)
    reworks = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    urges = models.PositiveSmallIntegerField(default=0)
    revisit_result = models.CharField(max_length=200, blank=True)
    satisfaction = models.PositiveSmallIntegerField(choices=Satisfaction, null=True, blank=True)
    is_solved = models.BooleanField(null=True, blank=True)
    callers = models.PositiveSmallIntegerField(default=0, db_default=0)
    answered = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["category", "-matter"], name="case_category"),
            models.Index(fields=["source", "-matter"], name="case_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["outer_system", "outer_number"], name="case_outer_once", condition=~Q(outer_number="")
            ),
            models.CheckConstraint(name="case_described", condition=~Q(description="")),
            models.CheckConstraint(name="case_disposal_class", condition=Q(disposal_class__in=[0, 1, 2, 3])),
            models.CheckConstraint(name="case_satisfaction", condition=Q(satisfaction__range=(1, 5))),
            models.CheckConstraint(name="case_found_level", condition=Q(found_level__in=["unit", "grid", "centre"])),
        ]

    def __str__(self) -> str:
        return self.description[:40]


class Occurrence(models.Model):
    """One person's report of a case: the first, and each later caller linked to it. Every one of them is answered.

    satisfaction, is_solved  this person's own word; the case's own fields have the first reporter's or the visit's
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="occurrences", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    wants_answer = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answer_channel = models.CharField(max_length=12, blank=True)
    satisfaction = models.PositiveSmallIntegerField(choices=Case.Satisfaction, null=True, blank=True)
    is_solved = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "actor"], name="occurrence_once")]
        indexes = [
            models.Index(
                fields=["matter"],
                name="occurrence_unanswered",
                condition=Q(wants_answer=True, answered_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.actor_id}"


class EarlierAnswer(models.Model):
    """What a caller was told, and said of it, in a round that a reopening ended. The new round owes an answer anew."""

    occurrence = models.ForeignKey(Occurrence, models.PROTECT, related_name="earlier", db_index=False)
    round = models.PositiveSmallIntegerField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answer_channel = models.CharField(max_length=12, blank=True)
    satisfaction = models.PositiveSmallIntegerField(choices=Case.Satisfaction, null=True, blank=True)
    is_solved = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occurrence", "round"], name="earlier_answer_once")]

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.round}"
