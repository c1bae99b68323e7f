"""The part of a map that a browser asks for."""

import math

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused


class BoxRefused(Refused):
    """Not a part of the map."""


def box_of(request: HttpRequest) -> tuple[float, float, float, float]:
    """``?bbox=west,south,east,north`` in degrees. Raises BoxRefused."""
    try:
        west, south, east, north = (float(part) for part in request.GET.get("bbox", "").split(","))
    except ValueError:
        raise BoxRefused(_("地图范围不正确。")) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BoxRefused(_("地图范围不正确。"))
    return west, south, east, north


def zoom_of(request: HttpRequest) -> float:
    """``?zoom=``, 0 when there is none that makes sense."""
    try:
        zoom = float(request.GET.get("zoom", ""))
    except ValueError:
        return 0.0
    return zoom if math.isfinite(zoom) else 0.0
