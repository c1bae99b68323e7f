"""Whether areas divide their parent: what overlaps, what is left over, what sticks out, and how compact they are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.org.geometry import area_m2, in_metres

SLIVER_M2 = 50.0
SLIVER_M = 0.5
"""Neighbours never match to the centimetre: strips narrower than twice this, or smaller pieces, do not count."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Positions of two shapes in the sequence given, and what they share, square metres."""

    first: int
    second: int
    shared_m2: float


@dataclass(frozen=True, slots=True)
class Cover:
    """gap     what no shape covers, WGS84; empty when complete
    gap_m2, outside_m2  square metres uncovered, and of shapes outside the parent
    share   covered share of the parent, 0–1
    """

    gap: BaseGeometry
    gap_m2: float
    outside_m2: float
    share: float


def overlaps(shapes: Sequence[BaseGeometry]) -> list[Overlap]:
    """Pairs of ``shapes`` (WGS84, valid) that share more than a sliver, the largest first."""
    if len(shapes) < 2:
        return []
    flat = _flat(shapes)
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared = shapely.area(shapely.intersection(flat[first], flat[second]))
    found = [
        Overlap(int(one), int(two), float(m2))
        for one, two, m2 in zip(first, second, shared, strict=True)
        if m2 > SLIVER_M2
    ]
    return sorted(found, key=lambda pair: -pair.shared_m2)


def cover(parent: BaseGeometry, shapes: Sequence[BaseGeometry]) -> Cover:
    """How completely ``shapes`` cover ``parent`` (all WGS84, valid)."""
    together = shapely.union_all(list(shapes)) if shapes else shapely.Polygon()
    gap = _without_slivers(shapely.difference(parent, together))
    outside = _without_slivers(shapely.difference(together, parent))
    whole, gap_m2 = area_m2(parent), area_m2(gap)
    return Cover(gap=gap, gap_m2=gap_m2, outside_m2=area_m2(outside), share=1 - gap_m2 / whole)


def compactness(shape: BaseGeometry) -> float:
    """1.0 for a circle, 0.785 for a square, near 0 for a thread (4π × area / perimeter²)."""
    flat = in_metres(shape)
    return float(4 * math.pi * shapely.area(flat) / shapely.length(flat) ** 2)


def farthest_m(shape: BaseGeometry, lon: float, lat: float) -> float:
    """Metres from a position to the farthest point of the border, as the crow flies."""
    west, _south, east, _north = shapely.bounds(shape)
    middle = float(west + east) / 2
    centre = in_metres(shapely.Point(lon, lat), middle_lon=middle)
    return float(shapely.hausdorff_distance(centre, in_metres(shapely.boundary(shape), middle_lon=middle)))


def _flat(shapes: Sequence[BaseGeometry]) -> "np.ndarray[tuple[int, ...], np.dtype[np.object_]]":
    west, _south, east, _north = shapely.total_bounds(list(shapes))
    return np.array([in_metres(shape, middle_lon=float(west + east) / 2) for shape in shapes], dtype=object)


def _without_slivers(shape: BaseGeometry) -> BaseGeometry:
    """Only the pieces that are wider than a sliver and larger than SLIVER_M2."""
    kept = []
    for piece in shapely.get_parts(shape):
        if piece.geom_type != "Polygon":
            continue
        flat = in_metres(piece)
        if shapely.area(flat) > SLIVER_M2 and not shapely.buffer(flat, -SLIVER_M).is_empty:
            kept.append(piece)
    return shapely.MultiPolygon(kept) if kept else shapely.MultiPolygon()
