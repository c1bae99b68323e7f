"""Positions between the reference systems in use in China. Stored is WGS84, which is CGCS2000 within centimetres.

GCJ-02 is the obfuscated system of public map providers (100–700 m off), BD-09 a further shift of it. The formulas are
the published approximations; their inverse is found by iteration. Floats and numpy arrays are both accepted.

Source: standards list of coordinate systems (a, ee, x_pi, dx, dy); GCJ-02 applies inside mainland China only.
"""

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused

Values = TypeVar("Values", float, npt.NDArray[np.float64])

SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
_A = 6378245.0
_EE = 0.00669342162296594323
_X_PI = math.pi * 3000.0 / 180.0
_DX, _DY = 0.0065, 0.006
_CHINA = (72.004, 137.8347, 0.8293, 55.8271)
_TOLERANCE_DEG = 1e-9


class PositionRefused(Refused):
    """No such place on earth."""


def checked(lon: float, lat: float) -> tuple[float, float]:
    """The position itself when it can exist. Raises PositionRefused (not finite, off the globe, swapped, or 0/0)."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise PositionRefused(_("经纬度不是有效的数字。"), field="lon")
    if abs(lat) > 90 and abs(lon) <= 90:
        raise PositionRefused(_("经度和纬度似乎填反了(纬度应在-90到90之间)。"), field="lat")
    if abs(lon) > 180 or abs(lat) > 90:
        raise PositionRefused(_("经度应在-180到180之间，纬度应在-90到90之间。"), field="lon")
    if lon == 0 and lat == 0:
        raise PositionRefused(_("位置为0,0，设备没有给出真实定位。"), field="lon")
    return lon, lat


def to_wgs84(lon: Values, lat: Values, crs: str) -> tuple[Values, Values]:
    """From ``crs`` (one of SYSTEMS) to WGS84 degrees. Raises PositionRefused for an unknown system."""
    if crs in ("wgs84", "cgcs2000"):
        return lon, lat
    if crs == "gcj02":
        return _undo_gcj02(lon, lat)
    if crs == "bd09":
        return _undo_gcj02(*_bd09_to_gcj02(lon, lat))
    raise PositionRefused(_("不认识的坐标系“%(crs)s”。") % {"crs": crs}, field="crs")


def from_wgs84(lon: Values, lat: Values, crs: str) -> tuple[Values, Values]:
    """From WGS84 degrees to ``crs`` (one of SYSTEMS). Raises PositionRefused for an unknown system."""
    if crs in ("wgs84", "cgcs2000"):
        return lon, lat
    if crs == "gcj02":
        return _gcj02(lon, lat)
    if crs == "bd09":
        return _gcj02_to_bd09(*_gcj02(lon, lat))
    raise PositionRefused(_("不认识的坐标系“%(crs)s”。") % {"crs": crs}, field="crs")


def _gcj02(lon: Values, lat: Values) -> tuple[Values, Values]:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    fine = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + _waves(y, fine, 160.0, 320.0, 12.0)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _long_waves(x, fine)
    phi = lat / 180.0 * np.pi
    magic = 1.0 - _EE * np.sin(phi) ** 2
    d_lat = north * 180.0 / ((_A * (1.0 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    d_lon = east * 180.0 / (_A / np.sqrt(magic) * np.cos(phi) * np.pi)
    inside = (lon > _CHINA[0]) & (lon < _CHINA[1]) & (lat > _CHINA[2]) & (lat < _CHINA[3])
    return _plain(lon + d_lon * inside), _plain(lat + d_lat * inside)


def _waves(y: Values, fine: Values, slow: float, slowest: float, period: float) -> Values:
    middle = 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)
    long = slow * np.sin(y / period * np.pi) + slowest * np.sin(y * np.pi / 30.0)
    total: Values = (fine + middle + long) * 2.0 / 3.0
    return total


def _long_waves(x: Values, fine: Values) -> Values:
    middle = 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)
    long = 150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)
    total: Values = (fine + middle + long) * 2.0 / 3.0
    return total


def _undo_gcj02(lon: Values, lat: Values) -> tuple[Values, Values]:
    guess_lon, guess_lat = lon, lat
    for _round in range(12):
        shifted_lon, shifted_lat = _gcj02(guess_lon, guess_lat)
        off_lon, off_lat = shifted_lon - lon, shifted_lat - lat
        guess_lon, guess_lat = guess_lon - off_lon, guess_lat - off_lat
        if max(float(np.max(np.abs(off_lon), initial=0)), float(np.max(np.abs(off_lat), initial=0))) < _TOLERANCE_DEG:
            break
    return guess_lon, guess_lat


def _gcj02_to_bd09(lon: Values, lat: Values) -> tuple[Values, Values]:
    z = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * _X_PI)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    return _plain(z * np.cos(theta) + _DX), _plain(z * np.sin(theta) + _DY)


def _bd09_to_gcj02(lon: Values, lat: Values) -> tuple[Values, Values]:
    """Inverse by iteration: the usual closed form is 1e-5 degrees (a metre) off."""
    guess_lon, guess_lat = lon - _DX, lat - _DY
    for _round in range(8):
        there_lon, there_lat = _gcj02_to_bd09(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon - (there_lon - lon), guess_lat - (there_lat - lat)
    return guess_lon, guess_lat


def _plain(value: Values) -> Values:
    """A Python float where a float went in (numpy's own scalars do not go into JSON)."""
    return value if isinstance(value, np.ndarray) else float(value)
