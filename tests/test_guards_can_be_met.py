"""No step names a role that nobody could ever take it by: each way of being allowed fits some post of the town."""

from datetime import UTC, datetime

import pytest

from linli.domains.cases import commands
from linli.domains.lists.flow import FLOWS as LISTS
from linli.domains.safety.flow import FLOWS as SAFETY
from linli.kernel.flow import registry
from linli.kernel.flow.access import stands_over
from linli.kernel.flow.definition import Flow, Step, Who
from linli.kernel.flow.models import Matter
from linli.kernel.org import fresh
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.roles import BY_CODE
from tests.town import IN_GRID, SINCE

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

ALSO = (
    # role, where, over: posts of the role table that nobody of the named cast holds
    ("reporter_desk", "centre", "street"),
    ("unit_head", "street", "street"),
    ("grid_deputy", "grid", "grid"),
)
AMONG_UNITS = {flow.code for flow in (*LISTS, *SAFETY)}
ASKERS = ("district", "department", "street", "office", "committee")
WAYS = [
    pytest.param(flow, step, who, id=f"{flow.code}.{step.name}.{who.role}")
    for flow in registry.flows().values()
    for step in flow.steps
    for who in step.who
    if who.kind == "post"
]


@pytest.fixture
def staff(town):
    """Everybody with a post, and the further posts of the role table."""
    for role, where, over in ALSO:
        person = Actor.objects.create(kind="staff", name=role)
        Post.objects.create(actor=person, unit=town.units[where], over=town.units[over], role=role, since=SINCE)
    fresh.forget()
    return list(Actor.objects.filter(kind="staff"))


@pytest.fixture
def matter(town):
    key = commands.report(commands.Report(text="井盖没了", lon=IN_GRID[0], lat=IN_GRID[1]), at=NOON).id
    return Matter.objects.select_related("home", "unit", "area__unit").get(pk=key)


@pytest.mark.parametrize(("flow", "step", "who"), WAYS)
def test_somebody_of_the_town_can_take_the_step_by_this_role(flow: Flow, step: Step, who: Who, town, staff, matter):
    """On a matter in a grid, whichever of its units holds it; what units ask of each other answers to who asked."""
    homes = [town.units[key] for key in ASKERS] if flow.code in AMONG_UNITS else [matter.home]
    units = {
        "home": homes,
        "area": [matter.area.unit],
        "unit": list(town.units.values()),
    }[who.over]

    assert who.role in BY_CODE
    assert any(org.holds(person, who.role, unit) for person in staff for unit in units)


def test_a_grid_head_stands_over_what_lies_in_the_grid_and_not_over_the_next_one(town, matter):
    matter_of_grid8 = Matter(home=town.street, unit=town.grid8, area=town.areas["grid8"])

    assert stands_over(town.wang, matter, ("grid_head",))
    assert not stands_over(town.wang, matter_of_grid8, ("grid_head",))


def test_major_information_without_a_case_lies_in_the_area_of_the_unit_that_found_it(town):
    raised = commands.raise_major(text="化工品泄漏", unit=town.grid, actor=town.hua, at=NOON, known_at=NOON)

    commands.act_on_child(raised, "supplement", commands.Given(note="已疏散二十人"), actor=town.wang, at=NOON)

    assert raised.entries.filter(step="supplement", role="grid_head").exists()
