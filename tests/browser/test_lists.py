"""Lists in a real browser: found by two characters, changed by a proposal, read by residents on a phone."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from linli.domains.lists.commands import loading
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PACK = loading.shipped()


@pytest.fixture
def internal(town):
    loading.load_common(PACK, actor=town.jin, at=NOON)
    loading.load_list(
        PACK / "cn_committee.csv", kind="committee", unit=town.district, actor=town.jin, at=NOON
    )  # fmt: skip
    return loading.load_list(
        PACK / "cn_internal.csv", kind="internal", unit=town.street, actor=town.jin, at=NOON
    ).worklist


def does_not_scroll_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_item_is_found_edited_and_published_by_somebody_else(visit, internal):
    page = visit("/desk/lists/", as_="tao")
    page.get_by_role("searchbox", name="在全部清单中查找").fill("收文")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="收文登记与分办").click()
    page.get_by_role("link", name="提出修改").click()
    page.get_by_label("变更理由").fill("写得更清楚")
    page.get_by_role("button", name="开始拟定").click()
    page.get_by_label("内容").fill("来文当日登记、编号、分办")
    page.get_by_role("button", name="记入草稿").click()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("link", name="报批").click()
    page.get_by_role("button", name="报批").click()
    page.wait_for_url(lambda address: "/steps/" not in address)
    address = page.url.partition("/desk")[2]

    approver = visit(f"/desk{address}", as_="fang")
    approver.get_by_role("link", name="批准发布").click()
    approver.get_by_role("button", name="批准发布").click()

    approver.get_by_role("link", name="已成为第2版").click()
    expect(approver.get_by_text("来文当日登记、编号、分办")).to_be_visible()


def test_a_resident_reads_the_lists_on_a_phone(visit, internal):
    page = visit("/lists/", width=PHONE, elder="2")
    page.get_by_role("link", name="居委会办理事项清单").click()
    page.locator(".ll-open a").first.click()

    expect(page.get_by_text("谁来办")).to_be_visible()
    assert does_not_scroll_sideways(page)


def test_lists_fit_a_phone_at_the_desk(visit, internal):
    item = internal.items.get(serial=1).code
    for address in ("", f"list/{internal.code}", f"item/{item}", "bases", f"list/{internal.code}/versions"):
        assert does_not_scroll_sideways(visit(f"/desk/lists/{address}", as_="tao", width=PHONE)), address
