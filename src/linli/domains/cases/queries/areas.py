"""Boundaries for the map: the areas of somebody's territory that a view has room for."""

import hashlib
from typing import Any

from django.db.models import Max, Min

from linli.domains.cases.queries.map import View
from linli.domains.cases.queries.reaching import reach_of
from linli.kernel.org import fresh
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Area
from linli.kernel.org.scope import Held

MOST = 400
KINDS_BY_ZOOM = (
    (10.5, ("district", "street")),
    (13.0, ("district", "street", "committee")),
    (25.0, ("street", "committee", "responsibility_grid", "governance_grid", "unit_grid")),
)
"""Up to this zoom, these kinds of areas are drawn."""


def areas_in(view: View, actor: Actor, post: Held | None) -> dict[str, Any]:
    """GeoJSON of the areas in ``view`` inside what ``post`` reaches, and the streets they lie in; largest first."""
    kinds = next(kinds for zoom, kinds in KINDS_BY_ZOOM if view.zoom <= zoom)
    found = Area.objects.filter(
        pk__in=_territory(actor, post), kind__in=kinds, valid_to=None, west__lt=view.east, east__gt=view.west,
        south__lt=view.north, north__gt=view.south,
    )  # fmt: skip
    columns = ("id", "name", "kind", "schematic", "boundary", "unit_id")
    features = [_feature(*row) for row in found.order_by("-area_m2").values_list(*columns)[:MOST]]
    return {"type": "FeatureCollection", "features": features}


def _territory(actor: Actor, post: Held | None) -> list[int]:
    """Areas of the post's subtree and those around it, up to the district."""
    reach = reach_of(actor, post)
    if post is None:
        return []
    above = set(directory().unit(post.over_id).chain)
    around = Area.objects.filter(unit__in=above, valid_to=None).values_list("pk", flat=True)
    return [*reach.scope.area_ids(), *around]


def _feature(key: int, name: str, kind: str, schematic: bool, boundary: dict[str, Any], unit: int) -> dict[str, Any]:
    properties = {"id": key, "name": name, "kind": kind, "schematic": schematic, "unit": unit}
    return {"type": "Feature", "id": key, "properties": properties, "geometry": boundary}


def version(actor: Actor, post: Held | None, view: str) -> str:
    """A tag that changes when any boundary, unit or the post does."""
    numbers = fresh.numbers()
    parts = (post.id if post else 0, actor.pk, view, sorted(numbers.items()))
    return '"' + hashlib.sha256(repr(parts).encode()).hexdigest()[:24] + '"'


def bounds(actor: Actor, post: Held | None) -> str:
    """``west,south,east,north`` of the territory, where a map begins; "" without any area."""
    own = reach_of(actor, post).scope.area_ids()
    box = Area.objects.filter(pk__in=own, valid_to=None).aggregate(
        w=Min("west"), s=Min("south"), e=Max("east"), n=Max("north")
    )
    return "" if box["w"] is None else ",".join(f"{box[side]:.5f}" for side in "wsen")
