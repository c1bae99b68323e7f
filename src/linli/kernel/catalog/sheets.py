"""Spreadsheets in and out, for every import and export of the platform: CSV and XLSX, bounded, without formulas.

Nothing here believes the file: its kind is told from its bytes, its unpacked size is added up before anything is
unpacked, and what we write can never start a calculation on somebody's machine.
"""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from typing import Any, BinaryIO, Literal

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from linli.kernel.errors import Refused

MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 512 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 1_000
MOST_ROWS = 200_000
MOST_MERGED_UNPACKED = 48 * 1024 * 1024
HEADER_WITHIN = 10
CELL_LIMIT = 32_767
LONGEST_CELL = 100_000
"""Characters; the reader's own limit is one for the whole program, and an import of boundaries raises it."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠|%")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

Cells = Sequence[str]


class SheetRefused(Refused):
    """The file is not a table we can read; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line below the header. ``line`` counts as the spreadsheet shows it; ``problem`` is "" for a sound row."""

    line: int
    values: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` can be gone through once; it refuses on the way when the file turns out broken or too long."""

    headers: tuple[str, ...]
    rows: Iterator[Row]


def read_rows(
    content: BinaryIO | bytes, *, most_rows: int = MOST_ROWS, expects: Collection[str] = (), merged: bool = False
) -> Sheet:
    """A CSV or XLSX file as rows of text under its header. Blank lines are passed over; dates come as ISO text.

    content    CSV in UTF-8, UTF-16 with mark or GB18030; separated by comma, semicolon or tab; or XLSX, first sheet
    most_rows  more is refused while reading
    expects    names of the header; lines above the first line that has them all (titles, notes) are passed over
    merged     XLSX: every cell of a merged range has the range's value (needs the whole sheet in memory)
    """
    raw = content if isinstance(content, bytes) else content.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise SheetRefused(_("文件超过%(limit)d MB。") % {"limit": MOST_BYTES // 1024 // 1024})
    if raw.startswith(_OLD_EXCEL):
        raise SheetRefused(_("这是旧版xls文件，请另存为xlsx或csv后再导入。"))
    lines = _xlsx_lines(raw, merged=merged) if raw.startswith(b"PK\x03\x04") else _csv_lines(raw)
    return _under_header(lines, expects, most_rows)


def _under_header(lines: Iterator[tuple[int, Cells]], expects: Collection[str], most_rows: int) -> Sheet:
    for _line, cells in islice(lines, HEADER_WITHIN):
        names = [" ".join(cell.split()) for cell in cells]
        while names and not names[-1]:
            names.pop()
        if names and set(expects) <= set(names):
            if len(set(names)) < len(names) or "" in names:
                raise SheetRefused(_("表头有空白或重复的列名。"))
            return Sheet(tuple(names), _rows(lines, names, most_rows))
    if expects:
        raise SheetRefused(_("前几行中没有找到表头，需要的列：%(names)s。") % {"names": "、".join(expects)})
    raise SheetRefused(_("文件是空的。"))


def _rows(lines: Iterator[tuple[int, Cells]], names: Sequence[str], most_rows: int) -> Iterator[Row]:
    taken = 0
    for line, cells in lines:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        taken += 1
        if taken > most_rows:
            raise SheetRefused(_("超过%(limit)d行，请分成几个文件。") % {"limit": most_rows})
        values = dict(zip(names, chain(stripped, [""] * len(names)), strict=False))
        extra = any(stripped[len(names) :])
        yield Row(line, values, _("这一行的列比表头多。") if extra else "")


def decode(raw: bytes) -> str:
    """The text of a file: UTF-16 by its mark, else UTF-8, else GB18030 (as Chinese Excel saves CSV)."""
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused(_("文件编码不是UTF-8、UTF-16或GB18030。"))


def _csv_lines(raw: bytes) -> Iterator[tuple[int, Cells]]:
    text = decode(raw)
    first = text[:4096].split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetRefused(_("第%(line)d行不是正常的CSV：%(error)s") % {"line": line, "error": error}) from error
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise SheetRefused(_("第%(line)d行有一格超过%(most)d字。") % {"line": line, "most": LONGEST_CELL})
        yield line, cells


def _xlsx_lines(raw: bytes, *, merged: bool) -> Iterator[tuple[int, Cells]]:
    _check_archive(raw, MOST_MERGED_UNPACKED if merged else MOST_UNPACKED)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=not merged, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        if merged:
            _fill_merged(sheet)
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, [as_text(cell) for cell in cells]
    except (
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        zipfile.BadZipFile,
        SyntaxError,
    ) as error:
        # ParseError of the XML reader is a SyntaxError; openpyxl lets the others through for malformed parts.
        raise SheetRefused(_("不是完好的xlsx文件。")) from error


def _check_archive(raw: bytes, most_unpacked: int) -> None:
    """Refuse an archive that unpacks to too much, by what it says and by what it really holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > most_unpacked or unpacked > MOST_RATIO * len(raw) + 1024 * 1024:
                raise SheetRefused(_("xlsx文件展开后过大。"))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares_type(archive, part):
                    raise SheetRefused(_("不是完好的xlsx文件。"))
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise SheetRefused(_("不是完好的xlsx文件。")) from error


def _declares_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Office writes no document type; one is only there to define entities that blow up."""
    with archive.open(part) as opened:
        return b"<!DOCTYPE" in opened.read(2048)


def _fill_merged(sheet: Worksheet) -> None:
    for area in list(sheet.merged_cells.ranges):
        if area.size["rows"] * area.size["columns"] > MOST_ROWS:
            raise SheetRefused(_("合并单元格过大。"))
        value = sheet.cell(area.min_row, area.min_col).value
        sheet.unmerge_cells(area.coord)
        for row in sheet.iter_rows(area.min_row, area.max_row, area.min_col, area.max_col):
            for cell in row:
                cell.value = value


def as_text(value: object) -> str:
    """A cell as a person reads it: whole numbers without ``.0``, dates in ISO form, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def neutralise(value: object) -> str:
    """``value`` as text that no spreadsheet program takes for a formula: a leading apostrophe where needed.

    Plain numbers, also negative ones, stay as they are.
    """
    text = ILLEGAL_CHARACTERS_RE.sub("", as_text(value))[:CELL_LIMIT]
    if text and (text[0] in _STARTS_FORMULA or text.lstrip()[:1] in _STARTS_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text[: CELL_LIMIT - 1]
    return text


def write_rows(
    headers: Sequence[str], rows: Iterable[Sequence[object]], *, kind: Literal["csv", "xlsx"], title: str = ""
) -> bytes:
    """A file that opens in a spreadsheet program, every text neutralised.

    kind   csv: UTF-8 with mark (as Chinese Excel expects), CRLF; xlsx: header kept in view, numbers as numbers
    title  name of the sheet
    """
    if kind == "csv":
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([neutralise(name) for name in headers])
        writer.writerows([neutralise(value) for value in row] for row in rows)
        return out.getvalue().encode("utf-8-sig")
    return _write_xlsx(headers, rows, title)


def _write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[object]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet1")
    sheet.freeze_panes = "A2"
    sheet.append([neutralise(name) for name in headers])
    for row in rows:
        sheet.append([_cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: object) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else neutralise(value)
