"""Take the national division codes in: new units founded, changed names kept, vanished codes ended by succession."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.org.commands import units as unit_commands
from linli.kernel.org.commands.changes import forget, require
from linli.kernel.org.divisions import Division, DivisionRefused, parsed
from linli.kernel.org.models import Actor, Change, Unit

_PORTION = 500
_LEVEL_OF = {"district": 1, "street": 2, "committee": 3, "village": 3}
_KINDS = tuple(_LEVEL_OF)


@dataclass(slots=True)
class DivisionsImported:
    """What was (or, in a preview, would be) done.

    renamed   code → (name before, name after)
    ended     vanished code → code that takes over
    vanished  codes that are gone from the list and have no successor named: left in force
    likely    vanished code → a new code of the same name in the same place, to be confirmed by a person
    refused   (row, code, why)
    """

    founded: list[str] = field(default_factory=list)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)
    likely: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


@transaction.atomic
def import_divisions(
    rows: Sequence[tuple[str, str]],
    *,
    under: Unit | None = None,
    successions: Mapping[str, str] | None = None,
    on: date | None = None,
    dry_run: bool = True,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> DivisionsImported:
    """Make the units of whole districts agree with ``rows`` of (12-digit code, name).

    under        unit the districts hang below (none: they are roots)
    successions  vanished code → code that takes over its staff, areas and open work
    dry_run      only report

    Raises RightRefused, UnitRefused.
    """
    require(actor, "edit_units", under, at)
    outcome = DivisionsImported()
    wanted = _wanted(rows, outcome)
    present = _present(wanted)
    _compare(wanted, present, successions or {}, outcome)
    if not dry_run:
        _found(wanted, present, outcome, under=under, on=on, actor=actor, at=at, reason=reason)
        for code, (_before, name) in outcome.renamed.items():
            unit_commands.rename(present[code], name, on=on, actor=actor, at=at, reason=reason)
        for code, successor in outcome.ended.items():
            unit_commands.merge([present[code]], present[successor], on=on, actor=actor, at=at, reason=reason)
    return outcome


def _wanted(rows: Sequence[tuple[str, str]], outcome: DivisionsImported) -> dict[str, tuple[Division, str]]:
    """Divisions by code, each with its name; rows that cannot be taken in go to ``outcome.refused``."""
    wanted: dict[str, tuple[Division, str]] = {}
    for no, (code, name) in enumerate(rows, 1):
        try:
            division = parsed(code.strip())
        except DivisionRefused as refused:
            outcome.refused.append((no, code, str(refused)))
            continue
        if not name.strip() or division.code in wanted:
            outcome.refused.append((no, code, _("名称为空或代码重复")))
            continue
        wanted[division.code] = (division, name.strip())
    return wanted


def _present(wanted: Mapping[str, object]) -> dict[str, Unit]:
    """Units in force of the districts that ``wanted`` speaks of, by division code."""
    districts = {code[:6] for code in wanted}
    units = Unit.objects.filter(valid_to=None, kind__in=_KINDS).exclude(division_code="")
    return {unit.division_code: unit for unit in units if unit.division_code[:6] in districts}


def _compare(
    wanted: Mapping[str, tuple[Division, str]],
    present: Mapping[str, Unit],
    successions: Mapping[str, str],
    outcome: DivisionsImported,
) -> None:
    for code, (_division, name) in sorted(wanted.items()):
        unit = present.get(code)
        if unit is None:
            outcome.founded.append(code)
        elif unit.name != name:
            outcome.renamed[code] = (unit.name, name)
        else:
            outcome.unchanged += 1
    old_names, new_names = {c: unit.name for c, unit in present.items()}, {c: name for c, (_d, name) in wanted.items()}
    places = {_place(code, new_names): code for code in outcome.founded}
    for code in sorted(_vanished(wanted, present), reverse=True):
        successor = successions.get(code, "")
        if successor in wanted:
            outcome.ended[code] = successor
            continue
        outcome.vanished.append(code)
        if _place(code, old_names) in places:
            outcome.likely[code] = places[_place(code, old_names)]


def _vanished(wanted: Mapping[str, tuple[Division, str]], present: Mapping[str, Unit]) -> set[str]:
    """Codes no longer listed, of the levels the list speaks of: one of streets says nothing about committees."""
    levels = {_LEVEL_OF[division.kind] for division, _name in wanted.values()}
    return {code for code, unit in present.items() if code not in wanted and _LEVEL_OF[unit.kind] in levels}


def _place(code: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The names by which people know a division: its parent's and its own."""
    parent = f"{code[:6]}000000" if code.endswith("000") else f"{code[:9]}000"
    return names.get(parent, ""), names[code]


def _found(
    wanted: Mapping[str, tuple[Division, str]],
    present: dict[str, Unit],
    outcome: DivisionsImported,
    *,
    under: Unit | None,
    on: date | None,
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Found the new ones level by level, so that each finds its parent; adds them to ``present``."""
    for kinds in (("district",), ("street",), ("committee", "village")):
        level = [wanted[code] for code in outcome.founded if wanted[code][0].kind in kinds]
        made = Unit.objects.bulk_create(
            (
                Unit(
                    code=division.code,
                    division_code=division.code,
                    name=name,
                    kind=division.kind,
                    level=division.level,
                    parent=present.get(division.parent_code, under),
                    valid_from=on,
                )
                for division, name in level
            ),
            batch_size=_PORTION,
        )
        present.update({unit.division_code: unit for unit in made})
        Change.objects.bulk_create(
            (
                Change(
                    actor=actor,
                    at=at,
                    subject=f"unit:{unit.pk}",
                    verb="import",
                    reason=reason,
                    changes={"code": [None, unit.code], "name": [None, unit.name]},
                )
                for unit in made
            ),
            batch_size=_PORTION,
        )
    forget()
