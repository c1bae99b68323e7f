"""Cases on the map: single ones where they are few, cells where they are many. The same set as the list beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.utils import OperationalError
from django.urls import reverse

from linli.domains.cases.models import MapCell
from linli.domains.cases.queries.filtering import Filter
from linli.domains.cases.queries.reaching import Reach, reach_of
from linli.domains.cases.queries.workbench import asked_for, tab_named
from linli.kernel.errors import Refused
from linli.kernel.flow.cells import DEPTH, centre_of, ranges
from linli.kernel.flow.inbox import Asked
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

LEVELS = (9, 11, 13, 15, 17)
"""Zooms at which cells are counted beforehand; a view shows at most the next two levels up."""
POINTS = 600
COUNTED = 3000
"""Up to so many cases in view are counted one by one, with every filter."""
SMALL = 8_000
"""Up to so many cases of any kind in view it is quickest to begin with the places; beyond, with the heap asked for."""
PATIENCE_MS = 80
"""How long a count with unusual filters may take before the ready cells are shown instead."""
SPREAD = 2
"""Cells are tiles of this many zooms deeper than the map: about 128 pixels wide."""
NEAR = timedelta(days=1)
SHAPES = {"component": "square", "matter": "circle"}


class ViewRefused(Refused):
    """The address asks for a view that is none."""


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows. west…north in degrees, WGS84; ``zoom`` as MapLibre counts it."""

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @property
    def boxes(self) -> list[tuple[int, int]]:
        return ranges(self.west, self.south, self.east, self.north)

    @property
    def cell_zoom(self) -> int:
        return max(2, min(DEPTH, int(self.zoom) + SPREAD))

    @property
    def ready_zoom(self) -> int:
        """As ``cell_zoom``, as fine as was counted beforehand."""
        return min(self.cell_zoom, LEVELS[-1])


def view_of(bbox: str, zoom: str) -> View:
    """The view in an address: ``bbox=w,s,e,n`` and ``zoom``. Raises ViewRefused."""
    try:
        edges = [float(part) for part in (*bbox.split(","), zoom)]
        west, south, east, north, depth = edges
    except ValueError:
        raise ViewRefused("bbox, zoom") from None
    found = View(max(-180.0, west), max(-85.0, south), min(180.0, east), min(85.0, north), depth)
    is_view = found.west < found.east and found.south < found.north and 0 <= depth <= 24
    if not (is_view and all(isfinite(edge) for edge in edges)):
        raise ViewRefused("bbox, zoom")
    return found


def cases_in(view: View, actor: Actor, post: Held | None, asked: Filter, *, tab: str, at: datetime) -> dict[str, Any]:
    """GeoJSON of the cases of ``tab`` in ``view``: points, or cells with ``count`` and ``late``.

    ``is_rough`` beside the features: there were too many to apply every filter, zoom in
    """
    reach = reach_of(actor, post)
    heap = asked_for(tab_named(tab, post), reach, asked, at=at)
    ready = _ready(view, reach, heap, asked) if reach.homes else Ready()
    if ready.count > COUNTED and _is_ready(asked, tab):
        return _collection(_cells(ready.cells, view.ready_zoom))
    by_place = ready.total <= SMALL
    if not by_place and heap.column == "home_id":
        heap = replace(heap, holders=tuple(ready.homes))
    points = _points(view, heap, by_place=by_place)
    if points is not None and len(points) <= POINTS:
        return _collection([_point(row, at=at) for row in points])
    cells = _counted(view, heap, at=at, by_place=by_place) if points is not None else None
    if cells is not None:
        return _collection(_cells(cells, view.cell_zoom))
    return _collection(_cells(ready.cells, view.ready_zoom), is_rough=not _is_ready(asked, tab))


@dataclass(frozen=True, slots=True)
class Ready:
    """What was counted beforehand for a view.

    cells  of the states asked for: cell → (count, late); homes: the streets they belong to
    total  how many there are of any state
    """

    cells: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    total: int = 0
    homes: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        return sum(count for count, _late in self.cells.values())


def _is_ready(asked: Filter, tab: str) -> bool:
    """Only filters on state and class were counted beforehand."""
    known = Filter(state=asked.state, stage=asked.stage, ended=asked.ended, category=asked.category[:2])
    return tab == "area" and asked == known


def _ready(view: View, reach: Reach, heap: Asked, asked: Filter) -> Ready:
    """Cells counted beforehand, summed up to the view's own."""
    level = next(one for one in LEVELS if one >= view.ready_zoom)
    shift = 2 * (level - view.ready_zoom)
    inside = " or ".join(["cell between %s and %s"] * len(view.boxes))
    edges = [edge >> 2 * (DEPTH - level) for low, high in view.boxes for edge in (low, high - 1)]
    homes = list(heap.holders) if heap.column == "home_id" else list(reach.homes)
    group = asked.category[:2]
    text = f"""
    select cell >> %s, sum(count)::bigint, coalesce(sum(count) filter (where wanted), 0)::bigint,
           coalesce(sum(late) filter (where wanted), 0)::bigint, array_agg(distinct home_id) filter (where wanted)
    from (select cell, count, late, home_id, state = any(%s) and ("group" = %s or %s = '') as wanted
          from cases_mapcell where zoom = %s and ({inside}) and home_id = any(%s)) one
    group by 1"""
    params: list[Any] = [shift, list(heap.states), group, group, level, *edges, homes]
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        found = cursor.fetchall()
    return Ready(
        cells={cell: (count, late) for cell, _all, count, late, _homes in found if count},
        total=sum(row[1] for row in found),
        homes=frozenset(home for row in found for home in row[4] or ()),
    )


