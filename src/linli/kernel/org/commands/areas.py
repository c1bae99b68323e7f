"""Draw, redraw, hand over and end areas. A boundary is refused unless it is valid, of a fit size and free of others."""

from dataclasses import asdict
from datetime import date, datetime

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from linli.kernel.errors import Refused
from linli.kernel.org import bounds
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.geometry import area_m2, as_geojson, measures, read_boundary
from linli.kernel.org.models import Actor, Area, AreaVersion, Unit
from linli.kernel.org.queries.posts import day_of

OVERLAP_M2 = 50.0
OVERLAP_SHARE = 0.01
"""Neighbours drawn by hand never match to the centimetre: less than this is not an overlap."""


class AreaRefused(Refused):
    """The area cannot be drawn or changed like that."""


@transaction.atomic
def draw(
    *,
    code: str,
    name: str,
    kind: str,
    unit: Unit,
    boundary: object,
    crs: str = "cgcs2000",
    grid_type: str = "",
    schematic: bool = False,
    households: int | None = None,
    residents: int | None = None,
    valid_from: date | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Area:
    """Put a new area of ``unit`` on the map.

    boundary  GeoJSON geometry (Polygon or MultiPolygon) in ``crs``; stored in WGS84/CGCS2000

    Raises AreaRefused, BoundaryRefused, RightRefused.
    """
    require(actor, "edit_areas", unit, at)
    _check_kind(kind, grid_type, code, name)
    if Area.objects.filter(kind=kind, code=code, valid_to=None).exists():
        raise AreaRefused(_("编码%(code)s已被使用。") % {"code": code}, field="code")
    geometry = read_boundary(boundary, crs=crs)
    _check_fit(geometry, kind)
    area = Area.objects.create(
        code=code,
        name=name.strip(),
        kind=kind,
        unit=unit,
        grid_type=grid_type,
        source_crs=crs,
        schematic=schematic,
        households=households,
        residents=residents,
        valid_from=valid_from,
        boundary=as_geojson(geometry),
        **asdict(measures(geometry)),
    )
    keep(area, "draw", actor=actor, at=at, reason=reason, changes={"code": [None, code], "area_m2": area.area_m2})
    return area


@transaction.atomic
def redraw(
    area: Area,
    boundary: object,
    *,
    seen_version: int,
    crs: str = "cgcs2000",
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Area:
    """Give ``area`` another boundary; the one before is kept with its version.

    seen_version  the version that was on the page; refused when somebody else redrew it meanwhile

    Raises AreaRefused, BoundaryRefused, RightRefused.
    """
    row = _locked(area)
    require(actor, "edit_areas", row.unit, at)
    if row.version != seen_version:
        raise AreaRefused(_("%(area)s的边界刚被他人修改，请刷新后再试。") % {"area": row.name}, field="boundary")
    geometry = read_boundary(boundary, crs=crs)
    _check_fit(geometry, row.kind, besides=row.pk)
    return replace_boundary(row, geometry, crs=crs, actor=actor, at=at, reason=reason)


def replace_boundary(row: Area, geometry: BaseGeometry, *, crs: str, actor: Actor, at: datetime, reason: str) -> Area:
    """Keep the boundary of ``row`` (locked, in a transaction) as a version and set another, already checked."""
    AreaVersion.objects.create(
        area=row, version=row.version, boundary=row.boundary, area_m2=row.area_m2, replaced_on=day_of(at)
    )
    before = row.area_m2
    row.boundary, row.source_crs, row.version = as_geojson(geometry), crs, row.version + 1
    figures = asdict(measures(geometry))
    for field, value in figures.items():
        setattr(row, field, value)
    row.save(update_fields=["boundary", "source_crs", "version", *figures])
    changes = {"version": [row.version - 1, row.version], "area_m2": [before, row.area_m2]}
    keep(row, "redraw", actor=actor, at=at, reason=reason, changes=changes)
    return row


@transaction.atomic
def describe(
    area: Area,
    *,
    name: str,
    grid_type: str = "",
    households: int | None = None,
    residents: int | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Area:
    """Set the name, type and head counts of ``area``. Raises AreaRefused, RightRefused."""
    row = _locked(area)
    require(actor, "edit_areas", row.unit, at)
    _check_kind(row.kind, grid_type, row.code, name)
    new = {"name": name.strip(), "grid_type": grid_type, "households": households, "residents": residents}
    changes = {field: [getattr(row, field), value] for field, value in new.items() if getattr(row, field) != value}
    for field in changes:
        setattr(row, field, new[field])
    if changes:
        row.save(update_fields=list(changes))
        keep(row, "describe", actor=actor, at=at, reason=reason, changes=changes)
    return row


@transaction.atomic
def assign(area: Area, unit: Unit, *, actor: Actor, at: datetime, reason: str = "") -> Area:
    """Make ``unit`` answer for ``area``. Raises AreaRefused, RightRefused."""
    row = _locked(area)
    require(actor, "edit_areas", row.unit, at)
    require(actor, "edit_areas", unit, at)
    if unit.valid_to is not None:
        raise AreaRefused(_("%(unit)s已撤销。") % {"unit": unit.name}, field="unit")
    before, row.unit = row.unit_id, unit
    row.save(update_fields=["unit"])
    keep(row, "assign", actor=actor, at=at, reason=reason, changes={"unit": [before, unit.pk]})
    return row


@transaction.atomic
def end(area: Area, *, on: date | None = None, actor: Actor, at: datetime, reason: str = "") -> Area:
    """Take ``area`` out of force from the day ``on`` (today when None). Raises AreaRefused, RightRefused."""
    row = _locked(area)
    require(actor, "edit_areas", row.unit, at)
    day = on or day_of(at)
    if day > day_of(at):
        raise AreaRefused(_("生效日期不能晚于今天，请在生效当日办理。"), field="on")
    if row.valid_from is not None and row.valid_from >= day:
        raise AreaRefused(_("撤销日期须晚于设立日期。"), field="on")
    row.valid_to = day
    row.save(update_fields=["valid_to"])
    keep(row, "end", actor=actor, at=at, reason=reason, changes={"valid_to": [None, day]})
    return row


def _locked(area: Area) -> Area:
    row = Area.objects.select_for_update(of=("self",)).select_related("unit").get(pk=area.pk)
    if row.valid_to is not None:
        raise AreaRefused(_("%(area)s已于%(on)s撤销。") % {"area": row.name, "on": row.valid_to.isoformat()})
    return row


def _check_kind(kind: str, grid_type: str, code: str, name: str) -> None:
    if kind not in Area.Kind.values:
        raise AreaRefused(_("不认识的区域类型“%(kind)s”。") % {"kind": kind}, field="kind")
    if grid_type and (grid_type not in Area.GridType.values or kind not in bounds.GRID_KINDS):
        raise AreaRefused(_("不认识的网格类型“%(kind)s”。") % {"kind": grid_type}, field="grid_type")
    if not 0 < len(code.strip()) <= 40:
        raise AreaRefused(_("编码应为1到40个字符。"), field="code")
    if not 0 < len(name.strip()) <= 120:
        raise AreaRefused(_("名称应为1到120个字符。"), field="name")


def _check_fit(geometry: BaseGeometry, kind: str, *, besides: int = 0) -> None:
    size = area_m2(geometry)
    if refusal := bounds.size_refusal(kind, size):
        raise AreaRefused(f"{refusal}。", field="boundary")
    west, south, east, north = (float(edge) for edge in shapely.bounds(geometry))
    near = Area.objects.filter(kind=kind, valid_to=None, west__lt=east, east__gt=west, south__lt=north, north__gt=south)
    for other in near.exclude(pk=besides).only("name", "boundary", "area_m2"):
        shared = area_m2(shapely.intersection(geometry, read_boundary(other.boundary)))
        if shared > max(OVERLAP_M2, OVERLAP_SHARE * min(size, other.area_m2)):
            raise AreaRefused(
                _("与%(area)s重叠%(m2)d平方米，同类区域不能重叠。") % {"area": other.name, "m2": shared},
                field="boundary",
            )
