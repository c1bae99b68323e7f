import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases.commands import Caller, Given, act
from linli.domains.cases.models import Case, LiaisonCall, Major, Occurrence
from linli.kernel.flow.models import Entry, Link, Matter, Party
from linli.kernel.org.models import Reading
from tests.evidence import jpeg
from tests.town import IN_GRID, IN_WEST

REPORT = reverse("cases:take_report")
SAID = {"text": "柳树路积水，走不过去", "lon": IN_GRID[0], "lat": IN_GRID[1], "emergency": "0"}
CALL = {**SAID, "source": "16", "channel": "hotline"}
WANG = Caller(name="王小明", phone="13812345678")


def upload(name):
    file = io.BytesIO(jpeg(name))
    file.name = f"{name}.jpg"
    return file


def only_case():
    return Case.objects.select_related("matter__home", "about_unit").get()


def page_of(browser, case):
    return browser.get(reverse("cases:case", args=[case.matter.number])).content.decode()


@pytest.mark.spec("000-42")
def test_a_committee_reports_for_a_resident_who_is_answered_in_the_end(town, sign_in, bring):
    given = {**CALL, "source": "17", "channel": "desk", "on_behalf": "on", "name": "王小明", "phone": "13812345678",
             "wants_answer": "on"}  # fmt: skip
    sign_in(town.ma).post(REPORT + "?kind=call", given)

    case = only_case()
    assert (case.on_behalf, case.source) == (True, "17")
    page = page_of(sign_in(town.ma), case)
    assert "138****5678" in page
    assert "13812345678" not in page
    bring(case, "checked")
    reply = reverse("cases:step", args=[case.matter.number, "reply"])
    sign_in(town.chen).post(reply, {"note": "修好了", "method": "phone"})
    assert Occurrence.objects.get(matter=case.pk).answer == "修好了"


def test_a_report_without_words_comes_back_with_what_was_filled_in(town, sign_in):
    answer = sign_in(town.chen).post(REPORT, {**CALL, "text": "", "address": "柳树路 5 号"})

    assert answer.status_code == 422
    assert "柳树路 5 号" in answer.content.decode()
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_is_one_report(town, sign_in):
    key = re.search(r'name="key" value="([^"]+)"', sign_in(town.chen).get(REPORT).content.decode())[1]

    for _time in range(2):
        sign_in(town.chen).post(REPORT + "?kind=call", {**CALL, "key": key})

    assert Case.objects.count() == 1


@pytest.mark.spec("001g-11")
def test_a_patroller_settles_on_the_spot_and_the_centre_registers(town, sign_in):
    shots = {"before": upload("before"), "after": upload("after")}
    sign_in(town.hua).post(REPORT + "?kind=spot", {**SAID, "category": "01001", "outcome": "已扶正", **shots})
    case = only_case()
    assert case.matter.state == "on_spot"

    sign_in(town.chen).post(
        reverse("cases:step", args=[case.matter.number, "register"]),
        {"category": "01001", "result_code": "self_settled", "outcome": "已扶正"},
    )

    assert Matter.objects.get(pk=case.pk).state == "closed"


def test_settling_on_the_spot_needs_both_photos_and_keeps_the_one_that_came(town, sign_in):
    given = {**SAID, "outcome": "已扶正", "before": upload("before")}

    answer = sign_in(town.hua).post(REPORT + "?kind=spot", given)

    token = re.search(r'name="received" value="([^"]+)"', answer.content.decode())[1]
    assert answer.status_code == 422
    again = {**SAID, "outcome": "已扶正", "received": token, "after": upload("after")}
    sign_in(town.hua).post(REPORT + "?kind=spot", again)
    assert only_case().matter.state == "on_spot"


def test_a_photo_received_by_somebody_else_cannot_be_given(town, sign_in):
    given = {**SAID, "outcome": "已扶正", "before": upload("before")}
    token = re.search(
        r'name="received" value="([^"]+)"', sign_in(town.hua).post(REPORT + "?kind=spot", given).content.decode()
    )[1]

    again = {**SAID, "outcome": "已扶正", "received": token, "after": upload("after")}
    answer = sign_in(town.wang).post(REPORT + "?kind=spot", again)

    assert answer.status_code == 422


@pytest.mark.spec("001g-41")
def test_any_member_of_a_grid_may_file_a_finding_on_another_line(town, sign_in):
    sign_in(town.hua).post(REPORT + "?kind=line", {**SAID, "about_unit": town.department.pk})

    case = only_case()
    assert (case.about_unit, case.found_level, case.is_self_found) == (town.department, "grid", True)
    assert "监督对象" in page_of(sign_in(town.lin), case)


