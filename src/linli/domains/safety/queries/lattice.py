"""The lattice of about 100 m × 100 m on which is kept what was walked; distances on it."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

Position = tuple[float, float]
"""(lon, lat), WGS84 degrees."""

STEP_DEGREES = 0.0009
"""Height of a cell: 100 m of latitude."""
METRES_PER_DEGREE = 111_320.0
LEAP_M = 250.0
"""Between two positions further apart nobody is taken to have walked straight."""
STRIDE_M = 40.0


def cell_of(lon: float, lat: float) -> int:
    """Number of the cell that holds the position; rows of one degree of latitude stand exactly above each other."""
    row = math.floor((lat + 90) / STEP_DEGREES)
    return row << 32 | math.floor((lon + 180) / _width(row))


def centre_of(number: int) -> Position:
    row, column = number >> 32, number & 0xFFFFFFFF
    return (column + 0.5) * _width(row) - 180, (row + 0.5) * STEP_DEGREES - 90


def corners_of(number: int) -> list[Position]:
    """The closed ring around a cell."""
    row, column = number >> 32, number & 0xFFFFFFFF
    west, south = column * _width(row) - 180, row * STEP_DEGREES - 90
    east, north = west + _width(row), south + STEP_DEGREES
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def _width(row: int) -> float:
    """Degrees of longitude that are about as long as a cell is high."""
    latitude = min(89.0, abs(math.floor(row * STEP_DEGREES - 90) + 0.5))
    return STEP_DEGREES / math.cos(math.radians(latitude))


def metres(one: Position, other: Position) -> float:
    """Distance on a plane laid between them: exact to a metre within a street."""
    middle = math.radians((one[1] + other[1]) / 2)
    x = (other[0] - one[0]) * math.cos(middle)
    return math.hypot(x, other[1] - one[1]) * METRES_PER_DEGREE


def length(line: Sequence[Position]) -> float:
    return sum(metres(one, other) for one, other in pairwise(line))


def cells_along(line: Sequence[Position], *, leap_m: float = LEAP_M) -> set[int]:
    """Cells that somebody came through who was at these positions one after the other."""
    return {cell_of(lon, lat) for lon, lat in _strides(line, leap_m)}


def _strides(line: Sequence[Position], leap_m: float) -> Iterator[Position]:
    yield from line
    for one, other in pairwise(line):
        apart = metres(one, other)
        if STRIDE_M < apart <= leap_m:
            yield from _between(one, other, math.ceil(apart / STRIDE_M))


def _between(one: Position, other: Position, parts: int) -> Iterable[Position]:
    for n in range(1, parts):
        share = n / parts
        yield one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])


def lattice_over(west: float, south: float, east: float, north: float) -> Iterator[int]:
    """Cells whose middle lies in the box."""
    row = math.floor((south + 90) / STEP_DEGREES)
    while row * STEP_DEGREES - 90 < north:
        width = _width(row)
        column = math.floor((west + 180) / width)
        while column * width - 180 < east:
            number = row << 32 | column
            lon, lat = centre_of(number)
            if west <= lon <= east and south <= lat <= north:
                yield number
            column += 1
        row += 1
