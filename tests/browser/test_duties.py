"""A grid head plans a duty without knowing rules and sees, before it is kept, on which days it falls."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.kernel.duties.commands import Draft, set_duty
from linli.kernel.duties.models import Duty
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.spec("001g-18")
def test_a_duty_is_planned_on_a_phone_with_its_days_shown_as_it_is_typed(town, visit):
    page = visit("/desk/safety/duties/new", as_="wang", width=PHONE)
    page.get_by_label("名称").fill("早市巡查")
    page.get_by_label("由谁完成").select_option(label="花开（柳树第七网格 网格员）")
    for day in ("一", "三", "五"):
        page.locator(".for-weekdays").get_by_label(day, exact=True).set_checked(True)
    expect(page.locator(".for-days")).to_be_hidden()
    page.get_by_label("每月两次").check()
    expect(page.locator(".for-days")).to_be_visible()
    expect(page.locator(".for-weekdays")).to_be_hidden()
    page.get_by_label("每周的几天").check()

    page.locator("#preview li").nth(5).wait_for()
    expect(page.locator("#preview")).to_contain_text("09:00–11:00")
    assert not Duty.objects.exists()
    page.get_by_role("button", name="排上").click()
    page.get_by_text("以后各次").wait_for()
    assert Duty.objects.get().title == "早市巡查"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_the_calendar_fits_a_phone_and_leads_to_one_time(town, visit):
    at = timezone.now() - timedelta(days=1)
    set_duty(
        Draft(
            kind="visit", title="走访独居老人", unit=town.grid, holder=town.hua, rule="FREQ=DAILY",
            starts_on=timezone.localdate(at), opens=time(0), closes=time(23, 59),
        ),
        actor=town.wang, at=at,
    )  # fmt: skip
    page = visit("/desk/safety/duties/", as_="hua", width=PHONE)

    page.locator(".is-today .ll-cal-line").first.click()

    page.get_by_role("button", name="做完了").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
