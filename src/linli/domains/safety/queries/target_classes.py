"""How often objects are to be patrolled: their own figure, else their street's for the class, else everybody's."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from linli.domains.safety.models import SafetyObject, TargetClass


@dataclass(frozen=True, slots=True)
class Frequency:
    """The figure in force for a class. ``is_own``: set by the street itself."""

    target: str
    label: str
    every_days: int
    valid_from: date
    source: str
    confidence: str
    is_own: bool


@cache
def shipped() -> tuple[dict[str, str], ...]:
    """The rows that come with the product."""
    text = (files("linli.packs") / "safety" / "targets.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def in_force(home_ids: Iterable[int], *, on: date) -> dict[int, dict[str, Frequency]]:
    """Street → class → figure in force on that day. One query; what has no row falls back to the shipped figures."""
    wanted = tuple(dict.fromkeys(home_ids))
    rows = TargetClass.objects.filter(valid_from__lte=on, home_id__in=wanted) | TargetClass.objects.filter(
        valid_from__lte=on, home_id=None
    )
    found: dict[int | None, dict[str, Frequency]] = {}
    for row in rows.order_by("valid_from", "id"):
        found.setdefault(row.home_id, {})[row.target] = _frequency(row)
    everywhere = {**_defaults(), **found.get(None, {})}
    return {home_id: {**everywhere, **found.get(home_id, {})} for home_id in wanted}


def _defaults() -> dict[str, Frequency]:
    return {
        row["target"]: Frequency(
            row["target"], str(SafetyObject.Target(row["target"]).label), int(row["every_days"]),
            date.fromisoformat(row["valid_from"]), row["source"], row["confidence"], False,
        )
        for row in shipped()
    }  # fmt: skip


def _frequency(row: TargetClass) -> Frequency:
    label = str(SafetyObject.Target(row.target).label)
    return Frequency(
        row.target, label, row.every_days, row.valid_from, row.source, row.confidence, row.home_id is not None
    )


def every_days_of(one: SafetyObject, figures: dict[int, dict[str, Frequency]]) -> int | None:
    """How often this object is to be patrolled; None: it belongs to no class and has no figure of its own."""
    if one.every_days is not None:
        return one.every_days
    figure = figures.get(one.home_id, {}).get(one.target)
    return figure.every_days if figure else None
