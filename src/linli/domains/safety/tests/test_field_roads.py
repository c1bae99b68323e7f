"""The roads a phone takes along for its map."""

import pytest
from django.utils import timezone

from linli.domains.safety.commands import covering
from linli.domains.safety.queries.field_roads import roads


def road(name, *line):
    return {
        "properties": {"name": name, "highway": "residential"},
        "geometry": {"type": "LineString", "coordinates": [list(position) for position in line]},
    }


@pytest.fixture
def laid(town):
    """Two roads through the grid, the second shorter, one far away; whose data it is said with them."""
    features = [
        road("梧桐路", (121.402, 31.2103), (121.404, 31.2103)),
        road("柳树路", (121.30, 31.21), (121.402, 31.21), (121.405, 31.21000001), (121.408, 31.21)),
        road("远路", (121.60, 31.40), (121.61, 31.40)),
    ]
    covering.load_roads(features, district=town.district, source="© OpenStreetMap contributors")
    covering.lay_cells(town.street)
    return town


def test_a_phone_takes_the_roads_of_its_ground_along_cut_to_it_and_says_whose_they_are(laid):
    taken = roads(laid.hua, timezone.now())

    assert [one["name"] for one in taken["roads"]] == ["柳树路", "梧桐路"]
    assert taken["sources"] == ["© OpenStreetMap contributors"]
    (line,) = taken["roads"][0]["lines"]
    assert len(line) == 2, "a corner that is none is left out"
    assert min(lon for lon, _lat in line) > 121.35, "what is far from the ground stays away"


def test_whose_ground_has_no_roads_takes_none_along(laid):
    assert roads(laid.zhou, timezone.now()) == {"roads": [], "sources": []}


def test_roads_are_read_once_for_all_of_one_area(laid, django_assert_num_queries):
    roads(laid.hua, timezone.now())

    with django_assert_num_queries(0):
        roads(laid.hua, timezone.now())
