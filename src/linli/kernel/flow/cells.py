"""Morton numbers of Web Mercator tiles: one integer per place, so that a map view is a few index ranges."""

import math

DEPTH = 22
"""Zoom of the finest tile, about 10 m at the equator."""


def cell_of(lon: float, lat: float) -> int:
    """Number of the zoom-22 tile that holds the position (degrees, WGS84)."""
    x, y = tile_of(lon, lat, DEPTH)
    return interleave(x, y)


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    side = 1 << zoom
    bounded = max(-85.05112878, min(85.05112878, lat))
    y = (1 - math.asinh(math.tan(math.radians(bounded))) / math.pi) / 2
    x = (lon + 180) / 360
    return min(side - 1, max(0, int(x * side))), min(side - 1, max(0, int(y * side)))


def interleave(x: int, y: int) -> int:
    number = 0
    for bit in range(DEPTH + 1):
        number |= (x >> bit & 1) << 2 * bit | (y >> bit & 1) << (2 * bit + 1)
    return number


def split(number: int) -> tuple[int, int]:
    x = y = 0
    for bit in range(DEPTH + 1):
        x |= (number >> 2 * bit & 1) << bit
        y |= (number >> (2 * bit + 1) & 1) << bit
    return x, y


def centre_of(number: int, zoom: int) -> tuple[float, float]:
    """Middle (lon, lat) of the tile ``number`` at ``zoom``."""
    x, y = split(number)
    side = 1 << zoom
    lon = (x + 0.5) / side * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / side))))
    return lon, lat


def ranges(west: float, south: float, east: float, north: float, *, at_most: int = 24) -> list[tuple[int, int]]:
    """Half-open ranges of cell numbers that together hold the box, at the finest zoom that needs ``at_most`` tiles."""
    for zoom in range(DEPTH, -1, -1):
        x0, y0 = tile_of(west, north, zoom)
        x1, y1 = tile_of(east, south, zoom)
        if (x1 - x0 + 1) * (y1 - y0 + 1) <= at_most:
            shift = 2 * (DEPTH - zoom)
            tiles = sorted(interleave(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1))
            return [(tile << shift, (tile + 1) << shift) for tile in tiles]
    return [(0, 1 << 2 * DEPTH)]
