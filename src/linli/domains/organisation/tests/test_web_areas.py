import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.kernel.org.models import Area, AreaVersion, Unit, UnitLink

EAST_HALF = {
    "type": "Polygon",
    "coordinates": [[[121.41, 31.2], [121.42, 31.2], [121.42, 31.22], [121.41, 31.22], [121.41, 31.2]]],
}
SMALLER = {
    "type": "Polygon",
    "coordinates": [[[121.41, 31.2], [121.42, 31.2], [121.42, 31.215], [121.41, 31.215], [121.41, 31.2]]],
}
INTO_GRID7 = {
    "type": "Polygon",
    "coordinates": [[[121.408, 31.2], [121.42, 31.2], [121.42, 31.22], [121.408, 31.22], [121.408, 31.2]]],
}


@pytest.fixture
def enter(client):
    def go(actor):
        client.force_login(actor.account)
        return client

    return go


def test_the_map_shows_ones_own_areas_and_not_those_next_door(town, enter):
    answer = enter(town.lin).get(reverse("organisation:shapes"), {"bbox": "121.3,31.1,121.5,31.3", "zoom": "15"})

    names = {feature["properties"]["name"] for feature in answer.json()["features"]}
    assert {"柳树第七网格", "东街街道"} <= names
    assert not {name for name in names if name.startswith(("桥头", "西街"))}


@pytest.mark.parametrize(
    ("who", "query", "bounds"),
    [
        ("lin", "", "121.4,31.2,121.42,31.22"),
        ("hua", "", "121.4,31.2,121.41,31.22"),
        ("root", "", "121.4,31.2,121.44,31.22"),
        ("lin", "?q=第八", "121.41,31.2,121.42,31.22"),
        ("lin", "?kind=district", "121.4,31.2,121.44,31.22"),
    ],
)
def test_the_map_opens_on_ones_own_ground_and_on_what_is_looked_for(town, enter, who, query, bounds):
    page = enter(getattr(town, who)).get(reverse("organisation:areas") + query).content.decode()

    assert f'data-bounds="{bounds}"' in page


def test_nothing_found_leaves_the_map_where_it_would_open_by_itself(town, enter):
    page = enter(town.lin).get(reverse("organisation:areas") + "?q=没有这样的网格").content.decode()

    assert "data-bounds" not in page


@pytest.mark.parametrize(
    "address",
    [
        "areas?after=%C2%B2|%C2%B2",
        "areas/shapes?zoom=%C2%B2",
        "areas/shapes?bbox=nan,1,2,inf",
        "areas/check?area=%C2%B2",
        "people?unit=%C2%B2",
        "notices?after=%C2%B2",
        "notices?before=99999999999999999999",
        "deliveries?after=%C2%B2",
    ],
)
def test_what_only_looks_like_a_number_breaks_nothing(town, enter, address):
    assert enter(town.root).get(f"/{address}").status_code in (200, 404)


def test_an_area_of_another_street_is_not_there(town, enter):
    browser = enter(town.lin)

    assert browser.get(reverse("organisation:area", args=[town.areas["grid"].pk])).status_code == 200
    assert browser.get(reverse("organisation:area", args=[town.areas["west_grid"].pk])).status_code == 404
    assert browser.get(reverse("organisation:redraw_area", args=[town.areas["grid"].pk])).status_code == 404


def test_a_redrawn_grid_is_tried_first_and_then_becomes_a_version(town, enter):
    browser, area = enter(town.root), town.areas["grid8"]
    address = reverse("organisation:redraw_area", args=[area.pk])
    given = {"boundary": json.dumps(SMALLER), "seen_version": 1, "crs": "wgs84", "reason": "河道划出"}

    tried = browser.post(address, {**given, "check": "1"})
    assert "没有分到" in tried.content.decode()
    assert AreaVersion.objects.count() == 0

    browser.post(address, given)
    area.refresh_from_db()
    assert area.version == 2
    assert AreaVersion.objects.get(area=area).boundary == EAST_HALF


def test_a_grid_drawn_into_its_neighbour_is_shown_and_refused(town, enter):
    browser, area = enter(town.root), town.areas["grid8"]
    address = reverse("organisation:redraw_area", args=[area.pk])
    given = {"boundary": json.dumps(INTO_GRID7), "seen_version": 1, "crs": "wgs84", "reason": "试"}

    assert "柳树第七网格重叠" in browser.post(address, {**given, "check": "1"}).content.decode()
    answer = browser.post(address, given)

    assert answer.status_code == 422
    assert "同类区域不能重叠" in answer.content.decode()
    assert Area.objects.get(pk=area.pk).version == 1


@pytest.mark.spec("001g-01")
def test_the_four_principles_of_a_street_are_judged_on_a_page(town, enter):
    page = enter(town.li).get(reverse("organisation:check_grids"), {"area": town.areas["street"].pk}).content.decode()

    for word in ("完整性", "便利性", "均衡性", "差异性", "没有划分类型"):
        assert word in page


def test_grids_come_in_from_a_file_after_a_preview_of_what_is_wrong(town, enter):
    browser = enter(town.root)
    ring = [[121.401, 31.201], [121.402, 31.201], [121.402, 31.202], [121.401, 31.202], [121.401, 31.201]]
    square = {"type": "Polygon", "coordinates": [ring]}
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": "u1", "name": "一号单元"}, "geometry": square},
            {"type": "Feature", "properties": {"name": "没有编码"}, "geometry": None},
        ],
    }
    file = SimpleUploadedFile("grids.geojson", json.dumps(collection).encode())
    given = {
        "kind": "unit_grid",
        "crs": "cgcs2000",
        "owner": town.grid.pk,
        "parent": town.areas["street"].pk,
        "reason": "首次导入",
    }

    seen = browser.post(reverse("organisation:import_areas"), {**given, "file": file})
    assert "空白" in seen.content.decode()
    assert seen.context["found"].report.invalid
    assert not Area.objects.filter(code="u1").exists()

    browser.post(
        reverse("organisation:import_areas"),
        {**given, "packed": seen.context["packed"], "file_name": "grids.geojson", "apply": "1"},
    )
    assert Area.objects.get(code="u1").unit == town.grid


@pytest.mark.spec("001g-02")
def test_a_grid_is_mapped_to_a_police_beat(town, enter):
    beat = Unit.objects.create(code="b1", name="东街一警务区", kind="police_beat", parent=town.street)
    browser = enter(town.root)

    browser.post(reverse("organisation:map_beat", args=[town.grid.pk]), {"beat": beat.pk})

    assert UnitLink.objects.get(unit=town.grid, kind="police_beat").other == beat
    assert "东街一警务区" in browser.get(reverse("organisation:grids")).content.decode()


def test_grids_without_an_officer_are_listed(town, enter):
    page = enter(town.li).get(reverse("organisation:grids"), {"bare": "1"}).content.decode()

    assert "柳树第八网格" in page
    assert "柳树第七网格" not in page
