"""A walk from its beginning to its end, as phones tell of it: each command by its own key, in any order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.safety.commands import covering, fulfilling
from linli.domains.safety.models import JointPatrol, LogEntry, Patrol, PatrolTeam, Route, RoutePoint, SafetyObject
from linli.domains.safety.queries.patrol_matters import visible_joints
from linli.domains.safety.queries.patrol_reach import may_walk, visible_teams
from linli.domains.safety.queries.proof import Proof, prove
from linli.kernel.duties.models import Occurrence
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import wait_for_key
from linli.kernel.flow.given import GivenFile
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import Site
from linli.kernel.text import clean, without_personal_data

SOON = timedelta(minutes=10)
"""Heard of within this, an entry was filed on the way; later it is filed afterwards, with its true time."""
MOST_PEOPLE = 200
MOST_METRES = 200_000.0
MOST_FILES = 9
NOTE = 1000


class PatrolRefused(Refused):
    """The walk or its entry cannot be taken like this; ``field`` names what to mend."""


class NotBegunRefused(PatrolRefused):
    """The beginning of this walk has not arrived: the entry is to be sent again after it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A walk that began. ``id`` made on the phone.

    began_at    as claimed; ``is_late`` when the claim is outside the listed limits
    unit        the territory walked; None: the route's, else that of the walker's post
    occurrence  which round of the route's duty; None: the one whose time it is
    filed_by    who writes it down for somebody else
    """

    id: UUID
    kind: str
    began_at: datetime
    route: int | None = None
    occurrence: UUID | None = None
    team: int | None = None
    joint: UUID | None = None
    unit: int | None = None
    people: int = 1
    is_late: bool = False
    filed_by: Actor | None = None


@transaction.atomic
def begin(begun: Begun, *, actor: Actor, at: datetime) -> Patrol:
    """Begin a walk; the same key again gives the walk of the first time. Raises PatrolRefused."""
    wait_for_key(begun.id)
    if earlier := Patrol.objects.filter(pk=begun.id).first():
        return _same(earlier, actor)
    if begun.kind not in Route.Kind.values:
        raise PatrolRefused(_("请选择巡查类别。"), field="kind")
    if not 1 <= begun.people <= MOST_PEOPLE:
        raise PatrolRefused(_("参加人数为 1 到 %(most)d 人。") % {"most": MOST_PEOPLE}, field="people")
    walker = begun.filed_by or actor
    route, joint = _route(begun, walker, at), _joint(begun, walker)
    team = _team(begun, route, walker)
    unit = _territory(begun, route, joint, actor, at)
    if not may_walk(walker, unit, at):
        raise PatrolRefused(_("您没有在%(unit)s巡查的职责。") % {"unit": unit.name}, field="unit")
    return Patrol.objects.create(
        id=begun.id, kind=begun.kind, route=route, occurrence=_occurrence(begun, route), team=team, joint=joint,
        unit=unit, actor=actor, filed_by=begun.filed_by, people=begun.people, began_at=min(begun.began_at, at),
        filed_at=at, is_late=begun.is_late,
    )  # fmt: skip


def _same(earlier: Patrol, actor: Actor) -> Patrol:
    if earlier.actor_id != actor.pk:
        raise PatrolRefused(_("这个编号已用于别的巡查。"))
    return earlier


def _route(begun: Begun, walker: Actor, at: datetime) -> Route | None:
    """The route, if it leads where ``walker`` may walk: what is logged on it counts for its round."""
    if begun.route is None:
        return None
    route = Route.objects.select_related("duty__over", "team").filter(pk=begun.route).first()
    if route is None or not may_walk(walker, route.duty.over, at):
        raise PatrolRefused(_("没有这条巡查路线。"), field="route")
    if route.duty.ended_at is not None and route.duty.ended_at < begun.began_at:
        raise PatrolRefused(_("这条巡查路线已停止。"), field="route")
    return route


def _joint(begun: Begun, walker: Actor) -> JointPatrol | None:
    if begun.joint is None:
        return None
    joint = visible_joints(walker).filter(pk=begun.joint).first()
    if joint is None or joint.matter.state not in ("arranged", "recorded"):
        raise PatrolRefused(_("这次联合巡查没有安排。"), field="joint")
    return joint


def _team(begun: Begun, route: Route | None, walker: Actor) -> PatrolTeam | None:
    if begun.team is None:
        return route.team if route else None
    team = visible_teams(walker).filter(pk=begun.team, ended_at=None).first()
    if team is None:
        raise PatrolRefused(_("没有这支队伍，或已解散。"), field="team")
    return team


def _occurrence(begun: Begun, route: Route | None) -> Occurrence | None:
    if route is None:
        return None
    if begun.occurrence is not None:
        found = Occurrence.objects.filter(pk=begun.occurrence, duty=route.duty_id).first()
        if found is None:
            raise PatrolRefused(_("这一班不属于这条路线。"), field="occurrence")
        return found
    return fulfilling.round_of(route, begun.began_at)


def _territory(begun: Begun, route: Route | None, joint: JointPatrol | None, actor: Actor, at: datetime) -> Unit:
    if begun.unit is not None:
        return _unit(begun.unit)
    if route is not None:
        return route.duty.over
    if joint is not None:
        return joint.matter.unit
    held = org.posts_of(begun.filed_by or actor, at)
    if not held:
        raise PatrolRefused(_("请选择巡查的区域。"), field="unit")
    return _unit(held[0].over_id)


def _unit(key: int) -> Unit:
    unit = Unit.objects.filter(pk=key, valid_to=None).first()
    if unit is None:
        raise PatrolRefused(_("没有这个单位，或已撤并。"), field="unit")
    return unit


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of the log. ``id`` made on the phone.

    tag   what the code on the spot said, perhaps as the whole address; ``site`` the point the entry is about, if known
    """

    id: UUID
    patrol: UUID
    taken_at: datetime
    condition: str = "fine"
    tag: str = ""
    site: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    note: str = ""
    files: Sequence[GivenFile] = ()
    is_late: bool = False


