"""The kit in a real browser, under the real policy: widths and themes, keys, drag, photos, places, maps."""

import base64
import hashlib
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from linli.web import showcase
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > innerWidth"
HIDDEN_FIELDS = """
    who => [...document.querySelectorAll(who + ' input[type=hidden]')].map(x => x.name + '=' + x.value)
"""
SENT_BYTES = """
    () => new Promise(done => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(',')[1]);
        reader.readAsDataURL(document.querySelector('[name=photo]').files[0]);
    })
"""


@pytest.mark.parametrize(("width", "theme", "elder"), [(DESK, "light", ""), (PHONE, "dark", ""), (PHONE, "light", "3")])
def test_every_page_of_the_showcase_fits_and_breaks_no_rule(visit, width, theme, elder):
    too_wide = []
    for name in showcase.PAGES:
        page = visit(f"/design/{name}", width=width, theme=theme, elder=elder)
        page.wait_for_load_state("networkidle")
        if page.evaluate(WIDER_THAN_SCREEN):
            too_wide.append(name)

    assert too_wide == []


def test_in_elder_mode_everything_to_press_is_large_enough(visit):
    page = visit("/design/report", width=PHONE, elder="1")

    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .btn, header a, .ll-call a, input:not([type=hidden])')]
            .filter(x => x.offsetParent && !/checkbox|radio|file/.test(x.type ?? ''))
            .map(x => [x.textContent.trim(), x.getBoundingClientRect().height])
            .filter(([, height]) => height < 60)"""
    )

    assert small == []
    assert float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")) >= 18


def test_rows_are_walked_ticked_and_assigned_by_keys_alone(visit):
    page = visit("/design/dispatch")
    posted = []
    page.route("**/design", lambda route: (posted.append(route.request.post_data), route.fulfill(body="ok")))

    for key in ("j", "x", "j", "x", "a"):
        page.keyboard.press(key)
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("2")
    page.get_by_text("ok", exact=True).wait_for()

    assert posted == ["case=CN-20261122-00041&case=CN-20261122-00040&member=2"]


def test_a_row_dropped_on_a_member_is_assigned_to_them(visit):
    page = visit("/design/dispatch")
    posted = []
    page.route("**/design", lambda route: (posted.append(route.request.post_data), route.fulfill(body="ok")))

    page.drag_and_drop("[data-rows] tr:nth-child(3)", "[data-member='3']")
    page.get_by_text("ok", exact=True).wait_for()

    assert posted == ["case=CN-20261121-00316&member=3"]


def test_a_dangerous_act_asks_its_reason_and_can_be_called_off(visit):
    page = visit("/design")

    page.get_by_role("button", name="作废").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="确认").click()

    expect(dialog).to_be_visible()
    assert dialog.get_by_role("textbox").evaluate("field => field.validationMessage") != ""
    dialog.get_by_role("button", name="取消").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_keys_of_a_page_are_listed(visit):
    page = visit("/design")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_contain_text("办结并反馈")


def test_a_large_photo_goes_out_small_with_the_cameras_notes_and_both_hashes(visit, tmp_path):
    taken = _photo(tmp_path / "taken.jpg")
    page = visit("/design/report", width=PHONE)

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="拍照或选择照片").click()
    chooser.value.set_files(taken)
    page.get_by_text("taken.jpg").wait_for()

    sent = base64.b64decode(page.evaluate(SENT_BYTES))
    (tmp_path / "sent.jpg").write_bytes(sent)
    fields = page.evaluate(HIDDEN_FIELDS, "linli-photos")
    assert len(sent) < taken.stat().st_size
    assert _taken_at(tmp_path / "sent.jpg") == "2026:11:22 10:00:00"
    assert f"photo_sha256={hashlib.sha256(sent).hexdigest()}" in fields
    assert f"photo_taken_sha256={hashlib.sha256(taken.read_bytes()).hexdigest()}" in fields


def test_a_removed_photo_is_not_sent(visit, tmp_path):
    page = visit("/design/report", width=PHONE)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="拍照或选择照片").click()
    chooser.value.set_files(_photo(tmp_path / "taken.jpg", size=(60, 40)))

    page.get_by_role("button", name="移除 照片 1").click()

    assert page.evaluate("document.querySelector('[name=photo]').files.length") == 0
    assert page.evaluate(HIDDEN_FIELDS, "linli-photos") == []


def test_a_place_comes_from_the_device_or_from_a_tap_and_can_be_taken_back(visit):
    here = {"longitude": 121.401, "latitude": 31.212, "accuracy": 12.4}
    page = visit("/design/report", width=PHONE, geolocation=here, permissions=["geolocation"])

    page.get_by_role("button", name="用当前位置").click()
    page.get_by_text("误差约 12 米").wait_for()
    measured = page.evaluate(HIDDEN_FIELDS, "linli-place-picker")
    page.get_by_role("button", name="在地图上选").click()
    page.locator("linli-place-picker canvas").click(position={"x": 120, "y": 90})
    page.get_by_text("已在地图上选定").wait_for()
    tapped = page.evaluate(HIDDEN_FIELDS, "linli-place-picker")
    page.get_by_role("button", name="清除位置").click()

    assert measured == ["lon=121.401000", "lat=31.212000", "accuracy=12", "crs=wgs84"]
    assert tapped[0].startswith("lon=121.4")
    assert tapped[2:] == ["accuracy=", "crs=wgs84"]
    assert page.evaluate(HIDDEN_FIELDS, "linli-place-picker") == ["lon=", "lat=", "accuracy=", "crs="]


def test_a_polygon_is_drawn_moved_by_keys_and_undone(visit):
    page = visit("/design/draw")
    canvas = page.locator("linli-draw canvas")
    for at in ({"x": 100, "y": 60}, {"x": 300, "y": 60}, {"x": 200, "y": 220}):
        canvas.click(position=at)
    drawn = page.locator("linli-draw input[type=hidden]").input_value()

    page.get_by_role("button", name="顶点 1").focus()
    page.keyboard.press("ArrowLeft")
    moved = page.locator("linli-draw input[type=hidden]").input_value()
    page.get_by_role("button", name="撤销").click()

    assert drawn.startswith('{"type":"Polygon"')
    assert moved != drawn
    assert page.locator("linli-draw input[type=hidden]").input_value() == drawn
    expect(page.locator("linli-draw")).to_contain_text("3 个顶点")


def test_a_chart_has_its_figures_as_a_table_too(visit):
    page = visit("/design")

    page.get_by_role("button", name="表格").click()

    expect(page.get_by_role("cell", name="167")).to_be_visible()


def test_the_list_beside_a_map_names_the_cases_for_those_who_cannot_see_it(visit):
    page = visit("/design/dispatch")

    expect(page.locator("linli-map li a")).to_have_count(5)


def test_lists_and_forms_work_without_scripts(visit):
    page = visit("/design", java_script_enabled=False)

    page.get_by_role("link", name="临期").first.click()

    expect(page.get_by_role("link", name="处置中")).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_visible()
    expect(page.get_by_text("剩 1 小时").first).to_be_visible()


def _taken_at(path: Path) -> str:
    with Image.open(path) as picture:
        return str(picture.getexif()[0x0132])


def _photo(path: Path, size: tuple[int, int] = (2400, 1600)) -> Path:
    picture = Image.effect_noise(size, 90).convert("RGB")
    notes = picture.getexif()
    notes[0x0132] = "2026:11:22 10:00:00"
    picture.save(path, quality=92, exif=notes)
    return path
