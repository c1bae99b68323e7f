"""Where a report lies: position or address text → area, units that answer, and the cell on the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.flow.cells import cell_of
from linli.kernel.org import coordinates
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory

if TYPE_CHECKING:
    from linli.domains.cases.commands.reporting import Report


class PlaceRefused(Refused): ...


@dataclass(frozen=True, slots=True)
class Placed:
    """unit_id  the smallest unit whose area holds the place; the desk's own when there is none
    home_id     the street (or district) that answers; ``desk_id`` its centre, which takes the report in
    lon, lat    degrees, WGS84/CGCS2000; None without a position
    """

    unit_id: int
    home_id: int
    desk_id: int
    area_id: int | None
    lon: float | None
    lat: float | None
    is_outside: bool

    def as_record(self, given: "Report") -> dict[str, Any]:
        cell = None if self.lon is None or self.lat is None else cell_of(self.lon, self.lat)
        return {
            "lon": self.lon, "lat": self.lat, "accuracy_m": given.accuracy_m, "address": given.address,
            "source_crs": given.crs, "is_outside": self.is_outside,
            "cell": cell,
        }  # fmt: skip


def place(given: "Report") -> Placed:
    """Locate ``given``. Outside every area, or without a position, it goes to the area desk of ``area_unit``.

    Raises PlaceRefused for a position that is not on earth or a unit that does not exist.
    """
    if given.lon is None or given.lat is None:
        return _placed(given.area_unit or desk_unit(), area_id=None, lon=None, lat=None, is_outside=False)
    lon, lat = _wgs84(given.lon, given.lat, given.crs)
    found = org.locate(lon, lat)
    unit_id = (found.unit_id if not found.outside else given.area_unit or found.unit_id) or desk_unit()
    return _placed(unit_id, area_id=found.area_id, lon=lon, lat=lat, is_outside=found.outside)


def place_many(given: "Sequence[Report]", *, otherwise: int) -> "list[Placed]":
    """As ``place``, for checked reports, located all at once; those without a position go to ``otherwise``."""
    desks = _Desks()
    placed = [desks.placed(otherwise)] * len(given)
    by_crs: dict[str, list[int]] = {}
    for n, report in enumerate(given):
        if report.lon is not None and report.lat is not None:
            by_crs.setdefault(report.crs, []).append(n)
    for crs, those in by_crs.items():
        x, y = coordinates.to_wgs84(
            np.array([given[n].lon for n in those], dtype=np.float64),
            np.array([given[n].lat for n in those], dtype=np.float64), crs,
        )  # fmt: skip
        located = org.locate_many(x.tolist(), y.tolist())
        for n, lon, lat, found in zip(those, x.tolist(), y.tolist(), located, strict=True):
            unit_id = found.unit_id if not found.outside else given[n].area_unit or found.unit_id
            placed[n] = desks.placed(unit_id or otherwise, found.area_id, lon, lat, is_outside=found.outside)
    return placed


class _Desks:
    """Home and desk of a unit, asked once for many reports."""

    def __init__(self) -> None:
        self._known: dict[int, Placed] = {}

    def placed(
        self, unit_id: int, area_id: int | None = None, lon: float | None = None, lat: float | None = None, *,
        is_outside: bool = False,
    ) -> Placed:  # fmt: skip
        known = self._known.get(unit_id)
        if known is None:
            known = self._known[unit_id] = _placed(unit_id, area_id=None, lon=None, lat=None, is_outside=False)
        return Placed(unit_id, known.home_id, known.desk_id, area_id, lon, lat, is_outside)


def _wgs84(lon: float, lat: float, crs: str) -> tuple[float, float]:
    try:
        return coordinates.to_wgs84(lon, lat, crs)
    except Refused as refusal:
        raise PlaceRefused(str(refusal), field="position") from refusal


def desk_unit() -> int:
    """The unit that takes what no area claims: the first district (or root) in force."""
    units = directory().tree.nodes
    in_force = [n for n in units if n.valid_to is None]
    districts = [n for n in in_force if n.kind == "district"]
    if not in_force:
        raise PlaceRefused(_("还没有设置任何单位，无法接收报告。"))
    return min(districts or in_force, key=lambda n: n.id).id


def _placed(unit_id: int, *, area_id: int | None, lon: float | None, lat: float | None, is_outside: bool) -> Placed:
    units = directory()
    if unit_id not in units.tree.by_id:
        raise PlaceRefused(_("没有这个单位。"), field="area_unit")
    home = units.unit(unit_id).home_id
    return Placed(unit_id, home, units.desk_of(home).id, area_id, lon, lat, is_outside)
