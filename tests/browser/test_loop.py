"""The whole loop in a real browser: everyone who has a part in a case does it on the pages they would use."""

import io
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from linli.kernel.org.models import Actor
from tests.browser.conftest import DESK, PHONE
from tests.town import IN_GRID

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "柳树路 5 号门口井盖没了，晚上看不见，很危险"
ANSWER = "井盖已经补好，谢谢您的提醒"
ON_THE_SPOT = {
    "geolocation": {"longitude": IN_GRID[0], "latitude": IN_GRID[1], "accuracy": 12},
    "permissions": ["geolocation"],
}
MISSING = "Failed to load resource: the server responded with a status of 404"


class Receipt(NamedTuple):
    number: str
    code: str


@pytest.fixture
def pictures(tmp_path) -> Callable[[str], str]:
    """Makes a photo as a phone would, and says where it lies."""

    def make(name: str) -> str:
        path = tmp_path / f"{name}.jpg"
        out = io.BytesIO()
        Image.effect_noise((640, 480), 60 + len(name)).convert("RGB").save(out, "JPEG")
        path.write_bytes(out.getvalue())
        return str(path)

    return make


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.spec("001g-06", "001g-24", "001g-25", "001g-26", "001g-28", "001g-32", "003-14")
def test_a_report_travels_to_an_answered_rated_and_revisited_case(visit, town, troubles, pictures, width):
    receipt = report(visit("/", width=width, **ON_THE_SPOT), pictures("hole"))

    accept(visit("/desk/", as_="chen", width=width), receipt, officer=town.hua)
    confirm(visit("/desk/", as_="hua", width=width), receipt)
    file(visit("/desk/", as_="chen", width=width), receipt)
    dispatch(visit("/desk/dispatch", as_="lin", width=width), receipt)
    stranger_finds_nothing(visit(f"/desk/cases/{receipt.number}", as_="zhou", width=width), receipt, troubles)
    supervise(visit("/desk/", as_="qian", width=width), receipt)
    handle(visit("/desk/", as_="zhao", width=width), receipt, pictures)
    check(visit("/desk/", as_="sun", width=width), receipt)
    answer_and_close(visit(f"/desk/cases/{receipt.number}", as_="chen", width=width))
    follow_and_rate(visit("/follow", width=width), receipt)
    visit_again(visit("/desk/", as_="xu", width=width), receipt)
    oversee(visit("/desk/supervision", as_="li", width=width))


def report(page: Page, photo: str) -> Receipt:
    """A resident: one question a screen, photo and place first; at the end a number and a code."""
    page.get_by_role("link", name="我要反映问题").first.click()
    page.wait_for_selector("linli-report.is-stepping")
    page.set_input_files("linli-photos input[type=file]:last-of-type", photo)
    expect(page.locator(".ll-photos li")).to_have_count(1)
    page.locator("[data-step=photo] [data-next]").click()
    page.get_by_role("button", name="用当前位置").click()
    expect(page.get_by_text("已定位")).to_be_visible()
    page.locator("[data-step=place] [data-next]").click()
    page.locator("[name=text]").fill(WORDS)
    page.locator("[data-step=words] [data-next]").click()
    page.locator("[name=wants_answer]").check()
    page.locator("[data-send]").click()
    page.wait_for_url("**/received**")
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您")
    number, code = (shown.strip() for shown in page.locator(".ll-pair dd").all_inner_texts())
    assert re.fullmatch(r"\d{8,24}", number)
    assert code
    page.get_by_role("link", name="看办理进度").click()
    expect(page.locator(".ll-status .now")).to_be_visible()
    return Receipt(number, code)


def accept(page: Page, receipt: Receipt, *, officer: Actor) -> None:
    """The operator finds it in the workbench, settles the category, and has the grid officer look at the place."""
    open_case(page, receipt)
    expect(page.locator("main")).to_contain_text(WORDS)
    expect(page.locator(".ll-photos img").first).to_be_visible()
    expect(page.locator(".ll-actions .btn-primary")).to_have_count(1)
    take(page, "受理", {"category": "01001"})
    expect(state(page)).to_have_text("已受理")
    take(page, "派核实", {"assignee": str(officer.pk)})
    expect(state(page)).to_have_text("核实中")


def confirm(page: Page, receipt: Receipt) -> None:
    """The grid officer finds it among the own matters and confirms it from the spot."""
    open_case(page, receipt)
    take(page, "核实属实", {"note": "现场确认，井盖缺失"})
    expect(page.locator("main")).to_contain_text("现场确认，井盖缺失")


def file(page: Page, receipt: Receipt) -> None:
    """What is confirmed is filed."""
    open_case(page, receipt)
    take(page, "立案", {})
    expect(state(page)).to_have_text("待派遣")


