"""Take areas and grids in from a file: preview and apply are one function, and applying twice changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.org.commands.areas import replace_boundary
from linli.kernel.org.commands.changes import forget, keep, require
from linli.kernel.org.geometry import as_geojson, measures, parsed
from linli.kernel.org.imports import AreaRow, Report, examine
from linli.kernel.org.models import Actor, Area, Change, Unit
from linli.kernel.org.queries.posts import day_of

_PORTION = 500


@dataclass(frozen=True, slots=True)
class AreasImported:
    """What was (or, in a preview, would be) done, as codes; and what was found in the file."""

    report: Report
    created: tuple[str, ...]
    redrawn: tuple[str, ...]
    unchanged: tuple[str, ...]
    founded: tuple[str, ...]
    applied: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    new: list[AreaRow]
    changed: list[tuple[Area, AreaRow]]
    same: list[AreaRow]


@transaction.atomic
def import_areas(
    rows: Sequence[AreaRow],
    *,
    owner: Unit,
    parent: Area | None = None,
    crs: str = "cgcs2000",
    as_units: bool = False,
    repair: bool = False,
    schematic: bool = False,
    dry_run: bool = True,
    valid_from: date | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> AreasImported:
    """Take ``rows`` (from ``imports.read_geojson`` or ``read_csv``) in below ``owner``.

    owner     whose subtree the areas' units must be in; owns those whose unit is not named or known
    parent    the area they should divide, for the report on gaps
    crs       what the file was in, to be remembered beside each boundary
    as_units  found a grid unit for each area that has none of its code yet, below the row's unit
    dry_run   only report

    Raises RightRefused.
    """
    require(actor, "edit_areas", owner, at)
    if as_units:
        require(actor, "edit_units", owner, at)
    units = {u.code: u for u in Unit.objects.filter(path__startswith=owner.path, valid_to=None)}
    shape = parsed(parent.boundary) if parent is not None else None
    usable, report = examine(rows, parent=shape, known_units=units, repair=repair)
    plan = _planned(usable)
    missing = [row for row in plan.new if row.code not in units] if as_units else []
    if not dry_run:
        founded = _found_units(missing, owner, units, valid_from=valid_from)
        units.update({unit.code: unit for unit in founded})
        owners = {row.code: _owner_of(row, units, owner, as_units=as_units) for row in plan.new}
        _create(plan.new, owners, crs=crs, schematic=schematic, valid_from=valid_from, actor=actor, at=at)
        for area, row in plan.changed:
            _redraw(area, row, crs=crs, actor=actor, at=at, reason=reason)
        _log(owner, plan, report, actor=actor, at=at, reason=reason)
    return AreasImported(
        report=report,
        created=tuple(row.code for row in plan.new),
        redrawn=tuple(row.code for _area, row in plan.changed),
        unchanged=tuple(row.code for row in plan.same),
        founded=tuple(row.code for row in missing),
        applied=not dry_run,
    )


def _planned(rows: Sequence[AreaRow]) -> _Plan:
    plan = _Plan([], [], [])
    for start in range(0, len(rows), _PORTION):
        portion = rows[start : start + _PORTION]
        present = Area.objects.filter(code__in=[row.code for row in portion], valid_to=None)
        known = {(area.kind, area.code): area for area in present}
        for row in portion:
            area = known.get((row.kind, row.code))
            if area is None:
                plan.new.append(row)
            elif row.boundary is not None and area.boundary == as_geojson(row.boundary) and not _described(area, row):
                plan.same.append(row)
            else:
                plan.changed.append((area, row))
    return plan


def _described(area: Area, row: AreaRow) -> dict[str, tuple[object, object]]:
    """What a row says otherwise than the area: field → (before, after); fields a file leaves out are left alone."""
    said: Mapping[str, object] = {
        "name": row.name if row.name != row.code else "",
        "grid_type": row.grid_type,
        "households": row.households,
        "residents": row.residents,
    }
    return {
        field: (getattr(area, field), value)
        for field, value in said.items()
        if value not in ("", None) and getattr(area, field) != value
    }


def _owner_of(row: AreaRow, units: Mapping[str, Unit], owner: Unit, *, as_units: bool) -> Unit:
    if as_units:
        return units[row.code]
    return units.get(row.unit_code, owner)


def _found_units(
    rows: Sequence[AreaRow], owner: Unit, units: Mapping[str, Unit], *, valid_from: date | None
) -> list[Unit]:
    made = [
        Unit(
            code=row.code,
            name=row.name,
            kind=Unit.Kind.GRID,
            level=Unit.Level.GRID,
            parent=units.get(row.unit_code, owner),
            valid_from=valid_from,
        )
        for row in rows
    ]
    return Unit.objects.bulk_create(made, batch_size=_PORTION)


def _create(
    rows: Sequence[AreaRow],
    owners: Mapping[str, Unit],
    *,
    crs: str,
    schematic: bool,
    valid_from: date | None,
    actor: Actor,
    at: datetime,
) -> None:
    made = Area.objects.bulk_create(
        (
            Area(
                code=row.code,
                name=row.name,
                kind=row.kind,
                unit=owners[row.code],
                grid_type=row.grid_type,
                households=row.households,
                residents=row.residents,
                source_crs=crs,
                schematic=schematic,
                valid_from=valid_from,
                boundary=as_geojson(row.boundary),
                **asdict(measures(row.boundary)),
            )
            for row in rows
            if row.boundary is not None
        ),
        batch_size=_PORTION,
    )
    Change.objects.bulk_create(
        (
            Change(actor=actor, at=at, subject=f"area:{area.pk}", verb="import", changes={"code": [None, area.code]})
            for area in made
        ),
        batch_size=_PORTION,
    )
    forget()


def _redraw(area: Area, row: AreaRow, *, crs: str, actor: Actor, at: datetime, reason: str) -> None:
    locked = Area.objects.select_for_update().get(pk=area.pk)
    if changes := _described(locked, row):
        for field, (_before, after) in changes.items():
            setattr(locked, field, after)
        locked.save(update_fields=list(changes))
        keep(locked, "describe", actor=actor, at=at, reason=reason, changes=changes)
    if row.boundary is not None and locked.boundary != as_geojson(row.boundary):
        replace_boundary(locked, row.boundary, crs=crs, actor=actor, at=at, reason=reason)


def _log(owner: Unit, plan: _Plan, report: Report, *, actor: Actor, at: datetime, reason: str) -> None:
    counts = {
        "created": len(plan.new),
        "redrawn": len(plan.changed),
        "unchanged": len(plan.same),
        "refused": len(report.invalid),
        "on": day_of(at),
    }
    keep(owner, "import_areas", actor=actor, at=at, reason=reason or _("导入区域"), changes=counts)
