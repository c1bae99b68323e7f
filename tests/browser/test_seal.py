"""Seals in a real browser: a resident's one look, and a stamp from the request to the register, on a phone."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from linli.domains.lists.models import SealUse
from linli.domains.lists.tests.stamping import publish_list, put_seal
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(town):
    publish_list(town)
    put_seal(town)
    return town


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "文稿.jpg"
    Image.effect_noise((800, 1100), 60).convert("RGB").save(path)
    return path


def is_too_wide(page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.spec("000-19", "000-18")
def test_a_resident_asks_in_their_own_words_and_is_told_where_to_go(visit, desk):
    page = visit("/lists/seal", width=PHONE)
    page.locator("[name=word]").fill("证明我妈是我妈")
    page.get_by_role("button", name="查一查").click()

    verdict = page.locator(".ll-verdict")
    expect(verdict.locator(".now")).to_have_text("不能盖")
    expect(verdict).to_contain_text("公安机关、公证机构")
    assert not is_too_wide(page)


def test_of_several_lines_the_resident_picks_one(visit, desk):
    page = visit("/lists/seal?word=证明", width=PHONE)
    page.get_by_role("link", name="死亡证明").click()

    expect(page.locator(".ll-verdict")).to_contain_text("医疗卫生机构、公安机关")


@pytest.mark.parametrize(("elder", "theme"), [("", "dark"), ("1", "light"), ("3", "light")])
def test_the_look_fits_the_phone_large_and_dark(visit, desk, elder, theme):
    for path in ("/lists/seal", "/lists/seal?word=亲属", "/lists/seal?word=不存在的证明纸", "/lists/seal/all"):
        assert not is_too_wide(visit(path, width=PHONE, elder=elder, theme=theme))


@pytest.mark.spec("000-29", "000-28")
def test_a_stamp_goes_on_the_phone_from_the_request_to_its_number(visit, desk, picture):
    ma = visit("/desk/lists/seal", as_="ma", width=PHONE)
    ma.get_by_role("link", name="申请用印").first.click()
    ma.locator("[name=paper]").press_sequentially("三月账目公开", delay=10)
    ma.locator("#picks input[type=radio]:checked").wait_for()
    assert "居务公开公示件" in ma.locator("#picks label:has(input:checked)").inner_text()
    ma.locator("[name=purpose]").fill("楼道公示栏张贴")
    ma.locator("linli-photos input[type=file]").last.set_input_files(picture)
    ma.locator(".ll-photos li").wait_for()
    assert not is_too_wide(ma)
    ma.get_by_role("button", name="提交").click()
    ma.wait_for_url("**/seal/uses/*")
    address = ma.url[ma.url.index("/desk") :]

    bao = visit(address, as_="bao", width=PHONE)
    bao.get_by_role("link", name="批准用印").click()
    bao.get_by_role("button", name="批准用印").click()
    bao.wait_for_url("**/seal/uses/*")
    expect(bao.locator(".ll-marks")).to_contain_text("待盖章")

    yin = visit(address, as_="yin", width=PHONE)
    yin.get_by_role("link", name="盖章登记").click()
    yin.locator("linli-photos input[type=file]").last.set_input_files(picture)
    yin.locator(".ll-photos li").wait_for()
    yin.locator("[name=copies]").fill("1")
    yin.locator("[name=pages]").fill("1")
    assert not is_too_wide(yin)
    yin.get_by_role("button", name="盖章登记").click()
    yin.locator(".ll-marks").get_by_text("登记号").wait_for()

    use = SealUse.objects.get()
    assert (use.matter.state, use.log_no) == ("stamped", 1)
    assert not is_too_wide(yin)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_the_seal_desk_fit_their_screen(visit, desk, width):
    for path in ("seal", "seal?tab=out", "seal/look", "seal/ask", "seal/seals", "seal/register", "seal/figures"):
        page = visit(f"/desk/lists/{path}", as_="ma", width=width)
        assert not is_too_wide(page), path
