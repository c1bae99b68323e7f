"""Areas as listed, drawn and judged: shapes for the map, one area, a boundary tried out, grids and who serves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.db.models import Max, Min, Q, QuerySet
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.domains.organisation.queries import change_lines
from linli.domains.organisation.queries.change_lines import ChangeLine
from linli.domains.organisation.queries.reach import reach_of
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import bounds
from linli.kernel.org import queries as org
from linli.kernel.org.geometry import area_m2, parsed, read_boundary
from linli.kernel.org.models import Actor, Area, Post, Unit, UnitLink
from linli.kernel.org.partition import cover, overlaps
from linli.kernel.org.queries.grids import OFFICER_ROLES, GridCheck, grid_check
from linli.kernel.org.queries.posts import day_of
from linli.kernel.text.numbers import whole

MOST_SHAPES = 2_000
PAGE = 50
SHOWN_FROM = (("district", 0.0), ("street", 9.0), ("committee", 12.0), ("beat", 12.0), ("responsibility_grid", 12.5),
              ("governance_grid", 12.5), ("unit_grid", 14.5))  # fmt: skip
"""Kind of area → the zoom from which it is drawn, unless asked for by name."""
PARENT_KINDS = {
    "unit_grid": ("governance_grid", "responsibility_grid", "committee", "street"),
    "responsibility_grid": ("committee", "street"),
    "governance_grid": ("committee", "street"),
    "committee": ("street",),
    "street": ("district",),
}
"""Kind of area → the kinds it should divide, the nearest first."""


@dataclass(frozen=True, slots=True)
class AreaLine:
    id: int
    code: str
    name: str
    kind: str
    unit_id: int
    unit: str
    hectares: float
    version: int
    schematic: bool


@dataclass(frozen=True, slots=True)
class Areas:
    lines: Sequence[AreaLine]
    after: str


@dataclass(frozen=True, slots=True)
class AreaPage:
    area: Area
    kind: str
    grid_type: str
    crs: str
    hectares: float
    beat: str
    earlier: tuple[tuple[int, float, date], ...]
    changes: tuple[ChangeLine, ...]
    shape: Mapping[str, Any]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A boundary before it is saved. ``overlaps`` (name, m²); ``gap`` and ``outside`` of the area it lies in, m²."""

    hectares: float
    overlaps: tuple[tuple[str, int], ...]
    parent: str
    gap_m2: int
    outside_m2: int
    warnings: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not (self.overlaps or self.gap_m2 or self.outside_m2 or self.warnings)


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid with who serves it and the police beat it is mapped to."""

    id: int
    code: str
    name: str
    officers: tuple[str, ...]
    beat_id: int
    beat: str
    link_id: int


def areas(*, actor: Actor, at: datetime, kind: str = "", text: str = "", after: str = "") -> Areas:
    """A page of the areas in force that ``actor`` sees, by code."""
    rows = _narrowed(_seen(actor, at), kind, text)
    code, _bar, key = after.rpartition("|")
    if whole(key) is not None:
        rows = rows.filter(Q(code__gt=code) | Q(code=code, pk__gt=int(key)))
    found = list(rows.select_related("unit").defer("boundary").order_by("code", "pk")[: PAGE + 1])
    lines = [_line(area) for area in found[:PAGE]]
    return Areas(lines, f"{lines[-1].code}|{lines[-1].id}" if len(found) > PAGE else "")


def shapes(
    box: tuple[float, float, float, float], zoom: float, *, actor: Actor, at: datetime, kind: str = ""
) -> dict[str, Any]:
    """Boundaries inside ``box`` (west, south, east, north) as GeoJSON; at most 2,000, the larger kinds first."""
    west, south, east, north = box
    rows = _seen(actor, at).filter(west__lt=east, east__gt=west, south__lt=north, north__gt=south)
    kinds = [kind] if kind else [name for name, least in SHOWN_FROM if zoom >= least]
    found = rows.filter(kind__in=kinds).order_by("-area_m2")[:MOST_SHAPES]
    return {"type": "FeatureCollection", "features": [_feature(area) for area in found]}


def extent(*, actor: Actor, at: datetime, kind: str = "", text: str = "") -> tuple[float, float, float, float] | None:
    """The box (west, south, east, north) around the areas listed; unfiltered, around those of one's own posts."""
    rows = _narrowed(_seen(actor, at), kind, text)
    own = rows if kind or text.strip() else rows.filter(org.covers(actor, at).below(path="unit__path"))
    for some in (own, rows):
        box = some.aggregate(w=Min("west"), s=Min("south"), e=Max("east"), n=Max("north"))
        if box["w"] is not None:
            return box["w"], box["s"], box["e"], box["n"]
    return None


def _narrowed(rows: QuerySet[Area], kind: str, text: str) -> QuerySet[Area]:
    if kind:
        rows = rows.filter(kind=kind)
    if text.strip():
        rows = rows.filter(Q(name__icontains=text.strip()) | Q(code__icontains=text.strip()))
    return rows


def get_area(area_id: int, *, actor: Actor, at: datetime) -> Area:
    """An area ``actor`` sees, ended ones too. Raises NotFound."""
    found = Area.objects.select_related("unit").filter(reach_of(actor, at).units("unit"), pk=area_id).first()
    if found is None:
        raise NotFound
    return found


