from datetime import date

import pytest

from linli.kernel.catalog import commands, packs, queries
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.models import CodeSet, Correspondence, Item, TimeLimit
from linli.kernel.catalog.tests.conftest import AT

pytestmark = pytest.mark.django_db


def test_the_shipped_lists_have_the_sizes_of_the_standards():
    assert len(queries.items("components", kind="component")) == 153
    national = [entry for entry in queries.items("matters", kind="matter") if not entry.is_local]
    assert len(national) == 250
    assert len([entry for entry in queries.items("matters", kind="class") if not entry.is_local]) == 10
    assert sum("component_code" in entry.attributes for entry in national) == 153


def test_every_row_of_a_shipped_list_says_where_it_comes_from():
    assert not Item.objects.filter(source="").exists()
    assert not Item.objects.filter(confidence="").exists()
    assert not TimeLimit.objects.filter(source="").exists()
    assert not TimeLimit.objects.filter(verified=True).exists()


def test_every_class_and_every_corresponding_number_exists():
    for code_set in CodeSet.objects.values_list("code", flat=True):
        codes = {entry.code for entry in queries.items(code_set)}
        assert {entry.parent_code for entry in queries.items(code_set)} - {""} <= codes
    for from_set, code, to_set, target in _leads():
        assert queries.item(from_set, code), (from_set, code)
        assert queries.item(to_set, target), (to_set, target)
    for code in TimeLimit.objects.exclude(code="").values_list("code", flat=True):
        assert queries.item("matters", code), code


def _leads():
    rows = Correspondence.objects.values_list("from_set__code", "from_code", "to_set__code", "to_code")
    return [row for row in rows if row[3]]


def test_loading_again_changes_nothing():
    revision = queries.revision()

    again = commands.load_pack(at=AT)

    assert again == commands.Loaded((), (), 0, 0)
    queries.look_again()
    assert queries.revision() == revision


def test_a_limit_ended_here_stays_ended_when_the_pack_is_loaded_again():
    limit = TimeLimit.objects.filter(code="01001").first()
    commands.end_limit(limit, on=date(2026, 11, 1))

    commands.load_pack(at=AT)

    limit.refresh_from_db()
    assert limit.valid_to == date(2026, 11, 1)
    assert TimeLimit.objects.filter(code="01001", condition=limit.condition).count() == 1


def test_a_changed_pack_replaces_its_own_list_and_only_proposes_against_a_local_one(keeper, tmp_path):
    folder = _copy_with(
        tmp_path,
        (
            "own_lists.csv",
            "self_settled,,现场自行处置,,,1,Linli,own,",
            'self_settled,,现场处置,,,1,Linli,own,"{""renamed_from"": ""现场自行处置""}"',
        ),
        ("own_lists.csv", "媒体关注", "媒体关心"),
    )
    _make_local("tags", keeper)

    changed = commands.load_pack(at=AT, folder=folder)

    assert changed.published == ("results",)
    assert changed.proposed == ("tags",)
    assert queries.name_of("results", "self_settled") == "现场处置"
    assert queries.lists().entry("results", "self_settled", date(2026, 6, 1)).name == "现场自行处置"
    assert [entry.code for entry in queries.items("tags")] == ["urgent"]


def _make_local(code_set, keeper):
    version = commands.propose(
        CodeSet.objects.get(code=code_set),
        [Entry("urgent", "急", "tag")],
        valid_from=date(2026, 3, 1),
        origin="ours",
        actor=keeper,
        at=AT,
    )
    commands.publish(version, actor=keeper, at=AT)


def _copy_with(tmp_path, *changes):
    for part in packs.shipped().iterdir():
        if part.name.endswith(".csv"):
            (tmp_path / part.name).write_text(part.read_text(encoding="utf-8"), encoding="utf-8")
    for name, old, new in changes:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    return tmp_path


def test_an_old_number_finds_the_new_one_by_the_crosswalk():
    assert queries.corresponding("events2013", "0110", "matters") == ("06010",)
    assert queries.corresponding("components2013", "0101", "matters") == ("01001",)
    assert queries.corresponding("components", "01001", "matters") == ("01001",)
    assert queries.corresponding("events2013", "0000", "matters") == ()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("06001", "illegal_building"),
        ("06010", "sanitation"),
        ("03001", "sanitation"),
        ("90015", "migrant_population"),
        ("09012", "fire_safety"),
        ("01037", "other"),
    ],
)
def test_matters_fall_under_the_four_stubborn_problems(code, problem):
    assert queries.problem_class(code).code == problem


def test_the_five_small_kinds_are_a_list():
    assert [entry.name for entry in queries.items("five_kinds")] == ["小事情", "小纠纷", "小意见", "小隐患", "小求助"]
