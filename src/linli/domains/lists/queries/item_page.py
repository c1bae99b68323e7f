"""One item as its page shows it: what it says laid out by people, money, things and matters, and how it came to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.lists.models import ItemLink, Move, MoveKind, Standing
from linli.domains.lists.queries import comparing
from linli.domains.lists.queries.browsing import LOOKS
from linli.domains.lists.queries.rows import APPROVALS, BODIES, Places, places_of, write_row
from linli.domains.lists.queries.sureness import is_unsure, sureness
from linli.kernel.catalog import queries as catalog
from linli.kernel.catalog.admitted import standing as admitted
from linli.kernel.catalog.models import Admission, ListVersion, Wording, WorkItem
from linli.kernel.catalog.terms import DECISIONS, FREQUENCIES, LAYERS, LOAD_KINDS, PUBLIC_CLASSES, Terms, read
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
MATTERS = "matters"
WINDOW = "slzx"
"""Key of the centre whose counters residents go to."""
MOST_LINKS = 60


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part in the item. ``code`` "" when no such unit is known here."""

    unit: str
    unit_id: int | None
    is_lead: bool
    duty: str


@dataclass(frozen=True, slots=True)
class Layer:
    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """``id`` None: the code is not registered. ``is_unsure``: title, number or dates are not known for certain."""

    id: int | None
    title: str
    number: str
    kind: str
    is_expired: bool
    valid_to: date | None
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    code: str
    title: str
    kind: str
    window: str
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """What the item said from one version on. ``parts``: what became different with it."""

    no: int
    valid_from: date
    until: date | None
    reason: str
    by: str
    proposal: str
    parts: tuple[comparing.Part, ...]
    is_first: bool
    is_coming: bool


@dataclass(frozen=True, slots=True)
class MoveLine:
    kind: str
    on: date
    to: str
    to_code: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class AdmissionLine:
    id: int
    unit: str
    kind: str
    valid_from: date
    valid_to: date | None
    ended_at: datetime | None
    end_reason: str
    conditions: str
    amount_fen: int
    holds: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    id: int
    code: str
    title: str
    heading: str
    list_code: str
    list_name: str
    unit: str
    unit_id: int
    kind: str
    kind_code: str
    is_binding: bool
    state: str
    state_label: str
    look: str
    marks: tuple[tuple[str, str], ...]
    content: str
    people: tuple[Fact, ...]
    money: tuple[Fact, ...]
    things: tuple[str, ...]
    matters: tuple[Fact, ...]
    rules: tuple[Fact, ...]
    seal: tuple[Fact, ...]
    layers: tuple[Layer, ...]
    guide: tuple[str, ...]
    evidence: tuple[str, ...]
    keywords: tuple[str, ...]
    bases: tuple[Basis, ...]
    links: tuple[Linked, ...]
    editions: tuple[Edition, ...]
    moves: tuple[MoveLine, ...]
    admissions: tuple[AdmissionLine, ...]
    window: str
    source: str
    confidence: str
    is_in_force: bool

    @property
    def is_tied(self) -> bool:
        """To other items, or to a service at the counter."""
        return bool(self.links or self.window)


def item_page(item: WorkItem, *, at: datetime) -> ItemPage:
    """Everything of ``item``; a constant number of SQL statements. ``item`` comes with its list, kind and unit."""
    row = Standing.objects.select_related("wording").filter(item=item).first()
    wordings = list(Wording.objects.filter(item=item).order_by("since_no"))
    said = row.wording if row and row.wording else wordings[-1]
    terms, places = read(said.terms), places_of(item.worklist)
    titles = dict(BasisDocument.objects.filter(code__in=comparing.codes_in(wordings)).values_list("code", "title"))
    state = Standing.State(row.state if row else Standing.State.NOT_STARTED)
    cells = write_row(item.code, said, places)
    return ItemPage(
        id=item.pk, code=item.code, title=said.title, heading=said.heading, list_code=item.worklist.code,
        list_name=item.worklist.name, unit=item.worklist.unit.name, unit_id=item.worklist.unit_id,
        kind=item.worklist.kind.name, kind_code=item.worklist.kind_id, is_binding=item.worklist.kind.is_binding,
        state=state, state_label=str(state.label), look=LOOKS.get(state, ""), marks=tuple(_marks(terms)),
        content=terms.content, people=tuple(_people(terms)), money=tuple(_money(terms, row)), things=terms.things,
        matters=tuple(_matters(terms)), rules=tuple(_rules(terms, cells)), seal=tuple(_seal(terms)),
        layers=tuple(_layers(terms, item.worklist.unit, places)), guide=terms.guide, evidence=terms.evidence,
        keywords=tuple(said.keywords), bases=tuple(_bases(terms, at)), links=tuple(_links(item)),
        editions=tuple(_editions(item, wordings, places, titles, at)), moves=tuple(_moves(item)),
        admissions=tuple(_admissions(item, at)), window=_window(said, terms, item.worklist.kind_id),
        source=said.source, confidence=sureness(said.confidence), is_in_force=bool(row and row.wording_id),
    )  # fmt: skip


