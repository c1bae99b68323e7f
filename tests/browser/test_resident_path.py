"""The resident's way in a real browser on a phone: report, send again, follow, join, rate; with and without scripts."""

from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from linli.domains.cases.commands import Given
from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.tests.test_loop import go, to_checked
from linli.kernel.flow.models import Attachment, Matter
from tests.browser.conftest import PHONE
from tests.town import IN_GRID

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = {
    "geolocation": {"longitude": IN_GRID[0], "latitude": IN_GRID[1], "accuracy": 12},
    "permissions": ["geolocation"],
    "has_touch": True,
}
WORDS = "柳树路 5 号门口井盖没了，晚上看不见，很危险"
TOO_SMALL = """
    () => [...document.querySelectorAll('main button, main .btn, .ll-call a, main input, main textarea')]
        .filter(x => x.offsetParent && !/checkbox|radio|file|hidden/.test(x.type ?? ''))
        .map(x => [x.textContent.trim(), Math.round(x.getBoundingClientRect().height)])
        .filter(([, height]) => height < 60)
"""


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "井盖.jpg"
    Image.effect_noise((1200, 900), 60).convert("RGB").save(path)
    return path


def forward(page, step):
    page.locator(f"[data-step={step}] [data-next]").click()


def fill(page, picture=None, words=WORDS):
    """Everything up to the last question."""
    if picture:
        page.locator("linli-photos input[type=file]").last.set_input_files(picture)
        page.locator(".ll-photos li").wait_for()
    forward(page, "photo")
    page.get_by_role("button", name="用当前位置").click()
    page.get_by_text("已定位").wait_for()
    forward(page, "place")
    page.locator("[name=text]").fill(words)
    forward(page, "words")


def send(page):
    page.locator("[data-send]").click()
    page.wait_for_url("**/report/received**")


def test_a_report_is_made_question_by_question_with_one_at_a_time(visit, town, picture):
    page = visit("/", width=PHONE, **HERE)
    page.get_by_role("link", name="我要反映问题").click()
    expect(page.locator("[data-step]:visible")).to_have_count(1)

    fill(page, picture)
    send(page)

    case = Case.objects.get()
    photo = Attachment.objects.get()
    assert (case.matter.area.unit, case.description) == (town.grid, WORDS)
    assert photo.file.claimed_sha256 == photo.file.sha256
    assert page.locator("svg.ll-qr").is_visible()
    page.get_by_role("link", name="看办理进度").click()
    expect(page.locator(".ll-status .now")).to_have_text("已收到")


def test_the_back_key_of_the_phone_goes_back_one_question(visit, town):
    page = visit("/report", width=PHONE, **HERE)
    fill(page)
    page.locator("[data-send]").wait_for()

    page.go_back()

    expect(page.locator("[data-step=words]")).to_be_visible()
    assert page.locator("[name=text]").input_value() == WORDS


def test_a_question_that_must_be_answered_says_so_and_stays(visit, town):
    page = visit("/report", width=PHONE)
    forward(page, "photo")

    forward(page, "place")

    expect(page.get_by_role("alert")).to_contain_text("请定位")
    expect(page.locator("[data-step=place]")).to_be_visible()


def test_without_scripts_the_same_form_is_one_page(visit, town, picture, troubles):
    page = visit("/report", width=PHONE, java_script_enabled=False)
    page.locator("[name=photo]").set_input_files(picture)
    page.locator("[name=address]").fill("柳树路 5 号")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("main")).to_contain_text("请用一句话说说")
    assert [trouble for trouble in troubles if "422" not in trouble] == []
    troubles.clear()

    page.locator("[name=text]").fill(WORDS)
    page.get_by_role("button", name="提交").click()

    page.wait_for_url("**/report/received**")
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 1)


def test_without_scripts_nothing_is_offered_that_needs_them(visit, town):
    page = visit("/committee", width=PHONE, java_script_enabled=False)

    assert page.get_by_role("heading", name="或从列表里选").is_visible()
    assert not page.get_by_text("按我的位置找").is_visible()


def test_what_was_written_without_network_is_sent_by_itself_when_it_is_back(visit, town, picture, troubles):
    page = visit("/report", width=PHONE, **HERE)
    fill(page, picture)
    page.context.set_offline(True)
    page.locator("[data-send]").click()
    page.get_by_text("没有连上网络").wait_for()

    page.context.set_offline(False)
    page.wait_for_url("**/report/received**")

    assert Case.objects.count() == 1
    troubles.clear()


