"""The decision table as a spreadsheet: out with names and codes, in with a preview and the errors of each row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.models import Rule
from linli.domains.cases.queries import decision_table
from linli.kernel.catalog import sheets
from linli.kernel.errors import Refused
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Unit

HEADERS = ("分类", "区域", "牵头单位", "单位类型", "协办单位", "时限", "计时方式", "处置类别", "备注")
"""Headers of the file, in Chinese whatever the language of the page, so that a file fits any desk."""
BASES: dict[str, str | Promise] = {
    "continuous": gettext_lazy("连续分钟"),
    "working_minutes": gettext_lazy("工作分钟"),
    "working_days": gettext_lazy("工作日"),
}
_BASE_OF = {"连续分钟": "continuous", "工作分钟": "working_minutes", "工作日": "working_days", "": ""}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the file as understood: what ``commands.deciding.GivenRow`` takes, by name."""

    line: int
    columns: dict[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    rows: list[ReadRow]
    problems: list[Problem]


def write(table_id: int, *, kind: Literal["csv", "xlsx"]) -> bytes:
    """Every row of a version; units by code, so that two of one name stay apart."""
    units = directory().tree.by_id
    rows = Rule.objects.filter(table_id=table_id).select_related("area", "lead").order_by("no")
    return sheets.write_rows(
        HEADERS,
        (
            (
                row.category, row.area.code if row.area else "", row.lead.code if row.lead else "", row.lead_kind,
                " ".join(units[key].code for key in row.co_units if key in units),
                "" if row.limit_amount is None else row.limit_amount, _base_word(row.limit_base),
                row.disposal_class, row.note,
            )
            for row in rows
        ),
        kind=kind, title="责任决策表",
    )  # fmt: skip


def _base_word(base: str) -> str:
    return next((word for word, code in _BASE_OF.items() if code == base), "")


def read(content: bytes, *, district_id: int) -> Read:
    """A file as rows and problems. Raises SheetRefused when it is no table or lacks the headers."""
    found = Read([], [])
    for row in sheets.read_rows(content, expects=HEADERS[:4]).rows:
        try:
            if row.problem:
                raise Refused(row.problem)
            found.rows.append(ReadRow(row.line, _columns(row.values, district_id)))
        except Refused as refusal:
            found.problems.append(Problem(row.line, str(refusal)))
    return found


def _columns(values: Mapping[str, str], district_id: int) -> dict[str, object]:
    def unit(words: str) -> int | None:
        return decision_table.unit_named(words, district_id=district_id) if words else None

    kind = values["单位类型"]
    kinds = {str(label): code for code, label in Unit.Kind.choices}
    return {
        "category": values["分类"].removeprefix("'"), "area": unit(values["区域"]), "lead": unit(values["牵头单位"]),
        "lead_kind": kinds.get(kind, kind),
        "co_units": tuple(filter(None, map(unit, values.get("协办单位", "").replace("、", " ").split()))),
        "limit_amount": _number(values.get("时限", "")), "limit_base": _base(values.get("计时方式", "")),
        "disposal_class": _class(values.get("处置类别", "")), "note": values.get("备注", ""),
    }  # fmt: skip


def _number(words: str) -> float | None:
    try:
        return float(words) if words else None
    except ValueError:
        raise Refused(_("不是数字：%(value)s") % {"value": words[:40]}) from None


def _base(words: str) -> str:
    if words not in _BASE_OF:
        raise Refused(_("计时方式只能是连续分钟、工作分钟或工作日。"))
    return _BASE_OF[words]


def _class(words: str) -> int:
    if words not in ("", "0", "1", "2", "3"):
        raise Refused(_("处置类别只有一、二、三类。"))
    return int(words or 0)
