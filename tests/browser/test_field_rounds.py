"""The rest of a day in the street on a phone, with the network off: rounds, checklists, visits, duties, alarms."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.domains.safety.commands import contacting, routing
from linli.domains.safety.commands.contacting import Planned
from linli.domains.safety.models import ContactLog, Hazard, Inspection, LogEntry, Patrol, Visit
from linli.domains.safety.tests import hazarding, patrolling
from linli.kernel.devices.models import Sent
from linli.kernel.duties import commands as duties
from linli.kernel.duties.commands import Draft
from linli.kernel.duties.models import Occurrence
from linli.kernel.flow.models import Matter
from linli.kernel.messages import commands as messages
from linli.kernel.messages.models import Notice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AROUND = timedelta(hours=3)


def on_now():
    """A rule, its first day and a window, whatever the hour: begun three hours ago, over in three."""
    opens, closes = (timezone.localtime(timezone.now() + off).replace(microsecond=0) for off in (-AROUND, AROUND))
    return {"rule": "FREQ=DAILY", "starts_on": opens.date(), "opens": opens.time(), "closes": closes.time()}


def earlier():
    return timezone.now() - 2 * AROUND


@pytest.fixture
def points(town):
    """A planned round of Hua's past three points, 200 m apart, that is on now."""
    spots = [patrolling.site(town, n, name=name) for n, name in enumerate(("消防通道", "电动车充电棚", "地下车库入口"))]
    plan = routing.Plan(
        kind="grid", name="七网格夜巡", unit=town.grid, holder=town.hua, **on_now(),
        points=[routing.Point(spot.pk, "看看有没有堆物") for spot in spots],
    )  # fmt: skip
    routing.set_route(plan, key=patrolling.key(), actor=town.wang, at=earlier())
    return spots


@pytest.fixture
def places(town):
    """Places with checklists, a duty of inspecting them, and a plan of contact between grid and committee."""
    weekly = Draft(kind="inspection", title="小餐饮周检", unit=town.grid, holder=town.hua, wants=(), **on_now())
    duties.set_duty(weekly, actor=town.wang, at=earlier())
    on = on_now()
    contact = Planned("weekly", on["starts_on"].weekday(), on["starts_on"], opens=on["opens"], closes=on["closes"])
    contacting.plan(town.grid, town.committee, contact, key=patrolling.key(), actor=town.wang, at=earlier())
    return hazarding.furnish(town)


@pytest.fixture
def told(town):
    """A duty of Hua's that wants a photo and words and is on now, and a message not read."""
    draft = Draft(
        kind="visit", title="走访独居老人", unit=town.grid, holder=town.hua, wants=("photo", "note"), **on_now()
    )
    duties.set_duty(draft, actor=town.wang, at=earlier())
    messages.notify([town.hua], "instruction", {"text": "雨后请看看低洼处"}, at=earlier())
    return Notice.objects.get(actor=town.hua)


def stand_at(app, spot, accuracy):
    """Each time known a little less well, so that a form shows by its words which position it has."""
    app.page.context.set_geolocation({"longitude": spot.lon, "latitude": spot.lat, "accuracy": accuracy})


def note_point(app, proof, accuracy, condition="正常", words=""):
    app.page.get_by_text(proof).wait_for()
    app.page.get_by_text(f"误差约 {accuracy} 米").wait_for()
    app.page.get_by_role("radio", name=condition).check()
    if words:
        app.write("note", words)
    app.press("记下")


def type_code(app, code):
    app.page.get_by_label("码下的编号").fill(code)
    app.press("打开")


def all_sent(app):
    """Until nothing waits and nothing was refused: what the server has is then all that was done."""
    app.on()
    app.state("已连上|要处理")
    assert list(Sent.objects.exclude(state="accepted").values_list("name", "answer")) == []
    app.page.locator(".f-state").click()
    app.page.get_by_text("已答复（保留 30 天）").wait_for()
    assert app.page.get_by_text("待上传").count() == 0


