import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from linli.kernel.catalog import commands, form, queries, sheets
from linli.kernel.catalog.commands.workbook import preview
from linli.kernel.catalog.models import TimeLimit
from linli.kernel.catalog.tests.conftest import AT

LINES = [
    ["01", "公用设施", "01", "上水井盖", "水务公司", "住建局", "缺失、移位", "恢复", "2紧急工作时"],
    [None, None, None, None, None, None, "破损", "更换", "4个工作时"],
    [None, None, "37", "路灯", "路灯所", None, "不亮", "修复", "五个工作日"],
    ["02", "道路交通", 1, "停车场", "城管局", "城管局", "破损", "修复", 5],
]
MERGED = ("A3:A5", "B3:B5", "C3:C4", "D3:D4", "E3:E4", "F3:F5")


def workbook(lines=LINES, merge=MERGED):
    book = Workbook()
    book.active.append(["某市城市管理立案结案标准"])
    book.active.append(list(form.COLUMNS))
    for line in lines:
        book.active.append(line)
    for area in merge:
        book.active.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sound(limit="5工作日"):
    return workbook([*LINES[:3], [*LINES[3][:8], limit]])


@pytest.mark.parametrize("merge", [MERGED, ()], ids=["merged", "left empty"])
def test_merged_or_empty_cells_carry_down(merge):
    found = form.read(workbook(merge=merge), width=4)

    assert [(line.line, line.code, line.name, line.condition) for line in found.lines] == [
        (3, "0101", "上水井盖", "缺失、移位"),
        (4, "0101", "上水井盖", "破损"),
        (5, "0137", "路灯", "不亮"),
    ]
    assert [(line.amount, line.base) for line in found.lines] == [
        (120, "continuous"),
        (240, "working_minutes"),
        (5, "working_days"),
    ]
    assert [line.unit for line in found.lines] == ["水务公司", "水务公司", "路灯所"]


def test_wrong_lines_are_named_with_line_and_column():
    broken = [
        ["01", "公用设施", "x", "上水井盖", "", "", "a", "b", "2工作日"],
        ["01", "公用设施", "01", "", "", "", "a", "b", "2工作日"],
        ["01", "公用设施", "02", "甲", "", "", "a", "b", "尽快"],
        ["01", "公用设施", "0203", "乙", "", "", "a", "b", "1工作日"],
        ["01", "公用设施", "04", "丙", "", "", "a", "b", "1工作日"],
        ["01", "公用设施", "04", "丁", "", "", "a", "b", "1工作日"],
    ]

    found = form.read(workbook(broken, merge=()), width=4)

    assert [(error.line, error.column) for error in found.errors] == [
        (3, "小类代码"),
        (4, "小类名称"),
        (5, "处置时限"),
        (6, "小类代码"),
        (8, "小类名称"),
    ]
    assert [line.name for line in found.lines] == ["丙"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2紧急工作时", (120, "continuous")),
        ("1紧急工作日", (1440, "continuous")),
        ("4 个工作时", (240, "working_minutes")),
        ("十五个工作日内", (15, "working_days")),
        ("二十一个工作日", (21, "working_days")),
        ("24小时", (1440, "continuous")),
        ("3天", (4320, "continuous")),
        ("尽快", None),
        ("", None),
        ("0工作日", None),
    ],
)
def test_limits_are_read_as_cities_write_them(text, expected):
    assert form.parse_limit(text) == expected


@given(st.integers(1, 3000), st.sampled_from(("continuous", "working_days")))
def test_a_written_limit_reads_back(amount, base):
    assert form.parse_limit(form.limit_text(amount, base)) == (amount, base)


