"""What somebody's posts let them see and do, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from linli.kernel.org import territory
from linli.kernel.org.tree import after, ids_in
from linli.kernel.org.tree import kept as units


@dataclass(frozen=True, slots=True)
class Held:
    """A post: ``role`` from ``unit_id``, over the subtree ``over_path`` of ``over_id``."""

    id: int
    role: str
    title: str
    unit_id: int
    unit_path: str
    over_id: int
    over_path: str
    since: date
    until: date | None
    deputy: bool = False

    def reaches(self, path: str) -> bool:
        """True when the unit at ``path`` is inside this post's subtree."""
        return path.startswith(self.over_path)

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Scope:
    """The subtrees somebody's posts reach: ``paths``, none inside another, sorted."""

    paths: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.paths)

    def reaches(self, path: str) -> bool:
        """True when the unit at ``path`` is inside."""
        return path.startswith(self.paths) if self.paths else False

    def below(self, *, path: str = "path") -> Q:
        """Filter on the column ``path`` of units (``"unit__path"`` from elsewhere), as index ranges."""
        return below(self.paths, path=path)

    def unit_ids(self) -> tuple[int, ...]:
        """Every unit inside, ended ones too. No query once warm."""
        tree = units.get()
        return tuple(node.id for path in self.paths for node in tree.below(path))

    def area_ids(self) -> tuple[int, ...]:
        """Every area of a unit inside. No query once warm."""
        by_unit = territory.kept.get().area_ids
        return tuple(area_id for unit_id in self.unit_ids() for area_id in by_unit.get(unit_id, ()))

    def home_ids(self) -> tuple[int, ...]:
        """Streets and districts that lie inside as a whole: everything of such a home may be seen."""
        tree = units.get()
        return tuple(node.id for path in self.paths for node in tree.below(path) if node.home_id == node.id)

    def touched_home_ids(self) -> tuple[int, ...]:
        """``home_ids`` and the homes of which only a part is inside (a grid officer's street)."""
        tree = units.get()
        tops = (tree.by_id[ids_in(path)[-1]].home_id for path in self.paths)
        return tuple(dict.fromkeys((*self.home_ids(), *tops)))


def below(paths: Iterable[str], *, path: str = "path") -> Q:
    """Filter for units at or below any of ``paths``; ranges, so that prepared statements use the index too."""
    query = Q(pk__in=())
    for start in paths:
        query |= Q(**{f"{path}__gte": start, f"{path}__lt": after(start)})
    return query


def widest(paths: Iterable[str]) -> tuple[str, ...]:
    """``paths`` without those that lie inside another."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
