"""Which levels review an application, whom that makes reviewers, and for which area it stands in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from linli.domains.lists.models import ReviewLevel
from linli.kernel.errors import NotFound
from linli.kernel.org import fresh
from linli.kernel.org import queries as org
from linli.kernel.org.models import Unit
from linli.kernel.org.tree import Node
from linli.kernel.org.tree import kept as units

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOT_REVIEWING = ("committee", "village", "grid", "team", "company", "association", "group", "police_beat")
"""Kinds that give opinions but do not review: they are who is to be asked, or below them."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of review. ``days`` are working days for one decision; ``opinions`` must be in before it."""

    no: int
    unit_kind: str
    name: str
    opinions: int
    days: int


DEFAULT = (Level(1, "district", "区级审核", 0, 15), Level(2, "street", "街道审核", 0, 10))
"""Two levels: the district, then each street concerned. Source: reading 8 of the specification (default)."""


def district_of(unit: Unit) -> Unit:
    """The top of the tree ``unit`` stands in."""
    return org.kept_unit(int(unit.path.split(".", 1)[0]))


def levels_of(district: Unit) -> tuple[Level, ...]:
    """The levels in force in ``district``, the first first; ``DEFAULT`` where none were set."""
    rows = ReviewLevel.objects.filter(district=district, valid_to=None).order_by("no")
    return tuple(Level(r.no, r.unit_kind, r.name, r.opinions, r.days) for r in rows) or DEFAULT


def level_of(district: Unit, no: int) -> Level | None:
    return next((level for level in levels_of(district) if level.no == no), None)


def reviewers(area: Sequence[Unit], kind: str) -> list[Unit]:
    """The units of ``kind`` inside ``area`` or above a part of it, in the order of the tree; ended ones left out."""
    found: dict[int, Unit] = {}
    for part in area:
        chain = [org.kept_unit(int(key)) for key in part.path.rstrip(".").split(".")]
        over = [unit for unit in chain if unit.kind == kind]
        below = [org.kept_unit(n.id) for n in units.get().below(part.path) if n.kind == kind and _is_present(n)]
        found |= {unit.pk: unit for unit in (*over, *below)}
    return sorted(found.values(), key=lambda unit: unit.path)


def narrowed(area: Sequence[Unit], agreed: Sequence[Unit]) -> list[Unit]:
    """What is left of ``area`` where only ``agreed`` said yes: each of them inside it, or the parts below them."""
    left: dict[int, Unit] = {}
    for unit in agreed:
        for part in area:
            if unit.path.startswith(part.path):
                left[unit.pk] = unit
            elif part.path.startswith(unit.path):
                left[part.pk] = part
    return sorted(left.values(), key=lambda unit: unit.path)


def bearers(area: Sequence[Unit], kind: str) -> list[int]:
    """Ids of the present units of ``kind`` (committees, villages) at or below ``area``."""
    tree = units.get()
    return [n.id for part in area for n in tree.below(part.path) if n.kind == kind and _is_present(n)]


def _is_present(node: Node) -> bool:
    return node.valid_to is None or node.valid_to > fresh.today()


def kept_units(keys: Sequence[int]) -> list[Unit]:
    """The units with these ids, those that are there."""
    found = []
    for key in keys:
        try:
            found.append(org.kept_unit(key))
        except NotFound:
            continue
    return found
