from datetime import UTC, date, datetime

import pytest

from linli.kernel.org import coordinates, queries
from linli.kernel.org.commands import areas
from linli.kernel.org.commands.areas import AreaRefused
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.geometry import BoundaryRefused, area_m2, parsed, read_boundary
from linli.kernel.org.models import Area, AreaVersion, Change
from linli.kernel.org.tests.shapes import BOW_TIE, rectangle

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)


def draw(town, boundary=None, **given):
    given = {"code": "g9", "name": "第九网格", "kind": "governance_grid", "unit": town.grid} | given
    return areas.draw(boundary=boundary or rectangle(), actor=town.root, at=AT, **given)


def test_a_drawn_grid_knows_its_box_centre_and_size(town):
    area = draw(town)

    assert (area.west, area.south, area.east, area.north) == (121.50, 31.30, 121.51, 31.31)
    assert (round(area.centre_lon, 6), round(area.centre_lat, 6)) == (121.505, 31.305)
    assert 1_050_000 < area.area_m2 < 1_060_000


def test_a_grid_drawn_on_a_public_map_is_stored_in_the_national_system_with_its_source(town):
    west, south = coordinates.from_wgs84(121.50, 31.30, "gcj02")
    east, north = coordinates.from_wgs84(121.51, 31.31, "gcj02")

    area = draw(town, rectangle(west, south, east, north), crs="gcj02")

    assert area.source_crs == "gcj02"
    assert abs(area.west - 121.50) < 1e-4 and abs(area.north - 31.31) < 1e-4


@pytest.mark.spec("001g-01")
def test_a_grid_that_overlaps_its_neighbour_is_refused_with_name_and_size(town):
    with pytest.raises(AreaRefused, match=r"柳树第八网格重叠\d+平方米"):
        draw(town, rectangle(121.415, 31.21, 121.425, 31.22))


def test_a_grid_may_touch_its_neighbours_and_lie_in_areas_of_other_kinds(town):
    areas.end(town.areas["grid8"], actor=town.root, at=AT)

    area = draw(town, rectangle(121.41, 31.20, 121.42, 31.22))

    assert queries.locate(121.415, 31.21).area_id == area.pk


@pytest.mark.parametrize(
    ("boundary", "why"),
    [
        (BOW_TIE, "自相交"),
        ({"type": "Point", "coordinates": [121.5, 31.3]}, "Polygon"),
        ({"type": "Polygon", "coordinates": [[[121.5, 31.3], [121.6, 31.3]]]}, "无法读取"),
        ({"type": "Polygon", "coordinates": []}, "没有面积"),
        ({"type": "Polygon", "coordinates": "abc"}, "无法读取"),
        ("POLYGON((0 0))", "Polygon"),
        (rectangle(31.30, 121.50, 31.31, 121.51), "不可能"),
        (rectangle(121.50, 31.30, 121.50, 31.31), "不合法"),
        (rectangle(121.50, 31.30, 121.500001, 31.300001), "小于"),
        (rectangle(110.0, 31.0, 121.0, 35.0), "大于"),
    ],
)
def test_a_bad_boundary_is_refused_with_what_is_wrong_and_nothing_is_written(town, boundary, why):
    before = Area.objects.count()

    with pytest.raises((BoundaryRefused, AreaRefused), match=why) as refused:
        draw(town, boundary)

    assert refused.value.field == "boundary"
    assert Area.objects.count() == before


def test_a_redrawn_grid_keeps_its_id_and_the_boundary_it_had(town):
    grid = town.areas["grid"]

    areas.redraw(
        grid, rectangle(121.40, 31.20, 121.409, 31.22), seen_version=1, actor=town.root, at=AT, reason="道路改线"
    )

    now = Area.objects.get(pk=grid.pk)
    earlier = AreaVersion.objects.get(area=grid)
    assert (now.version, now.east) == (2, 121.409)
    assert (earlier.version, earlier.boundary, earlier.replaced_on) == (1, grid.boundary, TODAY)
    assert Change.objects.get(verb="redraw").reason == "道路改线"


def test_two_people_redrawing_from_the_same_map_do_not_overwrite_each_other(town):
    areas.redraw(town.areas["grid"], rectangle(121.40, 31.20, 121.409, 31.22), seen_version=1, actor=town.root, at=AT)

    with pytest.raises(AreaRefused, match="刚被他人修改"):
        areas.redraw(
            town.areas["grid"], rectangle(121.40, 31.20, 121.408, 31.22), seen_version=1, actor=town.root, at=AT
        )


def test_an_area_is_described_handed_over_and_ended_and_the_log_tells_all_three(town):
    grid = town.areas["grid"]

    areas.describe(grid, name="第七网格", grid_type="comprehensive_urban", households=400, actor=town.root, at=AT)
    areas.assign(grid, town.committee, actor=town.root, at=AT)
    areas.end(grid, actor=town.root, at=AT)

    now = Area.objects.get(pk=grid.pk)
    verbs = list(Change.objects.filter(subject=f"area:{grid.pk}").order_by("id").values_list("verb", flat=True))
    assert (now.name, now.unit, now.valid_to) == ("第七网格", town.committee, TODAY)
    assert verbs == ["describe", "assign", "end"]


def test_an_ended_area_is_not_changed_any_more_and_its_code_may_be_used_again(town):
    grid = town.areas["grid"]
    areas.end(grid, actor=town.root, at=AT)

    with pytest.raises(AreaRefused, match="已于"):
        areas.describe(grid, name="新名", actor=town.root, at=AT)
    assert draw(town, rectangle(121.40, 31.20, 121.41, 31.22), code=grid.code).pk != grid.pk


def test_a_taken_code_and_unknown_kinds_are_refused(town):
    for field, given in {
        "code": {"code": town.areas["grid"].code},
        "kind": {"kind": "kingdom"},
        "grid_type": {"grid_type": "round"},
        "name": {"name": ""},
    }.items():
        with pytest.raises(AreaRefused) as refused:
            draw(town, **given)
        assert refused.value.field == field


def test_areas_are_drawn_by_those_with_the_right(town):
    with pytest.raises(RightRefused):
        areas.draw(code="g9", name="九", kind="unit_grid", unit=town.grid, boundary=rectangle(), actor=town.hua, at=AT)


def test_sizes_agree_with_known_territory():
    one_degree = read_boundary(rectangle(0.0, 0.0, 1.0, 1.0))

    assert abs(area_m2(one_degree) / 12_308_778_361 - 1) < 1e-4


def test_a_height_is_dropped_and_a_hole_is_kept():
    ring = [[121.5, 31.3, 4.0], [121.51, 31.3, 4.0], [121.51, 31.31, 4.0], [121.5, 31.31, 4.0], [121.5, 31.3, 4.0]]
    hole = [[121.503, 31.303], [121.507, 31.303], [121.507, 31.307], [121.503, 31.307], [121.503, 31.303]]

    shape = parsed({"type": "Polygon", "coordinates": [ring]})
    holed = parsed({"type": "Polygon", "coordinates": [[p[:2] for p in ring], hole]})

    assert not shape.has_z
    assert 0.83 < area_m2(holed) / area_m2(shape) < 0.85
