"""Is every industry, in every area, at every time somebody's: gaps of the decision table and of shifts (002-14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linli.domains.cases.queries import categories, deciding, shifts
from linli.kernel.catalog import queries as catalog
from linli.kernel.catalog.entries import Entry
from linli.kernel.org.directory import Directory, directory
from linli.kernel.org.tree import Node

PLACES = ("grid", "committee", "village")
MOST_SHOWN = 500
WEEK_HOURS = 168


@dataclass(frozen=True, slots=True)
class Gap:
    """A category that nobody answers for in ``places`` of a street's places."""

    code: str
    name: str
    area: str
    places: int
    of: int


@dataclass(frozen=True, slots=True)
class Watch:
    """One industry (class) in one street: codes with somebody responsible, and the week of those responsible.

    blank_hours  most hours of the week that one of the responsible units leaves open
    """

    code: str
    industry: str
    area: str
    covered: int
    of: int
    units: list[str]
    blank_hours: float
    blanks: list[str]

    @property
    def percent(self) -> int:
        return self.covered * 100 // self.of if self.of else 100

    @property
    def week_percent(self) -> int:
        return int((WEEK_HOURS - self.blank_hours) * 100 // WEEK_HOURS)

    @property
    def is_whole(self) -> bool:
        return self.covered == self.of and not self.blank_hours


@dataclass(frozen=True, slots=True)
class Coverage:
    """gaps  categories × streets without anybody, at most MOST_SHOWN; ``missing`` counts all of them"""

    pairs: int
    missing: int
    gaps: list[Gap]
    watches: list[Watch]

    @property
    def percent(self) -> float:
        return round((self.pairs - self.missing) * 100 / self.pairs, 1) if self.pairs else 0.0

    @property
    def without_watch(self) -> int:
        return sum(1 for watch in self.watches if watch.blank_hours)


def coverage(district_id: int, *, on: date, table_id: int | None = None) -> Coverage:
    """Check a version (the one in force, when None) over every matter × street × place of a district."""
    units = directory()
    table = deciding.load(table_id) if table_id else deciding.tables().get(district_id) or deciding.Table(())
    blank = shifts.blanks(on=on)
    matters = catalog.items(categories.LIST, on, kind="matter") + catalog.items(categories.LIST, on, kind="component")
    gaps: list[Gap] = []
    watches: list[Watch] = []
    streets = _streets(units, district_id)
    for street, places in streets:
        answers = {entry.code: _leads(table, entry.code, places, units) for entry in matters}
        gaps += [
            Gap(entry.code, entry.name, street.name, answers[entry.code].count(None), len(places))
            for entry in matters
            if None in answers[entry.code]
        ]
        watches += _watches(street, matters, answers, blank, units)
    return Coverage(len(matters) * len(streets), len(gaps), gaps[:MOST_SHOWN], watches)


def _streets(units: Directory, district_id: int) -> list[tuple[Node, list[int]]]:
    """Streets of the district with the places whose reports they get; a street without places stands for itself."""
    inside = [n for n in units.tree.below(units.unit(district_id).path) if n.valid_to is None]
    places: dict[int, list[int]] = {n.id: [] for n in inside if n.kind == "street"}
    for node in inside:
        if node.kind in PLACES and node.home_id in places:
            places[node.home_id].append(node.id)
    return [(units.unit(street), found or [street]) for street, found in places.items()]


def _leads(table: deciding.Table, code: str, places: Iterable[int], units: Directory) -> list[int | None]:
    return [table.lead_of(code, unit_id=place, units=units) for place in places]


def _watches(
    street: Node, matters: list[Entry], answers: dict[str, list[int | None]],
    blank: dict[int, tuple[shifts.Stretch, ...]], units: Directory,
) -> list[Watch]:  # fmt: skip
    by_class: dict[str, list[str]] = {}
    for entry in matters:
        by_class.setdefault(entry.parent_code, []).append(entry.code)
    return [_watch(street, code, codes, [answers[c] for c in codes], blank, units) for code, codes in by_class.items()]


def _watch(
    street: Node, code: str, codes: list[str], answers: list[list[int | None]],
    blank: dict[int, tuple[shifts.Stretch, ...]], units: Directory,
) -> Watch:  # fmt: skip
    covered = sum(None not in answer for answer in answers)
    leads = sorted({lead for answer in answers for lead in answer if lead is not None})
    worst = max((blank.get(lead, shifts.WHOLE) for lead in leads), key=shifts.hours, default=shifts.WHOLE)
    return Watch(
        code, catalog.name_of(categories.LIST, code), street.name, covered, len(codes),
        [units.unit(lead).name for lead in leads], shifts.hours(worst), shifts.in_words(worst)[:3],
    )  # fmt: skip
