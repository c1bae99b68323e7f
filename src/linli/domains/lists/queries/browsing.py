"""The lists somebody may see, and one list as a page shows it: headings, filters, rows in the columns of its kind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.domains.lists.models import Standing
from linli.domains.lists.queries import reach
from linli.domains.lists.queries.rows import COLUMNS, Places, places_of, write_row
from linli.domains.lists.queries.sureness import titled
from linli.kernel.catalog.models import WorkList
from linli.kernel.catalog.terms import PUBLIC_CLASSES
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.text import bigrams

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = 50
MOST_ON_PAPER = 2_000
MOST_ROWS = 20_000
"""An export holds no more; beside it stands that there are more."""
State = Standing.State
LOOKS = {State.RUNNING: "brand", State.OVERDUE: "late", State.DONE: "ok", State.COMING: "accent"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a list is wanted; every part "" wants all. ``state``: "" what is in force, ``retired``, ``all``, …"""

    find: str = ""
    heading: str = ""
    lead: str = ""
    public_class: str = ""
    state: str = ""
    basis: str = ""
    key: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filter":
        return cls(**{name: given.get(name, "")[:120].strip() for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lists of one unit."""

    unit: str
    kind: str
    lists: tuple["ListLine", ...]


@dataclass(frozen=True, slots=True)
class ListLine:
    code: str
    name: str
    kind: str
    note: str
    count: int
    overdue: int
    keys: int
    version: int
    valid_from: Any
    is_binding: bool
    is_public: bool


@dataclass(frozen=True, slots=True)
class District:
    name: str
    shelves: tuple[Shelf, ...]
    count: int


def shelves(actor: Actor, *, kind: str = "") -> list[District]:
    """The lists ``actor`` may see by district and unit, with what they hold. Three SQL statements."""
    lists = list(
        reach.visible_lists(actor)
        .filter(**({"kind": kind} if kind else {}))
        .select_related("kind", "unit")
        .order_by("kind__position", "code")
        .prefetch_related("versions")
    )
    counts = _counts([one.pk for one in lists])
    found: dict[int, dict[int, list[ListLine]]] = {}
    units = {one.unit_id: one.unit for one in lists}
    for one in lists:
        root = int(one.unit.path.split(".", 1)[0])
        found.setdefault(root, {}).setdefault(one.unit_id, []).append(_line(one, counts.get(one.pk, {})))
    tree = directory().tree.by_id
    return [
        District(
            tree[root].name,
            tuple(
                Shelf(units[unit].name, str(tree[unit].kind) if unit in tree else "", tuple(lines))
                for unit, lines in sorted(by_unit.items(), key=lambda pair: (len(units[pair[0]].path), pair[0]))
            ),
            sum(line.count for lines in by_unit.values() for line in lines),
        )
        for root, by_unit in found.items()
    ]


def kinds_seen(actor: Actor) -> list[tuple[str, str, int]]:
    """Kinds of the lists ``actor`` may see, with how many lists."""
    rows = reach.visible_lists(actor).values("kind", "kind__name", "kind__position").annotate(n=Count("id"))
    return [(row["kind"], row["kind__name"], row["n"]) for row in sorted(rows, key=lambda r: r["kind__position"])]


def _counts(lists: Sequence[int]) -> dict[int, dict[str, int]]:
    rows = Standing.objects.filter(worklist__in=lists, wording__isnull=False).values("worklist")
    found = rows.annotate(
        n=Count("item"), late=Count("item", filter=Q(state=State.OVERDUE)), keys=Count("item", filter=Q(is_key=True))
    )
    return {row["worklist"]: row for row in found}


def _line(one: WorkList, counts: Mapping[str, int]) -> ListLine:
    last = max(one.versions.all(), key=lambda v: v.no, default=None)
    return ListLine(
        one.code, one.name, one.kind.name, one.kind.note, counts.get("n", 0), counts.get("late", 0),
        counts.get("keys", 0), last.no if last else 0, last.valid_from if last else None, one.kind.is_binding,
        one.kind.is_public,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """``column`` as in ``rows.COLUMNS``; ``text`` as people read it."""

    column: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    title: str
    heading: str
    state: str
    state_label: str
    look: str
    is_key: bool
    has_basis: bool
    lead: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of one list offer, with how many of what is in force."""

    headings: tuple[Heading, ...] = ()
    leads: tuple[tuple[str, str, int], ...] = ()
    classes: tuple[tuple[str, str | Promise, int], ...] = ()
    states: tuple[tuple[str, str | Promise, int], ...] = ()
    bases: tuple[tuple[str, str | Promise, int], ...] = ()
    keys: tuple[tuple[str, str | Promise, int], ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    rows: tuple[Row, ...]
    heads: tuple[tuple[str, str], ...]
    after: str
    total: int


def choices_of(worklist: WorkList) -> Choices:
    """Five grouped SQL statements over the rows of one list."""
    rows = Standing.objects.filter(worklist=worklist)
    now = rows.filter(wording__isnull=False)
    headings = now.values("heading").annotate(n=Count("item"), first=Min("position")).order_by("first")
    leads = now.values("lead", "lead__name").annotate(n=Count("item")).order_by("-n")[:60]
    classes = dict(now.values_list("public_class").annotate(n=Count("item")))
    states = dict(rows.values_list("state").annotate(n=Count("item")))
    rest = now.aggregate(
        total=Count("item"), bare=Count("item", filter=Q(has_basis=False)), keys=Count("item", filter=Q(is_key=True))
    )
    return Choices(
        tuple(Heading(row["heading"], row["n"]) for row in headings),
        tuple((str(row["lead"] or "none"), row["lead__name"] or _("无牵头单位"), row["n"]) for row in leads),
        tuple((code, label, classes[code]) for code, label in PUBLIC_CLASSES.items() if classes.get(code)),
        tuple((state.value, state.label, states[state]) for state in State if states.get(state)),
        (("has", _("有依据"), rest["total"] - rest["bare"]), ("none", _("无依据"), rest["bare"])),
        (("1", _("重点项目"), rest["keys"]),) if rest["keys"] else (),
        rest["total"],
    )


def listed(worklist: WorkList, wanted: Filter, *, after: str = "", most: int = PAGE) -> Listed:
    """One page of ``worklist`` in its own order. ``after``: what the page before answered with."""
    found = narrowed(Standing.objects.filter(worklist=worklist), wanted)
    total = found.count()
    if after:
        position, _dot, item = after.partition(".")
        if position.isdigit() and item.isdigit():
            found = found.filter(
                Q(position__gt=int(position)) | Q(position=int(position), item__gt=int(item)),
                position__gte=int(position),
            )
    page = list(found.select_related("wording", "lead").order_by("position", "item")[: most + 1])
    rows, places, bases = page[:most], places_of(worklist), _titles(page[:most])
    last = rows[-1] if len(page) > most else None
    columns = columns_of(worklist)
    return Listed(
        tuple(_row(row, columns, places, bases) for row in rows),
        tuple((name, label_of(name)) for name in columns),
        f"{last.position}.{last.item_id}" if last else "",
        total,
    )


WHO = "who"
_BODIES = ("department", "office", "centre", "committee")
_BESIDE = ("no", "name", "class", "is_key")
"""Columns that stand in the cell of the name."""


def columns_of(worklist: WorkList) -> list[str]:
    """The columns its table shows beside number and name; who does it, layer by layer, is one of them."""
    named = [WHO if name in _BODIES else name for name in worklist.kind.columns if name not in _BESIDE]
    return [name for name in dict.fromkeys(named) if name == WHO or name in COLUMNS]


def label_of(column: str) -> str:
    return _("谁来办") if column == WHO else str(COLUMNS[column])


def narrowed(rows: QuerySet[Standing], wanted: Filter) -> QuerySet[Standing]:
    """``rows`` as the filter wants them."""
    rows = _of_state(rows, wanted.state)
    if wanted.heading:
        rows = rows.filter(heading=wanted.heading)
    if wanted.lead == "none":
        rows = rows.filter(lead=None)
    elif wanted.lead.isdigit():
        rows = rows.filter(lead=int(wanted.lead))
    if wanted.public_class:
        rows = rows.filter(public_class=wanted.public_class)
    if wanted.basis in ("has", "none"):
        rows = rows.filter(has_basis=wanted.basis == "has")
    if wanted.key:
        rows = rows.filter(is_key=True)
    return _with_words(rows, wanted.find)


def _of_state(rows: QuerySet[Standing], state: str) -> QuerySet[Standing]:
    if state == "all":
        return rows
    return rows.filter(state=state) if state in State.values else rows.filter(wording__isnull=False)


def _with_words(rows: QuerySet[Standing], find: str) -> QuerySet[Standing]:
    """Every word stands in it: found by its pairs of characters, then by its letters."""
    for word in find.split():
        if grams := bigrams(word):
            rows = rows.filter(grams__contains=grams)
        rows = rows.filter(text__icontains=word)
    return rows


def _titles(rows: Iterable[Standing]) -> dict[str, str]:
    codes = {code for row in rows if row.wording for code in row.wording.terms.get("bases", ())}
    found = BasisDocument.objects.filter(code__in=codes).values_list("code", "title", "confidence")
    return {code: titled(title, confidence) for code, title, confidence in found}


def _row(row: Standing, columns: Sequence[str], places: Places, bases: Mapping[str, str]) -> Row:
    cells = write_row(row.code, row.wording, places) if row.wording else {}
    if row.wording:
        codes = row.wording.terms.get("bases", ())
        first = "；".join(bases.get(code, code) for code in codes[:1])
        cells["bases"] = first if len(codes) < 2 else _("%(first)s 等%(n)s件") % {"first": first, "n": len(codes)}
        parts = (cells[name] for name in _BODIES if name != "committee")
        cells[WHO] = " → ".join(part for part in parts if part) or cells["committee"]
    return Row(
        row.code, row.title, row.heading, row.state, str(State(row.state).label), LOOKS.get(State(row.state), ""),
        row.is_key, row.has_basis, row.lead.name if row.lead else "",
        tuple(Cell(name, label_of(name), cells.get(name, "")) for name in columns),
    )  # fmt: skip


def sheet_rows(worklist: WorkList, wanted: Filter) -> tuple[list[str], Iterator[list[str]]]:
    """All of what the filter wants in the columns an import understands; at most ``MOST_ROWS``."""
    places = places_of(worklist)
    found = narrowed(Standing.objects.filter(worklist=worklist), wanted)
    rows = found.select_related("wording").order_by("position", "item")[:MOST_ROWS]
    cells = (write_row(row.code, row.wording, places) for row in rows if row.wording)
    return [str(label) for label in COLUMNS.values()], ([row[name] for name in COLUMNS] for row in cells)


@dataclass(frozen=True, slots=True)
class Head:
    """A list's own facts for the head of its pages."""

    code: str
    name: str
    unit: str
    kind: str
    note: str
    is_binding: bool
    is_public: bool
    version: int
    valid_from: Any
    published_at: datetime | None
    digest: str
    coming: tuple[Any, ...] = field(default_factory=tuple)
    moved: int = 0
    unit_id: int = 0


def head_of(worklist: WorkList, *, at: datetime) -> Head:
    """Two SQL statements."""
    day = at.astimezone(SHANGHAI).date()
    versions = list(worklist.versions.order_by("no"))
    current = next((v for v in reversed(versions) if v.valid_from <= day), None)
    coming = tuple(v for v in versions if v.valid_from > day)
    return Head(
        worklist.code, worklist.name, worklist.unit.name, worklist.kind.name, worklist.kind.note,
        worklist.kind.is_binding, worklist.kind.is_public, current.no if current else 0,
        current.valid_from if current else None, current.published_at if current else None,
        bytes(current.digest).hex() if current else "", coming, worklist.moves.count(), worklist.unit_id,
    )  # fmt: skip


def by_heading(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows under their headings, in the order in which these first appear."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.heading, []).append(row)
    return list(found.items())
