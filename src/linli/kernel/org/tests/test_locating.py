from datetime import UTC, date, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.org import coordinates, fresh, queries
from linli.kernel.org.commands import areas
from linli.kernel.org.coordinates import PositionRefused
from linli.kernel.org.locating import Locator, Piece
from linli.kernel.org.models import Area
from linli.kernel.org.tests.shapes import rectangle
from linli.kernel.org.tree import Node, Tree
from tests.town import IN_GRID, IN_GRID8, IN_WEST, OUTSIDE, square

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)


def test_a_position_is_in_its_grid_and_in_everything_above(town):
    located = queries.locate(*IN_GRID)

    assert (located.area_id, located.unit_id) == (town.areas["grid"].pk, town.grid.pk)
    assert located.chain == tuple(town.areas[key].pk for key in ("grid", "committee", "street", "district"))
    assert located.home_id == town.street.pk
    assert not located.outside


def test_a_shared_border_belongs_to_the_smaller_grid_and_of_equal_ones_to_the_lower_id(town):
    on_border = (121.41, 31.21)
    Area.objects.filter(pk=town.areas["grid"].pk).update(area_m2=town.areas["grid8"].area_m2)
    fresh.forget()
    equal = queries.locate(*on_border).area_id
    Area.objects.filter(pk=town.areas["grid8"].pk).update(area_m2=1000)
    fresh.forget()

    assert equal == town.areas["grid"].pk
    assert queries.locate(*on_border).area_id == town.areas["grid8"].pk


def test_a_position_in_no_grid_falls_to_the_smallest_area_above(town):
    areas.end(town.areas["grid"], actor=town.root, at=AT)

    located = queries.locate(*IN_GRID)

    assert located.kind == "committee"
    assert located.unit_id == town.committee.pk
    assert located.chain == tuple(town.areas[key].pk for key in ("committee", "street", "district"))


def test_a_position_in_no_area_goes_to_the_nearest_district(town):
    located = queries.locate(*OUTSIDE)

    assert located.outside
    assert (located.area_id, located.unit_id, located.home_id) == (None, town.district.pk, town.district.pk)
    assert located.chain == ()


def test_without_any_areas_a_position_is_nowhere(db):
    assert queries.locate(*IN_GRID).unit_id is None
    assert queries.locate_many([121.4], [31.2])[0].outside


def test_positions_in_other_systems_are_converted_first(town):
    near_border = (121.4099, 31.21)
    as_gcj = coordinates.from_wgs84(*near_border, "gcj02")

    assert queries.locate(*as_gcj, crs="gcj02").area_id == town.areas["grid"].pk
    assert queries.locate(*as_gcj).area_id == town.areas["grid8"].pk


def test_impossible_positions_are_refused_singly_and_nowhere_in_bulk(town):
    with pytest.raises(PositionRefused):
        queries.locate(31.2, 121.4)

    lons, lats = [IN_GRID[0], float("nan"), 31.2, 0.0, IN_WEST[0]], [IN_GRID[1], 31.2, 121.4, 0.0, IN_WEST[1]]
    found = queries.locate_many(lons, lats)

    assert [located.unit_id for located in found] == [town.grid.pk, None, None, None, town.west_grid.pk]


def test_a_redrawn_grid_is_located_by_its_new_boundary_at_once(town):
    assert queries.locate(*IN_GRID8).area_id == town.areas["grid8"].pk

    areas.redraw(town.areas["grid8"], rectangle(121.41, 31.20, 121.412, 31.22), seen_version=1, actor=town.root, at=AT)

    assert queries.locate(*IN_GRID8).area_id == town.areas["committee"].pk


def test_police_beats_are_no_answer(town):
    square(town.police, "beat", 121.404, 31.209, 121.406, 31.211)

    assert queries.locate(*IN_GRID).area_id == town.areas["grid"].pk


def test_an_area_of_next_year_is_not_located_yet(town):
    area = square(town.grid, "unit_grid", 121.404, 31.209, 121.406, 31.211)
    Area.objects.filter(pk=area.pk).update(valid_from=date(2999, 1, 1))
    fresh.forget()

    assert queries.locate(*IN_GRID).area_id == town.areas["grid"].pk


def test_once_warm_locating_asks_the_database_nothing(town, django_assert_num_queries):
    queries.warm()

    with django_assert_num_queries(0):
        queries.locate(*IN_GRID)
        queries.locate_many([121.405] * 50, [31.21] * 50)


def _units():
    rows = [("1.", "district", None, 1), ("1.2.", "street", 1, 2), ("1.2.3.", "grid", 2, 2)]
    return Tree(
        [
            Node(n, parent, path, kind, kind, kind, "", "territorial", None, None, None, home)
            for n, (path, kind, parent, home) in enumerate(rows, 1)
        ]
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_one_by_one_in_bulk_and_by_brute_force_agree(seed):
    random = np.random.default_rng(seed)
    corners = random.integers(0, 12, (40, 2))
    boxes = [
        shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, random.integers(1, 5, (40, 2)), strict=True)
    ]
    pieces = [Piece(n, 1, 3, "unit_grid", box.area, box) for n, box in enumerate(boxes, 1)]
    lons, lats = (random.integers(-2, 36, (2, 60)) / 2).astype(float)

    locator = Locator(pieces, _units())

    expected = [
        min(((p.area_m2, p.id) for p in pieces if p.boundary.intersects(shapely.Point(x, y))), default=(0, None))[1]
        for x, y in zip(lons, lats, strict=True)
    ]
    assert [located.area_id for located in locator.locate_many(lons, lats)] == expected
    assert [locator.locate(x, y).area_id for x, y in zip(lons, lats, strict=True)] == expected
