"""How far a case may be sent and who may be called on it: within its own district, while it is open."""

from datetime import UTC, date, datetime

import pytest

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act, call_liaison
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Matter
from linli.kernel.org import fresh
from linli.kernel.org.models import Unit
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def reported(place, text="柳树路 5 号门口井盖没了"):
    return Case.objects.get(pk=commands.report(commands.Report(text=text, lon=place[0], lat=place[1]), at=NOON).id)


def go(case, town, *steps):
    for who, name, given in steps:
        act(case, name, given, actor=getattr(town, who), at=NOON)


@pytest.fixture
def case(town):
    made = reported(IN_GRID)
    go(made, town, ("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()))
    return made


@pytest.fixture
def elsewhere(town):
    """A department of the district next door."""
    district = Unit.objects.create(
        code="north", name="北城区", kind="district", tree="territorial", valid_from=date(2020, 1, 1)
    )
    district.refresh_from_db()
    unit = Unit.objects.create(
        code="north-works", name="北城区市政局", kind="department", tree="line", parent=district,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    unit.refresh_from_db()
    fresh.forget()
    return unit


def test_a_case_is_dispatched_to_its_district_s_department_and_never_to_another_district(case, town, elsewhere):
    with pytest.raises(commands.StepRefused, match="北城区市政局 不属于东城区"):
        act(case, "dispatch", Given(unit=elsewhere.pk), actor=town.lin, at=NOON)

    act(case, "dispatch", Given(unit=town.department.pk), actor=town.lin, at=NOON)

    assert Matter.objects.get(pk=case.pk).unit == town.department


@pytest.mark.parametrize(
    ("who", "name", "before"),
    [
        ("lin", "redispatch", ()),
        ("gao", "arbitrate", (("zhao", "return", Given(note="属市政局")),)),
        ("lin", "invite", ()),
    ],
)
def test_nor_sent_on_arbitrated_or_offered_to_another_district(case, town, elsewhere, who, name, before):
    go(case, town, ("lin", "dispatch", Given(unit=town.team.pk)), *before)

    with pytest.raises(commands.StepRefused, match="不属于东城区"):
        act(case, name, Given(unit=elsewhere.pk, note="归他们管"), actor=getattr(town, who), at=NOON)


def test_no_unit_of_another_district_is_asked_to_help(case, town, elsewhere):
    go(case, town, ("lin", "dispatch", Given(unit=town.team.pk)))

    with pytest.raises(commands.StepRefused, match="不属于东城区"):
        act(case, "link_units", Given(units=[elsewhere.pk], note="一起处理"), actor=town.lin, at=NOON)
    assert not Matter.objects.filter(parent=case.pk).exists()


def test_no_liaison_is_called_on_a_case_that_is_over(case, town):
    act(case, "void", Given(note="重复登记"), actor=town.gao, at=NOON)

    with pytest.raises(commands.StepRefused, match="已经办结"):
        call_liaison(case, unit=town.department, liaison=town.he, problem="协调抢修", actor=town.gao, at=NOON)
    assert not Matter.objects.filter(parent=case.pk).exists()
