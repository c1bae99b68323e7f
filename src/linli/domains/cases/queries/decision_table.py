"""The decision table as a page shows it: its versions, its rows in words, what two versions differ in, what fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.models import Rule, RuleTable
from linli.domains.cases.queries import categories, deciding
from linli.kernel.catalog import queries as catalog
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node
from linli.kernel.text.numbers import whole

PAGE = 50
RIGHT = "edit_decisions"
CLASSES = {
    0: gettext_lazy("未定"),
    1: gettext_lazy("一类：自治共治"),
    2: gettext_lazy("二类：网格处置"),
    3: gettext_lazy("三类：中心处置"),
}
"""Who settles it in the end (001g-43)."""
LOOKS = {"draft": "warn", "in_force": "ok"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words. ``problem`` when it names a unit that has ended."""

    no: int
    category: str
    category_name: str
    area: str
    lead: str
    co_units: str
    limit: str
    disposal_class: str
    note: str


@dataclass(frozen=True, slots=True)
class Version:
    """may_force  False for the drafter while others might; the command says so too"""

    id: int
    no: int
    status: str
    status_label: str
    look: str
    note: str
    reason: str
    made_by: str
    made_at: datetime
    forced_by: str
    valid_from: datetime | None
    valid_to: datetime | None

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of rows of one version of a district's table."""

    district_id: int
    district: str
    version: Version | None
    versions: list[Version]
    lines: list[Line]
    total: int
    after: str
    may_edit: bool

    @property
    def has_draft(self) -> bool:
        return any(version.is_draft for version in self.versions)

    @property
    def may_draft(self) -> bool:
        return self.may_edit and not self.has_draft

    @property
    def may_change(self) -> bool:
        return self.may_edit and self.version is not None and self.version.is_draft


@dataclass(frozen=True, slots=True)
class Narrow:
    """What is looked for in the table: beginning of a category, a unit (area, lead) by words."""

    category: str = ""
    unit: str = ""


def district_of(post: Held | None) -> Node:
    """The district whose table somebody works with. Raises NotFound without a post."""
    if post is None:
        raise NotFound
    ups = directory().up(post.over_id)
    return next((unit for unit in ups if unit.kind == "district"), ups[-1])


def show(
    post: Held | None, actor: Actor, *, version: int | None = None, narrow: Narrow | None = None, after: str = "",
    at: datetime,
) -> Shown:  # fmt: skip
    """Version ``version`` (the one in force, when None) of the post's district, from row number ``after`` on."""
    district = district_of(post)
    found = RuleTable.objects.filter(district_id=district.id).select_related("made_by", "put_in_force_by")
    versions = [_version(table) for table in found.order_by("-no")]
    chosen = _chosen(versions, version)
    rows = _narrowed(chosen.id if chosen else 0, narrow or Narrow(), district)
    page = list(rows.filter(no__gt=whole(after) or 0)[: PAGE + 1])
    may_edit = org.holds_right(actor, RIGHT, Unit.objects.get(pk=district.id), at) is not None
    return Shown(
        district.id, district.name, chosen, versions, lines(page[:PAGE]), rows.count(),
        str(page[PAGE - 1].no) if len(page) > PAGE else "", may_edit,
    )  # fmt: skip


def _chosen(versions: Sequence[Version], no: int | None) -> Version | None:
    if no is None:
        return next((v for v in versions if v.status == "in_force"), None)
    found = next((v for v in versions if v.no == no), None)
    if found is None:
        raise NotFound
    return found


def _version(table: RuleTable) -> Version:
    return Version(
        table.pk, table.no, table.status, str(RuleTable.Status(table.status).label), LOOKS.get(table.status, ""),
        table.note, table.reason, table.made_by.name or _("系统"), table.made_at,
        (table.put_in_force_by.name or _("系统")) if table.put_in_force_by else "", table.valid_from, table.valid_to,
    )  # fmt: skip


def _narrowed(table_id: int, narrow: Narrow, district: Node) -> "QuerySet[Rule]":
    rows = Rule.objects.filter(table_id=table_id).select_related("area", "lead").order_by("no")
    if narrow.category:
        rows = rows.filter(category__startswith=narrow.category)
    if narrow.unit:
        named = Q(name__icontains=narrow.unit) | Q(code=narrow.unit)
        units = Unit.objects.filter(named, path__startswith=district.path).values("pk")
        rows = rows.filter(Q(area__in=units) | Q(lead__in=units))
    return rows


