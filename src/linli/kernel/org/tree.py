"""All units in memory: a few columns of each, in path order, so that subtrees and homes need no query."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.kernel.org.fresh import Kept
from linli.kernel.org.models import Unit

HOME_KINDS = ("street", "district")


@dataclass(frozen=True, slots=True)
class Node:
    """One unit. ``home_id`` is the nearest street at or above it, else the nearest district, else its root."""

    id: int
    parent_id: int | None
    path: str
    code: str
    name: str
    kind: str
    level: str
    tree: str
    successor_id: int | None
    valid_from: date | None
    valid_to: date | None
    home_id: int

    @property
    def chain(self) -> tuple[int, ...]:
        """Its own id and those above it, nearest first."""
        return tuple(reversed(ids_in(self.path)))

    @property
    def is_open(self) -> bool:
        return self.valid_to is None


class Tree:
    """Every unit, ended ones too, by id and by path."""

    def __init__(self, nodes: list[Node]) -> None:
        nodes.sort(key=lambda node: node.path)
        self.nodes = nodes
        self.by_id = {node.id: node for node in nodes}
        self._paths = [node.path for node in nodes]
        self.children: dict[int | None, list[Node]] = defaultdict(list)
        for node in nodes:
            self.children[node.parent_id].append(node)

    def up(self, unit_id: int) -> list[Node]:
        """The unit and those above it, nearest first."""
        return [self.by_id[above] for above in self.by_id[unit_id].chain]

    def below(self, path: str) -> list[Node]:
        """The unit at ``path`` and everything below it, in path order."""
        start = bisect_left(self._paths, path)
        return self.nodes[start : bisect_left(self._paths, after(path), lo=start)]

    def nearest(self, unit_id: int, kind: str) -> Node | None:
        """The first unit of ``kind`` on the way up, or open and just below one on the way (a street's centre)."""
        for node in self.up(unit_id):
            if node.kind == kind:
                return node
            beside = [child for child in self.children.get(node.id, ()) if child.kind == kind and child.is_open]
            if beside:
                return min(beside, key=lambda child: child.id)
        return None

    def desk_of(self, home_id: int) -> Node:
        """Where the work of a home is taken in: its own operation centre, or the home itself."""
        below = self.children.get(home_id, ())
        centres = [node for node in below if node.kind == "centre" and node.level == "centre" and node.is_open]
        return min(centres, key=lambda node: node.id, default=self.by_id[home_id])


def after(path: str) -> str:
    """The first string that sorts after every path below ``path`` (``"1.12."`` → ``"1.12/"``)."""
    return path[:-1] + "/"


def ids_in(path: str) -> tuple[int, ...]:
    """``"1.12.140."`` → ``(1, 12, 140)``."""
    return tuple(int(part) for part in path.split(".")[:-1])


_COLUMNS = (
    "id",
    "parent_id",
    "path",
    "code",
    "name",
    "kind",
    "level",
    "tree",
    "successor_id",
    "valid_from",
    "valid_to",
)


def _load(_previous: Tree | None) -> Tree:
    rows: list[tuple[Any, ...]] = list(Unit.objects.values_list(*_COLUMNS))
    kinds: dict[int, str] = {row[0]: row[5] for row in rows}
    return Tree([Node(*_with_home(row, kinds)) for row in rows])


def _with_home(row: tuple[Any, ...], kinds: dict[int, str]) -> tuple[Any, ...]:
    return (*row, _home(row[2], kinds))


def _home(path: str, kinds: dict[int, str]) -> int:
    ids = ids_in(path)[::-1]
    for kind in HOME_KINDS:
        for unit_id in ids:
            if kinds.get(unit_id) == kind:
                return unit_id
    return ids[-1]


kept: Kept[Tree] = Kept(_load, topics=("unit",))
