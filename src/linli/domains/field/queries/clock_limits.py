"""The list of limits for phones' clocks, as a page shows it."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from linli.domains.field.queries.naming import NAMES
from linli.kernel.devices.models import ClockLimit


@dataclass(frozen=True, slots=True)
class LimitLine:
    """delay_h  hours; is_in_force: what counts today for this beginning of names"""

    name: str
    label: str | Promise
    drift_s: int
    delay_h: float
    valid_from: date
    source: str
    is_default: bool
    is_in_force: bool


def limit_lines(today: date) -> list[LimitLine]:
    """All rows, those for all commands first, the newest of each first."""
    rows = list(ClockLimit.objects.order_by("name", "-valid_from")[:200])
    now: dict[str, date] = {}
    for row in rows:
        if row.valid_from <= today:
            now.setdefault(row.name, row.valid_from)
    return [
        LimitLine(
            row.name, NAMES.get(row.name, row.name), row.drift_s, row.delay_s / 3600, row.valid_from, row.source,
            row.confidence == "default", now.get(row.name) == row.valid_from,
        )
        for row in rows
    ]  # fmt: skip


def choices() -> list[tuple[str, str | Promise]]:
    """Commands a limit may be for."""
    return list(NAMES.items())