def _marks(terms: Terms) -> list[tuple[str, str]]:
    marks = []
    if terms.public_class:
        marks.append((str(PUBLIC_CLASSES[terms.public_class]), "brand"))
    if terms.is_key:
        marks.append((_("重点项目"), "accent"))
    if terms.decision:
        marks.append((str(DECISIONS[terms.decision]), {"allow": "ok", "deny": "late"}.get(terms.decision, "warn")))
    if not terms.bases:
        marks.append((_("无依据"), "warn"))
    return marks


def _people(terms: Terms) -> list[Fact]:
    return [Fact(_("参与人员"), terms.people)] if terms.people else []


def _money(terms: Terms, row: Standing | None) -> list[Fact]:
    facts = [Fact(_("年度经费"), yuan(terms.budget_fen))] if terms.budget_fen else []
    if row is not None and row.paid_fen:
        facts.append(Fact(_("已支付"), yuan(row.paid_fen)))
    return facts


def yuan(fen: int) -> str:
    return _("%(yuan)s 元") % {"yuan": f"{fen / 100:,.2f}".removesuffix(".00")}


def _matters(terms: Terms) -> list[Fact]:
    names = []
    for code in terms.categories:
        entry = catalog.item(catalog.MATTERS, code) or catalog.item("components", code)
        names.append(f"{code} {entry.name}" if entry else code)
    return [Fact(_("对应案件类别"), "；".join(names), is_wide=True)] if names else []


def _rules(terms: Terms, cells: Mapping[str, str]) -> list[Fact]:
    limit = terms.limit_amount
    said = ""
    if limit and terms.limit_base == "working_days":
        said = _("%(n)s 个工作日") % {"n": f"{limit:g}"}
    elif limit:
        said = _("%(n)s 小时") % {"n": f"{limit / 60:g}"}
    facts = [
        Fact(_("办理条件"), terms.conditions, is_wide=True),
        Fact(_("办理时限"), said),
        Fact(_("频次"), str(FREQUENCIES[terms.frequency][0])),
        Fact(_("每次工时"), _("%(n)s 小时") % {"n": cells["hours"]} if cells["hours"] else ""),
        Fact(_("每次表单数"), cells["forms"]),
        Fact(_("负担类型"), str(LOAD_KINDS[terms.load_kind])),
        Fact(_("职责类型"), terms.duty_class),
        Fact(_("到期评估日"), terms.sunset),
    ]
    return [fact for fact in facts if fact.text]


def _seal(terms: Terms) -> list[Fact]:
    if not terms.decision:
        return []
    facts = [
        Fact(_("能否用印"), str(DECISIONS[terms.decision])),
        Fact(_("批准方式"), str(APPROVALS.get(terms.approval, terms.approval))),
        Fact(_("理由"), terms.reason, is_wide=True),
        Fact(_("应由何处出具"), terms.instead, is_wide=True),
        Fact(_("所需材料"), "；".join(terms.papers), is_wide=True),
    ]
    return [fact for fact in facts if fact.text]


def _layers(terms: Terms, unit: Unit, places: Places) -> list[Layer]:
    """The four layers from above; a street's own bodies by their names, else what they are called everywhere."""
    codes = {stand.unit for stand in terms.stands if stand.unit}
    known = {
        found.code: found for found in Unit.objects.filter(Q(code__in=codes) | Q(parent=unit, kind__in=BODY_KINDS))
    }
    own = {code.rpartition("-")[2]: found for code, found in known.items() if found.parent_id == unit.pk}
    layers = []
    for layer, label in LAYERS:
        parts = []
        for stand in sorted((s for s in terms.stands if s.layer == layer), key=lambda s: s.part != "lead"):
            found = known.get(stand.unit) or own.get(stand.office)
            fallback = BODIES[stand.office][1] if stand.office in BODIES else stand.unit or stand.office or str(label)
            name = found.name if found else places.departments.get(stand.unit, fallback)
            parts.append(Part(name, found.pk if found else None, stand.part == "lead", stand.duty))
        layers.append(Layer(str(label), tuple(parts)))
    return layers


