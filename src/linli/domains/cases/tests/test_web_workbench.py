from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases import commands
from linli.domains.cases.commands import Given, act
from linli.domains.cases.models import SavedFilter
from linli.domains.cases.queries import filtering, workbench
from linli.domains.cases.queries.reaching import reach_of
from linli.kernel.flow.inbox import PROBE
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from tests.town import IN_GRID8, IN_WEST

WORKBENCH = reverse("cases:workbench")


def titles(answer):
    return [row.title for row in answer.context["keyset"].rows]


def state(case):
    return Matter.objects.get(pk=case.pk).state


def test_the_workbench_shows_what_was_reported_in_ones_street(report, town, sign_in):
    report("井盖没了")
    report("西街的事", place=IN_WEST)

    answer = sign_in(town.chen).get(WORKBENCH, {"tab": "intake"})

    assert titles(answer) == ["井盖没了"]
    assert "井盖没了" in answer.content.decode()


def test_a_stranger_sees_nothing_of_it(report, town, sign_in):
    report("井盖没了")

    assert titles(sign_in(town.zhou).get(WORKBENCH, {"tab": "area"})) == []


def test_a_team_sees_what_it_holds_and_a_member_what_is_theirs(report, bring, town, sign_in):
    case = bring(report("井盖没了"), "dispatched")
    browser = sign_in(town.zhao)
    assert titles(browser.get(WORKBENCH, {"tab": "unit"})) == ["井盖没了"]
    assert titles(browser.get(WORKBENCH, {"tab": "mine"})) == []

    act(case, "assign", Given(assignee=town.zhao.pk), actor=town.lin, at=timezone.now())

    assert titles(browser.get(WORKBENCH, {"tab": "mine"})) == ["井盖没了"]


def test_tabs_hold_what_waits_for_checking_closing_and_visiting(report, bring, town, sign_in):
    bring(report("待查的"), "done")
    bring(report("待结的", wants_answer=True), "checked")
    bring(report("结了的", wants_answer=True), "closed")

    assert titles(sign_in(town.sun).get(WORKBENCH, {"tab": "check"})) == ["待查的"]
    assert titles(sign_in(town.chen).get(WORKBENCH, {"tab": "closing"})) == ["待结的"]
    assert titles(sign_in(town.xu).get(WORKBENCH, {"tab": "revisit"})) == ["结了的"]


@pytest.mark.spec("001g-12")
def test_pressing_cases_are_marked_and_can_be_listed_apart(report, town, sign_in):
    report("老人断水", is_pressing=True)
    report("树叶没扫")

    answer = sign_in(town.chen).get(WORKBENCH, {"tab": "area", "flag": "pressing"})

    assert titles(answer) == ["老人断水"]
    assert "急难愁" in [mark.label for mark in answer.context["keyset"].rows[0].marks]


def test_filters_narrow_and_stay_in_the_address(report, town, sign_in):
    old = timezone.now() - timedelta(days=3)
    report("旧的井盖", at=old, source="04")
    report("新的井盖", source="03")
    report("新的路灯", source="03", place=IN_GRID8)
    browser = sign_in(town.chen)

    def found(**asked):
        return titles(browser.get(WORKBENCH, {"tab": "area", **asked}))

    assert found(due="late") == ["旧的井盖"]
    assert found(source="04") == ["旧的井盖"]
    assert set(found(text="井盖")) == {"旧的井盖", "新的井盖"}
    assert found(area=town.grid8.pk) == ["新的路灯"]
    assert found(opened="1", text="井盖") == ["新的井盖"]
    assert found(since=timezone.localdate(old).isoformat(), until=timezone.localdate(old).isoformat()) == ["旧的井盖"]
    chips = browser.get(WORKBENCH, {"tab": "area", "source": "04"}).context["narrow"].set
    assert [chip.url for chip in chips] == ["?tab=area"]


def test_a_filter_on_somebody_elses_territory_shows_nothing(report, town, sign_in):
    report("西街的事", place=IN_WEST)

    assert titles(sign_in(town.chen).get(WORKBENCH, {"tab": "area", "area": town.west.pk})) == []


def test_senseless_filters_are_left_out(report, town, sign_in):
    report("井盖没了")

    asked = {"tab": "nowhere", "state": "gone", "due": "x", "area": "1;drop", "since": "2026-02-31", "after": "zz"}
    assert titles(sign_in(town.chen).get(WORKBENCH, {**asked, "tab": "area"})) == ["井盖没了"]


def test_pages_go_on_and_back_without_gaps(report, town, sign_in, monkeypatch):
    now = timezone.now()
    for n in range(5):
        report(f"第 {n} 件", at=now - timedelta(hours=5 - n))
    browser = sign_in(town.chen)
    monkeypatch.setitem(workbench.page_of.__kwdefaults__, "limit", 2)

    first = browser.get(WORKBENCH, {"tab": "area"}).context["keyset"]
    second = browser.get(WORKBENCH, {"tab": "area", "after": first.after}).context["keyset"]
    third = browser.get(WORKBENCH, {"tab": "area", "after": second.after}).context["keyset"]
    back = browser.get(WORKBENCH, {"tab": "area", "before": third.before}).context["keyset"]

    assert [row.title for page in (first, second, third) for row in page.rows] == [f"第 {n} 件" for n in range(5)]
    assert [row.title for row in back.rows] == ["第 2 件", "第 3 件"]
    assert (first.before, third.after) == ("", "")


