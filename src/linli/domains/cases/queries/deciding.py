"""Who is responsible for what, where: the decision table in memory, most specific row first, always explained."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.domains.cases.models import Rule, RuleTable
from linli.kernel.org.directory import Directory, directory

LOOKS_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table, ready to compare. ``area_path`` is "" for the whole district."""

    id: int
    no: int
    category: str
    area_path: str
    area_name: str
    lead_id: int | None
    lead_kind: str
    co_units: tuple[int, ...]
    limit_amount: float | None
    limit_base: str
    disposal_class: int

    def fits(self, category: str, path: str) -> bool:
        return category.startswith(self.category) and path.startswith(self.area_path)

    @property
    def rank(self) -> tuple[int, int, int]:
        """Longer category, then smaller area, then lower number: the first of all that fit wins."""
        return (-len(self.category), -self.area_path.count("."), self.no)


@dataclass(frozen=True, slots=True)
class Decision:
    """lead   unit id, or None when nobody is named
    why    the row in words, e.g. "第 12 行:06010 × 仙霞新村街道"
    """

    lead: int | None
    co_units: tuple[int, ...] = ()
    limit_amount: float | None = None
    limit_base: str = ""
    disposal_class: int = 0
    why: str = ""
    row: int | None = None


class Table:
    """One district's rows, keyed by the beginning of the category so that few rows are compared."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.by_category: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda r: r.rank):
            self.by_category.setdefault(row.category, []).append(row)

    def decide(self, category: str, *, unit_id: int, units: Directory) -> Decision:
        path = units.unit(unit_id).path
        for length in range(len(category), -1, -1):
            for row in self.by_category.get(category[:length], ()):
                if path.startswith(row.area_path) and (lead := self._lead(row, unit_id, units)) is not None:
                    return Decision(
                        lead, row.co_units, row.limit_amount, row.limit_base, row.disposal_class, explain(row), row.no
                    )
        return Decision(None, why=_("没有任何一行适用"))

    def lead_of(self, category: str, *, unit_id: int, units: Directory) -> int | None:
        """Who leads, without saying why: for going through a whole district."""
        path = units.unit(unit_id).path
        for length in range(len(category), -1, -1):
            for row in self.by_category.get(category[:length], ()):
                if path.startswith(row.area_path) and (lead := self._lead(row, unit_id, units)) is not None:
                    return lead
        return None

    def fitting(self, category: str, *, unit_id: int, units: Directory) -> list[Row]:
        """Every row that fits and names somebody, the deciding one first."""
        path = units.unit(unit_id).path
        return [
            row
            for length in range(len(category), -1, -1)
            for row in self.by_category.get(category[:length], ())
            if path.startswith(row.area_path) and self._lead(row, unit_id, units) is not None
        ]

    @staticmethod
    def _lead(row: Row, unit_id: int, units: Directory) -> int | None:
        if row.lead_id is not None:
            return row.lead_id
        found = units.nearest(unit_id, row.lead_kind)
        return found.id if found else None


def explain(row: Row) -> str:
    """The row in words, e.g. ``"第 12 行：06010 × 仙霞新村街道"``."""
    return _explained(row, get_language())


@lru_cache(maxsize=4096)
def _explained(row: Row, _language: str | None) -> str:
    return _("第 %(no)s 行：%(category)s × %(area)s") % {
        "no": row.no,
        "category": row.category or _("任何分类"),
        "area": row.area_name or _("全区"),
    }


_held: tuple[tuple[tuple[int, int], ...], float, dict[int, Table]] | None = None


def tables() -> dict[int, Table]:
    """District unit id → its table in force, as of at most a second ago."""
    global _held
    now = time.monotonic()
    if _held is not None and now - _held[1] < LOOKS_EVERY_S:
        return _held[2]
    stamp = tuple(RuleTable.objects.filter(status="in_force").order_by("id").values_list("id", "district_id"))
    if _held is None or _held[0] != stamp:
        _held = (stamp, now, {district: load(table) for table, district in stamp})
    else:
        _held = (stamp, now, _held[2])
    return _held[2]


def forget() -> None:
    global _held
    _held = None


def load(table_id: int) -> Table:
    """Rows of one version, whatever its status: the dry run uses drafts."""
    rows = Rule.objects.filter(table_id=table_id).select_related("area")
    return Table(
        Row(
            r.pk, r.no, r.category, r.area.path if r.area else "", r.area.name if r.area else "", r.lead_id,
            r.lead_kind, tuple(r.co_units), r.limit_amount, r.limit_base, r.disposal_class,
        )
        for r in rows
    )  # fmt: skip


def table_for(unit_id: int) -> Table | None:
    """The table in force where ``unit_id`` is."""
    in_force = tables()
    return next((in_force[unit.id] for unit in directory().up(unit_id) if unit.id in in_force), None)


def decide(category: str, *, unit_id: int) -> Decision:
    """The responsible unit for ``category`` at the place of ``unit_id``, by the table of its district."""
    if table := table_for(unit_id):
        return table.decide(category, unit_id=unit_id, units=directory())
    return Decision(None, why=_("本区没有生效的派遣规则"))
