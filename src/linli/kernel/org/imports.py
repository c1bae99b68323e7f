"""Areas and divisions as they come in files: read, and examined before anything is written."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.kernel.errors import Refused
from linli.kernel.org import bounds
from linli.kernel.org.geometry import (
    BoundaryRefused,
    area_m2,
    checked,
    parsed,
    parsed_wkt,
    repaired,
)
from linli.kernel.org.partition import Cover, cover, overlaps

MOST_ROWS = 200_000
FIELDS = ("code", "name", "kind", "unit", "grid_type", "households", "residents", "boundary")
_CRS_NAMES = {"4490": "cgcs2000", "4326": "wgs84", "CRS84": "wgs84"}


class FileRefused(Refused):
    """The file as a whole cannot be read."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area of a file. ``no`` counts from 1; ``problem`` says why ``boundary`` could not be read or used."""

    no: int
    code: str
    name: str
    kind: str
    unit_code: str
    grid_type: str = ""
    households: int | None = None
    residents: int | None = None
    boundary: BaseGeometry | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a file.

    invalid     (row, code, what is wrong): not taken in
    repaired    (row, code, what was wrong): mended and taken in
    duplicates  (code, rows): only the first is taken in
    overlaps    (code, code, shared m²)
    cover       of the parent area, when one was given
    without_owner  codes whose unit is not known
    warnings    (code, what the standards would have otherwise)
    """

    rows: int
    invalid: tuple[tuple[int, str, str], ...] = ()
    repaired: tuple[tuple[int, str, str], ...] = ()
    duplicates: tuple[tuple[str, tuple[int, ...]], ...] = ()
    overlaps: tuple[tuple[str, str, float], ...] = ()
    cover: Cover | None = None
    without_owner: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Sorted:
    usable: list[AreaRow] = field(default_factory=list)
    invalid: list[tuple[int, str, str]] = field(default_factory=list)
    repaired: list[tuple[int, str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


def read_geojson(
    raw: bytes, *, kind: str = "", crs: str = "cgcs2000", names: Mapping[str, str] | None = None
) -> list[AreaRow]:
    """Rows of a FeatureCollection.

    kind   of areas whose feature names none
    crs    unless the file names EPSG:4490 or 4326
    names  our field (FIELDS) → the file's property

    Raises FileRefused.
    """
    try:
        collection = json.loads(text_of(raw))
    except ValueError as broken:
        raise FileRefused(_("文件不是有效的JSON。")) from broken
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise FileRefused(_("文件应为GeoJSON的FeatureCollection。"))
    if len(features) > MOST_ROWS:
        raise FileRefused(_("一次最多导入%(most)d行。") % {"most": MOST_ROWS})
    crs = _named_crs(collection.get("crs")) or crs
    return [_feature(no, feature, kind=kind, crs=crs, names=names or {}) for no, feature in enumerate(features, 1)]


def read_csv(
    raw: bytes, *, kind: str = "", crs: str = "cgcs2000", names: Mapping[str, str] | None = None
) -> list[AreaRow]:
    """Rows of a CSV with a header, boundaries as WKT; otherwise as ``read_geojson``. Raises FileRefused."""
    csv.field_size_limit(50_000_000)
    reader = csv.DictReader(io.StringIO(text_of(raw)))
    wanted = (names or {}).get("boundary", "boundary")
    if wanted not in (reader.fieldnames or ()):
        raise FileRefused(_("缺少边界列“%(column)s”。") % {"column": wanted})
    rows = []
    for no, line in enumerate(reader, 1):
        if no > MOST_ROWS:
            raise FileRefused(_("一次最多导入%(most)d行。") % {"most": MOST_ROWS})
        wkt = line.get(wanted) or ""
        rows.append(_row(no, line, kind=kind, names=names or {}, boundary=lambda text=wkt: parsed_wkt(text, crs=crs)))
    return rows


def examine(
    rows: Sequence[AreaRow],
    *,
    parent: BaseGeometry | None = None,
    known_units: Iterable[str] = (),
    repair: bool = False,
) -> tuple[list[AreaRow], Report]:
    """The rows that can be taken in, and what was found.

    parent       area they should divide, WGS84
    known_units  codes of units that may own areas
    repair       mend invalid rings instead of refusing the row
    """
    duplicates = _duplicates(rows)
    later = {no for _code, numbers in duplicates for no in numbers[1:]}
    found = _sorted(rows, skip=later, repair=repair)
    shapes = [row.boundary for row in found.usable if row.boundary is not None]
    units = set(known_units)
    return found.usable, Report(
        rows=len(rows),
        invalid=tuple(found.invalid),
        repaired=tuple(found.repaired),
        duplicates=duplicates,
        overlaps=tuple(_overlaps(found.usable)),
        cover=cover(parent, shapes) if parent is not None else None,
        without_owner=tuple(row.code for row in found.usable if row.unit_code not in units),
        warnings=tuple(found.warnings),
    )


def text_of(raw: bytes) -> str:
    """UTF-8 (with or without mark) or GB18030. Raises FileRefused."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(_("文件编码既不是UTF-8也不是GB18030。"))


