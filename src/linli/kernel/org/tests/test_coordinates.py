import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.org import coordinates
from linli.kernel.org.coordinates import PositionRefused
from linli.kernel.org.geometry import metres_between

LONS = st.floats(74.0, 134.0)
LATS = st.floats(18.0, 53.0)


@pytest.mark.parametrize("crs", coordinates.SYSTEMS)
@given(lon=LONS, lat=LATS)
def test_a_position_comes_back_to_within_a_millimetre(crs, lon, lat):
    there = coordinates.from_wgs84(lon, lat, crs)

    back = coordinates.to_wgs84(*there, crs)

    assert metres_between(lon, lat, *back) < 0.001


def test_the_published_shift_of_tiananmen_is_met():
    lon, lat = coordinates.from_wgs84(116.397128, 39.916527, "gcj02")

    assert (round(lon, 5), round(lat, 5)) == (116.40337, 39.91793)


@given(lon=LONS, lat=LATS)
def test_the_obfuscated_systems_are_some_hundred_metres_off(lon, lat):
    gcj = coordinates.from_wgs84(lon, lat, "gcj02")

    assert 10 < metres_between(lon, lat, *gcj) < 1500
    assert 300 < metres_between(*gcj, *coordinates.from_wgs84(lon, lat, "bd09")) < 2000


def test_outside_mainland_china_nothing_is_shifted():
    assert coordinates.from_wgs84(2.35, 48.85, "gcj02") == (2.35, 48.85)


def test_arrays_are_converted_as_single_positions_are():
    lons, lats = np.array([121.4, 114.05]), np.array([31.2, 22.54])

    x, y = coordinates.to_wgs84(lons, lats, "bd09")

    singly = [coordinates.to_wgs84(lon, lat, "bd09") for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)]
    assert np.allclose(np.column_stack([x, y]), singly, atol=1e-9)
    assert type(singly[0][0]) is float


@pytest.mark.parametrize(
    ("lon", "lat", "why"),
    [
        (float("nan"), 31.2, "数字"),
        (121.4, float("inf"), "数字"),
        (31.2, 121.4, "填反"),
        (181.0, 31.2, "-180"),
        (200.0, 100.0, "-180"),
        (0.0, 0.0, "0,0"),
    ],
)
def test_a_position_that_cannot_exist_is_refused_with_the_reason(lon, lat, why):
    with pytest.raises(PositionRefused, match=why):
        coordinates.checked(lon, lat)


def test_an_unknown_system_is_refused():
    with pytest.raises(PositionRefused, match="mars"):
        coordinates.to_wgs84(121.4, 31.2, "mars")
    with pytest.raises(PositionRefused, match="mars"):
        coordinates.from_wgs84(121.4, 31.2, "mars")