@transaction.atomic
def log(seen: Seen, *, actor: Actor, at: datetime) -> LogEntry:
    """Write a line of the log; what cannot be proven is kept as unproven, never lost.

    Raises NotBegunRefused, PatrolRefused.
    """
    wait_for_key(seen.id)
    if earlier := LogEntry.objects.filter(pk=seen.id).first():
        if (earlier.patrol_id, earlier.actor_id) != (seen.patrol, actor.pk):
            raise PatrolRefused(_("这个编号已用于别的记录。"))
        return earlier
    patrol = locked(seen.patrol, actor=actor, at=at)
    note = _checked_words(seen)
    about, scanned = _sites(seen, patrol, actor, at)
    proven = prove(
        (about.lon, about.lat), is_scanned=scanned is not None and scanned.pk == about.pk, lon=seen.lon, lat=seen.lat,
        accuracy_m=seen.accuracy_m,
    ) if about else None  # fmt: skip
    entry = LogEntry.objects.create(
        id=seen.id, patrol=patrol, unit=about.unit if about else patrol.unit, site=about,
        scanned=scanned if scanned and about and scanned.pk != about.pk else None, actor=actor,
        taken_at=min(seen.taken_at, at), recorded_at=at, is_late=seen.is_late,
        is_late_sync=_is_afterwards(seen, patrol, at),
        lon=seen.lon, lat=seen.lat, accuracy_m=seen.accuracy_m, proof=proven.proof if proven else Proof.NONE,
        distance_m=proven.distance_m if proven else None, condition=seen.condition, note=note,
        files=[file.file_id for file in seen.files],
    )  # fmt: skip
    evidence.retain([file.file_id for file in seen.files], until=None)
    _follow(entry, patrol, at)
    return entry


def locked(key: UUID, *, actor: Actor, at: datetime) -> Patrol:
    """The walk under lock. Raises NotBegunRefused, also for a walk ``actor`` neither makes nor may join."""
    patrol = Patrol.objects.select_for_update(of=("self",)).select_related("unit", "route__duty").filter(pk=key).first()
    if patrol is None or not (_is_own(patrol, actor) or may_walk(actor, patrol.unit, at)):
        raise NotBegunRefused(_("这次巡查的开始还没有收到。"), field="patrol")
    return patrol


