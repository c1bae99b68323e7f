"""Where a position belongs."""

from collections.abc import Sequence

import numpy as np

from linli.kernel.org import coordinates, locating, territory, tree
from linli.kernel.org.locating import Located
from linli.kernel.org.models import Unit, UnitLink


def locate(lon: float, lat: float, *, crs: str = "wgs84") -> Located:
    """The finest area around a position given in ``crs``, what is above it, and whose desk it goes to.

    On a shared border: the finer kind, then the smaller area, then the lower id. In no area: ``outside``, with the
    desk of the nearest district. Raises PositionRefused for a position that cannot exist.
    """
    lon, lat = coordinates.to_wgs84(*coordinates.checked(lon, lat), crs)
    return locating.kept.get().locate(lon, lat)


def locate_many(lons: Sequence[float], lats: Sequence[float], *, crs: str = "wgs84") -> list[Located]:
    """As ``locate``, for two arrays of equal length; a position that cannot exist is ``outside`` with no desk."""
    x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    possible = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90) & ((x != 0) | (y != 0))
    answers = [locating.NOWHERE] * len(x)
    found = locating.kept.get().locate_many(*coordinates.to_wgs84(x[possible], y[possible], crs))
    for n, located in zip(np.flatnonzero(possible).tolist(), found, strict=True):
        answers[n] = located
    return answers


def police_beat_of(unit: Unit) -> Unit | None:
    """The police beat a grid (or a unit above it) is mapped to, the nearest mapping first."""
    chain = tree.kept.get().by_id[unit.pk].chain
    links = UnitLink.objects.filter(unit_id__in=chain, kind=UnitLink.Kind.POLICE_BEAT, valid_to=None)
    by_unit = {link.unit_id: link.other for link in links.select_related("other").order_by("-id")}
    return next((by_unit[unit_id] for unit_id in chain if unit_id in by_unit), None)


def warm() -> None:
    """Read everything that is kept in memory, so that the first request does not wait for it."""
    tree.kept.get()
    territory.kept.get()
    locating.kept.get()
