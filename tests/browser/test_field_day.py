"""A grid officer's day on a phone at 390 px, with the network off for half of it, against the real server."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.cases.commands import Given, Report, act, report
from linli.domains.cases.models import Case
from linli.domains.safety.commands import covering
from linli.kernel.devices.models import Sent
from linli.kernel.flow.models import Attachment, Entry, Matter
from tests.town import IN_GRID

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order(town):
    """A case of Hua's grid, given to the team, about which Hua is told to go and see."""
    at = datetime.now(UTC) - timedelta(hours=1)
    case = Case.objects.get(
        pk=report(Report(text="树枝压到电线", lon=IN_GRID[0], lat=IN_GRID[1], address="柳树路 9 号"), at=at).id
    )
    for who, name, given in (
        ("chen", "accept", Given(fields={"category": "01001"})), ("chen", "file", Given()),
        ("lin", "dispatch", Given(unit=town.team.pk)),
        ("lin", "instruct", Given(note="先到现场看住行人", assignee=town.hua.pk)),
    ):  # fmt: skip
        act(case, name, given, actor=getattr(town, who), at=at)
    return Matter.objects.get(flow="instruction")


def report_something(app, picture, words, address="柳树路 5 号"):
    app.home()
    app.press("上报")
    app.photo("report", picture)
    app.page.get_by_text("误差约 12 米").wait_for()
    app.write("address", address)
    app.write("text", words)
    app.press("上报")
    app.page.get_by_text("今天辛苦了").wait_for()


def settle_something(app, pictures):
    app.home()
    app.press("当场处置")
    app.photo("before", pictures[0])
    app.photo("after", pictures[1])
    app.page.get_by_text("误差约 12 米").wait_for()
    app.write("text", "楼道口堆着纸箱")
    app.write("outcome", "已请住户搬走")
    app.press("登记当场处置")
    app.page.get_by_text("今天辛苦了").wait_for()


def take_step(app, label, note=""):
    app.press(label)
    if note:
        app.write("note", note)
    app.page.locator(".f-btn.is-end").click()
    app.page.locator(".f-btn.is-end").wait_for(state="detached")


def walk(app):
    app.home()
    app.press("巡查")
    app.press("自由巡查")
    app.page.get_by_text("结束巡查").wait_for()
    for at in range(3):
        app.page.context.set_geolocation({"longitude": IN_GRID[0] + at * 0.0004, "latitude": IN_GRID[1], "accuracy": 8})
        app.press("定位记一条")
        app.page.get_by_text("误差约 8 米").wait_for()
        app.press("记下")
        app.page.get_by_text(f"{at + 1}条记录").wait_for()


@pytest.mark.spec("001g-11", "001g-31")
def test_a_whole_day_of_a_grid_officer_with_the_network_off_for_half_of_it(order, app, pictures):
    app.kept()
    app.page.locator(".f-tab.is-me").click()
    app.home()
    app.page.get_by_role("link", name=re.compile("先到现场|树枝")).first.wait_for()

    app.off()
    report_something(app, pictures[0], "柳树路 5 号门口井盖没了")
    settle_something(app, pictures)
    app.page.get_by_role("link", name=re.compile("先到现场|树枝")).first.click()
    take_step(app, "签收")
    take_step(app, "到场")
    take_step(app, "反馈", "已拉警戒线")
    walk(app)
    app.state("待传")

    app.page.reload()
    app.unlock()
    app.page.get_by_text("3条记录").wait_for()
    app.press("结束巡查")
    app.page.get_by_role("dialog").get_by_role("button", name="结束巡查").click()
    app.page.get_by_text("现在没有排定的路线").wait_for()
    assert (Case.objects.count(), Sent.objects.count()) == (1, 0)

    app.on()
    app.state("已连上|要处理")
    cases = {case.description: case for case in Case.objects.select_related("matter")}
    assert {"柳树路 5 号门口井盖没了", "楼道口堆着纸箱"} <= set(cases)
    assert cases["楼道口堆着纸箱"].matter.state == "on_spot"
    photos = {row.matter_id for row in Attachment.objects.all() if row.file.claimed_sha256 == row.file.sha256}
    assert {cases["柳树路 5 号门口井盖没了"].pk, cases["楼道口堆着纸箱"].pk} <= photos
    order.refresh_from_db()
    assert [entry.step for entry in Entry.objects.filter(matter=order).order_by("seq")][-3:] == [
        "receive",
        "arrive",
        "feed_back",
    ]
    assert list(Sent.objects.exclude(state="accepted").values_list("name", "answer")) == []


@pytest.fixture
def roads(town):
    road = {"type": "LineString", "coordinates": [[121.402, 31.2118], [121.405, 31.2121], [121.408, 31.2118]]}
    feature = {"properties": {"name": "柳树路", "highway": "residential"}, "geometry": road}
    covering.load_roads([feature], district=town.district, source="© OpenStreetMap contributors")
    covering.lay_cells(town.street)


def test_the_map_opens_without_network_with_the_roads_of_ones_ground(roads, order, app):
    app.kept()
    app.off()

    app.page.locator(".f-tab.is-map").click()

    app.page.locator(".f-map canvas").wait_for()
    app.page.locator("button.f-pin").first.wait_for()
    app.page.locator(".f-road-name", has_text="柳树路").wait_for(state="attached")
    app.page.get_by_text("© OpenStreetMap contributors").wait_for()
