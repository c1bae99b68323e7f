"""The nine-column workbook in which cities keep their filing and closing standards (立案结案标准): read and written.

One line is one filing condition of one matter; cells of a class or matter that spans lines are merged or left empty.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

from django.utils.translation import gettext as _

from linli.kernel.calendar.working_time import UNITS, Base
from linli.kernel.catalog import sheets
from linli.kernel.catalog.entries import Edition, Entry
from linli.kernel.catalog.limits import Rule

COLUMNS = (
    "大类代码",
    "大类名称",
    "小类代码",
    "小类名称",
    "处置单位",
    "主管部门",
    "立案条件",
    "结案条件",
    "处置时限",
)
CARRIED = COLUMNS[:6]
MOST_LINES = 20_000
CLASS_WIDTH = 2

_LIMIT = re.compile(
    r"(\d{1,5}|[一二两三四五六七八九十]{1,3})个?(紧急工作时|紧急工作日|工作时|工作日|自然日|小时|天|日|分钟)"
)
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WORDS: Mapping[str, tuple[int, Base]] = {
    **UNITS,
    "小时": (60, "continuous"),
    "天": (1440, "continuous"),
    "日": (1440, "continuous"),
    "自然日": (1440, "continuous"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One condition of one matter. ``code`` is class and matter number together, as the list has it."""

    line: int
    class_code: str
    class_name: str
    code: str
    name: str
    unit: str
    department: str
    condition: str
    close_condition: str
    amount: int
    base: Base


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong in a line, as the spreadsheet counts it; the line is not taken."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Form:
    lines: tuple[Line, ...]
    errors: tuple[LineError, ...]


def read(content: BinaryIO | bytes, *, width: int) -> Form:
    """The workbook's lines, merged and empty cells carried down, and what is wrong with the others.

    width  digits of a full number in the list (4 in the edition of 2013, 5 in that of 2026); a workbook that lost
           leading zeros, or gives only the number inside the class, is put right
    """
    sheet = sheets.read_rows(content, most_rows=MOST_LINES, expects=COLUMNS, merged=True)
    lines: list[Line] = []
    errors: list[LineError] = []
    names: dict[str, str] = {}
    for number, values in _carried(sheet.rows):
        found = _line(number, values, width)
        if isinstance(found, Line) and names.setdefault(found.code, found.name) != found.name:
            found = LineError(number, "小类名称", _("编号%(code)s有两个名称。") % {"code": found.code})
        if isinstance(found, Line):
            lines.append(found)
        else:
            errors.append(found)
    return Form(tuple(lines), tuple(errors))


def _carried(rows: Iterable[sheets.Row]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with its class and matter filled in from above; a new matter starts with empty units again."""
    above = dict.fromkeys(CARRIED, "")
    for row in rows:
        values = dict(row.values)
        if values["大类代码"] not in ("", above["大类代码"]):
            above = dict.fromkeys(CARRIED, "")
        elif values["小类代码"] not in ("", above["小类代码"]):
            above |= dict.fromkeys(CARRIED[2:], "")
        above |= {name: values[name] for name in CARRIED if values[name]}
        yield row.line, values | above


def _line(number: int, values: Mapping[str, str], width: int) -> Line | LineError:
    for column in ("大类代码", "小类代码"):
        if not values[column].isascii() or not values[column].isdigit():
            return LineError(number, column, _("须为数字代码，现为“%(value)s”。") % {"value": values[column]})
    class_code = values["大类代码"].zfill(CLASS_WIDTH)
    code = _full_number(class_code, values["小类代码"], width)
    if code is None:
        return LineError(number, "小类代码", _("代码位数不对，应为%(width)d位。") % {"width": width})
    if not values["小类名称"]:
        return LineError(number, "小类名称", _("没有名称。"))
    limit = parse_limit(values["处置时限"])
    if limit is None:
        return LineError(number, "处置时限", _("看不懂时限“%(value)s”。") % {"value": values["处置时限"][:20]})
    return Line(
        number,
        class_code,
        values["大类名称"],
        code,
        values["小类名称"][:80],
        values["处置单位"],
        values["主管部门"],
        values["立案条件"][:200],
        values["结案条件"][:200],
        *limit,
    )


def _full_number(class_code: str, number: str, width: int) -> str | None:
    if len(number) <= width - CLASS_WIDTH:
        return class_code + number.zfill(width - CLASS_WIDTH)
    full = number.zfill(width)
    return full if len(full) == width and full.startswith(class_code) else None


def parse_limit(text: str) -> tuple[int, Base] | None:
    """``"2紧急工作时"`` is (120, "continuous"), ``"五个工作日"`` is (5, "working_days"); None when not understood."""
    match = _LIMIT.fullmatch(re.sub(r"[\s内以]", "", text))
    if match is None:
        return None
    amount = int(match[1]) if match[1].isdigit() else _chinese_number(match[1])
    one, base = _WORDS[match[2]]
    return (amount * one, base) if amount else None


def _chinese_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return _DIGITS.get(tens, 1 if not tens else 0) * 10 + _DIGITS.get(ones, 0)


def write(edition: Edition, rules: Mapping[str, Sequence[Rule]], *, kind: Literal["csv", "xlsx"] = "xlsx") -> bytes:
    """A list and its limits in the nine columns; a matter without limits has one line with an empty limit."""
    return sheets.write_rows(COLUMNS, _written(edition, rules), kind=kind, title="立案结案标准")


def _written(edition: Edition, rules: Mapping[str, Sequence[Rule]]) -> Iterator[Sequence[str]]:
    for entry in edition.entries.values():
        if entry.kind == "class":
            continue
        parent = edition.entries.get(entry.parent_code, Entry(entry.parent_code, "", "class"))
        start = (parent.code, parent.name, entry.code, entry.name)
        units = (str(entry.attributes.get("unit", "")), str(entry.attributes.get("department", "")))
        for rule in rules.get(entry.code, ()):
            yield (*start, *units, rule.condition, rule.close_condition, limit_text(rule.amount, rule.base))
        if not rules.get(entry.code):
            yield (*start, *units, "", "", "")


def limit_text(amount: int, base: str) -> str:
    """A limit in the units of the standards, readable by ``parse_limit``: 120 continuous is ``"2紧急工作时"``."""
    if base == "working_days":
        return f"{amount}工作日"
    if base == "working_minutes":
        return f"{amount / 60:g}工作时"
    if amount % 1440 == 0:
        return f"{amount // 1440}紧急工作日"
    return f"{amount // 60}紧急工作时" if amount % 60 == 0 else f"{amount}分钟"
