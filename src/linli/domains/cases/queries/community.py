"""Which committee is a resident's own, where to call it, and the outlines by which they know their neighbourhood."""

from dataclasses import dataclass
from typing import Any

from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Area

DRAWN_AT_MOST = 300
TOGETHER = 1.5
CLOSE_ZOOM = 12.5
"""From here on committees are drawn, farther away only districts and streets."""


@dataclass(frozen=True, slots=True)
class Community:
    """A committee and the number to call: its own, else that of its street or district, else ""."""

    id: int
    name: str
    street: str
    phone: str


def community(unit_id: int) -> Community | None:
    """The committee ``unit_id``; None when there is no such committee in force."""
    node = directory().tree.by_id.get(unit_id)
    if node is None or node.kind != "committee" or node.valid_to is not None:
        return None
    return Community(node.id, node.name, directory().unit(node.home_id).name, org.phone_for(node.id))


def committee_at(lon: float, lat: float, *, crs: str = "wgs84") -> int | None:
    """The committee that answers for a position; None outside. Raises Refused for a position that cannot exist."""
    return committee_of(org.locate(lon, lat, crs=crs).unit_id)


def committee_of(unit_id: int | None) -> int | None:
    """The committee at or above a unit."""
    if unit_id is None:
        return None
    return next((node.id for node in directory().up(unit_id) if node.kind == "committee"), None)


def by_street() -> list[tuple[str, list[tuple[int, str]]]]:
    """Every street with its committees (id, name), to choose from."""
    found: dict[int, list[tuple[int, str]]] = {}
    tree = directory().tree
    for node in tree.nodes:
        if node.kind == "committee" and node.valid_to is None:
            found.setdefault(node.home_id, []).append((node.id, node.name))
    return [(tree.by_id[home].name, committees) for home, committees in found.items()]


def outlines(box: tuple[float, float, float, float], *, zoom: float) -> dict[str, Any]:
    """GeoJSON of the districts, streets and (close by) committees in ``box`` (west, south, east, north)."""
    west, south, east, north = box
    kinds = ("district", "street", "committee") if zoom >= CLOSE_ZOOM else ("district", "street")
    rows = Area.objects.filter(
        kind__in=kinds, valid_to=None, west__lt=east, east__gt=west, south__lt=north, north__gt=south
    )
    columns = rows.order_by("-area_m2").values_list("id", "name", "kind", "boundary")[:DRAWN_AT_MOST]
    features = [
        {"type": "Feature", "id": key, "properties": {"id": key, "name": name, "kind": kind}, "geometry": boundary}
        for key, name, kind, boundary in columns
    ]
    return {"type": "FeatureCollection", "features": features}


def districts() -> list[tuple[str, str]]:
    """(id, name) of the districts in force, to choose from."""
    return [(str(n.id), n.name) for n in directory().tree.nodes if n.kind == "district" and n.valid_to is None]


def homes_in(district: str) -> frozenset[int]:
    """Ids of the units in the district with this id, which cases there have as home; none when there is no such one."""
    tree = directory().tree
    root = next((n for n in tree.nodes if n.kind == "district" and str(n.id) == district), None)
    return frozenset(n.id for n in tree.nodes if n.path.startswith(root.path)) if root else frozenset()


def bounds(district: str = "") -> str:
    """``west,south,east,north`` where a map begins: around one district, else all that lie together; "" without any.

    A map of districts in two cities would show neither: those farther than ``TOGETHER`` degrees from the first are
    left out.
    """
    found = Area.objects.filter(kind="district", valid_to=None).order_by("unit_id", "id")
    if district:
        found = found.filter(unit_id=district)
    boxes = list(found.values_list("west", "south", "east", "north"))
    near = [box for box in boxes if all(abs(a - b) <= TOGETHER for a, b in zip(box, boxes[0], strict=True))]
    if not near:
        return ""
    sides = list(zip(*near, strict=True))
    return ",".join(f"{side:.5f}" for side in (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])))


def centre_of(unit_id: int) -> tuple[float, float] | None:
    """Middle (lon, lat) of a committee's area."""
    found = Area.objects.filter(unit_id=unit_id, valid_to=None).order_by("area_m2")
    return found.values_list("centre_lon", "centre_lat").first()
