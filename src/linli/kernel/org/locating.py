"""From a position to the smallest area it lies in, over tens of thousands of polygons, in memory.

The index is a tree of boxes; what a box contains is tested against the prepared polygon, border included. Areas are
kept sorted by kind (unit grid before committee before street: a committee may be a single grid), then size, then id,
so the first hit is the answer, and a point on a shared border always gets the same one: of the finest kind the smaller
area, of equal ones the lower id. A position in no area goes to the desk of the nearest district.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from linli.kernel.org.fresh import Kept
from linli.kernel.org.models import Area
from linli.kernel.org.tree import Tree
from linli.kernel.org.tree import kept as units

Floats = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]

NO_AREA = -1
_PORTION = 5_000
_COLUMNS = ("id", "version", "unit_id", "kind", "area_m2", "valid_from", "valid_to")
_BANDS_PER_DEGREE = 200
_CHAIN_KINDS = ("committee", "street", "district")
_FINEST_FIRST = ("unit_grid", "responsibility_grid", "governance_grid", *_CHAIN_KINDS)


@dataclass(frozen=True, slots=True)
class Located:
    """Where a position belongs.

    area_id  the finest, smallest area around it, or None when it is in none
    unit_id  the unit that area belongs to; outside, the district nearest by; None when no areas are known at all
    home_id  the unit whose desk takes the report in (nearest street at or above ``unit_id``, else the district)
    chain    ids of that area and of the areas of the committee, street and district above it, smallest first
    outside  in no area
    kind     kind of the area, or ""
    """

    area_id: int | None
    unit_id: int | None
    home_id: int | None
    chain: tuple[int, ...]
    outside: bool
    kind: str = ""


NOWHERE = Located(None, None, None, (), outside=True)


@dataclass(frozen=True, slots=True)
class Piece:
    """An area as the locator needs it."""

    id: int
    version: int
    unit_id: int
    kind: str
    area_m2: float
    boundary: BaseGeometry


class Locator:
    """Answers for a fixed set of areas. Safe to share between threads."""

    def __init__(self, pieces: Sequence[Piece], tree: Tree, *, made_of: object = None) -> None:
        self.made_of = made_of
        self.pieces = sorted(pieces, key=lambda piece: (_FINEST_FIRST.index(piece.kind), piece.area_m2, piece.id))
        self._polygons: npt.NDArray[Any] = np.array([piece.boundary for piece in self.pieces], dtype=object)
        shapely.prepare(self._polygons)
        self._boxes = shapely.STRtree(self._polygons)
        self._answers = _answers(self.pieces, tree)
        self._tops = [n for n, piece in enumerate(self.pieces) if piece.kind == "district"] or list(
            range(len(self.pieces))
        )
        self._desks = shapely.STRtree(self._polygons[self._tops])

    def locate(self, lon: float, lat: float) -> Located:
        """The answer for one position in WGS84 degrees."""
        point = shapely.points(lon, lat)
        near = self._boxes.query(point)
        if len(near) == 0:
            return self._outside(point)
        hit = near[shapely.intersects_xy(self._polygons[near], lon, lat)]
        return self._answers[hit.min()] if len(hit) else self._outside(point)

    def indexes(self, lons: Floats, lats: Floats) -> Indexes:
        """Position in ``pieces`` of the answer for each point, NO_AREA where there is none."""
        nearby_first = np.lexsort((lons, (lats * _BANDS_PER_DEGREE).astype(np.int64)))
        found = np.empty(len(lons), dtype=np.intp)
        found[nearby_first] = self._smallest(lons[nearby_first], lats[nearby_first])
        return found

    def locate_many(self, lons: Floats, lats: Floats) -> list[Located]:
        """As ``locate``, for arrays of equal length."""
        found = self.indexes(lons, lats)
        answers = [self._answers[n] for n in found.tolist()] if self.pieces else [NOWHERE] * len(lons)
        missed = np.flatnonzero(found == NO_AREA)
        if self.pieces and len(missed):
            points, tops = self._desks.query_nearest(shapely.points(lons[missed], lats[missed]))
            nearest = np.full(len(missed), len(self.pieces), dtype=np.intp)
            np.minimum.at(nearest, points, np.asarray(self._tops, dtype=np.intp)[tops])
            for n, top in zip(missed.tolist(), nearest.tolist(), strict=True):
                answers[n] = self._nearby(top)
        return answers

    def _smallest(self, lons: Floats, lats: Floats) -> Indexes:
        """Tests the smallest box around each point first, and the next only for the points that missed it."""
        found = np.full(len(lons), NO_AREA, dtype=np.intp)
        points, near = self._boxes.query(shapely.points(lons, lats))
        order = np.lexsort((near, points))
        points, near = points[order], near[order]
        at = np.flatnonzero(np.diff(points, prepend=-1))
        end = np.append(at[1:], len(points))
        while len(at):
            point, piece = points[at], near[at]
            hit = shapely.intersects_xy(self._polygons[piece], lons[point], lats[point])
            found[point[hit]] = piece[hit]
            at, end = at[~hit] + 1, end[~hit]
            at, end = at[at < end], end[at < end]
        return found

    def _outside(self, point: BaseGeometry) -> Located:
        if not self.pieces:
            return NOWHERE
        return self._nearby(min(self._tops[n] for n in self._desks.query_nearest(point)))

    def _nearby(self, top: int) -> Located:
        """Outside, with the desk of the district at ``top``."""
        nearest = self._answers[top]
        return Located(None, nearest.unit_id, nearest.home_id, (), outside=True)


def _answers(pieces: Sequence[Piece], tree: Tree) -> list[Located]:
    above: dict[tuple[int, str], int] = {}
    for piece in pieces:
        if piece.kind in _CHAIN_KINDS:
            above.setdefault((piece.unit_id, piece.kind), piece.id)
    return [_answer(piece, above, tree) for piece in pieces]


def _answer(piece: Piece, above: dict[tuple[int, str], int], tree: Tree) -> Located:
    node = tree.by_id[piece.unit_id]
    higher = _CHAIN_KINDS[_CHAIN_KINDS.index(piece.kind) + 1 :] if piece.kind in _CHAIN_KINDS else _CHAIN_KINDS
    chain = [above[unit_id, kind] for kind in higher for unit_id in node.chain if (unit_id, kind) in above]
    return Located(piece.id, piece.unit_id, node.home_id, (piece.id, *chain), outside=False, kind=piece.kind)


def _load(previous: Locator | None) -> Locator:
    """All areas in force but police beats; what did not change is taken over from ``previous``."""
    today, tree = timezone.localdate(), units.get()
    rows: list[tuple[Any, ...]] = list(Area.objects.exclude(kind="beat").order_by("id").values_list(*_COLUMNS))
    wanted = [row[:5] for row in rows if _in_force(*row[5:], on=today)]
    places = {row[2]: (tree.by_id[row[2]].path, tree.by_id[row[2]].home_id) for row in wanted}
    if previous is not None and previous.made_of == (wanted, places):
        return previous
    known = {(piece.id, piece.version): piece.boundary for piece in previous.pieces} if previous else {}
    fresh = _boundaries([row[0] for row in wanted if row[:2] not in known])
    pieces = [_piece(row, known.get(row[:2], fresh.get(row[0]))) for row in wanted]
    return Locator(pieces, tree, made_of=(wanted, places))


def _piece(row: tuple[Any, ...], boundary: BaseGeometry | None) -> Piece:
    if boundary is None:
        raise RuntimeError("an area vanished while it was read")
    return Piece(row[0], row[1], row[2], row[3], row[4], boundary)


def _in_force(valid_from: date | None, valid_to: date | None, *, on: date) -> bool:
    return (valid_from is None or valid_from <= on) and (valid_to is None or on < valid_to)


def _boundaries(area_ids: Sequence[int]) -> dict[int, BaseGeometry]:
    """Read in portions, each well inside the statement timeout."""
    found: dict[int, BaseGeometry] = {}
    for start in range(0, len(area_ids), _PORTION):
        portion = Area.objects.filter(id__in=area_ids[start : start + _PORTION])
        texts = dict(portion.annotate(text=Cast("boundary", TextField())).values_list("id", "text"))
        found.update(zip(texts, shapely.from_geojson(list(texts.values())), strict=True))
    return found


kept: Kept[Locator] = Kept(_load, topics=("area", "unit"), daily=True)
