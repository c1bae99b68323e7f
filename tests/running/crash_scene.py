"""The small town in a real deployment, a program that reports to it, and reports whose first limit is over already."""

from datetime import timedelta

from django.utils import timezone

from linli.domains.cases import commands
from linli.kernel.calendar import commands as calendar
from linli.kernel.catalog import commands as catalog
from linli.kernel.flow.system import system_actor
from tests.town import IN_GRID, build

LATE = timedelta(minutes=40)
"""Reports are to be accepted within 30 minutes."""


def found() -> list[str]:
    """Found the town; returns the key of a program that may report."""
    now = timezone.now()
    calendar.fill_from_library()
    catalog.load_pack(at=now)
    town = build()
    _client, key = commands.issue_key(
        "热线平台",
        unit=town.centre,
        actor=system_actor(),
        at=now,
        sources=("04",),
        systems=("12345",),
        per_minute=100_000,
    )
    return [key]


def due(count: int) -> list[str]:
    """Take in reports that are overdue from the first moment; returns their ids."""
    at = timezone.now() - LATE
    given = [commands.Report(text=f"路灯不亮 {number}", lon=IN_GRID[0], lat=IN_GRID[1]) for number in range(count)]
    return [str(commands.report(one, at=at).id) for one in given]
