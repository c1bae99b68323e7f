"""The small town in a real deployment, a program that reports to it, and reports whose first limit is over already."""

from datetime import datetime, timedelta

from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.models import Case
from linli.kernel.calendar import commands as calendar
from linli.kernel.catalog import commands as catalog
from linli.kernel.devices import commands as devices
from linli.kernel.flow.system import system_actor
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Account, Actor, Post, Unit
from tests.town import IN_GRID, SINCE, build

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


def phones(count: int) -> list[str]:
    """Phones of so many grid officers, each with six orders: lines of token and numbers, joined by commas."""
    at = timezone.now()
    town = _units()
    lines = []
    for n in range(count):
        officer = Actor.objects.create(kind="staff", name=f"网格员{n}")
        Account.objects.create(actor=officer, username=f"officer{n}")
        Post.objects.create(actor=officer, unit=town["grid"], over=town["grid"], role="grid_officer", since=SINCE)
        enrolled = devices.enrol(device=new_key(), name="crash", app="1", actor=officer, at=at)
        lines.append(",".join([enrolled.token, *(_order(town, officer, at) for _ in range(6))]))
    return lines


def _units() -> dict[str, Unit]:
    """The units of the town as founded before, by their codes."""
    return {unit.code: unit for unit in Unit.objects.all()}


def _order(town: dict[str, Unit], officer: Actor, at: datetime) -> str:
    given = commands.Report(text="井盖没了", lon=IN_GRID[0], lat=IN_GRID[1])
    case = Case.objects.get(pk=commands.report(given, at=at).id)
    for who, name, said in (
        ("chen", "accept", commands.Given(fields={"category": "01001"})), ("chen", "file", commands.Given()),
        ("lin", "dispatch", commands.Given(unit=town["grid"].pk)),
        ("wang", "assign", commands.Given(assignee=officer.pk)),
    ):  # fmt: skip
        commands.act(case, name, said, actor=Account.objects.get(username=who).actor, at=at)
    return case.matter.number
