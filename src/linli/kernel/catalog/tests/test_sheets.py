import csv
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from linli.kernel.catalog import sheets

TABLE = "编号,名称\n1,路灯\n\n2,井盖\n"


def values(content, **options):
    return [dict(row.values) for row in sheets.read_rows(content, **options).rows]


def workbook(*rows, merge=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_people_send(encoding):
    assert values(TABLE.encode(encoding)) == [{"编号": "1", "名称": "路灯"}, {"编号": "2", "名称": "井盖"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_with_the_separators_programs_write(delimiter):
    assert len(values(TABLE.replace(",", delimiter).encode())) == 2


def test_rows_say_the_line_a_spreadsheet_shows():
    rows = list(sheets.read_rows(b'a,b\n\n1,"x\ny"\n2,z,more\n').rows)

    assert [row.line for row in rows] == [3, 5]
    assert rows[0].problem == ""
    assert rows[1].problem


def test_a_workbook_gives_codes_dates_and_numbers_as_people_read_them():
    content = workbook(
        ["code", "on", "n"], ["0101", date(2026, 11, 22), 3.0], [7, datetime.fromisoformat("2026-01-02 03:04"), 2.5]
    )

    assert values(content) == [
        {"code": "0101", "on": "2026-11-22", "n": "3"},
        {"code": "7", "on": "2026-01-02 03:04:00", "n": "2.5"},
    ]


def test_titles_above_the_header_are_passed_over():
    content = workbook(["某市立案结案标准"], [], ["大类代码", "名称"], ["01", "公用设施"])

    assert values(content, expects=("大类代码",)) == [{"大类代码": "01", "名称": "公用设施"}]


def test_every_cell_of_a_merged_range_has_its_value():
    content = workbook(["a", "b"], ["x", 1], [None, 2], [None, 3], merge=["A2:A3"])

    assert [row["a"] for row in values(content, merged=True)] == ["x", "x", ""]


def packed(*parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts:
            archive.writestr(name, text)
    return out.getvalue()


def with_entity():
    sound = zipfile.ZipFile(io.BytesIO(workbook(["a"])))
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    return packed(*[(n, bomb if "sheet1" in n else sound.read(n)) for n in sound.namelist()])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "空"),
        (b"\n\n", "空"),
        (b"a,a\n1,2\n", "重复"),
        (b"a,,b\n1,2,3\n", "空白"),
        (b"\xd0\xcf\x11\xe0rest", "xls"),
        (b"PK\x03\x04 not a zip", "完好"),
        (packed(("xl/other.xml", "<a/>")), "完好"),
        (packed(("xl/workbook.xml", b"0" * 60_000_000)), "展开后过大"),
        (packed(*[(f"p{n}", "") for n in range(1001)]), "展开后过大"),
        (with_entity(), "完好"),
        (b"a,b\n\xff\xff\xff,1\n", "编码"),
        (b'a\n"' + b"x" * 200_000 + b'"\n', "CSV|格"),
    ],
    ids=[str(n) for n in range(12)],
)
def test_what_is_no_table_is_refused_with_a_reason(content, message):
    with pytest.raises(sheets.SheetRefused, match=message):
        values(content)


def test_a_cell_is_bounded_even_where_another_reader_has_lifted_the_limit_of_the_program():
    before = csv.field_size_limit(10_000_000)
    try:
        with pytest.raises(sheets.SheetRefused, match="100000字"):
            values(b'a\n"' + b"x" * 200_000 + b'"\n')
    finally:
        csv.field_size_limit(before)


def test_too_many_rows_are_refused_and_not_cut():
    assert len(values(b"a\n1\n2\n", most_rows=2)) == 2
    with pytest.raises(sheets.SheetRefused, match="2行"):
        values(b"a\n1\n2\n3\n", most_rows=2)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+8613800000000 x", "'+8613800000000 x"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("-12.5", "-12.5"),
        (-3, "-3"),
        ("路灯\x00坏了", "路灯坏了"),
        (None, ""),
        (date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_no_text_leaves_as_a_formula(value, written):
    assert sheets.neutralise(value) == written


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=8))
def test_no_cell_of_a_written_workbook_is_a_formula(rows):
    content = sheets.write_rows(["a", "b"], rows, kind="xlsx")

    cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_written_reads_back(kind):
    content = sheets.write_rows(["编号", "名称"], [["0101", "路灯"], [2, "井盖"]], kind=kind, title="清单/1")

    assert values(content) == [{"编号": "0101", "名称": "路灯"}, {"编号": "2", "名称": "井盖"}]
