from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases.commands import Given, act
from tests.town import IN_WEST

DESK = reverse("cases:supervision_desk")
WORKBENCH = reverse("cases:workbench")


def board(browser, **asked):
    return browser.get(DESK, asked).context["board"]


def line(board, title, label):
    breakdown = next(one for one in board.breakdowns if one.title == title)
    return next(one for one in breakdown.lines if one.label == label)


def records(browser, query):
    return {row.title for row in browser.get(f"{WORKBENCH}?{query}").context["keyset"].rows}


def heap(board, label):
    return next(one for one in board.heaps if one.label == label)


@pytest.mark.spec("001g-23", "001g-37", "004-84")
def test_figures_by_source_level_and_small_kind_lead_to_their_very_records(report, bring, town, sign_in):
    report("巡查发现", source="02", found_level="grid", small_kind="hazard")
    bring(report("群众来电", source="16", found_level="centre", small_kind="help", wants_answer=True), "closed")
    report("西街的", source="02", place=IN_WEST)
    browser = sign_in(town.qian)

    found = board(browser)

    patrol, hotline = line(found, "按来源", "网格员上报"), line(found, "按来源", "镇、街道热线")
    assert (patrol.opened, patrol.closed, hotline.opened, hotline.closed) == (1, 0, 1, 1)
    assert records(browser, patrol.query) == {"巡查发现"}
    assert records(browser, line(found, "按发现层级", "中心级发现").query) == {"群众来电"}
    assert records(browser, line(found, "按五小类别", "小隐患").query) == {"巡查发现"}


@pytest.mark.spec("001g-12", "001g-63")
def test_pressing_cases_and_the_stubborn_problems_are_counted_apart(report, town, sign_in):
    report("顶楼加盖铁皮房", category="06001", is_pressing=True)

    found = board(sign_in(town.qian))

    assert heap(found, "急难愁").count == 1
    assert line(found, "急难愁", "急难愁").opened == 1
    assert line(found, "按突出问题", "违法建筑").opened == 1


def test_a_share_of_nothing_is_a_dash(town, sign_in):
    page = sign_in(town.qian).get(DESK)

    assert page.context["board"].total.share_words == "—"
    assert "—" in page.content.decode()


@pytest.mark.spec("001g-06")
def test_the_six_stages_count_what_stands_in_each(report, bring, town, sign_in):
    report("刚来的")
    bring(report("派了的"), "dispatched")
    bring(report("查着的"), "done")

    stages = {one.label: one.opened for one in board(sign_in(town.qian)).stages}

    assert stages == {"上报": 1, "受理立案": 0, "派遣": 1, "处置": 0, "核查": 1, "结案": 0}


@pytest.mark.spec("001g-40")
def test_an_urging_waits_on_the_desk_until_it_is_answered(report, bring, town, sign_in):
    case = bring(report(), "handling")
    number = case.matter.number
    sign_in(town.qian).post(
        reverse("cases:step", args=[number, "urge"]), {"note": "今天办结", "level": "2", "hours": "4"}
    )
    waiting = board(sign_in(town.qian)).urges

    sign_in(town.zhao).post(reverse("cases:step", args=[number, "answer_urge"]), {"note": "五点前完成"})

    assert [(one.number, one.level) for one in waiting] == [(number, "街道领导督办")]
    assert board(sign_in(town.qian)).urges == []


def test_late_cases_are_counted_by_the_unit_that_holds_them(report, bring, town, sign_in):
    bring(report("早的", at=timezone.now() - timedelta(days=20)), "dispatched", at=timezone.now() - timedelta(days=20))
    bring(report("新的"), "dispatched")
    browser = sign_in(town.qian)

    team = next(one for one in board(browser).units if one.name == "东街联勤队")

    assert (team.held, team.late, team.share_words) == (2, 1, "50%")
    assert records(browser, team.late_query) == {"早的"}


def test_the_desk_counts_only_the_own_territory(report, town, sign_in):
    report()

    found = board(sign_in(town.zhou))

    assert (heap(found, "在办").count, found.total.opened) == (0, 0)


def test_days_that_are_none_are_left_out(town, sign_in):
    found = board(sign_in(town.qian), since="2026-02-31", until="x")

    assert found.until == timezone.localdate()


def test_the_desk_takes_the_same_number_of_queries_however_much_there_is(report, bring, town, sign_in, queries_of):
    browser = sign_in(town.qian)
    browser.get(DESK)
    few = queries_of(lambda: browser.get(DESK))
    for n in range(3):
        case = bring(report(f"第 {n} 件"), "handling")
        urge = Given(note="快", fields={"level": "1"})
        act(case, "urge", urge, actor=town.qian, at=timezone.now())

    many = queries_of(lambda: browser.get(DESK))

    assert len(many) == len(few), many
