"""Which limits of drift and delay hold for a command on a day."""

from datetime import date

from linli.kernel.devices.models import ClockLimit
from linli.kernel.devices.punctuality import USUAL, Limits


def limits_for(name: str, *, on: date) -> Limits:
    """The longest beginning of ``name`` that a row in force is for; its latest row; ``USUAL`` when there is none."""
    return pick(in_force(on), name)


def in_force(on: date) -> list[tuple[str, Limits]]:
    """(beginning of names, limits), each beginning once: the latest row that has begun."""
    rows = ClockLimit.objects.filter(valid_from__lte=on).order_by("valid_from")
    latest = {row.name: Limits(row.drift_s, row.delay_s) for row in rows}
    return list(latest.items())


def pick(rows: list[tuple[str, Limits]], name: str) -> Limits:
    fitting = [(beginning, limits) for beginning, limits in rows if name.startswith(beginning)]
    return max(fitting, key=lambda one: len(one[0]))[1] if fitting else USUAL
