"""Which ids somebody's lists ask for: their own key, their unit, and the streets or areas they answer for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.flow.inbox import Holder
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held, Scope
from linli.kernel.org.tree import kept as tree

MOST_UNITS = 64
"""Of a larger subtree only the unit itself counts as "mine": what lies below is found under the area."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a post lets somebody list.

    homes   streets and districts they answer for as a whole; empty for people of a part
    areas   areas inside, asked for when there are no homes
    units   their own unit and what belongs to it
    within  false when the units lie outside the post's subtree, so that lists by unit need the homes as well
    """

    actor_id: UUID
    scope: Scope
    homes: tuple[int, ...]
    areas: tuple[int, ...]
    units: tuple[int, ...]
    within: bool

    @property
    def wide(self) -> tuple[Holder, Sequence[object]]:
        """The widest column they may list by, with its ids."""
        if self.homes:
            return "home_id", self.homes
        if self.areas:
            return "area_id", self.areas
        return "unit_id", self.units


def reach_of(actor: Actor, post: Held | None) -> Reach:
    """What ``actor`` may list when acting for ``post``; without a post only what is assigned to them."""
    if post is None:
        return Reach(actor.pk, Scope(()), (), (), (), True)
    scope = Scope((post.over_path,))
    homes = scope.home_ids()
    areas = () if homes else scope.area_ids()
    return Reach(actor.pk, scope, homes, areas, units_of(post), scope.reaches(post.unit_path))


def units_of(post: Held) -> tuple[int, ...]:
    """The unit of a post and what belongs to it."""
    below = tuple(node.id for node in tree.get().below(post.unit_path))
    return below if len(below) <= MOST_UNITS else (post.unit_id,)


def areas_below(scope: Scope, unit_id: int) -> tuple[int, ...] | None:
    """Areas of ``unit_id`` and below, when it lies inside ``scope``; None when it does not."""
    node = directory().tree.by_id.get(unit_id)
    if node is None or not scope.reaches(node.path):
        return None
    return Scope((node.path,)).area_ids()


TERRITORY = ("street", "committee", "village", "grid")
MOST_CHOICES = 120


def area_choices(post: Held | None) -> tuple[tuple[str, str], ...]:
    """Parts of the post's territory to narrow a list to, the largest first: (unit id, name)."""
    if post is None:
        return ()
    inside = [n for n in tree.get().below(post.over_path)[1:] if n.kind in TERRITORY and n.valid_to is None]
    inside.sort(key=lambda node: TERRITORY.index(node.kind))
    return tuple((str(node.id), node.name) for node in inside[:MOST_CHOICES])
