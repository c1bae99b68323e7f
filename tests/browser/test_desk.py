"""The desk in a real browser: dragging and keys, numbers shown in place, nothing too wide on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.domains.cases import commands
from linli.domains.cases.commands import Caller, Given, act
from linli.domains.cases.models import Case
from linli.kernel.flow.models import Matter
from tests.browser.conftest import PHONE
from tests.town import IN_GRID

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("/desk/?tab=area", "/desk/dispatch", "/desk/supervision", "/desk/major", "/desk/search?q=井盖", "/desk/map",
         "/desk/report?kind=call", "/desk/report?kind=spot", "/desk/export?tab=area")  # fmt: skip
TALL_NAME = "柳树路东侧人行道与非机动车道之间的雨水井盖连续三天缺失，夜间没有照明，老人和孩子经过十分危险" * 2


def taken_in(town, text="柳树路井盖没了", **given) -> Case:
    said = commands.Report(text=text, lon=IN_GRID[0], lat=IN_GRID[1], category="01001", **given)
    return Case.objects.select_related("matter").get(pk=commands.report(said, at=timezone.now()).id)


def filed(town, text) -> Case:
    case = taken_in(town, text)
    for name in ("accept", "file"):
        act(case, name, Given(), actor=town.chen, at=timezone.now())
    return case


def unit_of(case: Case) -> str:
    return Matter.objects.select_related("unit").get(pk=case.pk).unit.name


def test_a_case_is_sent_by_keys_and_the_next_by_dragging(visit, town):
    first, second = filed(town, "第一件"), filed(town, "第二件")
    page = visit("/desk/dispatch", as_="lin")
    team = page.locator("[data-name=东街联勤队]")
    expect(page.locator("#queue tr")).to_have_count(2)

    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_text("东街联勤队").click()
    expect(page.locator("#queue tr")).to_have_count(1)
    page.locator("#queue tr").drag_to(team)

    expect(page.get_by_text("都派出去了")).to_be_visible()
    expect(page.locator("[data-name=东街联勤队]")).to_contain_text("在办 2 件")
    assert unit_of(first) == unit_of(second) == "东街联勤队"


def test_a_clerk_works_the_list_without_a_mouse(visit, town):
    case = taken_in(town)
    page = visit("/desk/?tab=intake", as_="chen")

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{case.matter.number}")
    page.keyboard.press("a")

    expect(page.get_by_role("heading", name="受理", exact=True)).to_be_visible()


def test_a_number_appears_in_place_once_its_purpose_is_given(visit, town):
    case = taken_in(town, caller=Caller(name="王小明", phone="13812345678"))
    page = visit(f"/desk/cases/{case.matter.number}", as_="chen")
    expect(page.locator("body")).not_to_contain_text("13812345678")

    page.locator("summary", has_text="看号码").click()
    page.get_by_label("为什么要看").fill("回电核实")
    page.get_by_role("button", name="看号码").click()

    expect(page.get_by_role("link", name="13812345678")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_the_desk_is_wider_than_a_phone(visit, town, theme):
    case = taken_in(town, TALL_NAME, address=TALL_NAME[:100], caller=Caller(name="王小明", phone="13812345678"))

    for path in (*PAGES, f"/desk/cases/{case.matter.number}", f"/desk/cases/{case.matter.number}/steps/accept"):
        page = visit(path, as_="gao", width=PHONE, theme=theme)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
