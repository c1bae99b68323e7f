"""A business district that looks after itself: its federation, its members, and what they tell one another."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.kernel.evidence.models import File
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import Site


class Federation(models.Model):
    """A self-management federation (000-44): shares its key with its unit (an association), whose meetings it holds."""

    unit = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="federation")
    home = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    founded_on = models.DateField()
    purpose = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    dissolved_on = models.DateField(null=True)
    """The first day without it."""
    dissolved_why = models.CharField(max_length=200, blank=True)
    dissolved_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    handed_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    """Who took over what its members had not finished."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="federation_dissolved_with_reason",
                condition=Q(dissolved_on=None)
                | Q(dissolved_on__gt=F("founded_on"), dissolved_by__isnull=False) & ~Q(dissolved_why=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.unit_id)


class Member(models.Model):
    """A building or mall that belongs to a federation, and who speaks for it.

    contact  an actor with their own sign-in, or one whose name and phone lie sealed
    post     chair, deputy, secretary or member
    """

    class Post(models.TextChoices):
        CHAIR = "chair", _("会长")
        DEPUTY = "deputy", _("副会长")
        SECRETARY = "secretary", _("秘书")
        MEMBER = "member", _("成员")

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="members", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    body = models.CharField(max_length=120)
    contact = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    post = models.CharField(max_length=10, choices=Post, default=Post.MEMBER)
    since = models.DateField()
    until = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    set_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "site"], name="member_once", condition=Q(until=None)),
            models.UniqueConstraint(
                fields=["federation"], name="federation_one_chair", condition=Q(until=None, post="chair")
            ),
            models.CheckConstraint(name="member_span", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return self.body


class IncidentNotice(models.Model):
    """Something happened and every member is told, with what helped against it (000-45, 000-46). Only added to.

    watch_days  for how long it is looked whether the same happens again
    """

    class Kind(models.TextChoices):
        THEFT = "theft", _("盗窃")
        FIRE = "fire", _("火情")
        FRAUD = "fraud", _("诈骗")
        TRAFFIC = "traffic", _("交通")
        CROWD = "crowd", _("拥挤")
        HAZARD = "hazard", _("安全隐患")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    federation = models.ForeignKey(Federation, models.PROTECT, related_name="notices")
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120)
    text = models.TextField()
    technical = models.CharField(max_length=400, blank=True)
    """What technical guard (技防) helps."""
    human = models.CharField(max_length=400, blank=True)
    """What human guard (人防) helps."""
    happened_on = models.DateField()
    watch_days = models.PositiveSmallIntegerField(default=90)
    by = models.CharField(max_length=80, blank=True)
    """Which body reported it, e.g. the police station."""
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="incident_notice_says", condition=~Q(title="") & ~Q(text=""))]

    def __str__(self) -> str:
        return self.title


class NoticeAnswer(models.Model):
    """What a member made of a notice: read, what it will do by when, done, seen by somebody else."""

    class State(models.TextChoices):
        TOLD = "told", _("已通知")
        READ = "read", _("已阅")
        PROMISED = "promised", _("整改中")
        DONE = "done", _("已升级防护")
        CONFIRMED = "confirmed", _("已核实")
        HANDED_ON = "handed_on", _("已移交")

    notice = models.ForeignKey(IncidentNotice, models.PROTECT, related_name="answers", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="answers")
    state = models.CharField(max_length=10, choices=State, default=State.TOLD)
    measure = models.CharField(max_length=400, blank=True)
    due_on = models.DateField(null=True)
    phoned_at = models.DateTimeField(null=True)
    """When a member without a sign-in was told by telephone."""
    read_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    """How often the same happened again and the measures had to begin anew."""
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "member"], name="notice_answer_once"),
            models.CheckConstraint(
                name="notice_answer_confirmed_by_another",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("done_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.state


class AnswerStep(models.Model):
    """One step of an answer: told, phoned, read, promised, done, confirmed, sent back, reopened. Only added to."""

    class Verb(models.TextChoices):
        TOLD = "told", _("通知")
        PHONED = "phoned", _("电话通知")
        READ = "read", _("阅知")
        PROMISED = "promised", _("承诺措施")
        DONE = "done", _("完成升级")
        CONFIRMED = "confirmed", _("核实")
        SENT_BACK = "sent_back", _("退回")
        REOPENED = "reopened", _("复发重启")
        HANDED_ON = "handed_on", _("移交")

    answer = models.ForeignKey(NoticeAnswer, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10, choices=Verb)
    note = models.CharField(max_length=400, blank=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.answer_id} {self.verb}"


class Recurrence(models.Model):
    """The same happened again at a member while it was watched (000-46): counted, acceptance is none."""

    notice = models.ForeignKey(IncidentNotice, models.PROTECT, related_name="recurrences")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    happened_on = models.DateField()
    note = models.CharField(max_length=400)
    recorded_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "member", "happened_on"], name="recurrence_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.happened_on}"
