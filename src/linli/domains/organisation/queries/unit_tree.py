"""Units as a tree to open step by step, and found by name, code or pinyin. No query once warm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from linli.domains.organisation.queries.reach import Reach, reach_of
from linli.kernel.org.fresh import Kept
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.tree import Node
from linli.kernel.org.tree import kept as tree
from linli.kernel.text import search_keys

FOUND = 60


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as listed. ``children`` how many in force are directly below; ``way`` names of the units above it;
    ``inner`` the units below it where they are shown at once."""

    id: int
    name: str
    code: str
    kind: str
    level: str
    children: int
    is_ended: bool
    way: str = ""
    inner: "tuple[UnitLine, ...]" = ()


_keys: Kept[dict[int, str]] = Kept(
    lambda _previous: {node.id: "\n".join((node.code.lower(), *search_keys(node.name))) for node in tree.get().nodes},
    topics=("unit",),
)


def roots(actor: Actor, at: datetime) -> list[UnitLine]:
    """The topmost units ``actor`` sees, opened by one level."""
    reach, on = reach_of(actor, at), day_of(at)
    seen = {node.id for node in reach.nodes()}
    tops = [node for node in reach.nodes() if node.parent_id not in seen and in_force(node, on)]
    inner = {top.id: tuple(below(top.id, actor=actor, at=at)) for top in tops}
    return [replace(line, inner=inner[line.id]) for line in _lines(tops, reach, on)]


def below(unit_id: int, *, actor: Actor, at: datetime, with_ended: bool = False) -> list[UnitLine]:
    """The units directly below one, those seen."""
    reach = reach_of(actor, at)
    on = day_of(at)
    inside = [node for node in reach.nodes() if node.parent_id == unit_id and (with_ended or in_force(node, on))]
    return _lines(inside, reach, on)


def found(text: str, *, actor: Actor, at: datetime, kind: str = "", level: str = "") -> list[UnitLine]:
    """Units in force whose name, code, pinyin or initials contain ``text``, at most 60."""
    reach, on, keys, words = reach_of(actor, at), day_of(at), _keys.get(), text.strip().lower().split()
    hits = [
        node
        for node in reach.nodes()
        if in_force(node, on)
        and (not kind or node.kind == kind)
        and (not level or node.level == level)
        and all(word in keys.get(node.id, "") for word in words)
    ]
    return _lines(hits[:FOUND], reach, on, with_way=True)


def choices(actor: Actor, at: datetime, *, kinds: tuple[str, ...] = (), inside: str = "") -> list[tuple[str, str]]:
    """(id, name) of units in force for a select, those of ``kinds`` and below the path ``inside`` when given."""
    on = day_of(at)
    nodes = (node for node in reach_of(actor, at).nodes() if in_force(node, on) and node.path.startswith(inside))
    return [(str(node.id), f"{node.name}（{node.code}）") for node in nodes if not kinds or node.kind in kinds]


def kind_counts(actor: Actor, at: datetime) -> list[tuple[str, str, int]]:
    """(kind, label, units in force) of what ``actor`` sees."""
    on = day_of(at)
    counted: dict[str, int] = {}
    for node in reach_of(actor, at).nodes():
        if in_force(node, on):
            counted[node.kind] = counted.get(node.kind, 0) + 1
    return [(kind, str(label), counted[kind]) for kind, label in Unit.Kind.choices if kind in counted]


def in_force(node: Node, on: date) -> bool:
    return (node.valid_from is None or node.valid_from <= on) and (node.valid_to is None or on < node.valid_to)


def _lines(nodes: list[Node], reach: Reach, on: date, *, with_way: bool = False) -> list[UnitLine]:
    by_id, children = tree.get().by_id, _children(reach, on)
    return [
        UnitLine(
            node.id,
            node.name,
            node.code,
            str(Unit.Kind(node.kind).label),
            str(Unit.Level(node.level).label) if node.level else "",
            children.get(node.id, 0),
            not in_force(node, on),
            " › ".join(by_id[key].name for key in reversed(node.chain[1:])) if with_way else "",
        )
        for node in nodes
    ]


def _children(reach: Reach, on: date) -> Mapping[int, int]:
    counted: dict[int, int] = {}
    for node in reach.nodes():
        if node.parent_id is not None and in_force(node, on):
            counted[node.parent_id] = counted.get(node.parent_id, 0) + 1
    return counted
