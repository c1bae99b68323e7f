"""One walk: who, when, past which points with which proof, how far; the track for those it is shown to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from linli.domains.safety.models import LogEntry, Patrol, RoutePoint, TrackPoint
from linli.domains.safety.queries import patrol_log
from linli.domains.safety.queries.patrol_reach import PLAN, get_patrol
from linli.domains.safety.queries.proof import Proof
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

MOST_LINES = 300
STALE = timedelta(hours=12)
"""A walk that was not ended by then is no longer taken for one that goes on."""
STATE_LOOKS = {"due": "", "done": "ok", "late": "warn", "missed": "late", "excused": ""}


@dataclass(frozen=True, slots=True)
class Stop:
    """A point of the route on this walk. ``look``: ok passed and proven, warn noted only, "" not passed."""

    position: int
    name: str
    code: str
    ask: str
    at: datetime | None
    proof: str
    look: str


@dataclass(frozen=True, slots=True)
class WalkPage:
    id: UUID
    kind: str
    who: str
    filed_by: str
    unit: str
    team: str
    people: int
    route: str
    route_id: int | None
    joint: str
    round_state: str
    round_look: str
    began_at: datetime
    ended_at: datetime | None
    filed_at: datetime
    minutes: int | None
    is_late: bool
    is_filed_afterwards: bool
    is_out: bool
    metres: int | None
    note: str
    stops: tuple[Stop, ...]
    passed: int
    lines: tuple[patrol_log.Row, ...]
    track_points: int
    shows_track: bool
    may_ask_for_track: bool
    marks: dict[str, Any]
    bounds: str
    """``west,south,east,north`` around lines and, for those it is shown to, the track."""


def walk_page(key: UUID, *, actor: Actor, at: datetime) -> WalkPage:
    """Raises PatrolNotFound."""
    patrol = get_patrol(key, actor=actor)
    entries = LogEntry.objects.filter(patrol=patrol).order_by("taken_at", "id").values_list("pk", flat=True)
    lines = tuple(patrol_log.rows(list(entries[:MOST_LINES])))
    stops = _stops(patrol)
    occurrence = patrol.occurrence
    points = TrackPoint.objects.filter(patrol=patrol).count()
    is_own = actor.pk == patrol.actor_id
    return WalkPage(
        id=patrol.pk, kind=str(patrol.get_kind_display()), who=patrol.actor.name,
        filed_by=patrol.filed_by.name if patrol.filed_by else "", unit=patrol.unit.name,
        team=patrol.team.name if patrol.team else "", people=patrol.people,
        route=patrol.route.duty.title if patrol.route else "", route_id=patrol.route_id,
        joint=patrol.joint.matter.number if patrol.joint else "",
        round_state=str(occurrence.get_state_display()) if occurrence else "",
        round_look=STATE_LOOKS[occurrence.state] if occurrence else "", began_at=patrol.began_at,
        ended_at=patrol.ended_at, filed_at=patrol.filed_at, minutes=_minutes(patrol), is_late=patrol.is_late,
        is_filed_afterwards=patrol.filed_at - patrol.began_at > timedelta(minutes=10),
        is_out=patrol.ended_at is None and at - patrol.began_at < STALE,
        metres=None if patrol.metres is None else round(patrol.metres), note=patrol.note, stops=stops,
        passed=sum(stop.look == "ok" for stop in stops), lines=lines, track_points=points,
        shows_track=is_own and points > 0, may_ask_for_track=not is_own and points > 0 and may_see_track(patrol, actor),
        marks=marks(lines),
        bounds=_bounds(patrol, lines, with_track=points > 0 and may_see_track(patrol, actor)),
    )  # fmt: skip


def may_see_track(patrol: Patrol, actor: Actor) -> bool:
    """The one who walked, and who plans patrols there."""
    return actor.pk == patrol.actor_id or org.holds_right(actor, PLAN, patrol.unit) is not None


def _minutes(patrol: Patrol) -> int | None:
    return None if patrol.ended_at is None else round((patrol.ended_at - patrol.began_at).total_seconds() / 60)


def _stops(patrol: Patrol) -> tuple[Stop, ...]:
    if patrol.route is None:
        return ()
    points = RoutePoint.objects.filter(route=patrol.route, since__lte=max(patrol.began_at, patrol.filed_at))
    points = points.exclude(until__lte=patrol.began_at).select_related("site").order_by("position")
    best: dict[UUID, LogEntry] = {}
    for entry in LogEntry.objects.filter(patrol=patrol, site__isnull=False).order_by("taken_at"):
        known = best.get(entry.site_id or patrol.pk)
        if known is None or (known.proof == Proof.NONE and entry.proof != Proof.NONE):
            best[entry.site_id or patrol.pk] = entry
    return tuple(_stop(point, best.get(point.site_id)) for point in points)


def _stop(point: RoutePoint, entry: LogEntry | None) -> Stop:
    look = "" if entry is None else "warn" if entry.proof == Proof.NONE else "ok"
    return Stop(
        point.position, point.site.name, point.site.code, point.ask, entry.taken_at if entry else None,
        str(entry.get_proof_display()) if entry else "", look,
    )  # fmt: skip


def marks(lines: tuple[patrol_log.Row, ...]) -> dict[str, Any]:
    """The lines of the log that have a position, for the map."""
    looks = {"ok": "ok", "brand": "ok", "warn": "warn"}
    features = [
        {
            "type": "Feature", "id": str(row.id), "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": {"id": str(row.id), "title": row.site or row.condition, "look": looks[row.condition_look],
                           "number": row.proof},
        }
        for row in lines if row.lon is not None
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _bounds(patrol: Patrol, lines: Sequence[patrol_log.Row], *, with_track: bool) -> str:
    """A little around everything; "" where nothing has a position."""
    spots = [(row.lon, row.lat) for row in lines if row.lon is not None and row.lat is not None]
    if with_track:
        box = TrackPoint.objects.filter(patrol=patrol).aggregate(w=Min("lon"), s=Min("lat"), e=Max("lon"), n=Max("lat"))
        spots += [(box["w"], box["s"]), (box["e"], box["n"])]
    if not spots:
        return ""
    lons, lats = [lon for lon, _lat in spots], [lat for _lon, lat in spots]
    return f"{min(lons) - 0.0006:.5f},{min(lats) - 0.0006:.5f},{max(lons) + 0.0006:.5f},{max(lats) + 0.0006:.5f}"


def track_of(patrol: Patrol) -> dict[str, Any]:
    """The way, as a map draws roads. Whom it is shown to is for the caller."""
    rows = TrackPoint.objects.filter(patrol=patrol).order_by("no").values_list("lon", "lat")
    line = [[round(lon, 6), round(lat, 6)] for lon, lat in rows]
    shape = {"type": "LineString", "coordinates": line}
    track = {"type": "Feature", "id": "track", "properties": {"id": "track", "kind": "track", "name": ""},
             "geometry": shape}  # fmt: skip
    return {"type": "FeatureCollection", "features": [track] if len(line) > 1 else []}
