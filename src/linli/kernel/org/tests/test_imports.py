import json
from datetime import UTC, date, datetime

import pytest

from linli.kernel.org import imports
from linli.kernel.org.commands.changes import RightRefused
from linli.kernel.org.commands.divisions import import_divisions
from linli.kernel.org.commands.imports import import_areas
from linli.kernel.org.divisions import DivisionRefused, parsed
from linli.kernel.org.imports import FileRefused, read_csv, read_geojson
from linli.kernel.org.models import Area, AreaVersion, Change, Unit
from linli.kernel.org.tests.shapes import BOW_TIE, rectangle

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)


def features(*given, **more):
    made = [{"type": "Feature", "properties": p, "geometry": g} for p, g in given]
    return json.dumps({"type": "FeatureCollection", "features": made, **more}, ensure_ascii=False).encode()


HALVES = features(
    (
        {"code": "h1", "name": "北格", "unit": "west_committee", "residents": 2000},
        rectangle(121.42, 31.21, 121.44, 31.22),
    ),
    ({"code": "h2", "name": "南格", "unit": "west_committee"}, rectangle(121.42, 31.20, 121.44, 31.21)),
)


def take_in(town, raw, **given):
    given = {"owner": town.west, "dry_run": False} | given
    return import_areas(read_geojson(raw, kind="responsibility_grid"), actor=town.root, at=AT, **given)


def test_a_preview_says_what_would_be_done_and_writes_nothing(town):
    before = Area.objects.count(), Unit.objects.count(), Change.objects.count()

    outcome = take_in(town, HALVES, dry_run=True, as_units=True)

    assert (outcome.created, outcome.founded, outcome.applied) == (("h1", "h2"), ("h1", "h2"), False)
    assert (Area.objects.count(), Unit.objects.count(), Change.objects.count()) == before


def test_applying_founds_a_grid_unit_for_each_area_and_logs_every_one(town):
    take_in(town, HALVES, as_units=True, parent=town.areas["west"])

    area = Area.objects.get(code="h1")
    assert (area.unit.kind, area.unit.parent, area.residents) == ("grid", town.west_committee, 2000)
    assert area.unit.path == f"{town.west_committee.path}{area.unit_id}."
    assert Change.objects.filter(subject=f"area:{area.pk}", verb="import").exists()
    assert Change.objects.get(verb="import_areas").changes["created"] == 2


def test_applying_twice_changes_nothing(town):
    take_in(town, HALVES)
    before = list(Area.objects.order_by("id").values("id", "version"))

    outcome = take_in(town, HALVES)

    assert (outcome.created, outcome.redrawn, outcome.unchanged) == ((), (), ("h1", "h2"))
    assert list(Area.objects.order_by("id").values("id", "version")) == before


def test_a_changed_boundary_becomes_a_new_version_and_a_changed_count_does_not(town):
    take_in(town, HALVES)
    moved = features(
        (
            {"code": "h1", "name": "北格", "unit": "west_committee", "residents": 2100},
            rectangle(121.42, 31.212, 121.44, 31.22),
        ),
        (
            {"code": "h2", "name": "南格", "unit": "west_committee", "residents": 1900},
            rectangle(121.42, 31.20, 121.44, 31.21),
        ),
    )

    outcome = take_in(town, moved)

    north, south = Area.objects.get(code="h1"), Area.objects.get(code="h2")
    assert outcome.redrawn == ("h1", "h2")
    assert (north.version, north.residents) == (2, 2100)
    assert (south.version, south.residents) == (1, 1900)
    assert AreaVersion.objects.get().area == north


@pytest.mark.spec("001g-01")
def test_overlaps_and_gaps_of_the_parent_are_reported_in_square_metres(town):
    raw = features(
        ({"code": "a", "unit": "west"}, rectangle(121.42, 31.20, 121.431, 31.22)),
        ({"code": "b", "unit": "west"}, rectangle(121.43, 31.20, 121.438, 31.22)),
    )

    report = take_in(town, raw, dry_run=True, parent=town.areas["west"]).report

    [(one, two, shared)] = report.overlaps
    assert (one, two) == ("a", "b")
    assert shared == pytest.approx(95_160 * 2.217, rel=0.01)
    assert report.cover.share == pytest.approx(0.9, abs=0.001)
    assert report.cover.gap_m2 == pytest.approx(190_300 * 2.217, rel=0.01)
    assert report.cover.outside_m2 == 0


