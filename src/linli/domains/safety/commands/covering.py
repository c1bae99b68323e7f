"""Cutting the ground that is to be walked into cells, along known roads, and marking those walked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import shapely
from django.db import transaction
from django.db.models import Q

from linli.domains.safety.models import Cell, Road
from linli.domains.safety.queries import lattice
from linli.domains.safety.queries.lattice import Position
from linli.kernel.org import queries as org
from linli.kernel.org.models import Area, Unit

GRIDS = ("governance_grid", "responsibility_grid", "unit_grid")
MOST_CELLS = 4_000
"""Of one grid: more is no ground to be walked."""
PORTION = 2_000


def walk(line: Sequence[Position], *, at: datetime) -> None:
    """Somebody on patrol came along ``line`` by ``at``; only the cells learn of it, not who it was."""
    cells = lattice.cells_along(line)
    if cells:
        Cell.objects.filter(Q(walked_at=None) | Q(walked_at__lt=at), cell__in=cells).update(walked_at=at)


@transaction.atomic
def load_roads(features: Iterable[Mapping[str, Any]], *, district: Unit, source: str) -> int:
    """Take in named roads (GeoJSON features) of ``district`` in place of those of the same source; how many."""
    Road.objects.filter(district=district, source=source).delete()
    rows = [
        Road(
            district=district, name=str(one["properties"].get("name", ""))[:80], source=source[:120],
            kind=str(one["properties"].get("highway", ""))[:30], lines=_lines(one["geometry"]),
        )
        for one in features
        if one["properties"].get("name")
    ]  # fmt: skip
    return len(Road.objects.bulk_create(rows, batch_size=PORTION))


def _lines(geometry: Mapping[str, Any]) -> list[Any]:
    found = geometry["coordinates"]
    return [found] if geometry["type"] == "LineString" else list(found)


@transaction.atomic
def lay_cells(home: Unit) -> int:
    """Cut the grids below ``home`` into cells: along the roads through a grid, else over all its ground.

    What was walked before stays known. Returns how many cells there are.
    """
    known = dict(
        Cell.objects.filter(unit__in=org.subtree(home)).exclude(walked_at=None).values_list("cell", "walked_at")
    )
    Cell.objects.filter(unit__in=org.subtree(home)).delete()
    areas = list(Area.objects.filter(unit__in=org.subtree(home), kind__in=GRIDS, valid_to=None))
    roads = _roads_of(home)
    rows = [
        Cell(unit_id=area.unit_id, cell=number, road=road, lon=lon, lat=lat, walked_at=known.get(number))
        for area in areas
        for number, road in _cells_of(area, roads)
        for lon, lat in (lattice.centre_of(number),)
    ]
    return len(Cell.objects.bulk_create(rows, batch_size=PORTION, ignore_conflicts=True))


def _roads_of(home: Unit) -> list[tuple[Road, Any]]:
    above = org.node_of(home.pk).chain
    rows = Road.objects.filter(district__in=above)
    return [(road, shapely.MultiLineString([line for line in road.lines if len(line) > 1])) for road in rows]


def _cells_of(area: Area, roads: Sequence[tuple[Road, Any]]) -> list[tuple[int, Road | None]]:
    ground = shapely.from_geojson(_json(area.boundary))
    shapely.prepare(ground)
    found: dict[tuple[int, int], Road] = {}
    for road, lines in roads:
        if ground.intersects(lines):
            for number in _along(shapely.intersection(ground, lines)):
                found[number, road.pk] = road
    if found:
        return [(number, road) for (number, _key), road in sorted(found.items(), key=lambda one: one[0])]
    return _all_over(area, ground)


def _all_over(area: Area, ground: Any) -> list[tuple[int, Road | None]]:
    numbers = list(lattice.lattice_over(area.west, area.south, area.east, area.north))[: 4 * MOST_CELLS]
    if not numbers:
        return [(lattice.cell_of(area.centre_lon, area.centre_lat), None)]
    centres = [lattice.centre_of(number) for number in numbers]
    inside = shapely.contains_xy(ground, [c[0] for c in centres], [c[1] for c in centres])
    kept: list[tuple[int, Road | None]] = [
        (number, None) for number, is_in in zip(numbers, inside, strict=True) if is_in
    ]
    return kept[:MOST_CELLS] or [(lattice.cell_of(area.centre_lon, area.centre_lat), None)]


def _along(shape: Any) -> set[int]:
    lines = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "LineString"]
    found: set[int] = set()
    for line in lines:
        found |= lattice.cells_along([(x, y) for x, y in line.coords], leap_m=float("inf"))
    return found


def _json(boundary: Any) -> str:
    return orjson.dumps(boundary).decode()


def homes() -> list[Unit]:
    """Streets whose grids have boundaries."""
    wanted = {org.home_id_of(unit) for unit in Area.objects.filter(
        kind__in=GRIDS, valid_to=None).values_list("unit_id", flat=True)}  # fmt: skip
    return list(Unit.objects.filter(pk__in=wanted, valid_to=None).order_by("id"))
