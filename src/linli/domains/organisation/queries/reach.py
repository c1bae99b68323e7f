"""What somebody sees of the organisation: their streets, what lies above, and the bodies the district shares."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Scope
from linli.kernel.org.tree import Node
from linli.kernel.org.tree import kept as tree


@dataclass(frozen=True, slots=True)
class Reach:
    """homes  streets and districts whose desks answer for the person's posts; everything of such a home is seen
    above  ids of the units over them
    """

    scope: Scope
    homes: frozenset[int]
    above: frozenset[int]

    def sees(self, node: Node) -> bool:
        return self.scope.reaches(node.path) or node.home_id in self.homes or node.id in self.above

    def nodes(self) -> list[Node]:
        """Everything seen, ended units too, in path order. No query once warm."""
        return [node for node in tree.get().nodes if self.sees(node)]

    def unit_ids(self) -> list[int]:
        return [node.id for node in self.nodes()]

    def units(self, unit: str) -> Q:
        """Filter for rows whose column ``unit`` (``"unit"``, ``"posts__unit"``) is seen: ranges, and a few ids."""
        beside = [node.id for node in self.nodes() if not self.scope.reaches(node.path)]
        return self.scope.below(path=f"{unit}__path") | Q(**{f"{unit}__in": beside})

    def units_themselves(self) -> Q:
        """As ``units``, for a query on units."""
        beside = [node.id for node in self.nodes() if not self.scope.reaches(node.path)]
        return self.scope.below() | Q(pk__in=beside)


def reach_of(actor: Actor, at: datetime) -> Reach:
    """A street sees itself and the district's own departments and centres, never the street next door."""
    by_id = tree.get().by_id
    posts = org.posts_of(actor, at)
    chains = [by_id[key].chain for held in posts for key in (held.unit_id, held.over_id)]
    above = frozenset(key for chain in chains for key in chain)
    return Reach(org.covers(actor, at), frozenset(by_id[key].home_id for key in above), above)


def get_node(unit_id: int, *, actor: Actor, at: datetime) -> Node:
    """Raises NotFound, for a unit of somebody else's street too."""
    node = tree.get().by_id.get(unit_id)
    if node is None or not reach_of(actor, at).sees(node):
        raise NotFound
    return node


def get_unit(unit_id: int, *, actor: Actor, at: datetime) -> Unit:
    """The row of a unit that ``actor`` may see. Raises NotFound."""
    return Unit.objects.select_related("parent", "successor").get(pk=get_node(unit_id, actor=actor, at=at).id)


def get_units(unit_ids: list[int], *, actor: Actor, at: datetime) -> list[Unit]:
    """Several at once, in the order asked for. Raises NotFound when one of them is not to be seen."""
    for unit_id in unit_ids:
        get_node(unit_id, actor=actor, at=at)
    rows = Unit.objects.in_bulk(unit_ids)
    return [rows[unit_id] for unit_id in unit_ids]