def test_the_workbench_takes_the_same_number_of_queries_however_full_it_is(report, bring, town, sign_in, queries_of):
    browser = sign_in(town.lin)
    report()
    browser.get(WORKBENCH, {"tab": "area"})
    few = queries_of(lambda: browser.get(WORKBENCH, {"tab": "area"}))
    for n in range(8):
        report(f"第 {n} 件")
    bring(report("派出去的"), "dispatched")

    many = queries_of(lambda: browser.get(WORKBENCH, {"tab": "area", "text": "第", "due": "day"}))

    assert len(many) == len(few) == 8, many


def test_the_list_is_answered_from_an_index(report, town):
    report()
    reach = reach_of(town.chen, org.posts_of(town.chen)[0])
    asked = workbench.asked_for(workbench.tab_named("area", org.posts_of(town.chen)[0]), reach, filtering.Filter(),
                                at=timezone.now())  # fmt: skip
    text = PROBE.format(type="bigint", column=asked.column, joins="", more=f" and ({asked.where})",
                        inner="m.due_at, m.id", outer="x.due_at, x.id")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + text, [list(asked.holders), list(asked.states), *asked.params, 51, 51])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "matter_home" in plan
    assert "Seq Scan on flow_matter" not in plan


def test_counts_are_live_numbers_by_name(report, town, sign_in):
    report()
    now = timezone.now()
    commands.raise_major(text="起火", unit=town.grid, actor=town.hua, at=now, known_at=now)

    found = sign_in(town.gao).get(reverse("cases:counts")).json()

    assert (found["intake"], found["tab-area"], found["major"], found["unread"]) == (1, 1, 1, 0)


def test_counts_take_the_same_number_of_queries_for_every_post(report, town, sign_in, queries_of):
    report()
    taken = set()
    for who in ("gao", "lin", "hua", "zhao", "li"):
        browser = sign_in(getattr(town, who))
        browser.get(reverse("cases:counts"))
        taken.add(len(queries_of(lambda browser=browser: browser.get(reverse("cases:counts")))))

    assert taken == {5}


def test_a_filter_is_kept_under_a_name_and_is_nobody_elses(town, sign_in):
    sign_in(town.chen).post(reverse("cases:save_filter"), {"name": "超期井盖", "query": "tab=late&text=井盖"})
    kept = SavedFilter.objects.get(actor=town.chen)

    assert "超期井盖" in sign_in(town.chen).get(WORKBENCH).content.decode()
    assert "超期井盖" not in sign_in(town.lin).get(WORKBENCH).content.decode()
    assert sign_in(town.lin).post(reverse("cases:drop_filter", args=[kept.pk])).status_code == 404
    assert sign_in(town.chen).post(reverse("cases:drop_filter", args=[kept.pk])).status_code == 302


def test_a_nameless_filter_is_refused(town, sign_in):
    assert sign_in(town.chen).post(reverse("cases:save_filter"), {"name": " ", "query": ""}).status_code == 422


def test_many_cases_at_once_are_reported_row_by_row(report, bring, town, sign_in):
    fresh, done = report("新的", category="01001"), bring(report("旧的"), "dispatched")

    answer = sign_in(town.chen).post(
        reverse("cases:bulk"), {"do": "accept", "case": [fresh.matter.number, done.matter.number], "back": WORKBENCH}
    )

    assert [one.is_done for one in answer.context["outcomes"]] == [True, False]
    assert state(fresh) == "accepted"
    assert "状态下不能" in answer.context["outcomes"][1].refusal


def test_assigning_many_asks_whom_first(report, bring, town, sign_in):
    cases = [bring(report(f"第 {n} 件"), "dispatched") for n in range(2)]
    browser, numbers = sign_in(town.lin), [case.matter.number for case in cases]

    asked = browser.post(reverse("cases:bulk"), {"do": "assign", "case": numbers})
    browser.post(reverse("cases:bulk"), {"do": "assign", "case": numbers, "sure": "1", "assignee": str(town.zhao.pk)})

    assert "赵勤" in asked.content.decode()
    assert set(Matter.objects.filter(flow="case").values_list("assignee", flat=True)) == {town.zhao.pk}


def test_urging_many_without_a_reason_is_asked_again(report, bring, town, sign_in):
    case = bring(report(), "handling")

    answer = sign_in(town.qian).post(
        reverse("cases:bulk"), {"do": "urge", "case": [case.matter.number], "sure": "1", "level": "1", "hours": "4"}
    )

    assert answer.status_code == 422
    assert state(case) == "handling"


def test_nobody_does_many_things_to_cases_of_another_street(report, town, sign_in):
    case = report()

    answer = sign_in(town.zhou).post(reverse("cases:bulk"), {"do": "accept", "case": [case.matter.number]})

    assert answer.status_code == 404
    assert state(case) == "reported"
