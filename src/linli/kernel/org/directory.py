"""Finding the unit that stands nearest to a place: without a query once warm."""

from linli.kernel.org.fresh import Kept
from linli.kernel.org.tree import Node, Tree
from linli.kernel.org.tree import kept as tree


class Directory:
    """The units in force by id and by parent."""

    def __init__(self, units: Tree) -> None:
        self.tree = units
        self._below: dict[int, list[Node]] = {}
        for node in units.nodes:
            if node.parent_id is not None and node.valid_to is None:
                self._below.setdefault(node.parent_id, []).append(node)

    def unit(self, key: int) -> Node:
        return self.tree.by_id[key]

    def up(self, key: int) -> list[Node]:
        """The unit and those above it, nearest first."""
        return [self.tree.by_id[k] for k in self.unit(key).chain]

    def nearest(self, key: int, kind: str) -> Node | None:
        """The first unit of ``kind`` on the way up, or just below one on the way (a street's team, its centre)."""
        for node in self.up(key):
            if node.kind == kind:
                return node
            below = [b for b in self._below.get(node.id, ()) if b.kind == kind]
            if below:
                return min(below, key=lambda b: b.id)
        return None

    def desk_of(self, home: int) -> Node:
        """Where a report for ``home`` is taken in: its centre of the centre's level, or itself."""
        centres = [b for b in self._below.get(home, ()) if b.kind == "centre" and b.level == "centre"]
        return min(centres, key=lambda b: b.id) if centres else self.unit(home)


_kept: Kept[Directory] = Kept(lambda _previous: Directory(tree.get()), topics=("unit",))


def directory() -> Directory:
    return _kept.get()