def area_page(area_id: int, *, actor: Actor, at: datetime) -> AreaPage:
    """Raises NotFound."""
    area = get_area(area_id, actor=actor, at=at)
    beat = org.police_beat_of(area.unit)
    return AreaPage(
        area=area,
        kind=str(area.get_kind_display()),
        grid_type=str(area.get_grid_type_display()),
        crs=str(area.get_source_crs_display()),
        hectares=area.area_m2 / 10_000,
        beat=beat.name if beat else "",
        earlier=tuple((v.version, v.area_m2 / 10_000, v.replaced_on) for v in area.earlier.order_by("-version")[:20]),
        changes=tuple(change_lines.changes_of((f"area:{area.pk}",))),
        shape={"type": "FeatureCollection", "features": [_feature(area)]},
        may_edit=area.valid_to is None and org.holds_right(actor, "edit_areas", area.unit, at) is not None,
    )


def trial(boundary: object, *, kind: str, unit: Unit, besides: int = 0, grid_type: str = "", crs: str) -> Trial:
    """What saving ``boundary`` would bring: overlaps with its kind, and gaps left in the area above.

    Raises BoundaryRefused, Refused (too small or large).
    """
    shape = read_boundary(boundary, crs=crs)
    size = area_m2(shape)
    if refusal := bounds.size_refusal(kind, size):
        raise Refused(f"{refusal}。", field="boundary")
    near = _near(shape, kind, besides=besides)
    pairs = overlaps([shape, *(parsed(area.boundary) for area in near)])
    parent = _parent_of(kind, unit)
    covered = cover(parsed(parent.boundary), [shape, *_beside(parent, kind, besides)]) if parent else None
    return Trial(
        size / 10_000,
        tuple((near[max(p.first, p.second) - 1].name, round(p.shared_m2)) for p in pairs if 0 in (p.first, p.second)),
        parent.name if parent else "",
        round(covered.gap_m2) if covered else 0,
        round(covered.outside_m2) if covered else 0,
        tuple(map(str, bounds.size_warnings(kind, grid_type, area_m2=size, households=None, residents=None))),
    )


def checked(area_id: int, kind: str, *, actor: Actor, at: datetime) -> tuple[Area, GridCheck]:
    """The four principles for the grids of ``kind`` inside an area. Raises NotFound."""
    area = get_area(area_id, actor=actor, at=at)
    return area, grid_check(area, kind=kind, on=day_of(at))


def checkable(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """(id, name) of areas whose division into grids can be judged."""
    rows = _seen(actor, at).filter(kind__in=("street", "committee", "district")).order_by("kind", "code")
    return [(str(key), name) for key, name in rows.values_list("pk", "name")[:500]]


def grid_lines(*, actor: Actor, at: datetime, bare: bool = False, text: str = "") -> list[GridLine]:
    """Grid units seen, with officers and beats, in three statements; ``bare`` only those without an officer."""
    on = day_of(at)
    grids = Unit.objects.filter(org.in_force(on), reach_of(actor, at).units_themselves(), kind=Unit.Kind.GRID)
    posts = Post.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, role__in=OFFICER_ROLES)
    if text.strip():
        grids = grids.filter(Q(name__icontains=text.strip()) | Q(code__icontains=text.strip()))
    if bare:
        grids = grids.exclude(pk__in=posts.values("over_id"))
    rows = list(grids.order_by("code")[:300])
    keys = [row.pk for row in rows]
    officers: dict[int, list[str]] = {}
    for over, name in posts.filter(over__in=keys).order_by("actor__name").values_list("over_id", "actor__name"):
        officers.setdefault(over, []).append(name)
    links = UnitLink.objects.filter(org.in_force(on), unit__in=keys, kind=UnitLink.Kind.POLICE_BEAT)
    beats = {link.unit_id: link for link in links.select_related("other")}
    return [_grid(row, tuple(officers.get(row.pk, ())), beats.get(row.pk)) for row in rows]


def _grid(row: Unit, officers: tuple[str, ...], link: UnitLink | None) -> GridLine:
    if link is None:
        return GridLine(row.pk, row.code, row.name, officers, 0, "", 0)
    return GridLine(row.pk, row.code, row.name, officers, link.other_id, link.other.name, link.pk)


def _seen(actor: Actor, at: datetime) -> QuerySet[Area]:
    return Area.objects.filter(reach_of(actor, at).units("unit"), valid_to=None)


def _line(area: Area) -> AreaLine:
    return AreaLine(
        area.pk, area.code, area.name, str(area.get_kind_display()), area.unit_id, area.unit.name,
        area.area_m2 / 10_000, area.version, area.schematic,
    )  # fmt: skip


def _feature(area: Area) -> dict[str, Any]:
    name = _("%(area)s（示意）") % {"area": area.name} if area.schematic else area.name
    return {
        "type": "Feature",
        "id": area.pk,
        "properties": {"id": area.pk, "name": name, "kind": area.kind},
        "geometry": area.boundary,
    }


def _near(shape: BaseGeometry, kind: str, *, besides: int) -> list[Area]:
    west, south, east, north = (float(edge) for edge in shapely.bounds(shape))
    rows = Area.objects.filter(kind=kind, valid_to=None, west__lt=east, east__gt=west, south__lt=north, north__gt=south)
    return list(rows.exclude(pk=besides)[:500])


def _parent_of(kind: str, unit: Unit) -> Area | None:
    """The nearest area above that this kind should divide."""
    chain = org.node_of(unit.pk).chain
    wanted = PARENT_KINDS.get(kind, ())
    rows = list(Area.objects.filter(unit_id__in=chain, kind__in=wanted, valid_to=None))
    return min(rows, key=lambda area: (chain.index(area.unit_id), wanted.index(area.kind)), default=None)


def _beside(parent: Area, kind: str, besides: int) -> list[BaseGeometry]:
    path = org.node_of(parent.unit_id).path
    rows = Area.objects.filter(kind=kind, valid_to=None, unit__path__startswith=path).exclude(pk=besides)
    return [parsed(area.boundary) for area in rows[:MOST_SHAPES]]
