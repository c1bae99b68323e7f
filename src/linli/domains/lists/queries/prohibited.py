"""Which classes of duties a list's bearer may not be given (003-03)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from linli.domains.lists.models import Prohibition
from linli.kernel.catalog.models import WorkList

SHORTEST_NAME = 4
"""A class named in four characters or more is known in a title too, whatever class the proposer chose."""


def prohibitions(worklist: WorkList, *, on: date) -> dict[str, str]:
    """Class → its name, of what neither the list's unit nor its bearer may be given on a day."""
    bearers = {worklist.unit.kind, worklist.kind.bearer}
    rows = Prohibition.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), unit_kind__in=bearers, valid_from__lte=on
    ).select_related("area")
    return {
        row.duty_class: row.name for row in rows if row.area is None or worklist.unit.path.startswith(row.area.path)
    }


def barred(barred: dict[str, str], duty_class: str, title: str) -> str:
    """Name of the prohibited class an item falls into, "" for none."""
    if duty_class in barred:
        return barred[duty_class]
    return next((name for name in _names(barred.values()) if name in title), "")


def _names(names: Iterable[str]) -> list[str]:
    return [name for name in names if len(name) >= SHORTEST_NAME]