BODY_KINDS = ("office", "centre")


def _bases(terms: Terms, at: datetime) -> list[Basis]:
    known = {document.code: document for document in BasisDocument.objects.filter(code__in=terms.bases)}
    day = at.astimezone(SHANGHAI).date()
    found = []
    for code in terms.bases:
        document = known.get(code)
        if document is None:
            found.append(Basis(None, code, "", _("未登记"), is_expired=False, valid_to=None))
            continue
        expired = document.valid_to is not None and document.valid_to <= day
        kind = str(BasisDocument.Kind(document.kind).label)
        unsure = is_unsure(document.confidence)
        found.append(Basis(document.pk, document.title, document.number, kind, expired, document.valid_to, unsure))
    return found


def _window(said: Wording, terms: Terms, kind: str) -> str:
    """Name of the service at the counter, where a matter is one: the first of what it is called."""
    at_window = kind == MATTERS and any(stand.office == WINDOW for stand in terms.stands)
    return said.keywords[0] if at_window and said.keywords else ""


def _links(item: WorkItem) -> list[Linked]:
    """Items tied to this one, whichever names the other (000-21)."""
    pairs = ItemLink.objects.filter(Q(item=item) | Q(other=item)).values_list("item", "other")[: MOST_LINKS * 2]
    others = {other if one == item.pk else one for one, other in pairs}
    rows = Standing.objects.filter(item__in=others).select_related("wording", "worklist__kind")
    return [
        Linked(
            row.code, row.title, row.worklist.kind.name,
            _window(row.wording, read(row.wording.terms), row.kind) if row.wording else "", row.retired_on is not None,
        )
        for row in rows.order_by("worklist__kind__position", "position")[:MOST_LINKS]
    ]  # fmt: skip


def _editions(
    item: WorkItem, wordings: Sequence[Wording], places: Places, titles: Mapping[str, str], at: datetime
) -> list[Edition]:
    """What it said, newest first, and what changed each time; its leaving stands first."""
    numbers = {no for w in wordings for no in (w.since_no, w.until_no) if no}
    versions = {
        v.no: v
        for v in ListVersion.objects.filter(worklist=item.worklist_id, no__in=numbers).select_related("published_by")
    }
    labels, day = comparing.labels(), at.astimezone(SHANGHAI).date()
    found, before = [], dict[str, str]()
    for wording in wordings:
        version, end = versions[wording.since_no], versions.get(wording.until_no or 0)
        cells = comparing.cells_of(wording, places, titles)
        parts = tuple(comparing.differences(before, cells, labels)) if before else ()
        found.append(_edition(version, parts, end, day, is_first=not before))
        before = cells
    return found[::-1]


def _edition(version: ListVersion, parts: Any, end: ListVersion | None, day: date, *, is_first: bool) -> Edition:
    return Edition(
        version.no, version.valid_from, end.valid_from if end else None, version.reason, version.published_by.name,
        str(version.proposal or ""), parts, is_first, version.valid_from > day,
    )  # fmt: skip


def _moves(item: WorkItem) -> list[MoveLine]:
    rows = Move.objects.filter(item=item).select_related("to_unit", "to_item", "from_unit").order_by("id")
    return [move_line(row) for row in rows]


def move_line(row: Move) -> MoveLine:
    to = row.to_unit.name if row.to_unit else row.to_text
    source = row.from_text or (row.from_unit.name if row.from_unit else "")
    return MoveLine(
        str(MoveKind(row.kind).label), row.on, to, row.to_item.code if row.to_item else "", source, row.reason
    )  # fmt: skip


def _admissions(item: WorkItem, at: datetime) -> list[AdmissionLine]:
    rows = list(Admission.objects.filter(item=item).select_related("unit").order_by("-id")[:MOST_LINKS])
    holding = set(admitted(at).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [
        AdmissionLine(
            row.pk, row.unit.name, str(Admission.Kind(row.kind).label), row.valid_from, row.valid_to, row.ended_at,
            row.end_reason, row.conditions, row.amount_fen, row.pk in holding,
        )
        for row in rows
    ]  # fmt: skip
