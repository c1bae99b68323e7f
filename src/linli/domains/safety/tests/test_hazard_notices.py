"""Notices to several hazards at once: to one responsible side, each with its number, each refusal named."""

from datetime import timedelta

import pytest
from django.urls import reverse

from linli.domains.safety.models import Hazard
from linli.domains.safety.tests import hazarding
from linli.domains.safety.tests.hazarding import FIVE, find, graded, state_of, step, today
from linli.kernel.org.keys import new_key

ISSUE = "safety:issue_notices"


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


@pytest.fixture
def enter(client):
    def as_(actor):
        client.force_login(actor.account)
        return client

    return as_


def form(town, *hazards, **more):
    given = {name: FIVE[name] for name in ("body", "person", "measures")} | {
        "hazard": [one.matter.number for one in hazards], "sure": "1", "unit": town.grid.pk, "note": "同一场所一次说清",
        "due_on": str(today() + timedelta(days=6)), "command": str(new_key()), "back": "/desk/safety/hazards",
    }  # fmt: skip
    return given | more


@pytest.mark.spec("000-53")
def test_ticked_hazards_of_one_place_get_their_notices_at_once_and_each_refusal_is_named(town, sites, enter):
    blocked, locked = graded(town, sites.eatery), graded(town, sites.eatery, text="后门上锁")
    ungraded = find(town.hua, sites.eatery, text="没有灭火器")
    elsewhere = graded(town, sites.mall)
    officer = enter(town.fu)
    desk = officer.get(reverse("safety:hazards") + "?tab=graded").content.decode()
    assert desk.count('name="hazard"') == 3 and "一并下发整改通知" in desk

    several = (blocked, locked, ungraded, elsewhere)
    asked = officer.post(reverse(ISSUE), {"hazard": [one.matter.number for one in several]})
    told = officer.post(reverse(ISSUE), form(town, *several))

    page = told.content.decode()
    assert (asked.status_code, "不会一并下发" in asked.content.decode()) == (200, True)
    assert [state_of(one) for one in several] == ["notified", "notified", "found", "graded"]
    found = list(Hazard.objects.exclude(notice_number="").order_by("notice_serial"))
    assert [(one.notice_serial, one.due_on, one.body) for one in found] == [
        (n, today() + timedelta(days=6), FIVE["body"]) for n in (1, 2)
    ]
    assert all(one.notice_number in page for one in found)
    assert page.count("没有下发</span>") == 3 and "另行下发" in page


def test_sent_again_each_comes_back_with_the_notice_it_has(town, sites, enter):
    one = graded(town, sites.eatery)
    given = form(town, one)
    officer = enter(town.fu)

    pages = [officer.post(reverse(ISSUE), given).content.decode() for _n in range(2)]

    one.refresh_from_db()
    assert all(one.notice_number in page and "另行下发" not in page for page in pages)
    assert Hazard.objects.exclude(notice_number="").count() == 1


def test_what_is_left_out_stays_as_it_was_drawn_up_in_each(town, sites, enter):
    one, other = graded(town, sites.eatery), graded(town, sites.mall, text="配电箱前堆物")
    for hazard, measures in ((one, "清空"), (other, "移走")):
        step(hazard, "draw_up", town.fu, body="天街物业", person="经理", measures=measures)

    enter(town.fu).post(reverse(ISSUE), form(town, one, other, body="", person="", measures=""))

    rows = Hazard.objects.filter(pk__in=(one.pk, other.pk)).order_by("notice_serial")
    assert [(row.body, row.measures, state_of(row)) for row in rows] == [
        ("天街物业", "清空", "notified"), ("天街物业", "移走", "notified"),
    ]  # fmt: skip


@pytest.mark.parametrize("bodies", [("老灶头面馆", ""), ("老灶头面馆", "房东王记"), ("", "房东王记")])
def test_hazards_of_one_place_keep_their_own_responsible_body_when_the_form_is_sent_as_it_came(
    town, sites, enter, bodies
):
    both = graded(town, sites.eatery), graded(town, sites.eatery, text="后门上锁")
    for hazard, body in zip(both, bodies, strict=True):
        step(hazard, "draw_up", town.fu, person="店长", measures="清空", **({"body": body} if body else {}))
    numbers = {"hazard": [one.matter.number for one in both]}
    officer = enter(town.fu)

    asked = officer.post(reverse(ISSUE), numbers)
    fields = {bound.name: bound.value() or "" for bound in asked.context["form"]}
    officer.post(reverse(ISSUE), form(town, *both) | {name: fields[name] for name in ("body", "person", "measures")})

    for hazard in both:
        hazard.refresh_from_db()
    assert ("不会一并下发" in asked.content.decode()) == all(bodies)
    assert tuple(one.body for one in both) == bodies
    assert fields["person"] == "店长"


def test_a_form_that_lacks_its_day_or_reason_issues_nothing_and_keeps_what_was_typed(town, sites, enter):
    one = graded(town, sites.eatery)

    answer = enter(town.fu).post(reverse(ISSUE), form(town, one, due_on="", note="", person="值班店长"))

    assert (answer.status_code, "值班店长" in answer.content.decode()) == (422, True)
    assert state_of(one) == "graded"


def test_who_does_not_run_hazards_ticks_none_and_issues_none(town, sites, enter):
    one = graded(town, sites.eatery)

    assert 'name="hazard"' not in enter(town.hua).get(reverse("safety:hazards")).content.decode()
    assert "没有下发" in enter(town.hua).post(reverse(ISSUE), form(town, one)).content.decode()
    assert enter(town.zhou).post(reverse(ISSUE), form(town, one)).status_code == 404
    assert enter(town.fu).post(reverse(ISSUE), form(town)).status_code == 404
    assert state_of(one) == "graded"


def test_what_cannot_be_a_number_is_passed_over(town, sites, enter):
    one = graded(town, sites.eatery)
    wrong = ["\0", f"{one.matter.number}\0", "1" * 25]
    officer = enter(town.fu)

    told = officer.post(reverse(ISSUE), form(town, one, hazard=[*wrong, one.matter.number]))

    assert (told.status_code, "没有这一隐患" in told.content.decode(), state_of(one)) == (200, False, "notified")
    assert officer.post(reverse(ISSUE), form(town, hazard=wrong)).status_code == 404
