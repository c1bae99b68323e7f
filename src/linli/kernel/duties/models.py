"""Recurring duties, each occurrence made ahead; who stood in for whom, who was away."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.evidence.models import File
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit


class Duty(models.Model):
    """Something that has to be done again and again. What it is about refers to it, never the other way round.

    kind     code of what it is for (patrol, inspection, contact, building_log, drill, meeting …), see ``kinds``
    unit     who answers for it; ``holder`` the person whose duty it is; null: anybody of the unit with ``role``
    over     the unit in whose territory it is done
    rule     RFC 5545 recurrence (without DTSTART), days counted in local time from ``starts_on``
    opens, closes  local time of the window; ``closes`` at or before ``opens`` lies on the next day
    grace_minutes  after ``closes`` it still counts as done, but late; afterwards it is missed
    wants    evidence wanted: photo, code, position, note
    working_days_only  of the days of the rule only those that are worked, with the announced holidays and make-up days
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    over = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    holder = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The first day without it."""
    opens = models.TimeField()
    closes = models.TimeField()
    grace_minutes = models.PositiveIntegerField(default=0)
    wants = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    working_days_only = models.BooleanField(default=False)
    made_ahead_to = models.DateField(null=True)
    """Occurrences are made up to and without this day."""
    why = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="duty_named", condition=~Q(title="") & ~Q(rule="")),
            models.CheckConstraint(name="duty_somebody", condition=Q(holder__isnull=False) | ~Q(role="")),
            models.CheckConstraint(name="duty_for_a_while", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))),
        ]
        indexes = [
            models.Index(fields=["unit", "kind", "id"], name="duty_unit"),
            models.Index(fields=["holder"], name="duty_holder", condition=Q(holder__isnull=False)),
            models.Index(fields=["made_ahead_to"], name="duty_ahead", condition=Q(ended_at=None)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class DutyChange(models.Model):
    """A duty that goes on by another rule from a day on: what it was before, what it is now. Only added to."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="changes")
    from_on = models.DateField()
    before = models.JSONField()
    after = models.JSONField()
    reason = models.CharField(max_length=200)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.duty_id} {self.from_on}"


class Occurrence(models.Model):
    """One time that a duty falls due.

    holder    who is to do it, after substitutions; null: anybody with the duty's role
    state     due; done in its window; late: after it, or claimed beyond the listed limits of drift and delay; missed;
              excused: called off with a reason
    done_at   when it was done, as claimed; ``filed_at`` when we heard of it (000-54)
    is_late_sync  heard of after the window was over though it was done in it
    filed_by  who wrote it down for somebody who has no account; null: whoever did it
    reported_on  the day on which those in charge were told that it was missed; null: they were not
    """

    class State(models.TextChoices):
        DUE = "due", _("待完成")
        DONE = "done", _("已完成")
        LATE = "late", _("迟到完成")
        MISSED = "missed", _("漏办")
        EXCUSED = "excused", _("免办")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="occurrences", db_index=False)
    on = models.DateField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    misses_at = models.DateTimeField()
    """``closes_at`` and the grace: from then on it is missed."""
    holder = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    done_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    is_late_sync = models.BooleanField(default=False)
    filed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(max_length=400, blank=True)
    reported_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "on"], name="occurrence_once_a_day"),
            models.CheckConstraint(
                name="occurrence_done_by_somebody",
                condition=Q(state__in=("done", "late"), done_by__isnull=False, done_at__isnull=False,
                            filed_at__isnull=False)
                | Q(state__in=("due", "missed", "excused"), done_by=None, done_at=None),
            ),
            models.CheckConstraint(name="occurrence_excused_why", condition=~Q(state="excused") | ~Q(note="")),
            models.CheckConstraint(
                name="occurrence_window", condition=Q(opens_at__lt=F("closes_at"), closes_at__lte=F("misses_at"))
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["misses_at"], name="occurrence_to_miss", condition=Q(state="due")),
            models.Index(fields=["holder", "opens_at"], name="occurrence_holder"),
            models.Index(fields=["opens_at", "id"], name="occurrence_opens"),
            models.Index(fields=["opens_at", "id"], name="occurrence_missed", condition=Q(state="missed")),
            models.Index(
                fields=["misses_at"], name="occurrence_unreported", condition=Q(state="missed", reported_on=None)
            ),
            models.Index(fields=["reported_on"], name="occurrence_reported", condition=Q(reported_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.on}"


class Proof(models.Model):
    """A photo that shows that an occurrence was done. Only added to."""

    occurrence = models.ForeignKey(Occurrence, models.PROTECT, related_name="proofs", db_index=False)
    file = models.ForeignKey(File, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occurrence", "file"], name="proof_once")]

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.file_id}"


class Move(models.Model):
    """An occurrence that passed from one person to another, and why. Only added to."""

    occurrence = models.ForeignKey(Occurrence, models.PROTECT, related_name="moves")
    before = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    after = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=200)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.occurrence_id}"


class Swap(models.Model):
    """Somebody asks another to take an occurrence, perhaps against one of theirs; it moves when the other agrees."""

    class State(models.TextChoices):
        ASKED = "asked", _("待对方同意")
        AGREED = "agreed", _("已换班")
        DECLINED = "declined", _("对方未同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("已过时")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    occurrence = models.ForeignKey(Occurrence, models.PROTECT, related_name="+")
    in_return = models.ForeignKey(Occurrence, models.PROTECT, null=True, related_name="+", db_index=False)
    asker = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    asked = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occurrence"], name="swap_open_once", condition=Q(state="asked")),
            models.CheckConstraint(name="swap_of_two", condition=~Q(asker=F("asked"))),
        ]

    def __str__(self) -> str:
        return self.state


class Leave(models.Model):
    """Days on which somebody is away: asked for, then granted by somebody else; occurrences then need a substitute."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批准")
        GRANTED = "granted", _("已批准")
        REFUSED = "refused", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    """Where they work: whoever plans there decides."""
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="leave_days", condition=Q(first__lte=F("last"))),
            models.CheckConstraint(name="leave_by_another", condition=~Q(decided_by=F("actor"))
                                   | Q(state="withdrawn")),
        ]  # fmt: skip
        indexes = [models.Index(fields=["actor", "first"], name="leave_actor")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class Feed(models.Model):
    """The secret address under which somebody's calendar program reads their duties; made anew when it leaked."""

    actor = models.OneToOneField(Actor, models.PROTECT, primary_key=True, related_name="+")
    token_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="feed_token_once")]

    def __str__(self) -> str:
        return str(self.actor_id)