@pytest.mark.spec("001g-37")
def test_the_level_of_discovery_follows_the_post(town, sign_in):
    for who, level in (("ma", "unit"), ("hua", "grid"), ("chen", "centre")):
        sign_in(getattr(town, who)).post(REPORT + "?kind=found", {**SAID, "text": f"{who} 看到积水"})
        assert Case.objects.get(description=f"{who} 看到积水").found_level == level


def test_a_report_for_another_street_is_taken_in_and_not_shown(town, sign_in):
    answer = sign_in(town.hua).post(REPORT + "?kind=found", {**SAID, "lon": IN_WEST[0], "lat": IN_WEST[1]})

    assert answer.url == reverse("cases:workbench")
    assert only_case().matter.home == town.west


def test_a_number_is_shown_for_a_purpose_and_the_reading_is_kept(report, town, sign_in):
    case = report(caller=WANG)
    caller = Occurrence.objects.get(matter=case.pk).actor_id
    address = reverse("cases:read_contact", args=[case.matter.number, caller])

    answer = sign_in(town.chen).post(address, {"purpose": "回电核实地点"})

    assert "13812345678" in answer.content.decode()
    assert set(Reading.objects.values_list("reader", "field", "purpose")) == {
        (town.chen.pk, "phone", "回电核实地点"),
        (town.chen.pk, "name", "回电核实地点"),
    }


def test_a_committee_reads_the_number_of_a_resident_of_its_own_grid_and_not_of_the_next_one(report, town, sign_in):
    case, other = report(caller=WANG), report(place=IN_WEST, caller=WANG)
    caller = Occurrence.objects.get(matter=case.pk).actor_id
    address = reverse("cases:read_contact", args=[case.matter.number, caller])

    assert "13812345678" in sign_in(town.ma).post(address, {"purpose": "上门前联系"}).content.decode()
    stranger = Occurrence.objects.get(matter=other.pk).actor_id
    beyond = reverse("cases:read_contact", args=[other.matter.number, stranger])
    assert sign_in(town.ma).post(beyond, {"purpose": "上门前联系"}).status_code == 404


@pytest.mark.parametrize(("who", "purpose", "status"), [("chen", "", 422), ("zhao", "查", 404), ("zhou", "查看", 404)])
def test_a_number_is_not_shown_without_purpose_or_right(report, town, sign_in, who, purpose, status):
    case = report(caller=WANG)
    caller = Occurrence.objects.get(matter=case.pk).actor_id

    answer = sign_in(getattr(town, who)).post(
        reverse("cases:read_contact", args=[case.matter.number, caller]), {"purpose": purpose}
    )

    assert answer.status_code == status
    assert "13812345678" not in answer.content.decode()
    assert not Reading.objects.exists()


def test_a_verifier_who_sees_the_case_may_still_not_read_the_number(report, town, sign_in):
    case = report(caller=WANG)
    caller = Occurrence.objects.get(matter=case.pk).actor_id

    answer = sign_in(town.sun).post(
        reverse("cases:read_contact", args=[case.matter.number, caller]), {"purpose": "核查"}
    )

    assert answer.status_code == 422
    assert "13812345678" not in answer.content.decode()
    assert "看号码" not in page_of(sign_in(town.sun), case)
    assert "看号码" in page_of(sign_in(town.chen), case)


def test_the_caller_of_a_duplicate_is_answered_with_the_lead_and_both_cases_stay(report, town, sign_in):
    lead, second = report(wants_answer=True), report("门口的井盖不见了", wants_answer=True, caller=WANG)

    sign_in(town.chen).post(
        reverse("cases:link", args=[second.matter.number]),
        {"other": lead.matter.number, "kind": "duplicate", "note": "同一个井盖"},
    )
    sign_in(town.chen).post(
        reverse("cases:step", args=[lead.matter.number, "reply"]), {"note": "已补好", "method": "phone"}
    )

    answers = Occurrence.objects.filter(matter=lead.pk).values_list("answer", flat=True)
    assert list(answers) == ["已补好", "已补好"]
    assert Party.objects.filter(matter=lead.pk, role="caller").count() == 1
    assert Matter.objects.filter(pk__in=[lead.pk, second.pk], state="reported").count() == 2
    assert "2 人反映" in page_of(sign_in(town.chen), lead)


def test_a_dismissed_duplicate_is_not_shown_again(report, town, sign_in):
    first, second = report(), report()
    assert "可能相同" in page_of(sign_in(town.chen), second)

    sign_in(town.chen).post(
        reverse("cases:link", args=[second.matter.number]),
        {"other": first.matter.number, "kind": "dismiss", "note": "相邻的另一个井盖"},
    )

    assert "可能相同" not in page_of(sign_in(town.chen), second)
    assert Link.objects.filter(kind="not_duplicate").exists()


