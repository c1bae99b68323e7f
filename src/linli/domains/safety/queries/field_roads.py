"""Roads of the territory for the map a phone draws without network."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min
from shapely import MultiLineString, clip_by_rect

from linli.domains.safety.models import Cell, Road
from linli.kernel.devices.keeping import Units, for_a_while
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor

MOST = 300
NEAR = 0.003
"""Degrees around the walked ground up to which a road is drawn; some 300 m."""
COARSE = 0.00004
"""Degrees a road may be off on a phone's map; some 4 m."""


def roads(actor: Actor, at: datetime) -> dict[str, Any]:
    """``roads``: name and lines ([[[lon, lat], …], …], degrees WGS84); ``sources``: whose data that is, to be shown.

    Those through the ground of the grids of the person's posts, the longest way through it first, at most MOST.
    """
    return dict(_drawn(tuple(sorted({held.over_id for held in org.posts_of(actor, at)}))))


@for_a_while
def _drawn(units: Units) -> dict[str, Any]:
    tree = directory().tree
    paths = [tree.by_id[key].path for key in units if key in tree.by_id]
    ground = Cell.objects.filter(unit__in={node.id for path in paths for node in tree.below(path)})
    box = ground.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    if box["west"] is None:
        return {"roads": [], "sources": []}
    rows = Road.objects.filter(cells__in=ground).annotate(ways=Count("cells")).order_by("-ways", "id")[:MOST]
    found = [(road, _lines(road, box)) for road in rows]
    return {
        "roads": [{"name": road.name, "lines": lines} for road, lines in found if lines],
        "sources": sorted({road.source for road, lines in found if lines}),
    }


def _lines(road: Road, box: dict[str, float]) -> list[list[list[float]]]:
    """What of the road lies in or near the ground, coarse enough for a phone, to a metre."""
    whole = MultiLineString([line for line in road.lines if len(line) > 1])
    near = clip_by_rect(whole, box["west"] - NEAR, box["south"] - NEAR, box["east"] + NEAR, box["north"] + NEAR)
    rough = near.simplify(COARSE)
    parts = [part for part in getattr(rough, "geoms", [rough]) if part.geom_type == "LineString" and not part.is_empty]
    return [[[round(lon, 5), round(lat, 5)] for lon, lat in part.coords] for part in parts]
