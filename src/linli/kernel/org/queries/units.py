"""Questions about units and the trees they form."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from linli.kernel.errors import NotFound
from linli.kernel.org.fresh import Kept
from linli.kernel.org.models import Area, Unit
from linli.kernel.org.scope import below
from linli.kernel.org.tree import Node, ids_in
from linli.kernel.org.tree import kept as tree


def home_of(unit: Unit) -> Unit:
    """The unit whose desk answers for ``unit``: the nearest street at or above it, else the district."""
    node = tree.get().by_id.get(unit.pk)
    if node is None:
        raise NotFound
    return unit if node.home_id == unit.pk else Unit.objects.get(pk=node.home_id)


def home_id_of(unit_id: int) -> int:
    """As ``home_of``, for an id, without a query once warm."""
    return node_of(unit_id).home_id


def node_of(unit_id: int) -> Node:
    """The unit in memory. Raises NotFound."""
    node = tree.get().by_id.get(unit_id)
    if node is None:
        raise NotFound
    return node


def unit_of(code: str) -> Unit:
    """The unit with this code. Raises NotFound."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise NotFound
    return unit


def kept_unit(unit_id: int) -> Unit:
    """The unit from memory, only to be read: everybody is given the same one. Raises NotFound."""
    kept = _units.get()
    if unit_id not in kept:
        found = Unit.objects.filter(pk=unit_id).first()
        if found is None:
            raise NotFound
        kept[unit_id] = found
    return kept[unit_id]


def kept_area(area_id: int) -> Area:
    """The area from memory with its unit, without its boundary; only to be read, as ``kept_unit``. Raises NotFound."""
    kept = _areas.get()
    if area_id not in kept:
        found = Area.objects.defer("boundary").filter(pk=area_id).first()
        if found is None:
            raise NotFound
        found.unit = kept_unit(found.unit_id)
        kept[area_id] = found
    return kept[area_id]


_units: Kept[dict[int, Unit]] = Kept(lambda _previous: {}, topics=("unit",))
_areas: Kept[dict[int, Area]] = Kept(lambda _previous: {}, topics=("area", "unit"))


def subtree(unit: Unit) -> QuerySet[Unit]:
    """``unit`` and everything below it, ended units too; a range of the path index."""
    return Unit.objects.filter(below((unit.path,)))


def above(unit: Unit) -> list[Unit]:
    """``unit`` and the units above it, nearest first."""
    by_id = Unit.objects.in_bulk(ids_in(unit.path))
    return [by_id[unit_id] for unit_id in reversed(ids_in(unit.path))]


def in_force(on: date) -> Q:
    """Filter for rows with effective dates that hold on ``on``."""
    return (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gt=on))


def present(on: date, *, kinds: Iterable[str] = ()) -> QuerySet[Unit]:
    """Units in force on ``on``, of ``kinds`` when given."""
    units = Unit.objects.filter(in_force(on))
    return units.filter(kind__in=tuple(kinds)) if kinds else units


def successor_of(unit: Unit) -> Unit:
    """Who answers for the work of ``unit`` today: itself, or the last in the line of successors."""
    by_id = tree.get().by_id
    node, seen = node_of(unit.pk), set[int]()
    while node.successor_id is not None and node.id not in seen:
        seen.add(node.id)
        node = by_id[node.successor_id]
    return unit if node.id == unit.pk else Unit.objects.get(pk=node.id)


def phone_for(unit_id: int) -> str:
    """The number to call for ``unit_id``: its own, else that of the nearest unit above which has one, else ""."""
    chain = node_of(unit_id).chain
    phones = dict(Unit.objects.filter(pk__in=chain).exclude(phone="").values_list("pk", "phone"))
    return next((phones[above_id] for above_id in chain if above_id in phones), "")


def is_code_taken(code: str) -> bool:
    """True when a unit, ended ones too, has this code."""
    return Unit.objects.filter(code=code).exists()


def area_of(unit: Unit) -> Area | None:
    """The area in force of ``unit`` itself, the largest when there are several."""
    return unit.areas.filter(valid_to=None).order_by("-area_m2").first()
