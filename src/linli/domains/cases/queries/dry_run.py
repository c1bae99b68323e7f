"""What a draft of the decision table would have done with last month's cases, in one pass in memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from linli.domains.cases.models import Case, RuleTable
from linli.domains.cases.queries import deciding, rows, seeing
from linli.domains.cases.queries.rows import Row
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor

MONTH = timedelta(days=31)
MOST_CASES = 50_000
EXAMPLES = 5
PAGE = 50
Pair = tuple[int | None, int | None]
"""Leading unit by the version in force, and by the draft."""


@dataclass(frozen=True, slots=True)
class Move:
    """So many cases would have gone from one unit to another (id 0: nobody); some of their numbers."""

    source: str
    target: str
    source_id: int
    target_id: int
    count: int
    examples: list[str]


@dataclass(frozen=True, slots=True)
class MovedCases:
    """The cases of one ``Move``; ``elsewhere`` of them lie where the reader sees none."""

    source: str
    target: str
    lines: list[Row]
    after: str
    total: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """cases  how many were looked at; ``is_cut`` when there were more than could be"""

    cases: int
    moved: int
    nobody: int
    is_cut: bool
    since: datetime
    moves: list[Move]


def dry_run(table_id: int, *, at: datetime) -> DryRun:
    """Compare the draft with the version in force over the cases of the last month, newest first."""
    judged = list(islice(_judged(table_id, at), MOST_CASES + 1))
    counts: Counter[Pair] = Counter()
    examples: dict[Pair, list[str]] = {}
    for _key, number, pair in judged[:MOST_CASES]:
        counts[pair] += 1
        if counts[pair] <= EXAMPLES:
            examples.setdefault(pair, []).append(number)
    moved = {pair: count for pair, count in counts.items() if pair[0] != pair[1]}
    moves = [
        Move(_name(pair[0]), _name(pair[1]), pair[0] or 0, pair[1] or 0, count, examples[pair])
        for pair, count in sorted(moved.items(), key=lambda item: -item[1])
    ]
    looked = min(len(judged), MOST_CASES)
    nobody = sum(count for pair, count in counts.items() if pair[1] is None)
    return DryRun(looked, sum(moved.values()), nobody, len(judged) > MOST_CASES, at - MONTH, moves)


def moved_cases(table_id: int, source: int, target: int, *, actor: Actor, at: datetime, after: str = "") -> MovedCases:
    """The cases that would go from unit ``source`` to unit ``target`` (0: nobody), newest first.

    Of those of other streets only the number is told: how many more there are. Raises NotFound.
    """
    asked: Pair = source or None, target or None
    keys = [key for key, _number, pair in islice(_judged(table_id, at), MOST_CASES) if pair == asked]
    if not keys:
        raise NotFound
    mine = Matter.objects.filter(seeing.reach(actor), pk__in=keys).order_by("-pk")
    total = mine.count()
    if after:
        mine = mine.filter(number__lt=after).order_by("-number")
    page = list(mine.order_by("-number").values_list("pk", "number")[: PAGE + 1])
    more = page[PAGE - 1][1] if len(page) > PAGE else ""
    lines = rows.rows([key for key, _number in page[:PAGE]])
    return MovedCases(_name(asked[0]), _name(asked[1]), lines, more, total, len(keys) - total)


def _judged(table_id: int, at: datetime) -> Iterator[tuple[UUID, str, Pair]]:
    """Key and number of each case of the last month, newest first, with where it goes and where it would go."""
    table = RuleTable.objects.filter(pk=table_id).first()
    if table is None:
        raise NotFound
    units, drafted = directory(), deciding.load(table_id)
    in_force = deciding.tables().get(table.district_id)
    homes = [node.home_id for node in units.tree.below(units.unit(table.district_id).path)]
    found = Case.objects.filter(matter__opened_at__gte=at - MONTH, matter__home_id__in=set(homes))
    columns = ("matter_id", "matter__number", "category", "matter__area__unit_id", "matter__home_id")
    leads: dict[tuple[str, int], Pair] = {}
    for key, number, category, area_unit, home in found.order_by("-matter_id").values_list(*columns)[: MOST_CASES + 1]:
        where = category, area_unit or home
        if where not in leads:
            leads[where] = _lead(in_force, *where), _lead(drafted, *where)
        yield key, number, leads[where]


def _lead(table: deciding.Table | None, category: str, unit_id: int) -> int | None:
    return table.decide(category, unit_id=unit_id, units=directory()).lead if table else None


def _name(unit_id: int | None) -> str:
    return directory().unit(unit_id).name if unit_id else _("无人负责")
