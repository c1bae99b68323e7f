"""From which unit somebody looks at plans, checks and years: their own, and those their posts reach or lie below."""

from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node, ids_in
from linli.kernel.text.numbers import whole

KINDS = ("district", "department", "street", "committee", "village")
"""Kinds of units that have a plan and a year of their own."""
MOST = 300


def own_unit(actor: Actor, post: Held | None) -> Unit:
    """The nearest unit with a plan at or above the post worked from. Raises ListNotFound for people without a post."""
    held = post or next(iter(org.posts_of(actor)), None)
    if held is None:
        raise ListNotFound
    chain = reversed(ids_in(held.unit_path))
    return org.kept_unit(next((key for key in chain if _node(key).kind in KINDS), ids_in(held.unit_path)[0]))


def get_unit(asked: str, actor: Actor, post: Held | None) -> Unit:
    """The unit somebody asked for by its id, their own for "". Raises ListNotFound when it is none of theirs."""
    own = own_unit(actor, post)
    if not asked:
        return own
    key = whole(asked)
    if key is None or key not in directory().tree.by_id or not may_look(actor, _node(key).path):
        raise ListNotFound
    return org.kept_unit(key)


def may_look(actor: Actor, path: str) -> bool:
    """Whether a post of ``actor`` reaches the unit at ``path``, or stands below it in the same street."""
    return any(
        held.reaches(path) or (held.unit_path.startswith(path) and path.count(".") > 1) for held in org.posts_of(actor)
    )


def offered(unit: Unit, actor: Actor) -> list[tuple[str, str]]:
    """Units one can go on to from ``unit``: those above it, beside it and directly below it that one may look at."""
    tree = directory().tree
    above = [tree.by_id[key] for key in ids_in(unit.path)]
    near = [node for node in tree.below(above[-1].path) if _is_next(node, above[-1])]
    if len(above) > 1:
        near += [node for node in tree.below(above[-2].path) if _is_next(node, above[-2])]
    nodes = {node.id: node for node in [*above, *near] if node.kind in KINDS and may_look(actor, node.path)}
    return [(str(node.id), node.name) for node in list(nodes.values())[:MOST]]


def bodies_of(unit: Unit) -> list[Node]:
    """``unit`` and what carries out its plan: its offices, centres and teams, not the committees below it."""
    below = directory().tree.below(unit.path)
    inner = [node for node in below if node.parent_id == unit.pk and node.kind not in ("committee", "village", "grid")]
    return [_node(unit.pk), *(node for node in inner if node.kind not in KINDS)]


def districts() -> list[Unit]:
    """Every district there is."""
    return [org.kept_unit(node.id) for node in _of_kind("district")]


def checked_by_night() -> list[Unit]:
    """The units whose lists are checked every night: each district as a whole, then its streets one by one."""
    return [org.kept_unit(node.id) for kind in ("district", "street") for node in _of_kind(kind)]


def _of_kind(kind: str) -> list[Node]:
    return [node for node in directory().tree.nodes if node.kind == kind and node.valid_to is None]


def _is_next(node: Node, above: Node) -> bool:
    return node.parent_id == above.id and node.valid_to is None


def _node(key: int) -> Node:
    return directory().unit(key)