BY_PLACE = """
with inside as materialized (select p.matter_id, p.lon, p.lat, p.cell from flow_place p where {inside})
select {columns} from inside p
cross join lateral (select * from flow_matter m where m.id = p.matter_id offset 0) m
cross join lateral (select * from cases_case c where c.matter_id = m.id offset 0) c
where m.{column} = any(%s) and m.state = any(%s){more} limit {limit}
"""
"""Begins with the places: each one's matter is looked up by its key, whatever the planner would rather hash."""
BY_HEAP = """
with heap as materialized (
    select m.id, m.number, m.title, m.due_at, m.closed_at, m.state from flow_matter m {joins}
    where m.{column} = any(%s) and m.state = any(%s){more})
select {columns} from heap m
cross join lateral (select * from flow_place p where p.matter_id = m.id offset 0) p
cross join lateral (select * from cases_case c where c.matter_id = m.id offset 0) c
where {inside} limit {limit}
"""
COLUMNS = "m.number, m.title, m.due_at, m.closed_at, m.state, c.category_kind, p.lon, p.lat"
MOST_COUNTED = 20_000


def _asked(view: View, heap: Asked, columns: str, *, limit: int, by_place: bool) -> tuple[str, list[Any]]:
    """Rows of ``heap`` in ``view``, beginning with whichever is the smaller set."""
    inside = " or ".join(["p.cell >= %s and p.cell < %s"] * len(view.boxes))
    edges: list[Any] = [edge for box in view.boxes for edge in box]
    more, params = _more(heap)
    whose: list[Any] = [list(heap.holders), list(heap.states), *params]
    text = (BY_PLACE if by_place else BY_HEAP).format(
        inside=f"({inside})", column=heap.column, joins=heap.joins, more=more, columns=columns, limit=limit
    )
    return text, [*edges, *whose] if by_place else [*whose, *edges]


def _more(heap: Asked) -> tuple[str, list[Any]]:
    parts, params = [heap.where] if heap.where else [], list(heap.params)
    for sign, edge in ((">=", heap.due_from), ("<", heap.due_to)):
        if edge is not None:
            parts.append(f"m.due_at {sign} %s")
            params.append(edge)
    if heap.keys is not None:
        parts.append("m.id = any(%s)")
        params.append(list(heap.keys))
    return "".join(f" and ({part})" for part in parts), params


def _points(view: View, heap: Asked, *, by_place: bool) -> list[tuple[Any, ...]] | None:
    return _patient(*_asked(view, heap, COLUMNS, limit=POINTS + 1, by_place=by_place))


def _counted(view: View, heap: Asked, *, at: datetime, by_place: bool) -> dict[int, tuple[int, int]] | None:
    """Cells counted now, over at most 20,000 cases: what is more is dense enough to be seen."""
    inner, params = _asked(
        view, heap, "p.cell, m.due_at, m.closed_at", limit=MOST_COUNTED, by_place=by_place
    )  # fmt: skip
    text = f"""select cell >> %s, count(*), count(*) filter (where due_at < %s and closed_at is null)
        from ({inner}) one group by 1"""
    found = _patient(text, [2 * (DEPTH - view.cell_zoom), at, *params])
    return None if found is None else {cell: (count, late) for cell, count, late in found}


def _patient(text: str, params: Sequence[Any]) -> list[tuple[Any, ...]] | None:
    """Rows of ``text``; None when they take longer than anybody waits for a map."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local statement_timeout = {PATIENCE_MS}")
            cursor.execute("set local max_parallel_workers_per_gather = 0")
            cursor.execute(text, params)
            return list(cursor.fetchall())
    except OperationalError:
        return None


def _point(row: tuple[Any, ...], *, at: datetime) -> dict[str, Any]:
    number, title, due_at, closed_at, state, kind, lon, lat = row
    properties = {
        "id": number, "number": number, "title": title, "look": look_of(due_at, closed_at, state, at=at),
        "shape": SHAPES.get(kind, "circle"), "url": reverse("cases:case", args=[number]),
    }  # fmt: skip
    return _feature(number, properties, (lon, lat))


def look_of(due_at: datetime | None, closed_at: datetime | None, state: str, *, at: datetime) -> str:
    """Colour of a dot by its clock: ok, warn, late, held, done."""
    if closed_at is not None:
        return "done"
    if state == "on_hold":
        return "held"
    if due_at is None:
        return "ok"
    if due_at <= at:
        return "late"
    return "warn" if due_at <= at + NEAR else "ok"


def _cells(cells: Mapping[int, tuple[int, int]], zoom: int) -> list[dict[str, Any]]:
    return [
        _feature(f"{zoom}/{cell}", {"id": f"{zoom}/{cell}", "count": count, "late": late}, centre_of(cell, zoom))
        for cell, (count, late) in cells.items()
    ]


def _feature(key: str, properties: Mapping[str, Any], position: tuple[float, float]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [round(position[0], 6), round(position[1], 6)]}
    return {"type": "Feature", "id": key, "properties": properties, "geometry": geometry}


def _collection(features: list[dict[str, Any]], *, is_rough: bool = False) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features, "is_rough": is_rough}


def counted_at() -> datetime | None:
    """When the ready cells were counted; None when never."""
    found: datetime | None = MapCell.objects.aggregate(last=Max("made_at"))["last"]
    return found
