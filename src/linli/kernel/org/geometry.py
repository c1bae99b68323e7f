"""Boundaries: read, checked, converted and measured. Degrees in, square metres out; no database."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.kernel.errors import Refused
from linli.kernel.org import coordinates

MOST_POINTS = 200_000
_SEMI_MAJOR_M = 6378137.0
_E2 = 0.0066943799901413165


class BoundaryRefused(Refused):
    """Not a usable boundary. ``str()`` says what is wrong with it and where."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Bounding box and centre in degrees; ``area_m2`` on the ellipsoid. The centre lies inside the boundary."""

    west: float
    south: float
    east: float
    north: float
    centre_lon: float
    centre_lat: float
    area_m2: float


def read_boundary(geojson: object, *, crs: str = "cgcs2000") -> BaseGeometry:
    """A valid polygon or multipolygon in WGS84 from a GeoJSON geometry in ``crs``. Raises BoundaryRefused."""
    return checked(parsed(geojson, crs=crs))


def parsed(geojson: object, *, crs: str = "cgcs2000") -> BaseGeometry:
    """As ``read_boundary``, but rings may still be invalid (imports report and repair them)."""
    if not isinstance(geojson, Mapping) or geojson.get("type") not in ("Polygon", "MultiPolygon"):
        raise BoundaryRefused(_("边界应为GeoJSON的Polygon或MultiPolygon。"), field="boundary")
    try:
        geometry = shapely.from_geojson(json.dumps(geojson))
    except (shapely.GEOSException, TypeError, ValueError) as broken:
        raise BoundaryRefused(_("边界无法读取:环未闭合或点数不足。"), field="boundary") from broken
    return converted(geometry, crs=crs)


def parsed_wkt(text: str, *, crs: str = "cgcs2000") -> BaseGeometry:
    """As ``parsed``, from WKT."""
    try:
        geometry = shapely.from_wkt(text)
    except (shapely.GEOSException, TypeError, ValueError) as broken:
        raise BoundaryRefused(_("边界无法读取:不是有效的WKT。"), field="boundary") from broken
    if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise BoundaryRefused(_("边界应为面(POLYGON或MULTIPOLYGON)。"), field="boundary")
    return converted(geometry, crs=crs)


def converted(geometry: BaseGeometry, *, crs: str) -> BaseGeometry:
    """``geometry`` from ``crs`` to WGS84, without a height. Raises BoundaryRefused when off the globe."""
    flat = shapely.force_2d(geometry)
    points = shapely.get_coordinates(flat)
    if len(points) > MOST_POINTS:
        raise BoundaryRefused(_("边界点数超过%(most)d，请先抽稀。") % {"most": MOST_POINTS}, field="boundary")
    if not np.isfinite(points).all() or (np.abs(points) > (180, 90)).any():
        raise BoundaryRefused(_("边界有不可能的坐标(经度±180、纬度±90以外，或不是数字)。"), field="boundary")
    if crs in ("wgs84", "cgcs2000"):
        return flat
    return shapely.transform(flat, lambda some: np.column_stack(coordinates.to_wgs84(some[:, 0], some[:, 1], crs)))


def checked(geometry: BaseGeometry) -> BaseGeometry:
    """``geometry`` itself when it is valid and has an area. Raises BoundaryRefused, saying where it is not."""
    if not shapely.is_valid(geometry):
        reason = shapely.is_valid_reason(geometry)
        raise BoundaryRefused(_("边界不合法:%(reason)s。") % {"reason": reason_in_words(reason)}, field="boundary")
    if geometry.is_empty or area_m2(geometry) <= 0:
        raise BoundaryRefused(_("边界没有面积。"), field="boundary")
    return geometry


def reason_in_words(reason: str) -> str:
    """GEOS's reason (``"Self-intersection[121.4 31.2]"``) in words for people, with the place."""
    kind, _bracket, place = reason.partition("[")
    words = {
        "Self-intersection": _("边界线自相交"),
        "Ring Self-intersection": _("环自相交"),
        "Hole lies outside shell": _("内环在外环之外"),
        "Holes are nested": _("内环相互嵌套"),
        "Interior is disconnected": _("内部不连通"),
        "Nested shells": _("面相互嵌套"),
        "Too few points in geometry component": _("点数不足"),
        "Duplicate Rings": _("重复的环"),
    }
    where = place.rstrip("]").replace(" ", ", ")
    return f"{words.get(kind, kind)}({where})" if where else words.get(kind, kind)


def repaired(geometry: BaseGeometry) -> BaseGeometry | None:
    """The polygons left after mending invalid rings, or None when nothing is left."""
    mended = shapely.make_valid(geometry)
    polygons = [part for part in shapely.get_parts(mended) if part.geom_type in ("Polygon", "MultiPolygon")]
    whole = shapely.union_all(polygons) if polygons else None
    return whole if whole is not None and not whole.is_empty else None


def as_geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """GeoJSON geometry, as stored."""
    stored: dict[str, Any] = json.loads(shapely.to_geojson(geometry))
    return stored


def measures(geometry: BaseGeometry) -> Measures:
    """Box, centre and size of a boundary in WGS84 degrees."""
    west, south, east, north = shapely.bounds(geometry)
    centre = shapely.centroid(geometry)
    if not shapely.contains(geometry, centre):
        centre = shapely.point_on_surface(geometry)
    return Measures(
        float(west), float(south), float(east), float(north), float(centre.x), float(centre.y), area_m2(geometry)
    )


def in_metres(geometry: BaseGeometry, *, middle_lon: float | None = None) -> BaseGeometry:
    """``geometry`` on a plane in metres that keeps areas exact (sinusoidal on the WGS84 ellipsoid).

    middle_lon  where distances are true too; by default the middle of the geometry. Give one to compare several.
    """
    if middle_lon is None:
        west, _south, east, _north = shapely.bounds(geometry)
        middle_lon = float(west + east) / 2

    def flatten(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        phi, lam = np.radians(points[:, 1]), np.radians(points[:, 0] - middle_lon)
        across = _SEMI_MAJOR_M / np.sqrt(1 - _E2 * np.sin(phi) ** 2) * np.cos(phi)
        return np.column_stack([lam * across, _meridian_m(phi)])

    return shapely.transform(geometry, flatten)


def area_m2(geometry: BaseGeometry) -> float:
    """Area on the WGS84 ellipsoid, square metres."""
    return 0.0 if geometry.is_empty else float(shapely.area(in_metres(geometry)))


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance over a few kilometres, metres (within 0.1 %)."""
    middle = math.radians((lat + other_lat) / 2)
    return 111_320.0 * math.hypot((lon - other_lon) * math.cos(middle), lat - other_lat)


def _meridian_m(phi: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Length of the meridian from the equator, metres (series to e⁶, below 1 mm here)."""
    e4, e6 = _E2**2, _E2**3
    length: npt.NDArray[np.float64] = _SEMI_MAJOR_M * (
        (1 - _E2 / 4 - 3 * e4 / 64 - 5 * e6 / 256) * phi
        - (3 * _E2 / 8 + 3 * e4 / 32 + 45 * e6 / 1024) * np.sin(2 * phi)
        + (15 * e4 / 256 + 45 * e6 / 1024) * np.sin(4 * phi)
        - (35 * e6 / 3072) * np.sin(6 * phi)
    )
    return length
