"""Meetings: called, held, minuted; what was learnt, and what was decided and became a matter."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


class Series(models.Model):
    """Meetings that come again: every occurrence of its duty is called as a meeting; the next reviews the last.

    agenda  standing points of every agenda, in order
    people  who is invited each time, unless the kind knows better (``inviting``)
    """

    id = models.BigAutoField(primary_key=True)
    duty = models.OneToOneField(Duty, models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    agenda = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    days_ahead = models.PositiveSmallIntegerField(default=7)
    """How long before its day a meeting is called."""
    people = models.ManyToManyField(Actor, related_name="+", blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class Meeting(models.Model):
    """One meeting of a unit. Its course is simple enough for a column: planned, held, minuted, or cancelled."""

    class Kind(models.TextChoices):
        CASE_DISCUSSION = "case_discussion", _("案例讨论会")
        JOINT_CONFERENCE = "joint_conference", _("联席会议")
        HALF_MONTHLY = "half_monthly", _("半月例会")
        COUNCIL = "council", _("议事会")
        HEARING = "hearing", _("听证会")
        BRIEFING = "briefing", _("工作例会")
        FEDERATION = "federation", _("商圈联合会例会")

    class State(models.TextChoices):
        PLANNED = "planned", _("待召开")
        HELD = "held", _("已召开")
        MINUTED = "minuted", _("已形成纪要")
        CANCELLED = "cancelled", _("已取消")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    called_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    called_at = models.DateTimeField()
    minutes = models.TextField(blank=True)
    minuted_by = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    minuted_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(max_length=200, blank=True)
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="meetings")
    occurrence = models.OneToOneField(Occurrence, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="meeting_has_title"),
            models.CheckConstraint(
                condition=Q(state="minuted", minuted_at__isnull=False) & ~Q(minutes="")
                | ~Q(state="minuted") & Q(minuted_at=None, minutes=""),
                name="meeting_minuted_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") ^ Q(cancelled_because=""), name="meeting_cancelled_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-starts_at"], name="meeting_unit")]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One point of the agenda, perhaps about a matter (a case discussed)."""

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda", db_index=False)
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=200)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.subject}"


class Attendance(models.Model):
    """Somebody invited, and whether they came."""

    class State(models.TextChoices):
        INVITED = "invited", _("已通知")
        ATTENDED = "attended", _("到会")
        ABSENT = "absent", _("缺席")

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "actor"], name="attendance_once"),
            models.CheckConstraint(condition=Q(state="absent") | Q(reason=""), name="attendance_reason_of_absence"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.state}"


class Lesson(models.Model):
    """What a case discussion taught, searchable by two characters. ``grams`` is made by the database."""

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="lessons")
    text = models.TextField()
    grams = models.GeneratedField(
        expression=Func(F("text"), function="text_bigrams"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    matters = models.ManyToManyField(Matter, related_name="+", blank=True)
    noted_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="lesson_says_something")]
        indexes = [GinIndex(fields=["grams"], name="lesson_grams")]

    def __str__(self) -> str:
        return self.text[:40]


class Decision(models.Model):
    """What was decided. With a responsible unit it became a matter of its own, with a clock."""

    id = models.BigAutoField(primary_key=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", db_index=False)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    due_on = models.DateField(null=True, blank=True)
    matter = models.OneToOneField(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="decision_position_once"),
            models.CheckConstraint(condition=~Q(text=""), name="decision_says_something"),
            models.CheckConstraint(
                condition=Q(unit=None, due_on=None, matter=None)
                | Q(unit__isnull=False, due_on__isnull=False, matter__isnull=False),
                name="decision_tracked_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