def dispatch(page: Page, receipt: Receipt) -> None:
    """The dispatcher ticks the row and sends it to the team; the desk says so."""
    row = page.locator(f"tr[data-id='{receipt.number}']")
    row.locator("[data-pick]").check()
    page.get_by_role("button", name="派给").click()
    page.locator("dialog[open]").get_by_role("button", name=re.compile("东街联勤队")).click()
    expect(page.get_by_text("已派出 1 件。")).to_be_visible()
    expect(page.locator("main")).to_contain_text("刚派出")
    expect(row).to_have_count(0)


def stranger_finds_nothing(page: Page, receipt: Receipt, troubles: list[str]) -> None:
    """For the dispatcher of the other street the case is not there, neither by its address nor in a list."""
    expect(page.locator("body")).to_contain_text("没有找到")
    expect(page.locator("body")).not_to_contain_text("井盖")
    page.goto(page.url.replace(receipt.number, "").replace("cases/", "dispatch"))
    expect(page.locator("main")).not_to_contain_text(receipt.number)
    assert [said for said in troubles if MISSING in said]
    troubles[:] = [said for said in troubles if MISSING not in said]


def supervise(page: Page, receipt: Receipt) -> None:
    """The supervisor presses for it; what was asked stands on the case and on the desk."""
    open_case(page, receipt)
    take(page, "督办", {"note": "晚上行人多，请今天办完"})
    expect(page.locator("main")).to_contain_text("晚上行人多，请今天办完")


def handle(page: Page, receipt: Receipt, pictures: Callable[[str], str]) -> None:
    """The handler: takes over, answers the supervisor, arrives, feeds back with a photo of the mended place."""
    open_case(page, receipt)
    page.get_by_role("button", name="接单").click()
    expect(state(page)).to_have_text("处置中")
    take(page, "回复督办", {"note": "已到现场，今天办完"})
    take(page, "到场", {}, photos={"before": pictures("before")})
    take(page, "反馈", {"outcome": "已补装井盖并压实"}, photos={"after": pictures("after")})
    expect(state(page)).to_have_text("待核查")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def check(page: Page, receipt: Receipt) -> None:
    """Somebody who did not handle it sees the photo of afterwards and passes it."""
    open_case(page, receipt)
    expect(page.locator("main")).to_contain_text("已补装井盖并压实")
    take(page, "核查通过", {"note": "现场已恢复，井盖平稳"})
    expect(page.locator("main")).to_contain_text("现场已恢复，井盖平稳")


def answer_and_close(page: Page) -> None:
    """The centre closes, and only once everybody who asked has an answer."""
    expect(state(page)).to_have_text("待结案")
    take(page, "答复反映人", {"note": ANSWER})
    take(page, "结案", {"result_code": "solved"})
    expect(state(page)).to_have_text("已结案")


def follow_and_rate(page: Page, receipt: Receipt) -> None:
    """The resident comes back with number and code alone, reads the answer, says how it was."""
    page.locator("[name=number]").fill(receipt.number)
    page.locator("[name=code]").fill(receipt.code)
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".ll-answer")).to_contain_text(ANSWER)
    expect(page.get_by_role("heading", name="办理结果").locator("..")).to_contain_text("已补装井盖并压实")
    expect(page.locator(".ll-photos img")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("赵勤")
    page.locator(".ll-grades label").filter(has=page.locator("[value='5']")).click()
    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#rate")).to_contain_text("您评了")


def visit_again(page: Page, receipt: Receipt) -> None:
    """The return visit is recorded and ends the loop."""
    open_case(page, receipt)
    take(page, "回访", {"reached": "1", "satisfaction": "5", "is_solved": "1"})
    expect(state(page)).to_have_text("已回访")


def oversee(page: Page) -> None:
    """The leader sees how far it came, and the figure leads to the record."""
    line = page.locator("tr").filter(has=page.get_by_role("rowheader")).filter(has_text="100").first
    expect(line).to_be_visible()
    line.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("柳树路")


def open_case(page: Page, receipt: Receipt) -> None:
    """From the workbench: the row that everybody finds the case by."""
    page.locator(f"tr[data-id='{receipt.number}'] a.ll-title").click()
    expect(page.locator(".ll-timeline")).to_be_visible()


def take(page: Page, label: str, given: dict[str, str], *, photos: dict[str, str] | None = None) -> None:
    """Take one step by its button and its small form; afterwards the case page is there again."""
    page.locator(".ll-actions").get_by_role("link", name=label, exact=True).click()
    for name, value in given.items():
        field = page.locator(f"form.ll-form [name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"form.ll-form [name={name}][value='{value}']").check()
        elif field.evaluate("x => x.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    for kind, path in (photos or {}).items():
        chooser = page.locator(f"linli-photos[data-name={kind}]")
        chooser.locator("input[type=file]").last.set_input_files(path)
        expect(chooser.locator(".ll-photos li")).to_have_count(1)
    page.locator(".ll-form-actions button").click()
    expect(page.locator(".ll-timeline")).to_be_visible()


def state(page: Page) -> Locator:
    """The badge of the state at the head of the case page."""
    return page.locator(".ll-marks .badge").first
