"""The real divisions and outlines of Shanghai and Shenzhen through the same imports."""

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from linli.kernel.org import queries
from linli.kernel.org.commands import people, units
from linli.kernel.org.commands.divisions import import_divisions
from linli.kernel.org.commands.imports import import_areas
from linli.kernel.org.geometry import metres_between, parsed
from linli.kernel.org.imports import read_geojson
from linli.kernel.org.models import Area, Unit
from tests.lacking import real_data

pytestmark = pytest.mark.data
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)


@pytest.fixture
def system(db):
    return people.the_system()


def pilot_rows(*counties):
    """(code, name) of the districts named, their towns and committees."""
    rows = {}
    with real_data("admin/pilot_areas_level5.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            if line["county"] in counties:
                rows[f"{line['areaCode']}000000"] = line["county"]
                rows[f"{line['streetCode']}000"] = line["town"]
                rows[line["code12"]] = line["name"]
    return list(rows.items())


def level4_rows(name, county, code, title):
    with gzip.open(real_data(f"admin/{name}"), "rt", encoding="utf-8") as file:
        return [(row[code], row[title]) for row in csv.DictReader(file) if row[code].startswith(county)]


def test_the_real_divisions_of_two_districts_come_in_complete_and_once(system):
    rows = pilot_rows("长宁区", "福田区")

    first = import_divisions(rows, dry_run=False, actor=system, at=AT)
    again = import_divisions(rows, dry_run=False, actor=system, at=AT)

    below = {
        code: Counter(queries.subtree(Unit.objects.get(division_code=code)).values_list("kind", flat=True))
        for code in ("310105000000", "440304000000")
    }
    assert len(first.founded) == len(rows)
    assert (again.founded, again.renamed, again.vanished, again.unchanged) == ([], {}, [], len(rows))
    assert below["310105000000"] == {"district": 1, "street": 10, "committee": 189}
    # Ten streets and the bonded zone, which the national list counts at town level.
    assert below["440304000000"] == {"district": 1, "street": 11, "committee": 93}


def test_a_later_edition_that_gives_a_town_another_code_proposes_its_successor(system):
    earlier = level4_rows("cn_divisions_level1_4.csv.gz", "310106", "code12", "name")
    later = level4_rows("areacity_level4_pinyin.csv.gz", "310106", "ext_id", "ext_name")
    import_divisions(earlier, dry_run=False, actor=system, at=AT)

    preview = import_divisions(later, actor=system, at=AT)
    applied = import_divisions(later, successions=preview.likely, dry_run=False, actor=system, at=AT)

    assert preview.likely == {"310106101000": "310106100000"}
    assert applied.vanished == []
    assert Unit.objects.get(division_code="310106101000").successor.name == "彭浦镇"


def outlines(name, *, crs, names):
    with gzip.open(real_data(f"boundaries/{name}"), "rb") as file:
        return read_geojson(file.read(), kind="district", crs=crs, names=names)


def test_outlines_from_a_map_provider_agree_with_the_national_system_after_conversion(system):
    city = units.found(code="sh", name="上海市", kind="district", actor=system, at=AT)
    rows = outlines("counties_shanghai_gcj02.geojson.gz", crs="gcj02", names={"code": "adcode"})
    outcome = import_areas(rows, owner=city, crs="gcj02", repair=True, dry_run=False, actor=system, at=AT)
    national = outlines(
        "shanghai_districts_epsg4490_dawn.geojson.gz", crs="wgs84", names={"code": "县名", "name": "县名"}
    )

    centres = shapely.get_coordinates(shapely.centroid([row.boundary for row in national]))
    found = queries.locate_many(*centres.T)

    names = dict(Area.objects.values_list("id", "name"))
    agree = [names.get(located.area_id) == row.name for located, row in zip(found, national, strict=True)]
    assert len(outcome.created) == 16
    assert sum(agree) >= 15
    assert set(Area.objects.values_list("source_crs", flat=True)) == {"gcj02"}


def test_without_conversion_the_same_outline_would_be_some_hundred_metres_off():
    names = {"code": "adcode"}
    right = {row.code: row.boundary for row in outlines("counties_shenzhen_gcj02.geojson.gz", crs="gcj02", names=names)}
    wrong = {row.code: row.boundary for row in outlines("counties_shenzhen_gcj02.geojson.gz", crs="wgs84", names=names)}
    with gzip.open(real_data("boundaries/shenzhen_districts_wgs84.geojson.gz"), "rb") as file:
        futian = next(f for f in json.load(file)["features"] if f["properties"]["qh"] == "福田")
    true = parsed(futian["geometry"])

    def shared(shape):
        return shapely.area(shapely.intersection(shape, true)) / shapely.area(shapely.union(shape, true))

    one, two = (shapely.centroid(shapes["440304"]) for shapes in (right, wrong))
    assert 300 < metres_between(one.x, one.y, two.x, two.y) < 800
    assert shared(right["440304"]) > 0.97 > shared(wrong["440304"])


def test_every_road_junction_of_futian_is_located_alike_one_by_one_and_in_bulk(system):
    city = units.found(code="sz", name="深圳市", kind="district", actor=system, at=AT)
    rows = outlines("counties_shenzhen_gcj02.geojson.gz", crs="gcj02", names={"code": "adcode"})
    import_areas(rows, owner=city, crs="gcj02", repair=True, dry_run=False, actor=system, at=AT)
    with gzip.open(real_data("boundaries/osm_road_nodes_shenzhen_futian.csv.gz"), "rt") as file:
        lines = list(csv.DictReader(file))
    lons, lats = (np.array([float(line[axis]) for line in lines]) for axis in ("lon", "lat"))

    together = queries.locate_many(lons, lats)
    singly = [queries.locate(lon, lat) for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)]

    futian = Area.objects.get(code="440304").pk
    assert together == singly
    assert sum(located.area_id == futian for located in together) / len(together) > 0.99
