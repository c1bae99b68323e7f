"""What the field app sends of patrols, inspections, hazards, visits, contacts and duties, field by field as it does."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from linli.domains.field.tests.phone import Phone
from linli.domains.safety.commands import contacting, deploying, joining, teams
from linli.domains.safety.commands.contacting import Planned
from linli.domains.safety.commands.deploying import Order
from linli.domains.safety.commands.joining import Asked
from linli.domains.safety.commands.teams import NewTeam
from linli.domains.safety.models import ContactLog, Hazard, Inspection, LogEntry, Patrol, TrackPoint, Visit
from linli.domains.safety.tests import hazarding, patrolling
from linli.domains.safety.tests.hazarding import listed, notified, state_of
from linli.kernel.devices.presence import PREFIX, code_of
from linli.kernel.duties import commands as duties
from linli.kernel.duties.commands import Draft
from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.evidence.models import File
from linli.kernel.flow.models import Matter
from tests.clock import start_at
from tests.town import IN_GRID

LON, LAT = IN_GRID
HERE = {"lon": LON, "lat": LAT, "accuracy_m": 8}
NOWHERE = {"lon": None, "lat": None, "accuracy_m": None}


@pytest.fixture(autouse=True)
def _ten_in_the_morning(monkeypatch):
    """What is planned for today is on, whenever this runs."""
    start_at(monkeypatch)


def now():
    return timezone.now()


def taken_along(phone, name):
    return phone.send().json()["fresh"][name]["value"]


def work(phone, kind):
    return next(one for one in taken_along(phone, "work") if one["kind"] == kind)


def step(phone, one, name, *, files=(), **values):
    """As the form of a step sends it: all values of the form beside the step, what was seen, the verb of the work."""
    offered = next(step for step in one["steps"] if step["step"] == name)
    return phone.command(offered["verb"], one["about"], seen=one["seen"], files=files, step=name, **values), offered


def is_now(duty):
    opens, misses = (datetime.fromisoformat(duty[name]) for name in ("opens_at", "misses_at"))
    return duty["state"] == "due" and opens <= now() <= misses


def states(told):
    return [(one["state"], one["message"]) for one in told if one["state"] != "accepted"]


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


def plan_round(town, sites):
    """A round of today that is on now."""
    at = timezone.localtime()
    yesterday = at.date() - timedelta(days=1)
    return patrolling.routing.set_route(
        patrolling.Plan(
            kind="grid", name="七网格早巡", unit=town.grid, rule="FREQ=DAILY", starts_on=yesterday, opens=time(0),
            closes=time(23, 59), holder=town.hua, points=[patrolling.Point(one.pk) for one in sites],
        ),
        key=uuid4(), actor=town.wang, at=now() - timedelta(days=1),
    )  # fmt: skip


@pytest.mark.spec("000-54")
def test_a_planned_walk_with_codes_is_done_without_network_and_one_refused_line_spoils_nothing(phone, town):
    points = [patrolling.site(town), patrolling.site(town, 1)]
    plan_round(town, points)
    duty = next(one for one in taken_along(phone, "duties") if one["route"] and is_now(one))
    photo = phone.put()[0]
    known = taken_along(phone, "sites")

    begun = phone.command(
        "patrol.begin", ago=timedelta(seconds=50), kind=duty["route"]["kind"], people=1, route=duty["route"]["id"],
        occurrence=duty["occurrence"],
    )  # fmt: skip
    patrol, after = begun["id"], begun["id"]
    logs = [
        phone.command("patrol.log", after=after, ago=timedelta(seconds=40 - n), patrol=patrol, tag=one.tag,
                      site=point["site"], **HERE, condition="fine", note="")
        for n, (one, point) in enumerate(zip(points, duty["route"]["points"], strict=True))
    ]  # fmt: skip
    told_of = {"after": after, "patrol": patrol}
    gone = phone.command("patrol.log", **told_of, site=str(uuid4()), **NOWHERE, condition="fine", note="")
    seen = phone.command("patrol.log", **told_of, files=[photo], **HERE, condition="problem", note="堆物")
    case = phone.command(
        "case.report", after=seen["id"], text="楼道堆物", **HERE, address="", category="", log=seen["id"]
    )  # fmt: skip
    hazard = phone.command(
        "hazard.report", after=seen["id"], files=[phone.put("before")[0]], text="楼道堆物堵门", category="", **HERE,
        address="", proposed_major="", on_spot=False, log=seen["id"],
    )  # fmt: skip
    ms = int(now().timestamp() * 1000)
    track = phone.command(
        "patrol.track", after=after, patrol=patrol,
        points=[[n, ms - 40_000 + 1000 * n, LON + n * 0.0002, LAT, 8] for n in range(5)],
    )  # fmt: skip
    end = phone.command("patrol.end", after=after, patrol=patrol, metres=76, note="")

    told = phone.answers(begun, *logs, gone, seen, case, hazard, track, end)

    assert [one["id"] for one in told if one["state"] != "accepted"] == [gone["id"]]
    walk = Patrol.objects.get(pk=patrol)
    assert (walk.metres, walk.occurrence.state, walk.ended_at is not None) == (76.0, "done", True)
    assert set(LogEntry.objects.filter(patrol=walk, site__isnull=False).values_list("proof", flat=True)) == {"code"}
    assert TrackPoint.objects.filter(patrol=walk).count() == 5
    follows = LogEntry.objects.get(pk=seen["id"]).follows
    assert {str(one) for one in follows.values_list("matter_id", flat=True)} == {case["id"], hazard["id"]}
    assert {one["id"] for one in known} >= {point["site"] for point in duty["route"]["points"]}


def test_an_inspection_with_photos_signature_and_a_number_in_its_words_is_filed(phone, town, sites):
    site = next(one for one in taken_along(phone, "sites") if one["name"] == sites.eatery.name)
    asked = [one for one in taken_along(phone, "checklists") if not one["kinds"] or site["kind_code"] in one["kinds"]]
    shots, signature = [phone.put()[0] for _n in range(21)], phone.put("signature")[0]
    failed = {one["code"]: [shot["id"] for shot in shots[7 * n : 7 * n + 7]] for n, one in enumerate(asked[:3])}
    items = [
        {"code": one["code"], "result": "failed" if one["code"] in failed else "passed",
         "note": "锁着，找店长 13800001234" if one["code"] in failed else "", "files": failed.get(one["code"], [])}
        for one in asked
    ]  # fmt: skip
    made = phone.command(
        "inspection.file", files=[*shots, signature], site=site["id"], tag=sites.eatery.tag, kind="special",
        with_whom="店长", **HERE, items=items, note="", signature=signature["id"],
    )  # fmt: skip

    told = phone.answers(made)

    assert states(told) == [] and told[0]["facts"]["failed"] == 3
    filed = Inspection.objects.get(pk=made["id"])
    assert (filed.proof, filed.kind, str(filed.signature_id)) == ("code", "special", signature["id"])
    hazards = Hazard.objects.filter(inspection=filed)
    assert all("138" not in one.text and one.matter.attachments.count() == 7 for one in hazards)
    assert site["is_object"] is True


def checklist(phone, site, **more):
    """A checklist of ``site`` on which everything passed, filed from the phone."""
    kind = next(one["kind_code"] for one in taken_along(phone, "sites") if one["id"] == str(site.pk))
    asked = [one for one in taken_along(phone, "checklists") if not one["kinds"] or kind in one["kinds"]]
    items = [{"code": one["code"], "result": "passed", "note": "", "files": []} for one in asked]
    return phone.command("inspection.file", site=str(site.pk), kind="daily", with_whom="", items=items, note="", **more)


def duty_of_inspecting(town, **more):
    """Today's time of a duty of Hua's to inspect in the grid; it is on now, whatever the hour."""
    opens, closes = (timezone.localtime(now() + timedelta(hours=off)).replace(microsecond=0) for off in (-3, 3))
    draft = Draft(**{
        "kind": "inspection", "title": "小餐饮周检", "unit": town.grid, "holder": town.hua, "rule": "FREQ=DAILY",
        "opens": opens.time(), "closes": closes.time(), "starts_on": opens.date(), "wants": ("photo",),
    } | more)  # fmt: skip
    duties.set_duty(draft, actor=town.wang, at=now() - timedelta(hours=6))
    return Occurrence.objects.order_by("opens_at").first()


def test_a_checklist_filed_for_a_duty_of_inspecting_is_that_duty_done(phone, town, sites):
    due = str(duty_of_inspecting(town).pk)
    made = checklist(phone, sites.eatery, files=[phone.put()[0]], tag=sites.eatery.tag, occurrence=due, **HERE)

    told = phone.answers(made)

    assert states(told) == []
    assert "“小餐饮周检”已记为完成" in told[0]["message"]
    one = Inspection.objects.get(pk=made["id"]).occurrence
    assert (str(one.pk), one.state, one.done_by, one.proofs.count()) == (due, "done", town.hua, 1)


@pytest.mark.parametrize(("more", "why"), [
    ({"wants": ("photo",)}, "要照片"), ({"wants": ("code",)}, "要到点扫码"), ({"kind": "visit"}, "没有这项检查排班"),
    ({"holder": None, "role": "grid_head"}, "完成"),
])  # fmt: skip
def test_a_checklist_that_does_not_show_what_a_duty_wants_stands_and_counts_for_none(phone, town, sites, more, why):
    due = duty_of_inspecting(town, **{"wants": (), **more})
    made = checklist(phone, sites.eatery, occurrence=str(due.pk), **NOWHERE)

    told = phone.answers(made)

    assert states(told) == []
    assert why in told[0]["message"].partition("没有计入排班")[2]
    assert Inspection.objects.get(pk=made["id"]).occurrence is None
    assert not Occurrence.objects.filter(state="done").exists()


def test_a_signature_is_no_photo_of_a_duty(phone, town, sites):
    due = duty_of_inspecting(town)
    signature = phone.put("signature")[0]
    made = checklist(
        phone, sites.eatery, files=[signature], signature=signature["id"], occurrence=str(due.pk), **HERE
    )  # fmt: skip

    assert "要照片" in phone.answers(made)[0]["message"]


def test_whose_duty_it_is_comes_before_what_it_wants(phone, town, sites):
    due = duty_of_inspecting(town, wants=("photo", "code"))
    Duty.objects.filter(pk=due.duty_id).update(unit=town.west_grid, over=town.west_grid, holder=town.zhou)
    Occurrence.objects.filter(duty=due.duty_id).update(holder=town.zhou)

    message = phone.answers(checklist(phone, sites.eatery, occurrence=str(due.pk), **HERE))[0]["message"]

    assert "没有这项检查排班" in message
    assert "小餐饮周检" not in message


def test_a_hazard_mended_on_the_spot_comes_with_both_photos_and_no_category(phone, town, sites):
    files = [phone.put("before")[0], phone.put("after")[0]]
    made = phone.command(
        "hazard.report", files=files, text="插线板串接，电工 13800001234", category="", **HERE, address="柳树路1号",
        proposed_major="", on_spot=True, outcome="已拆除", site=str(sites.eatery.pk),
    )  # fmt: skip

    told = phone.answers(made)

    assert states(told) == []
    hazard = Hazard.objects.get(pk=made["id"])
    assert (hazard.matter.state, hazard.category, "138" in hazard.text) == ("rectified", "其他", False)


def test_a_hazard_is_put_right_sent_back_with_a_new_day_and_a_listing_supervised(client, town, sites):
    hazard = notified(town, sites.eatery)
    head, hua = Phone(client, town.wang), Phone(client, town.hua)

    told = head.answers(step(head, work(head, "hazard"), "take_over", note="")[0])
    right, offered = step(
        head, work(head, "hazard"), "rectify", files=[head.put("after")[0]], outcome="已清空", note=""
    )  # fmt: skip
    told += head.answers(right)
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    back, asks = step(hua, work(hua, "hazard"), "fail_recheck", note="又堆上了", due_on=day)
    told += hua.answers(back)

    assert states(told) == []
    assert (offered["needs"], asks["needs"]) == (["outcome", "after"], ["reason", "due_on"])
    hazard.refresh_from_db()
    assert (state_of(hazard), hazard.due_on) == ("rectifying", date.fromisoformat(day))


def test_a_listing_is_supervised_from_the_phone(client, town, sites):
    listed(town, sites.eatery)
    officer = Phone(client, town.fu)
    made, offered = step(officer, work(officer, "listing"), "supervise", note="已到现场督促")

    assert (offered["verb"], states(officer.answers(made))) == ("listing.step", [])


@pytest.mark.spec("001g-54")
def test_a_visit_shows_who_was_there_and_hands_on_what_came_up(phone, town, client):
    other = Phone(client, town.ma)
    minute = int(now().timestamp() // 60)
    present = f"{PREFIX}:{other.device}:{minute}:{code_of(other.presence, other.device, minute)}"
    purpose = taken_along(phone, "visits")["purposes"][0][0]
    made = phone.command(
        "visit.file", files=[phone.put()[0]], address="东街 5 号", purpose=purpose, met=True, note="一切都好", **HERE,
        case="楼道灯不亮", present=present,
    )  # fmt: skip

    told = phone.answers(made)

    assert states(told) == [] and told[0]["number"]
    visit = Visit.objects.get(pk=made["id"])
    assert (visit.present_code, visit.met, len(visit.files)) == (True, True, 1)


def shown_by(other, ago):
    """What the phone of the person met showed so long ago."""
    minute = int((now() - ago).timestamp() // 60)
    return f"{PREFIX}:{other.device}:{minute}:{code_of(other.presence, other.device, minute)}"


@pytest.mark.spec("001g-54", "000-54")
@pytest.mark.parametrize(("hours", "is_proved"), [(5, True), (30, False)])
def test_who_was_there_counts_by_the_time_of_the_visit_within_the_listed_limits(phone, town, client, hours, is_proved):
    """Five hours in a cellar without network are within the limits, thirty are not: then the claim of the time is not
    taken, and a code of yesterday proves nothing today."""
    other, ago = Phone(client, town.ma), timedelta(hours=hours)
    made = phone.command(
        "visit.file", ago=ago, address="东街 5 号", purpose="policy", met=True, note="", present=shown_by(other, ago)
    )

    told = phone.answers(made)[0]

    assert (told["state"], told["is_late"]) == ("accepted", not is_proved)
    assert Visit.objects.get(pk=made["id"]).present_code is is_proved


def test_a_code_of_the_morning_proves_no_visit_of_the_afternoon(phone, town, client):
    present = shown_by(Phone(client, town.ma), timedelta(hours=4))
    made = phone.command("visit.file", address="东街 5 号", purpose="policy", met=True, note="", present=present)

    told = phone.answers(made)[0]

    assert (told["state"], Visit.objects.get(pk=made["id"]).present_code) == ("accepted", False)
    assert "在场码无效或已过时" in told["message"]


def test_a_phone_whose_clock_is_wrong_still_proves_who_was_there_when_it_tells_at_once(phone, town, client):
    present = shown_by(Phone(client, town.ma), timedelta(0))
    phone.off = timedelta(minutes=-45)
    made = phone.command("visit.file", address="东街 5 号", purpose="policy", met=True, note="", present=present)

    told = phone.answers(made)[0]

    assert (told["is_late"], Visit.objects.get(pk=made["id"]).present_code) == (True, True)


@pytest.mark.spec("001g-53")
def test_a_contact_is_written_down_with_what_the_phone_took_along(phone, town):
    contacting.plan(
        town.grid, town.committee, Planned("weekly", timezone.localtime().isoweekday() - 1, timezone.localdate()),
        key=uuid4(), actor=town.wang, at=now(),
    )  # fmt: skip
    choices = taken_along(phone, "visits")
    units = {}
    if len(choices["grids"]) > 1:
        units["grid"] = int(choices["grids"][0][0])
    if len(choices["committees"]) > 1:
        units["committee"] = int(choices["committees"][0][0])
    made = phone.command("contact.file", **units, way=choices["ways"][0][0], topics="通报案件", agreed="")

    assert states(phone.answers(made)) == []
    assert ContactLog.objects.get(pk=made["id"]).grid == town.grid


def test_a_duty_is_reported_done_with_what_its_plan_wants(phone, town):
    draft = Draft(
        kind="visit", title="走访独居老人", unit=town.grid, holder=town.hua, rule="FREQ=DAILY", opens=time(0),
        starts_on=timezone.localdate() - timedelta(days=1), closes=time(23, 59), wants=("photo", "note"),
    )  # fmt: skip
    duties.set_duty(draft, actor=town.wang, at=now() - timedelta(days=1))
    duty = next(one for one in taken_along(phone, "duties") if is_now(one))
    made = phone.command("duty.done", files=[phone.put()[0]], occurrence=duty["occurrence"], note="都好")

    told = phone.answers(made)

    assert states(told) == []
    assert sorted(duty["wants"]) == ["note", "photo"]
    again = next(one for one in taken_along(phone, "duties") if one["occurrence"] == duty["occurrence"])
    assert again["state"] in ("done", "late")


@pytest.mark.spec("001g-21")
def test_the_guard_unit_is_moved_and_a_joint_patrol_recorded_from_phones(client, town):
    new = NewTeam("guard", "特保一队", town.meng.pk, "东街安保公司", timezone.localdate() + timedelta(days=400))
    guards = teams.found(new, unit=town.guard, actor=town.fu, at=now())
    deploying.order(Order(guards.pk, "人流疏导", "天街广场", 6), key=uuid4(), actor=town.lin, at=now())
    meng = Phone(client, town.meng)
    told = []
    for name, values in (("receive", {"note": ""}), ("arrive", {"note": ""}), ("report", {"note": "已疏散"})):
        told += meng.answers(step(meng, work(meng, "deployment"), name, **values)[0])
    begins = now() + timedelta(hours=1)
    joint = joining.ask(
        Asked(town.grid.pk, "沿街燃气", begins, begins + timedelta(hours=3)), key=uuid4(), actor=town.tang, at=now()
    )
    at = timezone.localtime(begins).strftime("%Y-%m-%dT%H:%M")
    meet = {"meets_at": at, "meeting_place": "工作站", "people": "2人"}
    joining.act(joint, "arrange", joining.Given(fields=meet), actor=town.wang, at=now())
    hua = Phone(client, town.hua)
    told += hua.answers(step(hua, work(hua, "joint_patrol"), "record_grid", note="走了 12 家")[0])

    assert states(told) == []
    joint.refresh_from_db()
    assert joint.grid_record == "走了 12 家"


@pytest.mark.spec("004-82")
def test_the_four_hour_alarm_keeps_its_photos(phone, town):
    photo = phone.put()[0]
    made = phone.command("major.raise", files=[photo], text="燃气泄漏", known_at=phone.now().isoformat(), **HERE)

    assert states(phone.answers(made)) == []
    matter = Matter.objects.get(pk=made["id"])
    assert [str(one) for one in matter.attachments.values_list("file_id", flat=True)] == [photo["id"]]
    assert File.objects.get(pk=UUID(photo["id"])).retained_until is None
