from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.kernel.flow import commands as flow
from linli.kernel.flow.models import Matter
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.meetings.models import Attendance, Decision, Lesson, Meeting
from linli.kernel.messages.models import Notice


@pytest.fixture
def enter(client):
    def go(actor):
        client.force_login(actor.account)
        return client

    return go


@pytest.fixture
def matter(town):
    """Something with a number in East Street that can be discussed."""
    return flow.open_matter(
        RESOLUTION, title="井盖反复被盗", home=town.street, unit=town.centre, actor=town.gao, at=timezone.now()
    )


def call(browser, town, *, agenda, invited=(), hours=1):
    starts = timezone.localtime(timezone.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")
    return browser.post(
        reverse("organisation:call_meeting"),
        {"kind": "case_discussion", "title": "案例讨论", "unit": town.centre.pk, "starts_at": starts, "place": "三楼",
         "agenda": agenda, "invited": [person.pk for person in invited]},
    )  # fmt: skip


@pytest.mark.spec("001g-52")
def test_a_case_is_discussed_and_its_lesson_is_found_again_by_two_characters(town, enter, matter):
    browser = enter(town.gao)
    shown = browser.get(reverse("organisation:call_meeting"), {"case": matter.number}).content.decode()
    assert f"{matter.number} 井盖反复被盗" in shown

    call(browser, town, agenda=f"{matter.number} 井盖反复被盗\n下周安排", invited=[town.lin, town.hua], hours=-2)
    meeting = Meeting.objects.get()
    assert meeting.agenda.get(position=1).matter_id == matter.pk
    assert Notice.objects.filter(code="meeting_called").count() == 2
    browser.post(
        reverse("organisation:attend", args=[meeting.pk]),
        {f"state_{town.gao.pk}": "attended", f"state_{town.lin.pk}": "attended", f"state_{town.hua.pk}": "absent",
         f"reason_{town.hua.pk}": "值班"},
    )  # fmt: skip
    browser.post(reverse("organisation:minute", args=[meeting.pk]), {"text": "更换为防盗井盖"})
    browser.post(
        reverse("organisation:learn", args=[meeting.pk]),
        {"lesson-text": "同一地点三次以上应换防盗井盖", "lesson-matters": [matter.pk]},
    )

    assert Attendance.objects.get(actor=town.hua).reason == "值班"
    assert Lesson.objects.get().matters.get().pk == matter.pk
    found = enter(town.hua).get(reverse("organisation:lessons"), {"q": "防盗"}).content.decode()
    assert "应换防盗井盖" in found


@pytest.mark.spec("003-08")
def test_a_decision_of_a_joint_meeting_becomes_a_task_and_somebody_else_confirms_it(town, enter):
    call(enter(town.gao), town, agenda="占道经营", invited=[town.zhao], hours=-1)
    meeting = Meeting.objects.get()
    enter(town.gao).post(reverse("organisation:attend", args=[meeting.pk]), {f"state_{town.gao.pk}": "attended"})
    due = timezone.localdate() + timedelta(days=3)
    enter(town.gao).post(
        reverse("organisation:decide", args=[meeting.pk]),
        {"decision-text": "联勤队整治柳树路", "decision-unit": town.team.pk, "decision-due_on": due.isoformat()},
    )
    matter = Decision.objects.get().matter

    page = enter(town.zhao).get(reverse("organisation:resolution", args=[matter.number])).content.decode()
    assert reverse("organisation:take_step", args=[matter.number, "finish"]) in page
    enter(town.zhao).post(reverse("organisation:take_step", args=[matter.number, "finish"]), {"note": "已整治"})
    enter(town.gao).post(reverse("organisation:take_step", args=[matter.number, "confirm"]), {})

    assert Matter.objects.get(pk=matter.pk).state == "confirmed"


def test_a_case_next_door_cannot_be_put_on_an_agenda(town, enter, matter):
    starts = timezone.localtime(timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")

    answer = enter(town.zhou).post(
        reverse("organisation:call_meeting"),
        {"kind": "case_discussion", "title": "讨论", "unit": town.west_centre.pk, "starts_at": starts, "place": "一楼",
         "agenda": f"{matter.number} 看看"},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "没有您能看到的案件" in answer.content.decode()
    assert Meeting.objects.count() == 0


def test_a_meeting_and_a_resolution_next_door_are_not_there(town, enter, matter):
    call(enter(town.gao), town, agenda="占道经营")
    meeting = Meeting.objects.get()
    browser = enter(town.zhou)

    assert browser.get(reverse("organisation:meeting", args=[meeting.pk])).status_code == 404
    assert browser.post(reverse("organisation:minute", args=[meeting.pk]), {"text": "x"}).status_code == 404
    assert browser.get(reverse("organisation:resolution", args=[matter.number])).status_code == 404


def test_who_may_not_convene_finds_no_form(town, enter):
    assert enter(town.zhao).get(reverse("organisation:call_meeting")).status_code == 404


def test_a_cancelled_meeting_tells_those_invited(town, enter):
    browser = enter(town.gao)
    call(browser, town, agenda="占道经营", invited=[town.lin], hours=5)

    browser.post(reverse("organisation:cancel_meeting", args=[Meeting.objects.get().pk]), {"reason": "台风"})

    assert Meeting.objects.get().cancelled_because == "台风"
    assert Notice.objects.filter(code="meeting_cancelled", actor=town.lin).exists()
    assert "台风" in browser.get(reverse("organisation:meeting", args=[Meeting.objects.get().pk])).content.decode()


def test_a_meeting_refused_for_personal_data_keeps_what_was_typed(town, enter):
    browser = enter(town.gao)
    call(browser, town, agenda="占道经营", hours=-1)
    meeting = Meeting.objects.get()
    browser.post(reverse("organisation:attend", args=[meeting.pk]), {f"state_{town.gao.pk}": "attended"})

    answer = browser.post(reverse("organisation:minute", args=[meeting.pk]), {"text": "联系 13812345678"})

    assert answer.status_code == 422
    assert "联系 13812345678" in answer.content.decode()