@pytest.mark.spec("001g-18", "000-51", "000-54")
def test_a_planned_round_is_proved_by_typed_code_and_position_and_its_problems_go_on(points, app, pictures):
    app.kept()
    app.page.get_by_role("link", name=re.compile("七网格夜巡")).wait_for()
    app.off()

    app.page.get_by_role("link", name=re.compile("七网格夜巡")).click()
    app.press("按这条路线开始巡查")
    app.page.get_by_role("button", name=re.compile("七网格夜巡")).click()
    app.page.get_by_text("结束巡查").wait_for()
    stand_at(app, points[0], 7)
    app.press("扫码到点")
    type_code(app, points[0].tag.upper())
    note_point(app, "已扫码，证明到点", 7)
    stand_at(app, points[1], 8)
    app.page.get_by_role("link", name=re.compile("电动车充电棚")).click()
    note_point(app, "以定位证明到点", 8, "有问题", "飞线充电")
    app.press("上报为事件")
    app.write("text", "电动车飞线充电")
    app.press("上报")
    app.page.get_by_role("link", name=re.compile("巡查中")).click()
    stand_at(app, points[2], 9)
    app.page.get_by_role("link", name=re.compile("地下车库入口")).click()
    note_point(app, "以定位证明到点", 9, "有问题", "消火栓被挡")
    app.press("报为安全隐患")
    app.photo("before", pictures[0])
    app.write("text", "消火栓被杂物挡住")
    app.press("报隐患")
    app.page.get_by_role("link", name=re.compile("巡查中")).click()
    app.page.get_by_text("3条记录").wait_for()
    app.press("结束巡查")
    app.page.get_by_text("点位都到了").wait_for()
    app.page.get_by_role("dialog").get_by_role("button", name="结束巡查").click()
    app.page.get_by_text("自由巡查").wait_for()
    assert not Patrol.objects.exists()

    all_sent(app)
    walk = Patrol.objects.get()
    assert (walk.occurrence.state, walk.ended_at is not None) == ("done", True)
    lines = {line.site_id: line for line in LogEntry.objects.filter(patrol=walk)}
    assert [lines[spot.pk].proof for spot in points] == ["code", "position", "position"]
    assert [one.matter.flow for spot in points[1:] for one in lines[spot.pk].follows.all()] == ["case", "hazard"]


@pytest.mark.spec("001g-53", "001g-54")
def test_a_checklist_is_signed_a_visit_and_a_contact_written_down_without_network(places, app):
    app.kept()
    app.page.get_by_role("link", name=re.compile("小餐饮周检")).click()
    app.press("去检查")
    app.page.get_by_role("link", name=re.compile("老灶头面馆")).wait_for()
    app.off()

    app.page.get_by_role("link", name=re.compile("老灶头面馆")).click()
    items = app.page.locator("fieldset.f-check")
    for item in items.all():
        item.get_by_role("radio", name="合格", exact=True).check()
    items.first.get_by_role("radio", name="不合格").check()
    items.first.get_by_label("哪里不合格").fill("后门上锁")
    app.write("with_whom", "店长")
    app.page.get_by_text("误差约 12 米").wait_for()
    sign(app)
    app.press("提交检查")
    app.page.get_by_text("今天辛苦了").wait_for()
    app.press("走访")
    app.page.get_by_role("radio").first.check()
    app.write("address", "东街 5 号 301")
    app.write("note", "一切都好")
    app.press("记下走访")
    app.page.get_by_text("今天辛苦了").wait_for()
    app.press("联系")
    app.page.get_by_role("radio").first.check()
    app.write("topics", "通报本周案件")
    app.press("记下联系")
    app.state("待传 3")
    assert not Sent.objects.exists()

    all_sent(app)
    filed = Inspection.objects.get()
    assert (filed.object_id, filed.failed, filed.with_whom) == (places.eatery.pk, 1, "店长")
    assert filed.signature is not None
    assert filed.occurrence.state == "done"
    assert Hazard.objects.get(inspection=filed).text == "后门上锁"
    assert Visit.objects.get().note == "一切都好"
    contact = ContactLog.objects.get()
    assert (contact.topics, contact.occurrence.state) == ("通报本周案件", "done")


def sign(app):
    canvas = app.page.locator("canvas.f-sign")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + 40, box["y"] + box["height"] / 2
    app.page.mouse.move(x, y)
    app.page.mouse.down()
    app.page.mouse.move(x + 60, y - 20)
    app.page.mouse.move(x + 120, y + 20)
    app.page.mouse.up()


@pytest.mark.spec("004-82")
def test_a_duty_is_done_a_message_read_and_the_alarm_raised_without_network(told, app, pictures):
    app.kept()
    app.page.get_by_role("link", name=re.compile("走访独居老人")).wait_for()
    app.off()

    app.page.get_by_role("link", name=re.compile("走访独居老人")).click()
    app.write("note", "老人都好")
    app.photo("report", pictures[0])
    app.press("做完了")
    app.page.get_by_text("今天辛苦了").wait_for()
    app.page.locator(".f-tab.is-messages").click()
    app.page.get_by_role("link", name=re.compile("未读")).first.click()
    app.page.get_by_text("雨后请看看低洼处").first.wait_for()
    app.home()
    app.press("4 小时急报")
    app.page.get_by_role("radio", name="半小时前").check()
    app.write("text", "燃气泄漏，已疏散 12 人")
    app.press("发出急报")
    app.page.get_by_text("今天辛苦了").wait_for()
    assert not Sent.objects.exists()

    all_sent(app)
    done = Occurrence.objects.get(state="done")
    assert (done.note, done.proofs.count()) == ("老人都好", 1)
    told.refresh_from_db()
    assert told.read_at is not None
    alarm = Matter.objects.get(flow="major")
    known = alarm.major.known_at
    assert timedelta(minutes=25) < timezone.now() - known < timedelta(hours=2)
