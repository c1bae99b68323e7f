"""Who gets which page of the desk, and whose row: every route, every kind of person, by its address."""

import re

import pytest
from django.urls import reverse

from linli.domains.cases.urls.staff import urlpatterns
from linli.kernel.flow.models import Entry
from linli.kernel.org.models import Account
from tests.evidence import photo

PAGES = ("workbench", "intake", "counts", "export", "search", "take_report", "dispatch_desk", "supervision_desk",
         "major", "start_major", "map")  # fmt: skip
OF_A_CASE = ("case", "case_paper", "link", "call_liaison")
WRITES = ("save_filter", "drop_filter", "bulk", "search_callers", "send", "send_one", "read_contact", "read_words")
BY_VIEW = ("map_cases", "map_areas")
OF_A_CHILD = ("case_file", "step", "matter", "matter_step")
TO_ANOTHER_DOMAIN = ("pass_on",)  # ways are given by the whole program: tests/journeys/test_hazards_and_cases

SEES_THE_STREET = ("lin", "chen", "gao", "sun", "qian", "xu", "li", "ding")
SEES_THE_GRID = ("wang", "hua", "ma")
SEES_WHAT_THEY_HOLD = ("zhao",)
SEES_NOTHING = ("zhou", "deng", "du", "he")


def test_every_route_of_the_desk_stands_in_this_matrix():
    named = {route.name for route in urlpatterns}

    assert named == {*PAGES, *OF_A_CASE, *WRITES, *BY_VIEW, *OF_A_CHILD, *TO_ANOTHER_DOMAIN}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_every_post(town, sign_in, name):
    for who in (*SEES_THE_STREET, *SEES_THE_GRID, *SEES_WHAT_THEY_HOLD, *SEES_NOTHING, "root", "shen"):
        assert sign_in(getattr(town, who)).get(reverse(f"cases:{name}")).status_code == 200, who


@pytest.mark.parametrize("name", OF_A_CASE)
def test_a_case_is_there_for_those_who_hold_or_answer_for_it_and_for_nobody_else(report, bring, town, sign_in, name):
    case = bring(report(), "dispatched")
    address = reverse(f"cases:{name}", args=[case.matter.number])

    for who in (*SEES_THE_STREET, *SEES_THE_GRID, *SEES_WHAT_THEY_HOLD):
        assert sign_in(getattr(town, who)).get(address).status_code == 200, who
    for who in SEES_NOTHING:
        assert sign_in(getattr(town, who)).get(address).status_code == 404, who


def test_a_file_a_step_and_a_child_follow_the_case(report, bring, town, sign_in):
    case = report(files=[photo(town.hua)], actor=town.hua)
    bring(case, "dispatched")
    chain_of = reverse("cases:step", args=[case.matter.number, "assign"])
    file = case.matter.attachments.get().file_id
    picture = reverse("cases:case_file", args=[case.matter.number, file, "thumb"])

    for who in SEES_NOTHING:
        assert sign_in(getattr(town, who)).get(chain_of).status_code == 404, who
        assert sign_in(getattr(town, who)).get(picture).status_code == 404, who
    assert sign_in(town.lin).get(chain_of).status_code == 200
    assert sign_in(town.lin).get(picture).getvalue()


def test_an_absent_case_answers_as_a_hidden_one(report, town, sign_in):
    case = report()
    browser = sign_in(town.zhou)

    hidden = browser.get(reverse("cases:case", args=[case.matter.number]))
    absent = browser.get(reverse("cases:case", args=["20200101000001"]))

    assert hidden.status_code == absent.status_code == 404
    assert without_tokens(hidden, case.matter.number) == without_tokens(absent, "20200101000001")


def without_tokens(answer, number):
    """The page without what differs on every page: form tokens and its own address."""
    return re.sub(r'="[A-Za-z0-9]{64}"', "", answer.content.decode()).replace(number, "")


@pytest.mark.parametrize("name", [*PAGES, *BY_VIEW])
def test_a_resident_finds_no_desk(report, town, sign_in, name):
    case = report()
    resident = Entry.objects.get(matter=case.pk).actor
    Account.objects.create(actor=resident, username="resident")
    browser = sign_in(resident)

    assert browser.get(reverse(f"cases:{name}")).status_code == 404
    assert browser.get(reverse("cases:case", args=[case.matter.number])).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, *BY_VIEW])
def test_who_has_not_signed_in_is_asked_to(town, client, name):
    answer = client.get(reverse(f"cases:{name}"))

    assert answer.status_code == 302
    assert "next=" in answer.url


@pytest.mark.parametrize("name", ["save_filter", "bulk", "search_callers", "send"])
def test_verbs_are_posted(town, sign_in, name):
    assert sign_in(town.lin).get(reverse(f"cases:{name}")).status_code == 405
