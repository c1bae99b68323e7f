"""Hazards in a real browser: a grid officer with a phone files a checklist, the street runs what came of it."""

import pytest
from playwright.sync_api import Page, expect

from linli.domains.safety.tests import hazarding
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def does_not_scroll_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def sites(town):
    return hazarding.furnish(town)


def test_a_checklist_is_filled_in_on_a_phone_and_its_failure_graded_at_the_desk(visit, sites):
    page = visit(f"/desk/safety/inspections/at/{sites.eatery.code}", as_="hua", width=PHONE)
    for group in page.locator("fieldset").all():
        group.get_by_label("合格", exact=True).check()
    first = page.locator("fieldset", has_text="疏散通道、安全出口无堵塞、锁闭")
    first.get_by_label("不合格", exact=True).check()
    first.get_by_placeholder("哪里不合格").fill("后门上锁")
    assert does_not_scroll_sideways(page)
    page.get_by_role("button", name="归档检查").click()
    expect(page.get_by_text("1 项不合格").first).to_be_visible()

    desk = visit("/desk/safety/hazards", as_="fu")
    desk.get_by_role("link", name="老灶头面馆：后门上锁").click()
    desk.get_by_role("link", name="定为一般隐患").click()
    desk.get_by_label("判定依据").fill("消防法第二十八条")
    desk.get_by_role("button", name="定为一般隐患").click()

    expect(desk.get_by_text("待下发通知").first).to_be_visible()
    assert does_not_scroll_sideways(visit(desk.url.partition("/desk")[1] + desk.url.partition("/desk")[2], as_="fu",
                                          width=PHONE))  # fmt: skip
