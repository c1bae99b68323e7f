"""Found, rename, move, merge, split and close units. Work stays with the old unit's history; open work moves on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.commands.handover import hand_over
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.queries.units import is_code_taken

PHONE = re.compile(r"\+?[0-9][0-9 -]{2,18}[0-9]")
LEVEL_KINDS: Mapping[str, frozenset[str]] = {
    "town": frozenset(("district", "street", "group", "department", "line", "office")),
    "centre": frozenset(("centre", "station", "office", "team")),
    "grid": frozenset(("grid", "team", "station")),
    "unit": frozenset(("committee", "village", "company", "association", "group")),
}
"""Which kinds of unit stand at which of the four levels; the unit level is what lies inside a grid."""


class UnitRefused(Refused):
    """The unit cannot be made or changed like that."""


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that a split makes; everything not given is as in the unit that is split."""

    code: str
    name: str
    division_code: str = ""


@transaction.atomic
def found(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Unit | None = None,
    level: str = "",
    tree: str = "territorial",
    division_code: str = "",
    position: tuple[float, float] | None = None,
    pilot: bool = False,
    valid_from: date | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Unit:
    """Make a new unit below ``parent``.

    position    lon, lat of its office, WGS84 degrees
    valid_from  since when it exists; None when that is not known

    Raises UnitRefused, RightRefused.
    """
    require(actor, "edit_units", parent, at)
    if parent is not None and parent.valid_to is not None:
        raise UnitRefused(_("%(unit)s已撤销，不能在其下设立单位。") % {"unit": parent.name}, field="parent")
    _check_kind(kind, level, tree)
    _check_new(code=code, name=name, division_code=division_code)
    lon, lat = position or (None, None)
    unit = Unit.objects.create(
        code=code,
        name=name.strip(),
        kind=kind,
        level=level,
        tree=tree,
        parent=parent,
        division_code=division_code,
        lon=lon,
        lat=lat,
        pilot=pilot,
        valid_from=valid_from,
    )
    keep(unit, "found", actor=actor, at=at, reason=reason, changes={"name": [None, unit.name], "code": [None, code]})
    return unit


@transaction.atomic
def rename(unit: Unit, name: str, *, on: date | None = None, actor: Actor, at: datetime, reason: str = "") -> Unit:
    """Give ``unit`` another name from the day ``on`` (today when None); the log keeps the name it had.

    Raises UnitRefused, RightRefused.
    """
    require(actor, "edit_units", unit, at)
    row, new = _locked(unit), _checked_name(name)
    day = _effective(on, at)
    if new != row.name:
        before, row.name = row.name, new
        row.save(update_fields=["name"])
        keep(row, "rename", actor=actor, at=at, reason=reason, changes={"name": [before, new], "on": day})
    unit.name = row.name
    return row


@transaction.atomic
def move(unit: Unit, parent: Unit | None, *, actor: Actor, at: datetime, reason: str = "") -> Unit:
    """Place ``unit`` and everything below it under ``parent``. Raises UnitRefused, RightRefused."""
    require(actor, "edit_units", unit, at)
    require(actor, "edit_units", parent, at)
    row = _locked(unit)
    if parent is not None:
        above = Unit.objects.only("path", "name", "valid_to").get(pk=parent.pk)
        if above.path.startswith(row.path):
            raise UnitRefused(_("不能把%(unit)s移到它自己或下级之下。") % {"unit": row.name}, field="parent")
        if above.valid_to is not None:
            raise UnitRefused(_("%(unit)s已撤销，不能在其下设立单位。") % {"unit": above.name}, field="parent")
    before, row.parent = row.parent_id, parent
    row.save(update_fields=["parent"])
    row.refresh_from_db(fields=["path"])
    changes = {"parent": [before, parent.pk if parent else None]}
    keep(row, "move", actor=actor, at=at, reason=reason, changes=changes)
    return row


@transaction.atomic
def set_phone(unit: Unit, phone: str, *, actor: Actor, at: datetime, reason: str = "") -> Unit:
    """The number of ``unit`` that residents may call, "" for none. Raises UnitRefused, RightRefused."""
    require(actor, "edit_units", unit, at)
    given = phone.strip()
    if given and not (PHONE.fullmatch(given) and len(given) <= 20):
        raise UnitRefused(_("请填写对外公布的电话号码，只用数字、空格和横线。"), field="phone")
    row = _locked(unit)
    if row.phone != given:
        before, row.phone = row.phone, given
        row.save(update_fields=["phone"])
        keep(row, "set_phone", actor=actor, at=at, reason=reason, changes={"phone": [before, given]})
    return row


@transaction.atomic
def set_pilot(unit: Unit, pilot: bool, *, actor: Actor, at: datetime, reason: str = "") -> Unit:
    """Mark ``unit`` as taking part in a trial, or no longer."""
    require(actor, "edit_units", unit, at)
    row = _locked(unit)
    if row.pilot != pilot:
        row.pilot = pilot
        row.save(update_fields=["pilot"])
        keep(row, "set_pilot", actor=actor, at=at, reason=reason, changes={"pilot": [not pilot, pilot]})
    return row


@transaction.atomic
def merge(
    units: Sequence[Unit], into: Unit, *, on: date | None = None, actor: Actor, at: datetime, reason: str = ""
) -> Unit:
    """End ``units`` on the day ``on``; ``into`` takes over their staff, areas, units below, links and open work.

    Raises UnitRefused, RightRefused.
    """
    day = _effective(on, at)
    for unit in (*units, into):
        require(actor, "edit_units", unit, at)
    rows = _locked_all([*units, into])
    target = rows.pop(into.pk)
    if not rows:
        raise UnitRefused(_("请选择要并入的单位。"))
    for row in rows.values():
        if target.path.startswith(row.path):
            raise UnitRefused(_("%(unit)s不能并入它自己的下级。") % {"unit": row.name})
        hand_over(row, target, on=day, verb="merge", actor=actor, at=at, reason=reason)
    return Unit.objects.get(pk=target.pk)


@transaction.atomic
def split(
    unit: Unit,
    parts: Sequence[Part],
    *,
    below: Mapping[int, str] | None = None,
    on: date | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> list[Unit]:
    """End ``unit`` on the day ``on`` and found ``parts`` beside it; the first part takes over.

    below  id of a unit below → code of the part it goes to; the others go to the first part

    Raises UnitRefused, RightRefused.
    """
    require(actor, "edit_units", unit, at)
    day = _effective(on, at)
    if len(parts) < 2:
        raise UnitRefused(_("拆分至少要有两个新单位。"), field="parts")
    row = _locked(unit)
    made = [_part_of(row, part, since=day, actor=actor, at=at, reason=reason) for part in parts]
    by_code = {part.code: part for part in made}
    for child in Unit.objects.select_for_update().filter(parent=row, pk__in=below or {}):
        code = (below or {})[child.pk]
        if code not in by_code:
            raise UnitRefused(_("拆分后没有编码为%(code)s的单位。") % {"code": code}, field="below")
        move(child, by_code[code], actor=actor, at=at, reason=reason)
    hand_over(row, made[0], on=day, verb="split", actor=actor, at=at, reason=reason, parts=made)
    return made


@transaction.atomic
def close(
    unit: Unit,
    *,
    successor: Unit | None = None,
    on: date | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Unit:
    """End ``unit`` on the day ``on``; without a ``successor`` only when nothing is left that needs one.

    Raises UnitRefused, RightRefused, and whatever refuses to leave open work behind.
    """
    require(actor, "edit_units", unit, at)
    day = _effective(on, at)
    rows = _locked_all([unit] if successor is None else [unit, successor])
    row = rows[unit.pk]
    if successor is None and (left := _left_behind(row)):
        raise UnitRefused(_("%(unit)s还有%(left)s，请先指定承接单位。") % {"unit": row.name, "left": left})
    target = rows[successor.pk] if successor is not None else None
    hand_over(row, target, on=day, verb="close", actor=actor, at=at, reason=reason)
    return row


def _left_behind(unit: Unit) -> str:
    if unit.children.filter(valid_to=None).exists():
        return _("下级单位")
    if unit.areas.filter(valid_to=None).exists():
        return _("管辖区域")
    return ""


def _part_of(whole: Unit, part: Part, *, since: date, actor: Actor, at: datetime, reason: str) -> Unit:
    return found(
        code=part.code,
        name=part.name,
        kind=whole.kind,
        parent=whole.parent,
        level=whole.level,
        tree=whole.tree,
        division_code=part.division_code,
        pilot=whole.pilot,
        valid_from=since,
        actor=actor,
        at=at,
        reason=reason,
    )


def _locked(unit: Unit) -> Unit:
    return _locked_all([unit])[unit.pk]


def _locked_all(units: Sequence[Unit]) -> dict[int, Unit]:
    """Rows under lock, in the order of their ids, so that two merges never wait for each other in a circle."""
    keys = {unit.pk for unit in units}
    rows = {row.pk: row for row in Unit.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    for row in rows.values():
        if row.valid_to is not None:
            raise UnitRefused(_("%(unit)s已于%(on)s撤销。") % {"unit": row.name, "on": row.valid_to.isoformat()})
    if len(rows) != len(keys):
        raise UnitRefused(_("单位不存在。"))
    return rows


def _effective(on: date | None, at: datetime) -> date:
    today = day_of(at)
    if on is not None and on > today:
        raise UnitRefused(_("生效日期不能晚于今天，请在生效当日办理。"), field="on")
    return on or today


def _check_kind(kind: str, level: str, tree: str) -> None:
    if kind not in Unit.Kind.values:
        raise UnitRefused(_("不认识的单位类型“%(kind)s”。") % {"kind": kind}, field="kind")
    if tree not in Unit.Tree.values:
        raise UnitRefused(_("不认识的条块“%(tree)s”。") % {"tree": tree}, field="tree")
    if level and kind not in LEVEL_KINDS.get(level, frozenset()):
        raise UnitRefused(
            _("%(kind)s不能设在“%(level)s”。")
            % {"kind": Unit.Kind(kind).label, "level": dict(Unit.Level.choices).get(level, level)},
            field="level",
        )


def _check_new(*, code: str, name: str, division_code: str) -> None:
    _checked_name(name)
    if not code.strip() or len(code) > 40:
        raise UnitRefused(_("单位编码应为1到40个字符。"), field="code")
    if is_code_taken(code):
        raise UnitRefused(_("单位编码%(code)s已被使用。") % {"code": code}, field="code")
    if division_code and not (len(division_code) == 12 and division_code.isascii() and division_code.isdigit()):
        raise UnitRefused(_("行政区划代码应为12位数字。"), field="division_code")


def _checked_name(name: str) -> str:
    plain = name.strip()
    if not plain or len(plain) > 120:
        raise UnitRefused(_("单位名称应为1到120个字符。"), field="name")
    return plain
