"""A resident's snapshot of a danger becomes a hazard beside its case; a hazard that is none goes on as a case."""

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases import commands as cases
from linli.domains.cases.commands import Report
from linli.domains.cases.queries.following import code_for
from linli.domains.safety.models import Hazard
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import state_of, step
from linli.kernel.flow.models import Link, Matter
from tests.evidence import photo
from tests.town import IN_GRID


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


@pytest.fixture
def enter(client):
    def as_(actor):
        client.force_login(actor.account)
        return client

    return as_


def snapshot(town):
    """What a resident sent in: an electric bicycle charging in the stairwell."""
    said = Report(
        text="楼道里电瓶车飞线充电", lon=IN_GRID[0], lat=IN_GRID[1], address="柳树路7号", source="03", channel="web",
        files=[photo(town.hua)],
    )  # fmt: skip
    return cases.report(said, at=timezone.now())


@pytest.mark.spec("000-53")
def test_a_residents_snapshot_becomes_a_hazard_and_its_reporter_sees_what_became_of_it(town, sites, enter, client):
    taken = snapshot(town)
    onward = reverse("cases:pass_on", args=[taken.number, "hazard"])
    assert "转隐患" in enter(town.gao).get(reverse("cases:case", args=[taken.number])).content.decode()

    assert enter(town.gao).post(onward, {"choice": "", "note": "属消防隐患"}).status_code == 422
    assert enter(town.gao).post(onward, {"choice": "消防安全", "note": "属消防隐患"}).status_code == 302

    hazard = Hazard.objects.select_related("matter__area").get()
    assert (hazard.source, hazard.category, hazard.text) == ("resident", "消防安全", "楼道里电瓶车飞线充电")
    assert hazard.matter.area == town.areas["grid"]
    assert hazard.matter.attachments.filter(kind="before").exists()
    step(hazard, "grade_general", town.fu, grade_basis="飞线充电", note="核实")
    page = enter(town.gao).get(reverse("cases:case", args=[taken.number])).content.decode()
    assert hazard.matter.number in page and "待下发通知" in page and onward not in page
    client.logout()
    follow = client.get("/follow", {"number": taken.number, "code": code_for(taken.id)}).content.decode()
    assert "已作为隐患整改，现在：待下发通知" in follow


def test_a_case_is_handed_on_once_and_not_by_whoever_has_nothing_to_do_with_it(town, sites, enter):
    taken = snapshot(town)
    onward = reverse("cases:pass_on", args=[taken.number, "hazard"])

    assert enter(town.zhou).get(onward).status_code == 404
    assert enter(town.sun).post(onward, {"choice": "消防安全", "note": "试"}).status_code == 422
    for _time in range(2):
        assert enter(town.lin).post(onward, {"choice": "消防安全", "note": "属消防隐患"}).status_code == 302
    assert enter(town.lin).get(reverse("cases:pass_on", args=[taken.number, "nothing"])).status_code == 404

    assert Hazard.objects.count() == 1


def test_a_hazard_that_is_none_goes_on_as_a_case_with_its_place_and_photos(town, sites, enter):
    hazard = hazarding.find(town.hua, sites.eatery, text="门口路面破损积水", files=[photo(town.hua, "before")])

    step(hazard, "hand_on", town.wang, note="属市政设施，不是安全隐患")

    other = Link.objects.get(matter=hazard.matter, kind="hazard").other
    case = Matter.objects.get(pk=other.pk)
    assert (state_of(hazard), case.flow, case.area) == ("handed_on", "case", town.areas["grid"])
    assert case.attachments.count() == 1
    assert case.number in enter(town.fu).get(reverse("safety:hazard", args=[hazard.matter.number])).content.decode()
    shown = enter(town.lin).get(reverse("cases:case", args=[case.number])).content.decode()
    assert hazard.matter.number in shown and "onward/hazard" not in shown
