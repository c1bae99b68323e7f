"""What member bodies see and do through the interface."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import Case
from linli.domains.cases.tests.outside import COVER, KEY, department, hotline, program
from linli.kernel.flow.models import Entry, Matter
from tests.evidence import jpeg
from tests.town import IN_GRID, IN_WEST

COMMAND = "019ccc00-0000-7000-8000-00000000a{:03d}"


@pytest.fixture
def case(town):
    given = commands.Report(text="柳树路井盖没了", lon=IN_GRID[0], lat=IN_GRID[1], category="01001")
    return Case.objects.get(pk=commands.report(given, at=timezone.now()).id)


@pytest.fixture
def dispatched(case, town):
    """With the department."""
    act(case, "accept", Given(), actor=town.chen, at=timezone.now())
    act(case, "file", Given(), actor=town.chen, at=timezone.now())
    act(case, "dispatch", Given(unit=town.department.pk), actor=town.lin, at=timezone.now())
    case.matter.refresh_from_db()
    return case


@pytest.mark.spec("002-13")
def test_a_member_department_receives_and_answers_a_case_by_its_own_system(dispatched, town):
    theirs = department(town)

    listed = theirs.get("cases").json()["items"]
    steps = [one["name"] for one in theirs.get(f"cases/{listed[0]['number']}/steps").json()]
    taken = theirs.post(f"cases/{listed[0]['number']}/steps/take_over", {"command": COMMAND.format(1)})
    photo = theirs.upload("files", {"file": upload_of(jpeg("after"))}).json()["id"]
    answered = theirs.post(
        f"cases/{listed[0]['number']}/steps/feed_back",
        {"command": COMMAND.format(2), "files": [{"id": photo, "kind": "after"}], "fields": {"outcome": "已补盖"}},
    )

    dispatched.refresh_from_db()
    assert [one["number"] for one in listed] == [dispatched.matter.number]
    assert "take_over" in steps
    assert (taken.status_code, answered.status_code) == (200, 200)
    assert (dispatched.outcome, Matter.objects.get(pk=dispatched.pk).state) == ("已补盖", "done")


def upload_of(raw):
    return SimpleUploadedFile("photo.jpg", raw)


def test_a_step_sent_again_is_taken_once(dispatched, town):
    theirs = department(town)
    path = f"cases/{dispatched.matter.number}/steps/take_over"

    first = theirs.post(path, {"command": COMMAND.format(1)})
    again = theirs.post(path, {"command": COMMAND.format(1)})
    other = theirs.post(path, {"command": COMMAND.format(1), "note": "换个内容"})

    assert again.json() == first.json()
    assert other.status_code == 409
    assert Entry.objects.filter(matter=dispatched.matter, step="take_over").count() == 1


def test_a_step_decided_on_an_old_state_is_a_conflict(dispatched, town):
    theirs = department(town)
    seen = theirs.get(f"cases/{dispatched.matter.number}").json()["seen"]
    act(dispatched, "redispatch", Given(unit=town.team.pk, note="改派"), actor=town.lin, at=timezone.now())

    body = {"command": COMMAND.format(1), "seen": seen}
    answer = theirs.post(f"cases/{dispatched.matter.number}/steps/take_over", body)

    assert answer.status_code in (404, 409)
    assert not Entry.objects.filter(step="take_over").exists()


def test_a_step_that_is_not_theirs_is_refused_in_words(dispatched, town):
    answer = department(town).post(
        f"cases/{dispatched.matter.number}/steps/close", {"command": COMMAND.format(1), "note": "好了"}
    )

    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_case_of_another_body_is_not_there(case, town):
    stranger = program(town.west, "西街系统", roles=("dispatcher",))

    for path in ("", "/steps", "/journal", "/children", "/files"):
        assert stranger.get(f"cases/{case.matter.number}{path}").status_code == 404
    assert stranger.get("cases").json() == {"items": [], "after": None}
    assert stranger.get(f"matters/{case.pk}").status_code == 404


def test_a_centre_lists_its_cases_newest_first_page_by_page(town):
    centre = program(town.street, "中台", roles=("dispatcher",))
    sender = hotline(town)
    numbers = [
        sender.post("reports", COVER | {"id": KEY.format(n), "find_duplicates": False}).json()["number"]
        for n in range(5)
    ]
    west = COVER | {"id": KEY.format(9), "position": {"lon": IN_WEST[0], "lat": IN_WEST[1]}}
    sender.post("reports", west)

    first = centre.get("cases", limit=3).json()
    rest = centre.get("cases", limit=3, after=first["after"]).json()

    assert [one["number"] for one in first["items"] + rest["items"]] == numbers[::-1]
    assert rest["after"] is None


def test_a_list_is_narrowed_by_state_and_category(dispatched, town):
    centre = program(town.street, "中台", roles=("dispatcher",))

    def numbers(**given):
        return [one["number"] for one in centre.get("cases", **given).json()["items"]]

    assert numbers(state=["dispatched", "handling"]) == [dispatched.matter.number]
    assert numbers(state="reported") == []
    assert numbers(category="01") == [dispatched.matter.number]
    assert numbers(category="02") == []
    assert centre.get("cases", state="unheard_of").status_code == 422


def test_who_only_sends_sees_what_it_sent(town, case):
    sender = hotline(town)
    number = sender.post("reports", COVER | {"id": KEY.format(1)}).json()["number"]

    assert [one["number"] for one in sender.get("cases").json()["items"]] == [number]
    assert sender.get(f"cases/{case.matter.number}").status_code == 404


def test_the_journal_names_staff_but_no_resident(dispatched, town):
    moves = department(town).get(f"cases/{dispatched.matter.number}/journal").json()

    assert [(one["step"], one["who"]) for one in moves] == [
        ("open", ""), ("accept", "陈晨"), ("file", "陈晨"), ("dispatch", "林静"),
    ]  # fmt: skip


def test_an_invitation_is_answered_by_the_department(case, town):
    act(case, "accept", Given(), actor=town.chen, at=timezone.now())
    act(case, "file", Given(), actor=town.chen, at=timezone.now())
    act(case, "invite", Given(unit=town.department.pk, note="请到现场会商"), actor=town.lin, at=timezone.now())
    theirs = department(town)
    child = theirs.get(f"cases/{case.matter.number}/children").json()[0]

    answer = theirs.post(f"matters/{child['id']}/steps/promise", {"command": COMMAND.format(1)})

    assert answer.status_code == 200
    assert theirs.get(f"matters/{child['id']}").json()["state"] == "promised"


def test_changes_are_read_in_order_and_each_once(dispatched, town):
    theirs = department(town)

    first = theirs.get("changes", after=0, limit=2).json()
    rest = theirs.get("changes", after=first["after"]).json()

    assert [one["step"] for one in first["items"] + rest["items"]] == ["open", "accept", "file", "dispatch"]
    assert first["has_more"] is True
    assert theirs.get("changes", after=rest["after"]).json()["items"] == []


def test_changes_since_a_time_leave_out_what_was_before(dispatched, town):
    theirs = department(town)
    hour = timedelta(hours=1)

    earlier = theirs.get("changes", since=(timezone.now() - hour).isoformat()).json()
    later = theirs.get("changes", since=(timezone.now() + hour).isoformat()).json()

    assert len(earlier["items"]) == 4
    assert later["items"] == []


def test_changes_of_others_are_not_told(dispatched, town):
    stranger = program(town.west, "西街系统", roles=("dispatcher",))

    answer = stranger.get("changes", after=0).json()

    assert answer["items"] == []
    assert answer["after"] > 0


def test_staff_who_are_signed_in_use_the_same_interface(dispatched, town):
    browser = Browser()
    browser.force_login(town.lin.account)

    answer = browser.get(f"/api/v1/cases/{dispatched.matter.number}")

    assert answer.json()["number"] == dispatched.matter.number


def test_a_signed_in_browser_needs_the_token_against_forged_steps(dispatched, town):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(town.lin.account)

    answer = browser.post(
        f"/api/v1/cases/{dispatched.matter.number}/steps/redispatch", {"command": COMMAND.format(1)},
        content_type="application/json",
    )  # fmt: skip

    assert answer.status_code == 403


def test_nobody_reads_cases_unasked(case):
    for path in (f"cases/{case.matter.number}", "cases", "changes", "categories", f"matters/{UUID(int=1)}"):
        assert Browser().get(f"/api/v1/{path}").status_code == 401


def test_a_photo_of_a_case_is_handed_out_within_the_case_only(dispatched, town):
    theirs = department(town)
    photo = theirs.upload("files", {"file": upload_of(jpeg("progress"))}).json()["id"]
    body = {"command": COMMAND.format(1), "note": "正在处理", "files": [{"id": photo}]}
    theirs.post(f"cases/{dispatched.matter.number}/steps/take_over", {"command": COMMAND.format(0)})
    theirs.post(f"cases/{dispatched.matter.number}/steps/note_progress", body)

    listed = theirs.get(f"cases/{dispatched.matter.number}/files").json()
    served = theirs.get(f"cases/{dispatched.matter.number}/files/{photo}")

    assert [one["id"] for one in listed] == [photo]
    assert served["Content-Type"] == "image/jpeg"
    assert served.getvalue().startswith(b"\xff\xd8")
    assert program(town.west, "西街", roles=("dispatcher",)).get(
        f"cases/{dispatched.matter.number}/files/{photo}"
    ).status_code == 404  # fmt: skip


def test_the_lists_name_categories_and_their_conditions(town):
    found = hotline(town).get("categories").json()

    cover = next(one for one in found if one["code"] == "01001")
    assert (cover["name"], cover["group_code"]) == ("供水井盖异常", "01")
    assert cover["conditions"]


def test_a_position_belongs_to_its_smallest_grid(town):
    spot = hotline(town).get("areas/locate", lon=IN_GRID[0], lat=IN_GRID[1]).json()

    assert spot["grid"] == "governance_grid-grid"
    assert spot["home"]["code"] == "street"


def test_the_description_of_the_interface_is_open_to_all(db):
    schema = Browser().get("/api/v1/openapi.json").json()

    assert "/api/v1/reports" in schema["paths"]
    assert "application/problem+json" in schema["paths"]["/api/v1/reports"]["post"]["responses"]["422"]["content"]