def _sorted(rows: Sequence[AreaRow], *, skip: set[int], repair: bool) -> _Sorted:
    found = _Sorted()
    for row in rows:
        if row.no in skip:
            continue
        usable, was_wrong = _usable(row, repair=repair)
        if usable is None:
            found.invalid.append((row.no, row.code, was_wrong))
            continue
        if was_wrong:
            found.repaired.append((row.no, row.code, was_wrong))
        found.usable.append(usable)
        found.warnings.extend((row.code, warning) for warning in _warnings(usable))
    return found


def _usable(row: AreaRow, *, repair: bool) -> tuple[AreaRow | None, str]:
    """The row to take in, or None; and what was wrong with it."""
    if row.problem or row.boundary is None:
        return None, row.problem or _("没有边界")
    was_wrong = ""
    try:
        checked(row.boundary)
    except BoundaryRefused as refused:
        was_wrong = str(refused)
        mended = repaired(row.boundary) if repair else None
        if mended is None:
            return None, was_wrong
        row = replace(row, boundary=mended)
    if row.boundary is not None and (refusal := bounds.size_refusal(row.kind, area_m2(row.boundary))):
        return None, str(refusal)
    return row, was_wrong


def _warnings(row: AreaRow) -> Iterator[str]:
    if row.boundary is None:
        return
    size = area_m2(row.boundary)
    found = bounds.size_warnings(
        row.kind, row.grid_type, area_m2=size, households=row.households, residents=row.residents
    )
    yield from map(str, found)


def _overlaps(rows: Sequence[AreaRow]) -> Iterator[tuple[str, str, float]]:
    by_kind: dict[str, list[AreaRow]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    for same in by_kind.values():
        for pair in overlaps([row.boundary for row in same if row.boundary is not None]):
            yield same[pair.first].code, same[pair.second].code, round(pair.shared_m2, 1)


def _duplicates(rows: Sequence[AreaRow]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        if row.code:
            numbers[row.kind, row.code].append(row.no)
    return tuple((code, tuple(found)) for (_kind, code), found in numbers.items() if len(found) > 1)


def _feature(no: int, feature: object, *, kind: str, crs: str, names: Mapping[str, str]) -> AreaRow:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
        return AreaRow(no, "", "", kind, "", problem=_("不是有效的要素"))
    properties = feature.get("properties") or {}
    return _row(no, properties, kind=kind, names=names, boundary=lambda: parsed(feature.get("geometry"), crs=crs))


def _row(no: int, values: Mapping[str, Any], *, kind: str, names: Mapping[str, str], boundary: Any) -> AreaRow:
    text = {name: str(_value(values, names.get(name, name))).strip() for name in FIELDS if name != "boundary"}
    try:
        shape, problem = boundary(), ""
    except BoundaryRefused as refused:
        shape, problem = None, str(refused)
    row_kind = text["kind"] or kind
    problem = problem or _problem(text, row_kind)
    return AreaRow(
        no=no,
        code=text["code"],
        name=text["name"] or text["code"],
        kind=row_kind,
        unit_code=text["unit"],
        grid_type=text["grid_type"],
        households=_count(text["households"]),
        residents=_count(text["residents"]),
        boundary=shape,
        problem=problem,
    )


def _value(values: Mapping[str, Any], name: str) -> object:
    value = values.get(name)
    return "" if value is None else value


def _problem(text: Mapping[str, str], kind: str) -> str:
    if not 0 < len(text["code"]) <= 40:
        return _("缺少编码或编码过长")
    if kind not in bounds.AREA_BOUNDS:
        return _("不认识的区域类型“%(kind)s”") % {"kind": kind}
    if text["grid_type"] and text["grid_type"] not in bounds.HOUSEHOLDS:
        return _("不认识的网格类型“%(kind)s”") % {"kind": text["grid_type"]}
    for name in ("households", "residents"):
        if text[name] and _count(text[name]) is None:
            return _("“%(value)s”不是有效的数量") % {"value": text[name]}
    return ""


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _named_crs(member: object) -> str:
    text = json.dumps(member) if member else ""
    return next((crs for name, crs in _CRS_NAMES.items() if name in text), "")
