"""Cases on the map: single ones where they are few, cells where they are many. The same set as the list beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
PATIENCE_MS = 120
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


def cases_in(
    view: View, actor: Actor, post: Held | None, asked: Filter, *, tab: str, at: datetime
) -> dict[str, Any]:
    """GeoJSON of the cases of ``tab`` in ``view``: points, or cells with ``count`` and ``late``."""
    reach = reach_of(actor, post)
    heap = asked_for(tab_named(tab, post), reach, asked, at=at)
    ready = _ready(view, reach, heap, asked) if _can_be_ready(reach, asked, tab) else None
    if ready is not None and sum(count for count, _late in ready.values()) > COUNTED:
        return _cells(ready, view.ready_zoom)
    points = _points(view, heap)
    if len(points) <= POINTS:
        return _collection([_point(row, at=at) for row in points])
    if ready:
        return _cells(ready, view.ready_zoom)
    return _cells(_counted(view, heap, at=at), view.cell_zoom)


def _can_be_ready(reach: Reach, asked: Filter, tab: str) -> bool:
    """Only filters on state and class were counted beforehand, and only for whole streets."""
    known = Filter(state=asked.state, stage=asked.stage, category=asked.category[:2], order=asked.order)
    return bool(reach.homes) and tab == "area" and asked == known


def _ready(view: View, reach: Reach, heap: Asked, asked: Filter) -> dict[int, tuple[int, int]]:
    """Cells counted beforehand, summed up to the view's own: cell → (count, late)."""
    level = next(one for one in LEVELS if one >= view.ready_zoom)
    shift = 2 * (level - view.ready_zoom)
    inside = " or ".join(["cell between %s and %s"] * len(view.boxes))
    edges = [edge >> 2 * (DEPTH - level) for low, high in view.boxes for edge in (low, high - 1)]
    text = f"""select cell >> %s, sum(count)::bigint, sum(late)::bigint from cases_mapcell
        where zoom = %s and ({inside}) and home_id = any(%s) and state = any(%s) and ("group" = %s or %s = '')
        group by 1"""
    homes = list(heap.holders) if heap.column == "home_id" else list(reach.homes)
    params = [shift, level, *edges, homes, list(heap.states), asked.category[:2], asked.category[:2]]
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return {cell: (count, late) for cell, count, late in cursor.fetchall()}


_FROM = """
from flow_place p join flow_matter m on m.id = p.matter_id {joins}
where ({inside}) and m.{column} = any(%s) and m.state = any(%s){window}{more}
"""


def _parts(view: View, heap: Asked) -> tuple[str, list[Any]]:
    inside = " or ".join(["p.cell >= %s and p.cell < %s"] * len(view.boxes))
    edges: list[Any] = [edge for box in view.boxes for edge in box]
    window, due = "", []
    for sign, edge in ((">=", heap.due_from), ("<", heap.due_to)):
        if edge is not None:
            window += f" and m.due_at {sign} %s"
            due.append(edge)
    joins = heap.joins if "cases_case c" in heap.joins else "join cases_case c on c.matter_id = m.id"
    text = _FROM.format(
        joins=joins, inside=inside, column=heap.column, window=window, more=f" and {heap.where}" if heap.where else ""
    )
    return text, [*edges, list(heap.holders), list(heap.states), *due, *heap.params]


def _points(view: View, heap: Asked) -> list[tuple[Any, ...]]:
    text, params = _parts(view, heap)
    columns = "m.number, m.title, m.due_at, m.closed_at, m.state, c.category_kind, p.lon, p.lat"
    return _patient(f"select {columns} {text} limit {POINTS + 1}", params)


def _counted(view: View, heap: Asked, *, at: datetime) -> dict[int, tuple[int, int]]:
    """Cells counted now, over at most 20,000 cases: what is more is dense enough to be seen."""
    text, params = _parts(view, heap)
    shift = 2 * (DEPTH - view.cell_zoom)
    inner = f"select p.cell >> %s as cell, m.due_at < %s and m.closed_at is null as late {text} limit 20000"
    rows = _patient(
        f"select cell, count(*), count(*) filter (where late) from ({inner}) one group by cell", [shift, at, *params]
    )
    return {cell: (count, late) for cell, count, late in rows}


def _patient(text: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of ``text``; none when they take longer than anybody waits for a map."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local statement_timeout = {PATIENCE_MS}")
            cursor.execute(text, params)
            return list(cursor.fetchall())
    except OperationalError:
        return []


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


def _cells(cells: Mapping[int, tuple[int, int]], zoom: int) -> dict[str, Any]:
    return _collection(
        [
            _feature(f"{zoom}/{cell}", {"id": f"{zoom}/{cell}", "count": count, "late": late}, centre_of(cell, zoom))
            for cell, (count, late) in cells.items()
            if count
        ]
    )


def _feature(key: str, properties: Mapping[str, Any], position: tuple[float, float]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [round(position[0], 6), round(position[1], 6)]}
    return {"type": "Feature", "id": key, "properties": properties, "geometry": geometry}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def counted_at() -> datetime | None:
    """When the ready cells were counted; None when never."""
    found: datetime | None = MapCell.objects.aggregate(last=Max("made_at"))["last"]
    return found


