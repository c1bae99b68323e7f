"""The shipped lists at their real size: loaded once, numbered for good, fast."""

from collections import Counter
from datetime import timedelta
from time import process_time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.domains.lists.commands import kinds, loading, moving, prohibiting
from linli.domains.lists.commands.loading import LoadRefused
from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.models import Docking, ItemLink, Move, Prohibition, Stand, Standing
from linli.domains.lists.queries.rows import places_of, read_row, write_row
from linli.domains.lists.tests.conftest import NOON
from linli.kernel.catalog.models import Admission, ListKind, ListVersion, Wording, WorkItem
from linli.kernel.catalog.terms import read
from linli.kernel.evidence.models import BasisDocument

PACK = loading.shipped()


def load(file, kind, unit, town, **more):
    return loading.load_list(PACK / file, kind=kind, unit=unit, actor=town.jin, at=NOON, **more)


@pytest.mark.spec("000-20")
@pytest.mark.spec("003-04")
def test_the_duty_list_holds_270_duties_each_with_one_of_three_classes(duties):
    rows = Standing.objects.filter(worklist=duties)

    assert rows.count() == 270
    assert set(rows.values_list("public_class", flat=True)) == {"service", "management", "safety"}
    assert rows.values("heading").distinct().count() == 20
    assert rows.filter(lead=None).count() < 270 - 200


@pytest.mark.spec("000-09")
def test_every_number_of_all_lists_is_its_own(shelf, duties):
    load("cn_matters.csv", "matters", shelf.street, shelf, links={"cn_duties": duties})
    load("cn_internal.csv", "internal", shelf.street, shelf)
    load("cn_assist.csv", "assist", shelf.district, shelf, links={"cn_duties": duties})

    codes = Counter(WorkItem.objects.values_list("code", flat=True))

    assert len(codes) == 270 + 139 + 58 + 62
    assert set(codes.values()) == {1}


@pytest.mark.spec("000-21")
def test_matters_know_their_duty_and_the_duty_knows_them(shelf, duties):
    loaded = load("cn_matters.csv", "matters", shelf.street, shelf, links={"cn_duties": duties})

    assert loaded.count == 139
    first = WorkItem.objects.get(worklist=loaded.worklist, serial=1)
    duty = WorkItem.objects.get(worklist=duties, serial=37)
    assert ItemLink.objects.filter(item=first, other=duty).exists()
    assert ItemLink.objects.filter(item__worklist=loaded.worklist).values("item").distinct().count() == 139


def test_loading_the_same_file_again_changes_nothing(duties, shelf):
    again = load("cn_duties.csv", "duties", shelf.street, shelf)
    loading.load_common(PACK, actor=shelf.jin, at=NOON)

    assert not again.is_new
    assert (ListVersion.objects.count(), WorkItem.objects.count()) == (1, 270)
    assert BasisDocument.objects.count() == len(loading.rows_of(PACK / "bases.csv"))


def test_another_file_for_a_list_that_stands_is_refused(duties, shelf):
    with pytest.raises(LoadRefused, match="通过表格导入"):
        load("cn_internal.csv", "duties", shelf.street, shelf)