def test_invalid_rings_duplicates_unknown_owners_and_sizes_are_each_named(town):
    raw = features(
        ({"code": "ok", "unit": "west"}, rectangle(121.42, 31.20, 121.43, 31.21)),
        ({"code": "bow", "unit": "west"}, BOW_TIE),
        ({"code": "ok", "unit": "west"}, rectangle(121.43, 31.20, 121.44, 31.21)),
        ({"code": "lost", "unit": "nobody"}, rectangle(121.42, 31.21, 121.43, 31.22)),
        ({"code": "", "unit": "west"}, rectangle(121.42, 31.21, 121.43, 31.22)),
        ({"code": "none", "unit": "west"}, None),
        ({"code": "tiny", "unit": "west"}, rectangle(121.42, 31.20, 121.42001, 31.20001)),
        ({"code": "many", "unit": "west", "residents": "viele"}, rectangle(121.42, 31.20, 121.43, 31.21)),
    )

    report = take_in(town, raw, dry_run=True).report

    assert report.rows == 8
    assert {code: why[:5] for _no, code, why in report.invalid if code} == {
        "bow": "边界不合法", "none": "边界应为G", "tiny": "面积1平方", "many": "“viel",
    }  # fmt: skip
    assert report.duplicates == (("ok", (1, 3)),)
    assert report.without_owner == ("lost",)


def test_a_bow_tie_is_mended_when_asked_and_said_so(town):
    raw = features(({"code": "bow", "unit": "west"}, BOW_TIE))

    outcome = take_in(town, raw, repair=True)

    assert outcome.created == ("bow",)
    assert outcome.report.repaired[0][1] == "bow"
    assert Area.objects.get(code="bow").boundary["type"] == "MultiPolygon"


def test_what_the_standards_would_have_otherwise_is_only_a_warning(town):
    raw = features(
        (
            {"code": "w", "unit": "west", "grid_type": "comprehensive_urban", "households": 900, "residents": 3000},
            rectangle(121.42, 31.20, 121.43, 31.21),
        )
    )
    rows = read_geojson(raw, kind="governance_grid")

    report = import_areas(rows, owner=town.west, actor=town.root, at=AT).report

    assert [code for code, _why in report.warnings] == ["w", "w"]
    assert not report.invalid


def test_a_spreadsheet_in_gb18030_with_other_column_names_is_read(town):
    wkt = "POLYGON((121.42 31.20,121.43 31.20,121.43 31.21,121.42 31.21,121.42 31.20))"
    raw = f'编号,名称,范围\nk1,桥东网格,"{wkt}"\nk2,桥西,"不是WKT"\n'.encode("gb18030")

    rows = read_csv(raw, kind="unit_grid", names={"code": "编号", "name": "名称", "boundary": "范围"})

    assert [(row.code, row.name, bool(row.problem)) for row in rows] == [
        ("k1", "桥东网格", False),
        ("k2", "桥西", True),
    ]


