"""Admission in a real browser: a clerk applies with what it costs, district and street agree, the money moves."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from linli.domains.lists.commands import loading
from linli.domains.lists.tests.admitting import assist_list, funded
from linli.kernel.catalog.models import Admission
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WISH = "协助开展独居老人燃气安全上门核查"


@pytest.fixture
def desk(town):
    """The district's list of what committees assist in, and a department with money."""
    loading.load_kinds(loading.rows_of(loading.shipped() / "kinds.csv"))
    now = timezone.now()
    assist_list(town, now - timedelta(days=1))
    funded(town, 5_000_000, now - timedelta(days=1))
    return town


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def apply(page: Page, *, unit: str) -> str:
    """Fill the form, have it checked, keep it and hand it in; returns the address of the application."""
    page.get_by_role("link", name="申请准入").first.click()
    page.get_by_label("要做什么").fill(WISH)
    page.get_by_label("为什么要下沉").fill("入户需要居委会陪同")
    page.get_by_label(unit, exact=True).check()
    page.get_by_label("给居(村)委会带来的是").select_option(label="检查")
    page.get_by_label("多久一次").select_option(label="每季度")
    page.get_by_label("每次几小时").fill("3")
    page.get_by_label("每次几个人").fill("2")
    page.get_by_label("每年给每个居(村)委会多少元").fill("1200")
    page.get_by_label("经费账户").select_option(index=1)
    page.get_by_role("button", name="先核对").click()
    page.locator("#found").get_by_text("24 小时").wait_for()
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="提交审核").click()
    page.locator(".ll-marks").get_by_text("审核中").wait_for()
    return page.url[page.url.index("/desk") :]


def agree(page: Page, condition: str = "") -> None:
    """Open what waits and agree to it."""
    page.get_by_role("link", name=WISH).click()
    page.get_by_label("审核意见").fill("同意")
    if condition:
        page.get_by_label("准入条件").fill(condition)
    page.get_by_role("button", name="同意准入").click()
    page.locator(".ll-marks").get_by_text("同意准入").wait_for()


@pytest.mark.spec("000-26")
def test_a_wish_with_its_cost_is_admitted_by_two_levels_under_a_condition_with_its_money(visit, desk):
    clerk = visit("/desk/lists/admission", as_="tang")
    address = apply(clerk, unit=desk.street.name)

    agree(visit("/desk/lists/admission", as_="zhu"))
    agree(visit("/desk/lists/admission", as_="wu", width=PHONE), condition="每季不超过一次")

    clerk.goto(clerk.url)
    clerk.locator(".ll-marks").get_by_text("已准入").wait_for()
    clerk.get_by_text("每季不超过一次").first.wait_for()
    committee = visit(address, as_="ma", width=PHONE)
    committee.get_by_text("每季不超过一次").first.wait_for()
    assert fits(committee)
    admitted = Admission.objects.get(kind="regular")
    assert (admitted.unit_id, admitted.conditions, admitted.amount_fen) == (desk.street.pk, "每季不超过一次", 120_000)