def lines(rows: Iterable[Rule]) -> list[Line]:
    units = directory().tree.by_id
    return [
        Line(
            row.no, row.category or _("任何分类"), category_name(row.category),
            row.area.name if row.area else _("全区"), lead_words(row.lead, row.lead_kind),
            "、".join(units[key].name for key in row.co_units if key in units), limit_words(row),
            str(CLASSES[row.disposal_class]), row.note,
        )
        for row in rows
    ]  # fmt: skip


def category_name(code: str) -> str:
    return catalog.name_of(categories.LIST, code) if code else ""


def lead_words(lead: Unit | None, kind: str) -> str:
    return lead.name if lead else _("最近的%(kind)s") % {"kind": Unit.Kind(kind).label}


def limit_words(row: Rule) -> str:
    return catalog.duration(row.limit_amount, row.limit_base) if row.limit_amount else ""


def row_of(table_id: int, no: int) -> Rule:
    """One row, with its units. Raises NotFound."""
    row = Rule.objects.select_related("area", "lead").filter(table_id=table_id, no=no).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that one of two versions has and the other has not; ``kind`` is added or gone."""

    kind: str
    label: str
    look: str
    line: Line


def differences(table_id: int, district_id: int) -> list[Difference]:
    """What a draft changes against the version in force; a row that only changed its number is none."""
    old = Rule.objects.filter(table__district_id=district_id, table__status="in_force")
    new = Rule.objects.filter(table_id=table_id)
    before, after = _by_content(old), _by_content(new)
    gone = [row for key, row in before.items() if key not in after]
    added = [row for key, row in after.items() if key not in before]
    return [
        *(Difference("gone", _("删去"), "late", line) for line in lines(gone)),
        *(Difference("added", _("新增"), "ok", line) for line in lines(added)),
    ]


def _by_content(rows: "QuerySet[Rule]") -> dict[tuple[object, ...], Rule]:
    return {
        (r.category, r.area_id, r.lead_id, r.lead_kind, tuple(r.co_units), r.limit_amount, r.limit_base,
         r.disposal_class, r.note): r
        for r in rows.select_related("area", "lead").order_by("no")
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explained:
    """The decision for a question, in words, and the rows that fit as well, best first."""

    question: str
    why: str
    lead: str
    co_units: str
    limit: str
    disposal_class: str
    others: list[str]


def explain(category: str, unit_id: int, *, table_id: int | None = None) -> Explained:
    """Who answers for ``category`` at the place of ``unit_id``, by a version, else by the one in force."""
    units = directory()
    table = deciding.load(table_id) if table_id else deciding.table_for(unit_id)
    question = f"{category or _('未分类')} {category_name(category)} × {units.unit(unit_id).name}"
    if table is None:
        return Explained(question, _("本区没有生效的派遣规则"), "", "", "", "", [])
    found = table.decide(category, unit_id=unit_id, units=units)
    fitting = [row for row in table.fitting(category, unit_id=unit_id, units=units) if row.no != found.row]
    named = units.tree.by_id
    return Explained(
        question, found.why, named[found.lead].name if found.lead else "",
        "、".join(named[key].name for key in found.co_units if key in named),
        catalog.duration(found.limit_amount, found.limit_base) if found.limit_amount else "",
        str(CLASSES[found.disposal_class]), [deciding.explain(row) for row in fitting],
    )  # fmt: skip


def unit_named(words: str, *, district_id: int) -> int:
    """Id of the unit of a district with this code or name. Raises Refused when there is none, or several."""
    path = directory().unit(district_id).path
    inside = [node for node in directory().tree.below(path) if node.valid_to is None]
    by_code = [node for node in inside if node.code == words.strip()]
    found = by_code or [node for node in inside if node.name == words.strip()]
    if len(found) == 1:
        return found[0].id
    if found:
        raise Refused(_("本区有几个单位叫“%(name)s”，请填写编码。") % {"name": words})
    raise Refused(_("本区没有单位“%(name)s”。") % {"name": words})


def units_offered(district_id: int) -> list[tuple[str, str]]:
    """(code, name) of the units worth offering in a form: everything but grids and committees' own."""
    path = directory().unit(district_id).path
    return [
        (node.code, node.name)
        for node in directory().tree.below(path)
        if node.valid_to is None and node.kind not in ("grid", "police_beat", "group")
    ]


def as_written(table_id: int, no: int) -> dict[str, object]:
    """A row as a form shows it: units by code."""
    row, units = row_of(table_id, no), directory().tree.by_id
    return {
        "category": row.category, "area": row.area.code if row.area else "", "lead": row.lead.code if row.lead else "",
        "lead_kind": row.lead_kind, "co_units": " ".join(units[key].code for key in row.co_units if key in units),
        "limit_amount": row.limit_amount, "limit_base": row.limit_base, "disposal_class": row.disposal_class,
        "note": row.note,
    }  # fmt: skip