def test_a_map_providers_file_is_converted_and_a_named_system_wins(town):
    raw = features(({"code": "a"}, rectangle()))
    named = features(({"code": "a"}, rectangle()), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::4490"}})

    shifted = read_geojson(raw, kind="unit_grid", crs="gcj02")[0].boundary
    plain = read_geojson(named, kind="unit_grid", crs="gcj02")[0].boundary

    assert abs(shifted.bounds[0] - 121.50) > 0.001
    assert plain.bounds[0] == 121.50


@pytest.mark.parametrize(
    ("read", "raw", "why"),
    [
        (read_geojson, b"{", "JSON"),
        (read_geojson, b"[1]", "FeatureCollection"),
        (read_geojson, b"\xff\xff\xff", "编码"),
        (read_csv, b"a,b\n1,2\n", "边界列"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(read, raw, why):
    with pytest.raises(FileRefused, match=why):
        read(raw)


def test_features_that_are_no_objects_are_named_by_their_row():
    rows = read_geojson(json.dumps({"type": "FeatureCollection", "features": [7, {}]}).encode(), kind="unit_grid")

    assert [row.no for row in rows if row.problem] == [1, 2]


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(imports, "MOST_ROWS", 1)

    with pytest.raises(FileRefused, match="最多"):
        read_geojson(HALVES)


def test_importing_needs_the_right_over_the_owner(town):
    with pytest.raises(RightRefused):
        import_areas(read_geojson(HALVES), owner=town.west, actor=town.zhou, at=AT)


CODES = (
    ("310105000000", "长宁区"),
    ("310105001000", "华阳路街道"),
    ("310105102000", "新泾镇"),
    ("310105001001", "华一居委会"),
    ("310105001002", "华二居委会"),
    ("310105102201", "北新村委会"),
)


def divisions(town, rows=CODES, **given):
    return import_divisions(rows, **{"dry_run": False, "actor": town.root, "at": AT, "under": town.district} | given)


@pytest.mark.spec("003-01")
def test_division_codes_become_units_each_below_the_one_it_lies_in(town):
    outcome = divisions(town)

    village = Unit.objects.get(division_code="310105102201")
    above = [unit.name for unit in (village, village.parent, village.parent.parent, village.parent.parent.parent)]
    assert len(outcome.founded) == 6
    assert above == ["北新村委会", "新泾镇", "长宁区", "东城区"]
    assert (village.kind, village.level) == ("village", "unit")


def test_the_same_codes_again_change_nothing_and_a_preview_never_does(town):
    assert not Unit.objects.filter(division_code="310105000000").exists()
    divisions(town, dry_run=True)
    assert not Unit.objects.filter(division_code="310105000000").exists()
    divisions(town)

    outcome = divisions(town)

    assert (outcome.founded, outcome.renamed, outcome.unchanged) == ([], {}, 6)


@pytest.mark.spec("000-02")
def test_a_vanished_code_ends_by_succession_and_without_one_it_stays_and_is_listed(town):
    divisions(town)
    later = [row for row in CODES if row[0] not in ("310105001002", "310105102201")]
    later += [("310105102202", "北新村委会")]

    outcome = divisions(town, later, successions={"310105001002": "310105001001"})

    assert outcome.ended == {"310105001002": "310105001001"}
    assert outcome.vanished == ["310105102201"]
    assert outcome.likely == {"310105102201": "310105102202"}
    assert Unit.objects.get(division_code="310105001002").successor.division_code == "310105001001"
    assert Unit.objects.get(division_code="310105102201").valid_to is None


def test_a_changed_name_is_a_renaming_of_the_same_unit(town):
    divisions(town)
    before = Unit.objects.get(division_code="310105001001").pk

    outcome = divisions(town, [*CODES[:3], ("310105001001", "华一社区"), *CODES[4:]])

    assert outcome.renamed == {"310105001001": ("华一居委会", "华一社区")}
    assert Unit.objects.get(pk=before).name == "华一社区"


def test_codes_of_other_districts_are_left_alone(town):
    divisions(town)

    outcome = divisions(town, [("440304000000", "福田区")])

    assert outcome.vanished == []
    assert outcome.founded == ["440304000000"]


@pytest.mark.parametrize(
    "code", ["31010500000", "31010500000X", "310100000000", "310105999000", "310105001999", "３１０１０５００００００"]
)
def test_a_code_that_stands_for_nothing_is_refused(code):
    with pytest.raises(DivisionRefused):
        parsed(code)


def test_rows_that_cannot_be_taken_in_are_named_and_the_others_are_taken(town):
    outcome = divisions(town, [*CODES, ("bad", "x"), ("310105001003", " "), ("310105001001", "又一个")])

    assert [no for no, _code, _why in outcome.refused] == [7, 8, 9]
    assert len(outcome.founded) == 6