def _is_own(patrol: Patrol, actor: Actor) -> bool:
    return actor.pk in (patrol.actor_id, patrol.filed_by_id)


def _checked_words(seen: Seen) -> str:
    if seen.condition not in LogEntry.Condition.values:
        raise PatrolRefused(_("请选择现场情况。"), field="condition")
    if len(seen.files) > MOST_FILES:
        raise PatrolRefused(_("一条记录最多 %(most)d 个文件。") % {"most": MOST_FILES}, field="files")
    note = without_personal_data(clean(seen.note, NOTE))
    if seen.condition != LogEntry.Condition.FINE and not note:
        raise PatrolRefused(_("请写明看到什么、怎么处置的。"), field="note")
    return note


def _sites(seen: Seen, patrol: Patrol, actor: Actor, at: datetime) -> tuple[Site | None, Site | None]:
    """The site the entry is about, and the one whose code was scanned: only where the writer may patrol.

    A sign of elsewhere leaves a line that is about no site.
    """
    tag = seen.tag.strip().rstrip("/").rpartition("/")[2][:16]
    rows = Site.objects.select_related("unit").exclude(state=Site.State.CLOSED)
    scanned = rows.filter(tag=tag).first() if tag else None
    about = rows.filter(pk=seen.site).first() if seen.site else scanned
    if about is not None and not _is_in_reach(about, patrol, actor, at):
        about = scanned = None
    if seen.site and about is None:
        raise PatrolRefused(_("没有这个点位，或已注销。"), field="site")
    return about, scanned


def _is_in_reach(site: Site, patrol: Patrol, actor: Actor, at: datetime) -> bool:
    """On the route of the walk, or where ``actor``, or who writes it down for them, may walk."""
    if any(may_walk(who, site.unit, at) for who in (actor, patrol.filed_by) if who is not None):
        return True
    return RoutePoint.objects.filter(route=patrol.route_id, site=site).exists()


def _is_afterwards(seen: Seen, patrol: Patrol, at: datetime) -> bool:
    is_over = patrol.ended_at is not None and patrol.ended_at <= at
    return is_over or at - seen.taken_at > SOON


def _follow(entry: LogEntry, patrol: Patrol, at: datetime) -> None:
    """What an entry brings about: the object was visited, its ground walked, the round perhaps complete."""
    if entry.site_id is not None and entry.proof != Proof.NONE:
        known = Q(last_patrol_at=None) | Q(last_patrol_at__lt=entry.taken_at)
        SafetyObject.objects.filter(known, pk=entry.site_id).update(last_patrol_at=entry.taken_at)
    if entry.lon is not None and entry.lat is not None:
        covering.walk([(entry.lon, entry.lat)], at=entry.taken_at)
    fulfilling.fulfil(patrol, at=at)


@dataclass(frozen=True, slots=True)
class Ended:
    """A walk that is over. ``metres`` as the phone reckoned them."""

    patrol: UUID
    ended_at: datetime
    metres: float | None = None
    note: str = ""


@transaction.atomic
def end(ended: Ended, *, actor: Actor, at: datetime) -> Patrol:
    """End a walk; ended before, it stays as it is. Raises NotBegunRefused, PatrolRefused."""
    patrol = locked(ended.patrol, actor=actor, at=at)
    if not _is_own(patrol, actor):
        raise PatrolRefused(_("由开始巡查的人结束巡查。"))
    if patrol.ended_at is None:
        patrol.ended_at = max(patrol.began_at, min(ended.ended_at, at))
        patrol.metres = None if ended.metres is None else round(max(0.0, min(ended.metres, MOST_METRES)), 1)
        patrol.note = without_personal_data(clean(ended.note, NOTE))
        patrol.save(update_fields=["ended_at", "metres", "note"])
        fulfilling.fulfil(patrol, at=at)
    return patrol
