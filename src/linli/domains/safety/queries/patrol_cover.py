"""Who is out now, and which ground and roads nobody has walked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from linli.domains.safety.models import Cell, LogEntry, Patrol, TrackPoint
from linli.domains.safety.queries import lattice
from linli.domains.safety.queries.patrol_log import territory
from linli.domains.safety.queries.patrol_reach import COMMAND, holds_any
from linli.domains.safety.queries.walk_page import STALE
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Area
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import kept as tree
from linli.web.times import when

DAYS = (7, 14, 30)
MOST_OUT = 300
MOST_GRIDS = 200
MOST_ROADS = 100
MOST_CELLS = 6_000
MOST_AREAS = 120


@dataclass(frozen=True, slots=True)
class Out:
    """Somebody on a walk that is not over. Only the last position, and only while the walk is on."""

    walk: UUID
    who: str
    kind: str
    unit: str
    team: str
    since: datetime
    people: int
    seen_at: datetime | None
    lon: float | None
    lat: float | None


def may_watch(actor: Actor, post: Held | None) -> bool:
    """Who commands, coordinates or plans in the territory of the post."""
    return post is not None and holds_any(actor, org.kept_unit(post.over_id), COMMAND)


def out_now(actor: Actor, post: Held | None, *, at: datetime, team: int | None = None) -> list[Out]:
    """Everybody out in the territory, who began last first; one SQL statement. Raises NotFound."""
    if not may_watch(actor, post):
        raise NotFound
    last = TrackPoint.objects.filter(patrol=OuterRef("pk")).order_by("-no")
    line = LogEntry.objects.filter(patrol=OuterRef("pk"), lon__isnull=False).order_by("-taken_at")
    rows = Patrol.objects.filter(ended_at=None, began_at__gt=at - STALE, unit__in=territory(post))
    rows = rows.filter(team=team) if team is not None else rows
    rows = rows.select_related("actor", "unit", "team").annotate(
        track_lon=Subquery(last.values("lon")[:1]), track_lat=Subquery(last.values("lat")[:1]),
        track_at=Subquery(last.values("at")[:1]), log_lon=Subquery(line.values("lon")[:1]),
        log_lat=Subquery(line.values("lat")[:1]), log_at=Subquery(line.values("taken_at")[:1]),
    )  # fmt: skip
    return [_out(row) for row in rows.order_by("-began_at")[:MOST_OUT]]


def _out(row: Any) -> Out:
    by_track = row.track_at is not None and (row.log_at is None or row.track_at >= row.log_at)
    lon, lat, at = (row.track_lon, row.track_lat, row.track_at) if by_track else (row.log_lon, row.log_lat, row.log_at)
    return Out(
        row.pk, row.actor.name, str(row.get_kind_display()), row.unit.name, row.team.name if row.team else "",
        row.began_at, row.people, at, lon, lat,
    )  # fmt: skip


def marks(found: Sequence[Out], *, at: datetime) -> dict[str, Any]:
    """Who is out, for the map: a square for teams; held once nothing was heard for half an hour."""
    quiet = at - timedelta(minutes=30)
    features = [
        {
            "type": "Feature", "id": str(one.walk), "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
            "properties": {
                "id": str(one.walk), "title": f"{one.who} · {one.unit}", "shape": "square" if one.team else "circle",
                "look": "ok" if one.seen_at and one.seen_at > quiet else "held",
                "number": one.team or one.kind,
            },
        }
        for one in found if one.lon is not None
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


@dataclass(frozen=True, slots=True)
class GridRow:
    """How much of a grid's ground was walked. ``share`` 0–100; None where nothing is to be walked."""

    unit: int
    name: str
    above: str
    total: int
    walked: int
    share: int | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoadRow:
    name: str
    total: int
    walked: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    grids: list[GridRow]
    total: int
    walked: int
    not_at_all: int
    roads: list[RoadRow]

    @property
    def share(self) -> int | None:
        return _share(self.walked, self.total)


