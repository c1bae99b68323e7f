"""What a draft of the decision table would have done with last month's cases, in one pass in memory."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linli.domains.cases.models import Case, RuleTable
from linli.domains.cases.queries import deciding
from linli.kernel.errors import NotFound
from linli.kernel.org.directory import directory

MONTH = timedelta(days=31)
MOST_CASES = 50_000
EXAMPLES = 5
Pair = tuple[int | None, int | None]
"""Leading unit by the version in force, and by the draft."""


@dataclass(frozen=True, slots=True)
class Move:
    """So many cases would have gone from one unit to another; some of their numbers."""

    source: str
    target: str
    count: int
    examples: list[str]


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
    table = RuleTable.objects.filter(pk=table_id).first()
    if table is None:
        raise NotFound
    units, drafted = directory(), deciding.load(table_id)
    in_force = deciding.tables().get(table.district_id)
    homes = [node.home_id for node in units.tree.below(units.unit(table.district_id).path)]
    rows = Case.objects.filter(matter__opened_at__gte=at - MONTH, matter__home_id__in=set(homes))
    columns = ("matter__number", "category", "matter__area__unit_id", "matter__home_id")
    found = list(rows.order_by("-matter_id").values_list(*columns)[: MOST_CASES + 1])
    leads: dict[tuple[str, int], Pair] = {}
    counts: Counter[Pair] = Counter()
    examples: dict[Pair, list[str]] = {}
    for number, category, area_unit, home in found[:MOST_CASES]:
        where = category, area_unit or home
        if where not in leads:
            leads[where] = _lead(in_force, *where), _lead(drafted, *where)
        pair = leads[where]
        counts[pair] += 1
        if counts[pair] <= EXAMPLES:
            examples.setdefault(pair, []).append(number)
    moved = {pair: count for pair, count in counts.items() if pair[0] != pair[1]}
    moves = [
        Move(_name(pair[0]), _name(pair[1]), count, examples[pair])
        for pair, count in sorted(moved.items(), key=lambda item: -item[1])
    ]
    looked = min(len(found), MOST_CASES)
    nobody = sum(count for pair, count in counts.items() if pair[1] is None)
    return DryRun(looked, sum(moved.values()), nobody, len(found) > MOST_CASES, at - MONTH, moves)


def _lead(table: deciding.Table | None, category: str, unit_id: int) -> int | None:
    return table.decide(category, unit_id=unit_id, units=directory()).lead if table else None


def _name(unit_id: int | None) -> str:
    return directory().unit(unit_id).name if unit_id else _("无人负责")
