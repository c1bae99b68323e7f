"""Who patrols where and when, what they saw on the way, and how they got there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models.hazards import JointPatrol
from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.flow.models import Matter
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import Site


class PatrolTeam(models.Model):
    """Who patrols besides the grid: red armlets, safety alliances, building volunteers, the purchased guard unit.

    body  for a guard unit the company it is bought from, with ``contract_to`` the end of the contract
    """

    class Kind(models.TextChoices):
        RED_ARMLET = "red_armlet", _("红袖章队伍")
        ALLIANCE = "alliance", _("手牵手平安联盟")
        BUILDING = "building", _("楼道(楼组)志愿者")
        MASS = "mass", _("群防群治队伍")
        GUARD = "guard", _("特保机动队")

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=80)
    leader = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    body = models.CharField(max_length=120, blank=True)
    contract_to = models.DateField(null=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="patrol_team_once", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """Somebody in a team. Volunteers without an account are actors whose name lies sealed in their contact."""

    team = models.ForeignKey(PatrolTeam, models.PROTECT, related_name="members", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    task = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "actor"], name="team_member_once", condition=Q(until=None)),
            models.CheckConstraint(name="team_member_span", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.actor_id}"


class Route(models.Model):
    """A three-fixed patrol (三定): fixed time (its duty), fixed points, fixed responsibility. Ended, never deleted.

    kind  grid, team, guard, building (the daily book of a building, 002-39), key_area
    """

    class Kind(models.TextChoices):
        GRID = "grid", _("网格巡查")
        TEAM = "team", _("群防群治巡逻")
        GUARD = "guard", _("特保巡逻")
        BUILDING = "building", _("楼宇日常巡逻")
        KEY_AREA = "key_area", _("重点区域巡查")

    id = models.BigAutoField(primary_key=True)
    duty = models.OneToOneField(Duty, models.PROTECT, related_name="route")
    kind = models.CharField(max_length=10, choices=Kind)
    team = models.ForeignKey(PatrolTeam, models.PROTECT, null=True, related_name="routes")
    building = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    in_order = models.BooleanField(default=False)
    least_points = models.PositiveSmallIntegerField(null=True)
    """How many points make the round; None: all of them."""

    def __str__(self) -> str:
        return str(self.duty_id)


class RoutePoint(models.Model):
    """A point of a route. The points of a route are replaced as a whole; ``until`` ends the earlier ones."""

    route = models.ForeignKey(Route, models.PROTECT, related_name="points", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    ask = models.CharField(max_length=120, blank=True)
    """What to look at there."""
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "position"], name="route_point_once", condition=Q(until=None)),
            models.UniqueConstraint(fields=["route", "site"], name="route_site_once", condition=Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.route_id} {self.position}"


class Patrol(models.Model):
    """One walk, begun and ended by a person on foot; ``id`` made on the phone.

    began_at, ended_at  as claimed; ``filed_at`` when we heard of the beginning (000-54)
    is_late             claimed outside the listed limits of drift and delay
    metres              length of the track as the phone reckoned it
    joint               the joint patrol it belongs to
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10, choices=Route.Kind)
    route = models.ForeignKey(Route, models.PROTECT, null=True, related_name="patrols", db_index=False)
    occurrence = models.ForeignKey(Occurrence, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(PatrolTeam, models.PROTECT, null=True, related_name="+", db_index=False)
    joint = models.ForeignKey(JointPatrol, models.PROTECT, null=True, related_name="patrols")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    """The territory walked: grid, committee or street."""
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    filed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    """Who wrote the walk down for a volunteer without a phone of their own; None: the one who walked."""
    people = models.PositiveSmallIntegerField(default=1)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)
    metres = models.FloatField(null=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="patrol_span", condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at"))),
            models.CheckConstraint(name="patrol_people", condition=Q(people__gte=1)),
        ]
        indexes = [
            models.Index(fields=["unit", "-began_at"], name="patrol_unit"),
            models.Index(fields=["actor", "-began_at"], name="patrol_actor"),
            models.Index(fields=["route", "-began_at"], name="patrol_route"),
            models.Index(fields=["unit"], name="patrol_out_now", condition=Q(ended_at=None)),
            models.Index(fields=["team", "-began_at"], name="patrol_team", condition=Q(team__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.began_at:%F %R}"


class LogEntry(models.Model):
    """A line of the electronic patrol log: who, when, where, what object, what was seen, with photos (000-51).

    Only added to: the database refuses every change. ``id`` made on the phone.

    proof       code: its code was scanned on the spot; position: near enough; none: neither
    unit        territory of the site, else of the walk: what the log is listed by
    scanned     the site whose code was scanned, when it is another than ``site``
    distance_m  from the site, where both positions are known; ``accuracy_m`` as the phone said
    condition   fine, or a problem; a problem may have become a case or a hazard (``LogFollow``)
    """

    class Condition(models.TextChoices):
        FINE = "fine", _("正常")
        MENDED = "mended", _("当场处置")
        PROBLEM = "problem", _("发现问题")

    class Proof(models.TextChoices):
        CODE = "code", _("扫码到点")
        POSITION = "position", _("定位到点")
        NONE = "none", _("未证实")

    id = models.UUIDField(primary_key=True, editable=False)
    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="log", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    scanned = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)
    """Claimed outside the listed limits of drift and delay."""
    is_late_sync = models.BooleanField(default=False)
    """Heard of afterwards, with its true time (000-54): the walk was over, or it was written long before it came."""
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    proof = models.CharField(max_length=10, choices=Proof)
    distance_m = models.FloatField(null=True)
    condition = models.CharField(max_length=10, choices=Condition)
    note = models.CharField(max_length=1000, blank=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="log_problem_described", condition=Q(condition="fine") | ~Q(note=""))
        ]
        indexes = [
            models.Index(fields=["patrol", "taken_at"], name="log_patrol"),
            models.Index(fields=["unit", "-taken_at", "-id"], name="log_unit"),
            models.Index(fields=["-taken_at", "-id"], name="log_when"),
            models.Index(fields=["site", "-taken_at"], name="log_site", condition=Q(site__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.patrol_id} {self.taken_at:%R}"


class LogFollow(models.Model):
    """What became of a problem in the log: a case or a hazard."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="follows")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "matter"], name="log_follow_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.matter_id}"


class TrackPoint(models.Model):
    """Where a patrol went, thinned by distance. Kept 30 days in an unlogged table; shown to the officer and who plans.

    Never made for residents: a track hangs on a patrol, and only members of staff patrol.
    """

    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="track", db_index=False, db_constraint=False)
    no = models.PositiveIntegerField()
    at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    accuracy_m = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patrol", "no"], name="track_point_once")]
        indexes = [models.Index(fields=["at"], name="track_point_at")]

    def __str__(self) -> str:
        return f"{self.patrol_id} {self.no}"


class ContactLog(models.Model):
    """The regular contact between a grid and a committee (001g-53): what was passed on, what is to be done."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    occurrence = models.ForeignKey(Occurrence, models.PROTECT, null=True, related_name="+")
    grid = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    committee = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    way = models.CharField(max_length=12)
    """visit, phone, meeting, online."""
    side = models.CharField(max_length=10, default="grid")
    """Who wrote it down: grid or committee; the other side confirms it."""
    is_late = models.BooleanField(default=False)
    """Claimed outside the listed limits of drift and delay."""
    topics = models.CharField(max_length=1000)
    agreed = models.CharField(max_length=1000, blank=True)
    case = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="contact_log_says", condition=~Q(topics=""))]
        indexes = [
            models.Index(fields=["grid", "-at"], name="contact_log_grid"),
            models.Index(fields=["committee", "-at"], name="contact_log_committee"),
        ]

    def __str__(self) -> str:
        return self.topics[:40]


class Visit(models.Model):
    """A visit written down on the way: where, to whom as a kind of person, what was said. No names in the words."""

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=20)
    met = models.BooleanField()
    note = models.CharField(max_length=1000, blank=True)
    present_code = models.BooleanField(default=False)
    """A person there showed their code."""
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    case = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-taken_at"], name="visit_unit"),
            models.Index(fields=["actor", "-taken_at"], name="visit_actor"),
        ]

    def __str__(self) -> str:
        return self.purpose
