"""Which time limit holds: the most specific row of the list, and why. Pure, rows come from ``queries``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from linli.kernel.calendar.working_time import Base

_ROUGH_MINUTES: Mapping[str, float] = {"continuous": 1.0, "working_minutes": 24 / 7, "working_days": 1440.0}
"""How long one unit of a base takes on the clock, roughly: only to say which of two limits is the shorter."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the list of time limits, as stored."""

    row: int
    code: str
    condition: str
    stage: str
    emergency: str
    unit_id: int | None
    unit_kind: str
    amount: int
    base: Base
    close_condition: str
    valid_from: date
    valid_to: date | None
    verified: bool
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit that holds, ready for ``calendar.due(start, limit.amount, limit.base)``.

    rule    the row it comes from
    factor  share of the row's amount an emergency level leaves; 1.0 when the row itself is for that level
    open    true when the condition was not named and the longest of several conditions was taken
    """

    amount: float
    base: Base
    rule: Rule
    factor: float = 1.0
    open: bool = False

    @property
    def rough_minutes(self) -> float:
        """About how long on the clock: only for comparing limits of different bases."""
        return self.amount * _ROUGH_MINUTES[self.base]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a limit is asked for.

    codes       the number, its class, and "" for any, most specific first
    units       ids of the area units from the smallest to the district
    """

    codes: Sequence[str]
    condition: str
    units: Sequence[int]
    on: date
    stage: str
    emergency: str = ""
    unit_kind: str = ""


class Rules:
    """All rows, found by stage and number."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_number: dict[tuple[str, str], list[Rule]] = {}
        for rule in rules:
            self._by_number.setdefault((rule.stage, rule.code), []).append(rule)

    def of(self, code: str, stage: str, on: date) -> list[Rule]:
        """The rows of one number and stage that are valid on a day, as the list shows them."""
        return [rule for rule in self._by_number.get((stage, code), ()) if _valid(rule, on)]

    def choose(self, asked: Asked, factors: Mapping[str, float]) -> Limit | None:
        """The most specific row by number, area and condition; for an emergency the shorter of own row and share.

        factors  share of the ordinary limit that each emergency level leaves
        """
        places = {unit: rank for rank, unit in enumerate(asked.units)}
        found = [
            (_rank(rule, asked, places, depth), rule)
            for depth, code in enumerate(asked.codes)
            for rule in self._by_number.get((asked.stage, code), ())
            if _fits(rule, asked, places)
        ]
        ordinary = _best([pair for pair in found if not pair[1].emergency], asked)
        urgent = _best([pair for pair in found if pair[1].emergency], asked)
        factor = factors.get(asked.emergency, 1.0)
        if ordinary and factor != 1.0:
            ordinary = replace(ordinary, amount=ordinary.amount * factor, factor=factor)
        if ordinary and urgent:
            return min(urgent, ordinary, key=lambda limit: limit.rough_minutes)
        return urgent or ordinary


def _best(found: Sequence[tuple[tuple[int, ...], Rule]], asked: Asked) -> Limit | None:
    """Of the most specific rows the shortest; of several conditions, when none was named, the longest."""
    if not found:
        return None
    first = min(rank for rank, _rule in found)
    equals = [rule for rank, rule in found if rank == first]
    unnamed = not asked.condition and any(rule.condition for rule in equals)
    chosen = (max if unnamed else min)(equals, key=lambda rule: rule.amount * _ROUGH_MINUTES[rule.base])
    return Limit(chosen.amount, chosen.base, chosen, open=unnamed and len(equals) > 1)


def _valid(rule: Rule, on: date) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to)


def _fits(rule: Rule, asked: Asked, places: Mapping[int, int]) -> bool:
    return (
        _valid(rule, asked.on)
        and (rule.unit_id is None or rule.unit_id in places)
        and (not asked.condition or rule.condition in ("", asked.condition))
        and rule.emergency in ("", asked.emergency)
        and rule.unit_kind in ("", asked.unit_kind)
    )


def _rank(rule: Rule, asked: Asked, places: Mapping[int, int], depth: int) -> tuple[int, ...]:
    """Smaller is more specific. A row without condition comes first when none was asked for."""
    return (
        depth,
        len(places) if rule.unit_id is None else places[rule.unit_id],
        int(bool(rule.condition)) if not asked.condition else int(not rule.condition),
        0 if rule.unit_kind else 1,
    )