GRIDS = """
select unit_id, count(distinct cell), count(distinct cell) filter (where walked_at >= %s), max(walked_at)
from safety_cell where unit_id = any(%s) group by unit_id
"""
ROADS = """
select r.name, count(*), count(*) filter (where c.walked_at >= %s), max(c.walked_at)
from safety_cell c join safety_road r on r.id = c.road_id where c.unit_id = any(%s)
group by r.name order by count(*) filter (where c.walked_at >= %s)::float / count(*), count(*) desc, r.name limit %s
"""


def coverage(post: Held | None, *, since: datetime, unit: int | None = None, limit: int = MOST_GRIDS) -> Coverage:
    """Grids of the territory, the least walked first, and roads likewise; two SQL statements."""
    units = _units(post, unit)
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, [since, units])
        rows = [_grid(*row) for row in cursor.fetchall()]
        cursor.execute(ROADS, [since, units, since, MOST_ROADS])
        roads = [RoadRow(*row) for row in cursor.fetchall()]
    rows.sort(key=lambda row: (row.share if row.share is not None else 101, row.name))
    return Coverage(
        rows[:limit], sum(row.total for row in rows), sum(row.walked for row in rows),
        sum(row.walked == 0 for row in rows), roads,
    )  # fmt: skip


def _units(post: Held | None, unit: int | None) -> list[int]:
    inside = territory(post)
    if unit is None:
        return inside
    chosen = {node.id for node in tree.get().below(org.node_of(unit).path)}
    return [one for one in inside if one in chosen]


def _grid(unit: int, total: int, walked: int, last: datetime | None) -> GridRow:
    nodes = tree.get().by_id
    node = nodes[unit]
    above = nodes[node.parent_id].name if node.parent_id in nodes else ""
    return GridRow(unit, node.name, above, total, walked, _share(walked, total), last)


def _share(walked: int, total: int) -> int | None:
    return round(100 * walked / total) if total else None


def cells(post: Held | None, *, since: datetime, unit: int | None) -> dict[str, Any]:
    """The cells themselves and the outlines around them, for the map; two SQL statements."""
    units = _units(post, unit)
    rows = Cell.objects.filter(unit__in=units).order_by("cell").distinct("cell")
    features = [
        {
            "type": "Feature", "id": f"c{number}",
            "properties": {"id": f"c{number}", "name": "",
                           "kind": "walked" if walked is not None and walked >= since else "unwalked"},
            "geometry": {"type": "Polygon", "coordinates": [_ring(number)]},
        }
        for number, walked in rows.values_list("cell", "walked_at")[:MOST_CELLS]
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": [*features, *outlines(units)]}


def _ring(number: int) -> list[list[float]]:
    return [[round(lon, 6), round(lat, 6)] for lon, lat in lattice.corners_of(number)]


def outlines(units: Sequence[int]) -> list[dict[str, Any]]:
    """The boundaries of the larger areas among ``units``."""
    rows = Area.objects.filter(unit__in=list(units), valid_to=None).exclude(kind="beat").order_by("-area_m2")
    return [
        {"type": "Feature", "id": key, "properties": {"id": key, "name": name, "kind": kind}, "geometry": boundary}
        for key, name, kind, boundary in rows.values_list("id", "name", "kind", "boundary")[:MOST_AREAS]
    ]


def ground(post: Held | None) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": outlines(territory(post))}


def sheet(post: Held | None, *, since: datetime, unit: int | None) -> bytes:
    """Every grid as a row."""
    heads = [_("网格"), _("上级"), _("应巡格"), _("已巡格"), _("覆盖率（%）"), _("最近有人走过")]
    rows = coverage(post, since=since, unit=unit, limit=10_000).grids
    lines = (
        [row.name, row.above, row.total, row.walked, "" if row.share is None else row.share,
         when(row.last_at) if row.last_at else ""]
        for row in rows
    )  # fmt: skip
    return write_rows(heads, lines, kind="xlsx", title=_("巡查覆盖"))
