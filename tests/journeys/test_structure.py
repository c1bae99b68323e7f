"""One platform, one team, four levels: who belongs where, what the centre may do, how bodies work together."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from linli.domains.cases import commands as cases
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.domains.organisation.queries import standing
from linli.domains.organisation.queries.role_table import role_table
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.commands import links, posts, units
from linli.kernel.org.models import Account, Actor, Unit
from linli.kernel.org.queries.grids import commanded_by, units_by_level
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SINCE = date(2026, 1, 1)


@pytest.fixture
def enter(client):
    def go(actor):
        client.force_login(actor.account)
        return client

    return go


def reported(**given):
    actor, role = given.pop("actor", None), given.pop("role", "")
    report = cases.Report(text="柳树路井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], category="01001", **given)
    taken = cases.report(report, at=NOON, actor=actor, role=role)
    return Case.objects.select_related("matter").get(pk=taken.id)


def engaged(town, name, role, unit, *, over=None, title=""):
    person = Actor.objects.create(kind="staff", name=name)
    Account.objects.create(actor=person, username=name)
    posts.appoint(person, role, unit, over=over, title=title, since=SINCE, actor=town.guan, at=NOON)
    return person


@pytest.mark.spec("001g-05")
def test_one_platform_one_team_and_four_levels_stand_in_a_street(town, enter):
    levels = units_by_level(town.street, on=SINCE)

    assert set(levels) == {"town", "centre", "grid", "unit"}
    assert all(levels.values())
    page = enter(town.li).get(reverse("organisation:units"), {"kind": "team"}).content.decode()
    assert page.count("东街联勤队") == 1


@pytest.mark.spec("001g-04")
def test_a_command_centre_receives_classifies_dispatches_supervises_and_commands(town):
    centre = {role.code: role for role in role_table() if role.level == "中心级"}
    steps = {label for role in centre.values() for duty in role.duties for label, _over in duty.steps}
    rights = {right for role in centre.values() for right in role.rights}

    assert {"受理", "派遣", "督办"} <= {word[:2] for word in steps}
    assert "指挥重大事项" in rights
    assert org.holds_right(town.gao, "command", town.street) is not None
    assert org.holds_right(town.gao, "command", town.west) is None


@pytest.mark.spec("001g-64")
def test_the_centre_has_the_five_rights_over_grids_and_its_page_says_so(town, enter):
    page = enter(town.gao).get(reverse("organisation:unit", args=[town.centre.pk])).content.decode()

    for word in ("指导", "督察", "协调", "考核"):
        assert word in page
    holders = {"inspect": town.qian, "coordinate": town.lin, "command": town.gao, "guide": town.li}
    for right, person in holders.items():
        assert org.holds_right(person, right, town.grid) is not None
        assert org.holds_right(person, right, town.west_grid) is None


@pytest.mark.spec("001g-07")
def test_members_of_nine_professions_keep_their_department_and_serve_in_the_joint_team(town, enter):
    for code, label in standing.PROFESSIONS:
        parent = units.found(
            code=f"d-{code}", name=f"东城区{label}局", kind="department", parent=town.district, tree="line",
            valid_from=SINCE, actor=town.root, at=NOON,
        )  # fmt: skip
        links.link(parent, town.street, "double_line", since=SINCE, actor=town.root, at=NOON)
        person = engaged(town, f"队员{code}", "handler", parent, over=town.team, title=str(label))
        posts.appoint(person, "grid_officer", town.grid, title="驻格", since=SINCE, actor=town.guan, at=NOON)

    page = enter(town.gao).get(reverse("organisation:unit", args=[town.team.pk])).content.decode()

    assert len(standing.PROFESSIONS) == 9
    for _code, label in standing.PROFESSIONS:
        assert f"东城区{label}局" in page
    police = Unit.objects.get(code="d-police")
    assert commanded_by(police, on=date(2026, 3, 2)) == [town.street]
    member = Actor.objects.get(name="队员police")
    assert {(held.unit_id, held.over_id) for held in org.posts_of(member, NOON)} == {
        (police.pk, town.team.pk), (town.grid.pk, town.grid.pk),
    }  # fmt: skip


@pytest.mark.spec("001g-07", "004-93")
def test_five_kinds_of_bodies_work_on_one_case_under_one_lead(town):
    station = units.found(
        code="st", name="柳树工作站", kind="station", level="centre", parent=town.street, tree="service",
        valid_from=SINCE, actor=town.root, at=NOON,
    )  # fmt: skip
    case = reported()
    act(case, "accept", Given(fields={"category": "01001"}), actor=town.chen, at=NOON)
    act(case, "file", Given(), actor=town.chen, at=NOON)
    act(case, "dispatch", Given(unit=town.team.pk), actor=town.lin, at=NOON)

    with_them = [town.district_centre, town.department, town.street, station, town.grid]
    act(case, "link_units", Given(note="联合整治", units=[u.pk for u in with_them]), actor=town.lin, at=NOON)

    children = Matter.objects.filter(parent=case.pk).select_related("unit")
    assert {child.unit.kind for child in children} == {"centre", "department", "street", "station", "grid"}
    assert Matter.objects.get(pk=case.pk).unit == town.team


@pytest.mark.spec("001g-08")
def test_the_five_lines_of_a_centre_are_staffed_by_name(town, enter):
    for code, label in standing.TASK_LINES:
        engaged(town, f"专员{code}", "operator", town.centre, title=str(label))

    page = enter(town.gao).get(reverse("organisation:unit", args=[town.centre.pk])).content.decode()

    assert len(standing.TASK_LINES) == 5
    for code, label in standing.TASK_LINES:
        assert str(label) in page
        assert f"专员{code}" in page


@pytest.mark.spec("001g-22")
def test_seven_kinds_of_informants_report_and_the_case_says_who(town):
    for code, label in standing.INFORMANTS:
        person = engaged(town, f"信息员{code}", "informant", town.grid, title=str(label))

        case = reported(actor=person, role="informant", channel="desk")

        entry = Entry.objects.get(matter=case.pk, seq=1)
        assert (entry.actor, entry.role) == (person, "informant")
        assert org.posts_of(person, NOON)[0].title == str(label)
    assert len(standing.INFORMANTS) >= 7
