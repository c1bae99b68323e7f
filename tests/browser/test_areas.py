"""Grids drawn and edited on the map in a real browser: by tapping, by dragging, by keys, part by part."""

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.org.models import Area, AreaVersion
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

APART = [[[121.415, 31.195], [121.417, 31.195], [121.417, 31.197], [121.415, 31.195]]]
"""South of the street, where no other grid lies."""


def opened(page: Page) -> Page:
    """The page once its map is drawn and shows the neighbours."""
    page.locator("linli-draw canvas").wait_for()
    page.wait_for_function("document.querySelector('linli-draw .ll-map-tools button') !== null")
    page.wait_for_load_state("networkidle")
    return page


def tap(page: Page, *places: tuple[float, float]) -> None:
    """Tap the map at shares of its width and height."""
    box = page.locator("linli-draw .ll-map-box").bounding_box()
    assert box is not None
    for across, down in places:
        page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def west_edge(area: Area) -> float:
    return min(lon for lon, _lat in area.boundary["coordinates"][0])


def test_a_grid_is_drawn_judged_and_saved_over_ones_own_ground(visit, town):
    page = opened(visit("/areas/new", as_="root"))
    tap(page, (0.3, 0.4), (0.45, 0.4), (0.45, 0.6), (0.3, 0.6))
    expect(page.locator("linli-draw [role=status]")).to_contain_text("4 个顶点")
    page.get_by_label("编码").fill("G-9")
    page.get_by_label("名称").fill("柳树第九网格")
    page.locator("select[name=kind]").select_option("responsibility_grid")
    page.locator("select[name=unit]").select_option(str(town.grid.pk))
    page.get_by_label("理由").fill("新划")

    page.get_by_role("button", name="检查重叠与空白").click()
    expect(page.locator(".alert[role=status]")).to_contain_text("面积")
    opened(page)
    expect(page.locator("linli-draw [role=status]")).to_contain_text("4 个顶点")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/areas/*")

    drawn = Area.objects.get(code="G-9")
    assert drawn.unit == town.grid
    assert len(drawn.boundary["coordinates"][0]) == 5
    assert 121.40 < west_edge(drawn) < 121.44


def test_a_corner_is_dragged_and_the_boundary_before_is_kept(visit, town):
    area = town.areas["grid8"]
    page = opened(visit(f"/areas/{area.pk}/boundary", as_="root"))
    corner = page.locator(".ll-corner").first
    at = corner.bounding_box()
    page.mouse.move(at["x"] + 9, at["y"] + 9)
    page.mouse.down()
    page.mouse.move(at["x"] + 69, at["y"] + 9, steps=6)
    page.mouse.up()
    page.get_by_label("理由").fill("按现场调整")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**/areas/{area.pk}")

    fresh = Area.objects.get(pk=area.pk)
    assert fresh.version == 2
    assert fresh.area_m2 < area.area_m2
    assert AreaVersion.objects.get(area=area).boundary == area.boundary


def test_corners_are_moved_removed_and_brought_back_by_keys_alone(visit, town):
    area = town.areas["grid8"]
    page = opened(visit(f"/areas/{area.pk}/boundary", as_="root"))
    words, corners = page.locator("linli-draw [role=status]"), page.locator(".ll-corner")
    expect(corners).to_have_count(4)

    corners.nth(1).focus()
    page.keyboard.press("Delete")
    expect(words).to_contain_text("3 个顶点")
    page.keyboard.press("Control+z")
    expect(words).to_contain_text("4 个顶点")
    corners.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("理由").focus()
    page.keyboard.type("微调")
    page.get_by_role("button", name="保存").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/areas/{area.pk}")

    moved = Area.objects.get(pk=area.pk)
    assert moved.version == 2
    assert moved.boundary != area.boundary
    assert abs(moved.area_m2 / area.area_m2 - 1) < 0.05


def test_of_a_boundary_in_parts_the_part_not_touched_stays_to_the_last_digit(visit, town):
    area = town.areas["grid8"]
    both = {"type": "MultiPolygon", "coordinates": [APART, area.boundary["coordinates"]]}
    Area.objects.filter(pk=area.pk).update(boundary=both)
    page = opened(visit(f"/areas/{area.pk}/boundary", as_="root"))
    expect(page.locator(".ll-corner")).to_have_count(4)
    page.get_by_role("button", name="改另一块").click()
    expect(page.locator(".ll-corner")).to_have_count(3)
    page.locator(".ll-corner").first.focus()
    page.keyboard.press("ArrowUp")
    page.get_by_label("理由").fill("改小块")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**/areas/{area.pk}")

    parts = Area.objects.get(pk=area.pk).boundary["coordinates"]
    assert len(parts) == 2
    assert {tuple(corner) for corner in area.boundary["coordinates"][0]} in [set(map(tuple, part[0])) for part in parts]
    assert APART not in parts


def test_a_grid_is_drawn_on_a_phone_within_its_width(visit, town):
    page = opened(visit("/areas/new", as_="root", width=PHONE))
    tap(page, (0.3, 0.4), (0.6, 0.4), (0.6, 0.7))

    expect(page.locator("linli-draw [role=status]")).to_contain_text("3 个顶点")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("[name=boundary]").input_value().startswith('{"type":"Polygon"')