def test_an_answer_lost_on_the_way_does_not_make_a_second_report(visit, town, picture, troubles):
    page = visit("/report", width=PHONE, **HERE)
    fill(page, picture)
    tries = []

    def lose_the_first(route):
        tries.append(route.request.method)
        if len(tries) == 1:
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/report", lose_the_first)
    page.locator("[data-send]").click()
    page.get_by_role("button", name="现在再试").click()
    page.wait_for_url("**/report/received**")

    assert len(tries) == 2
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 1)
    troubles.clear()


@pytest.mark.parametrize(("status", "body"), [(500, "<main><p>…</p></main>"), (413, "too large")])
def test_an_answer_that_is_not_the_form_leaves_everything_written_on_the_page(visit, town, troubles, status, body):
    page = visit("/report", width=PHONE, **HERE)
    fill(page)
    page.route("**/report", lambda route: route.fulfill(status=status, content_type="text/html", body=body))
    page.locator("[data-send]").click()
    page.get_by_text("没有发出去").wait_for()
    troubles.clear()
    page.unroute("**/report")

    send(page)

    assert Case.objects.get().description == WORDS
    assert troubles == []


def test_something_similar_nearby_is_shown_before_sending_and_joined_with_one_press(visit, town):
    first = visit("/report", width=PHONE, **HERE)
    fill(first)
    send(first)
    second = visit("/report", width=PHONE, **HERE)

    fill(second, words="柳树路 5 号门口的井盖没了，晚上看不见")
    second.get_by_text("已有人反映，可一起关注").wait_for()
    second.get_by_role("button", name="一起关注").click()
    send(second)

    assert (Case.objects.count(), Occurrence.objects.count()) == (1, 2)
    expect(second.locator("main")).to_contain_text("和先反映的人一起登记")


def test_in_elder_mode_everything_is_large_and_the_telephone_stays_on_top(visit, town, picture):
    page = visit("/report", width=PHONE, elder="1", **HERE)
    small = page.evaluate(TOO_SMALL)
    fill(page, picture)
    small += page.evaluate(TOO_SMALL)
    assert page.locator("[name=name]").count() == 0
    send(page)
    small += page.evaluate(TOO_SMALL)

    assert small == []
    assert page.locator(".ll-call a").first.bounding_box()["y"] < 100
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)") >= 18
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.spec("003-14", "001g-06")
def test_the_resident_rates_on_the_phone_what_was_done(visit, town):
    page = visit("/report", width=PHONE, **HERE)
    fill(page)
    send(page)
    case = Case.objects.get()
    opened = Matter.objects.get().opened_at
    go(case, town, *to_checked(town), at=opened + timedelta(minutes=1))
    ends = (("chen", "reply", Given(note="井盖已补好，谢谢您")), ("chen", "close", Given()))
    go(case, town, *ends, at=opened + timedelta(hours=1))

    page.get_by_role("link", name="看办理进度").click()
    expect(page.locator(".ll-answer")).to_contain_text("井盖已补好，谢谢您")
    page.locator(".ll-grades").get_by_text("非常满意", exact=True).click()
    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_role("button", name="提交评价").click()

    page.get_by_text("谢谢您的评价").wait_for()
    case.refresh_from_db()
    assert (case.satisfaction, case.is_solved) == (5, True)


def test_a_place_is_chosen_on_the_map_where_there_is_no_position(visit, town):
    page = visit("/report", width=PHONE)
    forward(page, "photo")

    page.get_by_role("button", name="在地图上选").click()
    page.locator(".maplibregl-canvas").wait_for()
    page.wait_for_function("document.querySelector('linli-place-picker .ll-map-box canvas')?.width > 0")
    page.locator(".maplibregl-canvas").click(position={"x": 150, "y": 150})
    page.get_by_text("已在地图上选定").wait_for()
    forward(page, "place")

    expect(page.locator("[data-step=words]")).to_be_visible()
    assert 121 < float(page.locator("[name=lon]").input_value()) < 122


@pytest.mark.parametrize("path", ["/", "/report", "/follow", "/mine", "/open", "/committee", "/sign-in/phone"])
@pytest.mark.parametrize(("width", "theme", "elder"), [(PHONE, "dark", ""), (PHONE, "light", "3"), (1440, "light", "")])
def test_every_page_of_residents_fits_its_screen(visit, town, path, width, theme, elder):
    page = visit(path, width=width, theme=theme, elder=elder)
    page.wait_for_load_state("networkidle")

    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
