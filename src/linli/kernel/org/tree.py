"""All units in memory: a few columns of each, in path order, so that subtrees and homes need no query."""

from bisect import bisect_left
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


class Tree:
    """Every unit, ended ones too, by id and by path."""

    def __init__(self, nodes: list[Node]) -> None:
        nodes.sort(key=lambda node: node.path)
        self.nodes = nodes
        self.by_id = {node.id: node for node in nodes}
        self._paths = [node.path for node in nodes]

    def below(self, path: str) -> list[Node]:
        """The unit at ``path`` and everything below it, in path order."""
        start = bisect_left(self._paths, path)
        return self.nodes[start : bisect_left(self._paths, after(path), lo=start)]


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
