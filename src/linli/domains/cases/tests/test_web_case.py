import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.cases.commands import Given, act
from linli.kernel.flow.models import Attachment, Entry, Matter
from linli.kernel.org.models import Account
from tests.evidence import jpeg, photo


@pytest.fixture
def case(report):
    return report(wants_answer=True)


def do(browser, case, name, **fields):
    return browser.post(reverse("cases:step", args=[case.matter.number, name]), fields)


def state(case):
    return Matter.objects.get(pk=case.pk).state


@pytest.mark.spec("001g-24", "001g-25", "001g-26")
def test_a_case_goes_from_report_to_closing_over_the_pages(case, town, sign_in):
    do(sign_in(town.chen), case, "accept", category="01001", sphere="city")
    do(sign_in(town.chen), case, "file", category="01001")
    do(sign_in(town.lin), case, "dispatch", unit=town.team.pk)
    do(sign_in(town.zhao), case, "take_over")
    after = io.BytesIO(jpeg("after"))
    after.name = "after.jpg"
    do(sign_in(town.zhao), case, "feed_back", outcome="已补盖", after=after)
    do(sign_in(town.sun), case, "pass_check", note="现场已恢复")
    do(sign_in(town.chen), case, "reply", note="井盖已补好", method="phone")
    do(sign_in(town.chen), case, "close", result_code="solved")

    assert state(case) == "closed"
    assert Attachment.objects.get(matter=case.pk).kind == "after"


@pytest.mark.parametrize(("who", "offered"), [("lin", True), ("gao", True), ("chen", False), ("zhao", False)])
def test_a_discussion_of_the_case_is_offered_to_those_who_may_call_one(case, bring, town, sign_in, who, offered):
    bring(case, "dispatched")
    browser = sign_in(getattr(town, who))
    address = reverse("organisation:call_meeting") + f"?case={case.matter.number}"

    page = browser.get(reverse("cases:case", args=[case.matter.number])).content.decode()

    assert (address in page) == offered
    assert browser.get(address).status_code == (200 if offered else 404)


def test_a_case_of_another_street_is_not_there(case, town, sign_in):
    page = sign_in(town.zhou).get(reverse("cases:case", args=[case.matter.number]))

    assert page.status_code == 404


def test_a_resident_finds_no_desk(case, town, sign_in):
    resident = Entry.objects.get(matter=case.pk).actor
    Account.objects.create(actor=resident, username="resident")

    assert sign_in(resident).get(reverse("cases:case", args=[case.matter.number])).status_code == 404


def test_the_page_offers_only_what_the_post_may_do(case, town, sign_in):
    page = sign_in(town.lin).get(reverse("cases:case", args=[case.matter.number])).content.decode()

    assert reverse("cases:step", args=[case.matter.number, "fast_lane"]) in page
    assert reverse("cases:step", args=[case.matter.number, "accept"]) not in page


def test_a_refused_step_keeps_what_was_typed(case, town, sign_in):
    answer = do(sign_in(town.chen), case, "reject", note="联系 13812345678")

    assert answer.status_code == 422
    assert "联系 13812345678" in answer.content.decode()
    assert "不要写个人信息" in answer.content.decode()
    assert state(case) == "reported"


def test_a_step_from_a_stale_page_is_refused_with_what_changed(case, town, sign_in):
    act(case, "accept", Given(fields={"category": "01001"}), actor=town.chen, at=timezone.now())

    answer = do(sign_in(town.gao), case, "accept", category="01001", sphere="city", seen=1)

    assert answer.status_code == 422
    assert "陈晨 已于" in answer.content.decode()


def test_the_page_takes_the_same_number_of_queries_however_much_hangs_on_the_case(
    case, bring, town, sign_in, queries_of
):
    bring(case, "dispatched")
    browser, address = sign_in(town.lin), reverse("cases:case", args=[case.matter.number])
    browser.get(address)
    link = Given(note="一起处理", units=[town.grid.pk])
    act(case, "link_units", link, actor=town.lin, at=timezone.now())
    one = queries_of(lambda: browser.get(address))
    more = Given(note="再加两家", units=[town.grid8.pk, town.department.pk])
    act(case, "link_units", more, actor=town.lin, at=timezone.now())

    three = queries_of(lambda: browser.get(address))

    assert len(three) == len(one), three


def test_a_photo_is_served_to_who_may_see_the_case_and_to_nobody_else(case, town, sign_in):
    for name, who, given in (
        ("accept", town.chen, Given(fields={"category": "01001"})),
        ("file", town.chen, Given()),
        ("dispatch", town.lin, Given(unit=town.team.pk)),
        ("take_over", town.zhao, Given()),
        ("feed_back", town.zhao, Given(fields={"outcome": "好了"}, files=[photo(town.zhao, "after")])),
    ):
        act(case, name, given, actor=who, at=timezone.now() + timedelta(seconds=1))
    file = Attachment.objects.get(matter=case.pk).file_id
    address = reverse("cases:case_file", args=[case.matter.number, file, "view"])

    served = sign_in(town.lin).get(address)

    assert served["Content-Type"] == "image/jpeg"
    assert served.getvalue()[:2] == b"\xff\xd8"
    assert sign_in(town.zhou).get(address).status_code == 404