def test_a_preview_says_what_would_change_and_stores_nothing(small):
    lines = [
        ["01", "市政公用设施", "001", "供水井盖异常", "", "", "缺失", "恢复", "2紧急工作时"],
        ["01", "市政公用设施", "002", "污水井盖异常", "", "", "缺失", "恢复", "2紧急工作时"],
        ["01", "市政公用设施", "01037", "路灯设施异常", "", "", "不亮", "修复", "1工作日"],
    ]

    seen = preview(form.read(workbook(lines, merge=()), width=5), code_set="small")

    assert (seen.added, seen.renamed, seen.gone, seen.errors) == (("01002",), ("01037",), (), ())
    assert small.code_set.versions.count() == 1


def test_a_previewed_workbook_becomes_a_proposal_and_its_limits_hold_once_published(small, keeper):
    lines = [["01", "市政公用设施", "001", "供水井盖异常", "水务公司", "住建局", "缺失", "恢复", "2紧急工作时"]]
    seen = preview(form.read(workbook(lines, merge=()), width=5), code_set="small")

    version = commands.propose_form(
        seen, valid_from=date(2026, 12, 1), origin="标准.xlsx", file_hash="f" * 64, actor=keeper, at=AT
    )
    assert version.status == "proposed"
    assert not TimeLimit.objects.filter(code_set=small.code_set).exists()
    commands.publish(version, actor=keeper, at=AT)

    found = queries.limit_for("01001", "缺失", (), datetime.fromisoformat("2026-12-02T00:00:00Z"), code_set="small")
    assert (found.amount, found.base, found.rule.close_condition) == (120, "continuous", "恢复")
    assert queries.item("small", "01001").attributes["unit"] == "水务公司"
    assert queries.item("small", "01001").keywords == ("水井盖",)


def test_a_workbook_of_the_old_edition_brings_its_limits_through_the_crosswalk(keeper):
    seen = preview(form.read(sound(), width=4), code_set="matters", numbers_of="components2013")

    version = commands.propose_form(
        seen, valid_from=date(2026, 12, 1), origin="标准.xlsx", file_hash="f" * 64, actor=keeper, at=AT
    )
    commands.publish(version, actor=keeper, at=AT)

    later = datetime.fromisoformat("2026-12-02T00:00:00Z")
    assert seen.errors == ()
    assert queries.limit_for("01037", "不亮", (), later).amount == 5
    assert queries.limit_for("01037", "不亮", (), later).rule.verified
    assert [rule.condition for rule in queries.limits_of("01001", on=date(2026, 12, 2))] == ["缺失、移位", "破损"]
    assert len(queries.items("matters", kind="matter")) == 278
    assert queries.limit_for("06010", "", (), later).amount == 240


def test_numbers_without_a_counterpart_are_errors_of_their_lines(db):
    lines = [["09", "其他", "99", "没有的", "", "", "a", "b", "1工作日"]]

    seen = preview(form.read(workbook(lines, merge=()), width=4), code_set="matters", numbers_of="events2013")

    assert [(error.line, error.column) for error in seen.errors] == [(3, "小类代码")]


def test_a_workbook_with_wrong_lines_is_not_taken(keeper):
    seen = preview(form.read(workbook(), width=4), code_set="matters", numbers_of="components2013")

    with pytest.raises(commands.CatalogRefused, match="1行有误"):
        commands.propose_form(seen, valid_from=date(2026, 12, 1), origin="x", file_hash="", actor=keeper, at=AT)


def test_a_list_leaves_in_the_same_nine_columns_and_comes_back(db):
    edition = queries.lists().edition("matters")
    rules = {code: queries.limits_of(code, on=date(2026, 11, 22)) for code in edition.entries}

    content = form.write(edition, rules)

    rows = [dict(row.values) for row in sheets.read_rows(content, expects=form.COLUMNS).rows]
    assert len({row["小类代码"] for row in rows}) == 278
    assert next(row["处置时限"] for row in rows if row["小类代码"] == "01001") == "2紧急工作时"
    found = form.read(content, width=5)
    assert {error.column for error in found.errors} == {"处置时限"}
    assert len(found.lines) == sum(len(rows) for rows in rules.values())
