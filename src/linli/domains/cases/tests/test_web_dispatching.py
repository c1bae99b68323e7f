import pytest
from django.urls import reverse

from linli.domains.cases.models import Rule, RuleTable
from linli.domains.cases.queries import deciding
from linli.kernel.flow.models import Entry, Matter
from tests.town import IN_WEST

DESK = reverse("cases:dispatch_desk")
SEND = reverse("cases:send")


def state(case):
    return Matter.objects.get(pk=case.pk).state


@pytest.fixture
def rules(town):
    """Manhole covers of the street go to its team, class 2."""
    table = RuleTable.objects.create(district=town.district, no=1, made_by=town.root, made_at="2026-01-01T00:00Z")
    Rule.objects.create(table=table, no=1, category="01", area=town.street, lead=town.team, disposal_class=2)
    RuleTable.objects.filter(pk=table.pk).update(status="in_force")
    deciding.forget()
    yield table
    deciding.forget()


@pytest.mark.spec("001g-43")
def test_the_queue_says_whom_the_rules_name_and_why(report, bring, rules, town, sign_in):
    case = bring(report(), "filed")

    waiting = sign_in(town.lin).get(DESK).context["desk"].waiting

    assert [(one.row.number, one.lead) for one in waiting] == [(case.matter.number, "东街联勤队")]
    assert "第 1 行" in waiting[0].why
    page = sign_in(town.lin).get(reverse("cases:case", args=[case.matter.number])).content.decode()
    assert "二类" in page


def test_one_press_sends_where_the_rules_say(report, bring, rules, town, sign_in):
    case = bring(report(), "filed")

    sign_in(town.lin).post(reverse("cases:send_one", args=[case.matter.number]), {"member": f"unit:{town.team.pk}"})

    assert (state(case), Matter.objects.get(pk=case.pk).unit) == ("dispatched", town.team)


def test_the_chief_takes_in_files_and_sends_in_one_go(report, town, sign_in):
    case = report(category="01001")

    sign_in(town.gao).post(SEND, {"case": [case.matter.number], "member": f"unit:{town.team.pk}"})

    steps = Entry.objects.filter(matter=case.pk).order_by("seq").values_list("step", flat=True)
    assert list(steps) == ["open", "accept", "file", "dispatch"]


def test_what_is_refused_on_the_way_leaves_the_case_as_it_was(report, town, sign_in):
    case = report()

    answer = sign_in(town.gao).post(SEND, {"case": [case.matter.number], "member": f"unit:{town.team.pk}"})

    assert answer.status_code == 422
    assert "请先确定分类" in answer.content.decode()
    assert state(case) == "reported"


@pytest.mark.spec("004-85", "001g-25")
def test_a_grid_head_hands_out_to_the_person_with_the_least_in_hand(report, bring, town, sign_in):
    case = bring(report(), "dispatched", unit=town.grid)
    browser = sign_in(town.wang)

    desk = browser.get(DESK).context["desk"]
    browser.post(SEND, {"case": [case.matter.number], "member": f"person:{town.hua.pk}"})

    assert desk.by_person
    assert {lane.label for lane in desk.lanes} >= {"花开", "王格"}
    assert Matter.objects.get(pk=case.pk).assignee == town.hua
    assert next(lane.load for lane in browser.get(DESK).context["desk"].lanes if lane.label == "花开") == 1


def test_what_was_sent_can_be_sent_elsewhere_with_a_reason(report, bring, town, sign_in):
    case = bring(report(), "dispatched")
    assert sign_in(town.lin).get(DESK).context["desk"].sent[0].can_undo

    sign_in(town.lin).post(
        reverse("cases:step", args=[case.matter.number, "redispatch"]),
        {"unit": town.department.pk, "reason_pick": "力量不足"},
    )

    assert Matter.objects.get(pk=case.pk).unit == town.department


def test_a_dispatcher_of_another_street_sends_nothing(report, bring, town, sign_in):
    case = bring(report(), "filed")

    answer = sign_in(town.zhou).post(SEND, {"case": [case.matter.number], "member": f"unit:{town.west_grid.pk}"})

    assert answer.status_code == 422
    assert state(case) == "filed"


def test_nonsense_for_a_unit_is_refused(report, bring, town, sign_in):
    case = bring(report(), "filed")

    answer = sign_in(town.lin).post(SEND, {"case": [case.matter.number], "member": "unit:x"})

    assert "请选择派给谁" in answer.content.decode()


def test_units_are_found_by_name_and_by_initials_and_the_note_is_kept(report, bring, town, sign_in):
    case = bring(report(), "filed")
    address = reverse("cases:step", args=[case.matter.number, "dispatch"])

    for text in ("市政", "dcqszj"):
        answer = sign_in(town.lin).post(address, {"find": text, "looking": "1", "note": "请尽快"})
        page = answer.content.decode()
        assert "东城区市政局" in page
        assert "西街城运中心" not in page
        assert "请尽快" in page


def test_the_desk_shows_nothing_of_another_street(report, bring, town, sign_in):
    bring(report(), "filed")
    report("西街的事", place=IN_WEST)

    assert sign_in(town.zhou).get(DESK).context["desk"].waiting == []


def test_the_desk_takes_the_same_number_of_queries_however_long_the_queue(report, bring, town, sign_in, queries_of):
    browser = sign_in(town.lin)
    bring(report(), "filed")
    browser.get(DESK)
    few = queries_of(lambda: browser.get(DESK))
    for n in range(4):
        bring(report(f"第 {n} 件"), "filed")

    many = queries_of(lambda: browser.get(DESK))

    assert len(many) == len(few), many