@pytest.mark.parametrize("who", ["hua", "zhao"])
def test_linking_is_for_the_desk(report, bring, town, sign_in, who):
    first, second = bring(report(), "dispatched"), bring(report("另一件"), "dispatched")

    answer = sign_in(getattr(town, who)).post(
        reverse("cases:link", args=[second.matter.number]),
        {"other": first.matter.number, "kind": "related", "note": "相邻"},
    )

    assert answer.status_code == 422
    assert not Link.objects.filter(kind="related").exists()


def test_a_case_cannot_be_linked_with_one_out_of_reach(report, town, sign_in):
    mine, other = report(), report(place=IN_WEST)

    answer = sign_in(town.chen).post(
        reverse("cases:link", args=[mine.matter.number]),
        {"other": other.matter.number, "kind": "related", "note": "试试"},
    )

    assert answer.status_code == 422
    assert "不在您的范围内" in answer.content.decode()


@pytest.mark.spec("001g-19")
def test_a_liaison_who_is_called_answers_from_the_page_and_the_time_is_kept(report, bring, town, sign_in):
    case = bring(report(), "dispatched")
    sign_in(town.lin).post(
        reverse("cases:call_liaison", args=[case.matter.number]),
        {"liaison": f"{town.department.pk}:{town.he.pk}", "problem": "请派人关阀"},
    )
    child = Matter.objects.get(flow="liaison_call")

    sign_in(town.he).post(reverse("cases:matter_step", args=[child.number, "answer"]), {"note": "马上到"})

    assert LiaisonCall.objects.get(pk=child.pk).seconds is not None
    assert "秒应答" in page_of(sign_in(town.lin), case)


def test_only_the_centre_and_heads_call_liaisons(report, bring, town, sign_in):
    case = bring(report(), "dispatched")

    answer = sign_in(town.zhao).post(
        reverse("cases:call_liaison", args=[case.matter.number]),
        {"liaison": f"{town.department.pk}:{town.he.pk}", "problem": "请派人"},
    )

    assert answer.status_code == 422
    assert not LiaisonCall.objects.exists()


@pytest.mark.spec("004-82")
def test_major_information_climbs_hop_by_hop_on_the_board(town, sign_in):
    known = timezone.localtime() - timedelta(minutes=40)
    sign_in(town.hua).post(
        reverse("cases:start_major"),
        {"text": "三楼起火", "unit": town.grid.pk, "known_at": known.strftime("%Y-%m-%dT%H:%M")},
    )
    chain = Matter.objects.get(flow="major")
    sign_in(town.wang).post(reverse("cases:matter_step", args=[chain.number, "to_street"]), {"note": ""})

    board = sign_in(town.gao).get(reverse("cases:major")).context["chains"]

    assert [hop.look for hop in board[0].hops] == ["late", "", "now", ""]
    assert board[0].due_at - Major.objects.get().known_at == timedelta(hours=4)


def test_major_information_of_another_street_is_refused(town, sign_in):
    answer = sign_in(town.hua).post(
        reverse("cases:start_major"),
        {"text": "起火", "unit": town.west_grid.pk, "known_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")},
    )

    assert answer.status_code == 422
    assert not Major.objects.exists()


@pytest.mark.spec("003-07")
def test_an_invited_department_answers_from_its_own_workbench(report, bring, town, sign_in):
    case = bring(report(), "dispatched")
    act(case, "invite", Given(note="请到场会商", unit=town.department.pk), actor=town.lin, at=timezone.now())
    child = Matter.objects.get(flow="invitation")
    shown = sign_in(town.du).get(reverse("cases:workbench"), {"tab": "children"}).context["keyset"].rows

    sign_in(town.du).post(
        reverse("cases:matter_step", args=[child.number, "refuse"]), {"reason_pick": "非本部门职责", "note": "属水务局"}
    )

    assert [row.number for row in shown] == [child.number]
    assert "已拒绝" in page_of(sign_in(town.lin), case)
    assert Entry.objects.get(matter=child.pk, step="refuse").note == "非本部门职责;属水务局"


@pytest.mark.spec("001g-27")
def test_an_archived_case_is_found_by_two_characters_and_checked_again(report, bring, town, sign_in):
    case = bring(report("柳树路井盖没了", wants_answer=True), "archived")
    found = sign_in(town.sun).get(reverse("cases:search"), {"q": "井盖"}).context["rows"]

    sign_in(town.sun).post(reverse("cases:step", args=[case.matter.number, "recheck"]), {"note": "仍完好"})

    assert [row.number for row in found] == [case.matter.number]
    assert "复查" in page_of(sign_in(town.lin), case)
