"""The districts' units and areas: real divisions and outlines, schematic committee and grid shapes.

Sources: see ``packs/demo/README.md``. Shapes below the district are drawn for want of real ones and marked schematic.
"""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

import shapely
from shapely.geometry import MultiPoint, Point, shape
from shapely.geometry.base import BaseGeometry

from linli.kernel.org import geometry
from linli.kernel.org.models import Area, Unit

PACK = files("linli.packs") / "demo"
SINCE = date(2020, 1, 1)

Spec = tuple[str, str, str, str, str]
"""code suffix, name, kind, level, tree"""

DEPARTMENTS: tuple[tuple[str, str], ...] = (
    ("cg", "城市管理和综合执法局"),
    ("sz", "市政和水务管理局"),
    ("lh", "绿化和市容管理局"),
    ("jt", "交通管理局"),
    ("fg", "住房保障和房屋管理局"),
    ("hb", "生态环境局"),
    ("sc", "市场监督管理局"),
    ("yj", "应急管理局"),
    ("xf", "消防救援大队"),
    ("ga", "公安分局"),
    ("mz", "民政局"),
    ("ws", "卫生健康委员会"),
    ("jy", "教育局"),
    ("rs", "人力资源和社会保障局"),
    ("sf", "司法局"),
    ("dl", "供电公司"),
    ("tx", "通信管线公司"),
    ("rq", "燃气公司"),
    ("zz", "区委组织部"),
    ("xc", "区委宣传部"),
    ("tz", "区委统战部"),
    ("zf", "区委政法委"),
    ("wl", "文化和旅游局"),
    ("tj", "统计局"),
    ("fgw", "发展和改革委员会"),
    ("sw", "商务委员会"),
    ("ty", "体育局"),
    ("cl", "残疾人联合会"),
    ("tw", "共青团委员会"),
    ("fl", "妇女联合会"),
    ("gh", "总工会"),
    ("rw", "人民武装部"),
    ("yb", "医疗保障局"),
    ("tyjr", "退役军人事务局"),
    ("zgh", "规划和自然资源局"),
    ("da", "档案局"),
    ("xfj", "信访办公室"),
    ("sjj", "数据局"),
)
OFFICES: tuple[tuple[str, str], ...] = (
    # six the same everywhere and two by the district (reading 6)
    ("dzb", "党政办公室"),
    ("djb", "社区党建办公室"),
    ("glb", "社区管理办公室"),
    ("fwb", "社区服务办公室"),
    ("pab", "社区平安办公室"),
    ("zzb", "社区自治办公室"),
    ("fzb", "社区发展办公室"),
    ("jdb", "综合监督办公室"),
)
CENTRES: tuple[tuple[str, str], ...] = (
    # beside the street's own operation centre: six in all (000-23)
    ("slzx", "社区事务受理服务中心"),
    ("dqzx", "党群服务中心"),
    ("whzx", "社区文化活动中心"),
    ("zzzx", "社会治安综合治理中心"),
    ("shzx", "社区生活服务中心"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a district is made. ``grids`` in all; ``officers`` in all (Futian: 1,226 and 1,342, source 004-79)."""

    code: str
    name: str
    grids: int
    officers: int


PLANS: tuple[Plan, ...] = (
    Plan("310105", "长宁区", grids=378, officers=420),
    Plan("440304", "福田区", grids=1226, officers=1342),
)


CAST_STREETS = {"310105": "310105008000", "440304": "440304006000"}
"""The street of each district that is shown from inside: its people can be signed in as."""


@dataclass
class District:
    plan: Plan
    root: Unit
    streets: list[Unit] = field(default_factory=list)
    committees: dict[int, list[Unit]] = field(default_factory=dict)
    grids: dict[int, list[Unit]] = field(default_factory=dict)
    departments: dict[str, Unit] = field(default_factory=dict)
    centres: dict[int, Unit] = field(default_factory=dict)
    teams: dict[int, Unit] = field(default_factory=dict)
    bodies: dict[tuple[int, str], Unit] = field(default_factory=dict)
    """(street unit id, key) → its office or centre of that name."""
    guards: dict[int, Unit] = field(default_factory=dict)
    federations: dict[int, Unit] = field(default_factory=dict)
    """Of the one street of each district whose people can be signed in as."""
    points: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    """Grid unit id → points inside it, where its cases lie."""


def read_rows(name: str) -> list[dict[str, str]]:
    with (PACK / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def outline_of(code: str) -> BaseGeometry:
    found = json.loads((PACK / "outlines.geojson").read_text(encoding="utf-8"))
    return next(shape(f["geometry"]) for f in found["features"] if f["properties"]["code"].startswith(code))


def build(plan: Plan, *, chance: random.Random) -> District:
    """Make the units and areas of one district, level by level in bulk."""
    rows = [r for r in read_rows("divisions.csv") if r["code"].startswith(plan.code)]
    root = _unit(f"{plan.code}000000", plan.name, "district", "town", None, division=f"{plan.code}000000")
    district = District(plan, _saved([root])[0])
    _line_units(district)
    district.streets = _streets(district, rows)
    _street_bodies(district)
    _offices(district)
    _for_safety(district)
    _committees(district, rows)
    _areas(district, chance=chance)
    return district


def _unit(
    code: str, name: str, kind: str, level: str, parent: Unit | None, *, tree: str = "territorial", division: str = ""
) -> Unit:
    return Unit(
        code=code, name=name, kind=kind, level=level, parent=parent, tree=tree, division_code=division,
        valid_from=SINCE,
    )  # fmt: skip


def _saved(units: Sequence[Unit]) -> list[Unit]:
    """Units with the path the database gave them."""
    made = Unit.objects.bulk_create(units)
    paths = dict(Unit.objects.filter(pk__in=[u.pk for u in made]).values_list("pk", "path"))
    for unit in made:
        unit.path = paths[unit.pk]
    return made


def _line_units(district: District) -> None:
    code, name = district.plan.code, district.plan.name
    centre = _unit(f"{code}-centre", f"{name}城市运行管理中心", "centre", "centre", district.root, tree="command")
    made = _saved(
        [centre]
        + [
            _unit(f"{code}-{key}", _named(name, label), "department", "", district.root, tree="line")
            for key, label in DEPARTMENTS
        ]
    )
    district.centres[district.root.pk] = made[0]
    district.departments = {key: unit for (key, _label), unit in zip(DEPARTMENTS, made[1:], strict=True)}


def _named(district: str, label: str) -> str:
    """长宁区 and 区委组织部 make 长宁区委组织部."""
    return district.removesuffix("区") + label if label.startswith("区委") else district + label


def _streets(district: District, rows: Sequence[dict[str, str]]) -> list[Unit]:
    """Streets and towns of today; the bonded zone of Futian has a code but is no street."""
    streets = [r for r in rows if r["kind"] == "street" and r["name"].endswith(("街道", "镇"))]
    return _saved(
        [
            _unit(r["code"], r["name"], "street", "town", district.root, division=r["code"])
            for r in streets
        ]
    )  # fmt: skip


def _street_bodies(district: District) -> None:
    for suffix, label, kind, level, keep in (
        ("centre", "城运中心", "centre", "centre", district.centres),
        ("team", "综合执法联勤队", "team", "grid", district.teams),
    ):
        made = _saved(
            [_unit(f"{s.code}-{suffix}", f"{s.name}{label}", kind, level, s, tree="command") for s in district.streets]
        )
        keep.update({street.pk: unit for street, unit in zip(district.streets, made, strict=True)})


def _for_safety(district: District) -> None:
    """A purchased guard unit and the federation of the business district, in the street shown from inside."""
    street = next(s for s in district.streets if s.code == CAST_STREETS[district.plan.code])
    guard, federation = _saved(
        [
            _unit(f"{street.code}-guard", f"{street.name}特保机动大队", "team", "grid", street, tree="command"),
            _unit(
                f"{street.code}-federation", f"{street.name.removesuffix('街道')}商圈自治管理联合会", "association", "",
                street, tree="zone",
            ),
        ]
    )  # fmt: skip
    district.guards[street.pk], district.federations[street.pk] = guard, federation


def _offices(district: District) -> None:
    """The eight offices and five further centres of each street, named alike in all."""
    wanted = [
        (street, key, label, kind, tree)
        for street in district.streets
        for bodies, kind, tree in ((OFFICES, "office", "line"), (CENTRES, "centre", "service"))
        for key, label in bodies
    ]
    made = _saved([_unit(f"{s.code}-{k}", f"{s.name}{label}", kind, "", s, tree=t) for s, k, label, kind, t in wanted])
    district.bodies = {(s.pk, k): unit for (s, k, *_rest), unit in zip(wanted, made, strict=True)}


def _committees(district: District, rows: Sequence[dict[str, str]]) -> None:
    by_street = {s.code[:9]: s for s in district.streets}
    wanted = [(by_street[r["code"][:9]], r) for r in rows if r["kind"] == "committee" and r["code"][:9] in by_street]
    made = _saved([_unit(r["code"], r["name"], "committee", "unit", s, division=r["code"]) for s, r in wanted])
    for (street, _row), unit in zip(wanted, made, strict=True):
        district.committees.setdefault(street.pk, []).append(unit)


def _areas(district: District, *, chance: random.Random) -> None:
    outline = outline_of(district.plan.code)
    committees = [unit for units in district.committees.values() for unit in units]
    cells = dict(
        zip([u.pk for u in committees], _cells(outline, _seats(district, committees, outline, chance)), strict=True)
    )
    areas = [_area(district.root, "district", outline, schematic=False)]
    for street in district.streets:
        parts = [cells[u.pk] for u in district.committees.get(street.pk, [])]
        if parts:
            areas.append(_area(street, "street", shapely.union_all(parts)))
    areas += [_area(unit, "committee", cells[unit.pk]) for unit in committees]
    areas += list(_grids(district, committees, cells, chance))
    Area.objects.bulk_create(areas, batch_size=500)


def _seats(district: District, committees: Sequence[Unit], outline: BaseGeometry, chance: random.Random) -> list[Point]:
    """A point for every committee: the known one, else one near the middle of its street."""
    known = {r["code"]: Point(float(r["lon"]), float(r["lat"])) for r in read_rows("points.csv")}
    taken: set[tuple[float, float]] = set()
    seats = []
    for unit in committees:
        middle = known.get(unit.code[:9] + "000") or outline.representative_point()
        point = known.get(unit.code) or _near(middle, outline, chance)
        while (point.x, point.y) in taken:
            point = _near(middle, outline, chance)
        taken.add((point.x, point.y))
        seats.append(point)
    return seats


def _near(middle: Point, outline: BaseGeometry, chance: random.Random, *, spread: float = 0.006) -> Point:
    for _try in range(50):
        point = Point(round(chance.gauss(middle.x, spread), 6), round(chance.gauss(middle.y, spread), 6))
        if outline.contains(point):
            return point
    return _inside(outline, chance)


def _inside(polygon: BaseGeometry, chance: random.Random) -> Point:
    west, south, east, north = polygon.bounds
    for _try in range(200):
        point = Point(round(chance.uniform(west, east), 6), round(chance.uniform(south, north), 6))
        if polygon.contains(point):
            return point
    inner: Point = polygon.representative_point()
    return inner


def _cells(outline: BaseGeometry, seats: Sequence[Point]) -> list[BaseGeometry]:
    """The part of ``outline`` nearest to each seat, in the order of the seats."""
    if len(seats) == 1:
        return [outline]
    cells = shapely.voronoi_polygons(MultiPoint(list(seats)), extend_to=outline, ordered=True).geoms
    return [_polygon(cell.intersection(outline)) for cell in cells]


def _polygon(part: BaseGeometry) -> BaseGeometry:
    return shapely.set_precision(part.buffer(0), 1e-6)


def _grids(
    district: District, committees: Sequence[Unit], cells: dict[int, BaseGeometry], chance: random.Random
) -> Iterator[Area]:
    """Grids by size of the committee's area, in all as many as planned."""
    shares = _shares(district.plan.grids, [cells[u.pk].area for u in committees])
    wanted = [(unit, n) for unit, count in zip(committees, shares, strict=True) for n in range(1, count + 1)]
    made = _saved(
        [
            _unit(f"{unit.code}{n:03}", f"{unit.name.removesuffix('居委会').removesuffix('居民委员会')}第{n}网格",
                  "grid", "grid", unit)
            for unit, n in wanted
        ]
    )  # fmt: skip
    for (unit, _n), grid in zip(wanted, made, strict=True):
        district.grids.setdefault(unit.pk, []).append(grid)
    for unit in committees:
        grids = district.grids[unit.pk]
        seats = list({(p.x, p.y): p for p in (_inside(cells[unit.pk], chance) for _ in range(40))}.values())
        for grid, cell in zip(grids, _cells(cells[unit.pk], seats[: len(grids)]), strict=True):
            district.points[grid.pk] = [(p.x, p.y) for p in (_inside(cell, chance) for _ in range(3))]
            yield _area(grid, "governance_grid", cell)


def _shares(whole: int, sizes: Sequence[float]) -> list[int]:
    """``whole`` split in proportion to ``sizes``, at least one each, at most thirty."""
    total = sum(sizes)
    shares = [max(1, min(30, round(whole * size / total))) for size in sizes]
    order = sorted(range(len(sizes)), key=lambda n: sizes[n], reverse=True)
    step = 0
    while sum(shares) != whole:
        n = order[step % len(order)]
        change = 1 if sum(shares) < whole else -1
        if 1 <= shares[n] + change <= 30:
            shares[n] += change
        step += 1
    return shares


def _area(unit: Unit, kind: str, boundary: BaseGeometry, *, schematic: bool = True) -> Area:
    measured = geometry.measures(boundary)
    west, south, east, north = boundary.bounds
    middle = boundary.representative_point()
    kept: dict[str, Any] = geometry.as_geojson(boundary)
    return Area(
        unit=unit, kind=kind, code=unit.code, name=unit.name, boundary=kept, source_crs="wgs84", schematic=schematic,
        west=west, south=south, east=east, north=north, centre_lon=round(middle.x, 6), centre_lat=round(middle.y, 6),
        area_m2=measured.area_m2, valid_from=SINCE,
        grid_type="comprehensive_urban" if kind == "governance_grid" else "",
    )  # fmt: skip