def test_a_wrong_cell_is_named_with_its_line_and_nothing_is_taken(shelf, tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_text("no,name,frequency\n1,探访独居老人,monthly\n2,统计楼道堆物,随时\n", encoding="utf-8")

    with pytest.raises(LoadRefused, match="第3行“频次”"):
        loading.load_list(file, kind="assist", unit=shelf.district, actor=shelf.jin, at=NOON)

    assert not WorkItem.objects.exists()


def test_270_items_are_loaded_within_a_second(shelf):
    begun = process_time()
    with CaptureQueriesContext(connection) as asked:
        load("cn_duties.csv", "duties", shelf.street, shelf)

    assert len(asked) < 60
    assert process_time() - begun < 1.0


def test_who_stands_where_is_resolved_in_the_street(duties, shelf):
    item = WorkItem.objects.get(worklist=duties, serial=2)

    stands = {(s.layer, s.part, s.unit.code if s.unit else s.office) for s in Stand.objects.filter(item=item)}

    assert ("department", "lead", "district-zz") in stands
    assert ("office", "lead", "djb") in stands
    assert ("centre", "lead", "dqzx") in stands
    assert ("department", "co", "district-xc") in stands


def test_every_shipped_item_is_written_and_read_as_the_same(shelf, duties):
    load("cn_matters.csv", "matters", shelf.street, shelf, links={"cn_duties": duties})
    load("cn_seal.csv", "seal", shelf.district, shelf)
    places = places_of(duties)

    for wording in Wording.objects.select_related("item"):
        again = read_row(write_row(wording.item.code, wording, places), places)
        assert again.no == wording.item.code
        assert (again.said.title, again.said.heading) == (wording.title, wording.heading)
        assert list(again.said.keywords) == wording.keywords
        assert read(again.said.terms) == read(wording.terms)


def test_what_was_changed_on_pages_is_not_undone_by_loading_again(shelf):
    changed = kinds.Told("协助清单", "改了说法", False, 2, ["name"], 4)
    kinds.alter("assist", changed, reason="统一", actor=shelf.jin, at=NOON)
    barred, before = Prohibition.objects.first(), Prohibition.objects.count()
    prohibiting.lift(
        barred.pk, on=max(barred.valid_from, NOON.date()) + timedelta(days=1), reason="改了", actor=shelf.jin, at=NOON
    )

    loading.load_common(PACK, actor=shelf.jin, at=NOON)

    kind = ListKind.objects.get(pk="assist")
    assert (kind.name, kind.note, kind.is_public, kind.columns) == ("协助清单", "改了说法", False, ["name"])
    assert Prohibition.objects.count() == before


def test_docking_and_prohibitions_stand_once(shelf):
    rows = loading.rows_of(PACK / "docking.csv")
    first = loading.load_docking(rows, shelf.district, actor=shelf.jin, at=NOON)
    again = loading.load_docking(rows, shelf.district, actor=shelf.jin, at=NOON)

    assert (first > 20, again, Docking.objects.count() == first) == (True, 0, True)
    everywhere = [row for row in loading.rows_of(PACK / "prohibitions.csv") if not row["area"]]
    assert Prohibition.objects.count() == len(everywhere)


COUNTS = (
    ("cn_internal.csv", "internal", "street", 58, None),
    ("cn_committee.csv", "committee", "district", 125, 8),
    ("cn_village.csv", "village", "district", 211, None),
    ("cn_cadre1.csv", "cadre", "district", 13, None),
    ("cn_seal.csv", "seal", "district", 71, None),
    ("cn_assist.csv", "assist", "district", 62, None),
    ("ft_functions.csv", "functions", "district", 71, None),
    ("ft_station.csv", "station", "district", 143, 30),
    ("ft_service87.csv", "basic_service", "district", 87, None),
    ("ft_service23.csv", "extra_service", "district", 23, None),
)


@pytest.mark.parametrize(
    ("name", "kind", "unit", "count", "headings"),
    [
        pytest.param(*COUNTS[0], marks=pytest.mark.spec("000-22")),
        pytest.param(*COUNTS[1], marks=pytest.mark.spec("003-20")),
        pytest.param(*COUNTS[2], marks=pytest.mark.spec("003-22")),
        pytest.param(*COUNTS[3]),
        pytest.param(*COUNTS[4], marks=pytest.mark.spec("000-28")),
        pytest.param(*COUNTS[5], marks=pytest.mark.spec("000-27")),
        pytest.param(*COUNTS[6], marks=pytest.mark.spec("004-10")),
        pytest.param(*COUNTS[7], marks=pytest.mark.spec("004-16")),
        pytest.param(*COUNTS[8], marks=pytest.mark.spec("004-59")),
        pytest.param(*COUNTS[9], marks=pytest.mark.spec("004-60")),
    ],
)
def test_each_list_holds_what_its_source_counts(shelf, name, kind, unit, count, headings):
    loaded = load(name, kind, getattr(shelf, unit), shelf)

    rows = Standing.objects.filter(worklist=loaded.worklist).exclude(state="retired")
    assert rows.count() == count
    if headings:
        assert rows.values("heading").distinct().count() == headings
    binding = ListKind.objects.get(pk=kind).is_binding
    assert Admission.objects.filter(item__worklist=loaded.worklist).count() == (count if binding else 0)


@pytest.mark.spec("003-23")
def test_a_cadre_has_four_lists_side_by_side(shelf):
    lists = [
        load(f"cn_cadre{no}.csv", "cadre", shelf.committee, shelf, part=str(no), name=name).worklist
        for no, name in enumerate(("岗位职责清单", "年度任务清单", "服务承诺清单", "负面清单"), start=1)
    ]

    assert len({worklist.code for worklist in lists}) == 4
    assert [worklist.items.count() for worklist in lists] == [13, 13, 11, 12]


@pytest.mark.spec("004-19")
@pytest.mark.spec("004-23")
def test_147_matters_less_the_102_that_leave_are_45_each_with_where_it_went(shelf):
    worklist = load("ft_assist147.csv", "assist", shelf.district, shelf).worklist
    rows = loading.rows_of(PACK / "ft_moves.csv")

    version = moving.apply_moves(worklist, rows, reason="社区减负", actor=shelf.jin, at=NOON + timedelta(days=1))
    again = moving.apply_moves(worklist, rows, reason="社区减负", actor=shelf.jin, at=NOON + timedelta(days=2))

    assert (version.no, version.retired, again) == (2, 102, version)
    states = Counter(Standing.objects.filter(worklist=worklist).values_list("state", flat=True))
    assert states == {"retired": 102, "not_started": 45}
    moves = Counter(Move.objects.filter(worklist=worklist).values_list("kind", flat=True))
    assert sum(moves.values()) == 102
    assert set(moves) == {row["move"] for row in rows}
    assert moves["recover"] and moves["sink"]
    assert Admission.objects.filter(item__worklist=worklist, ended_at=None).count() == 45


@pytest.mark.spec("004-10")
def test_functions_that_return_to_the_committee_are_recorded_as_moves(shelf):
    worklist = load("ft_functions.csv", "functions", shelf.district, shelf).worklist

    assert moving.record_returns(worklist, source="社区工作站", reason="依法回归") == 71
    assert moving.record_returns(worklist, source="社区工作站", reason="依法回归") == 0
    assert set(Move.objects.values_list("kind", "from_text")) == {("return", "社区工作站")}


def test_what_comes_into_force_later_is_shown_as_coming_until_its_day(shelf):
    day = NOON.date() + timedelta(days=10)
    worklist = load("cn_internal.csv", "internal", shelf.street, shelf, valid_from=day).worklist

    assert set(Standing.objects.values_list("state", flat=True)) == {"coming"}

    stand_anew(worklist, at=NOON + timedelta(days=10))

    assert set(Standing.objects.values_list("state", flat=True)) == {"not_started"}
