"""The register of basis documents: found, told apart by whether they still hold, with the items that rest on them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.models import Ground, Standing
from linli.domains.lists.queries import reach
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.sureness import UNSURE, is_unsure, sureness
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Actor

PAGE = 50
MOST_ITEMS = 200
STATES: dict[str, str | Promise] = {
    "current": _("现行"), "ended": _("已失效"), "used_ended": _("已失效仍被引用"), "unused": _("没有条目引用"),
    "unsure": _("题名文号待核"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """``items``: how many items rest on it today. ``has_ended``: it no longer holds. ``is_unsure``: title, number or
    dates are not known for certain.
    """

    id: int
    code: str
    title: str
    number: str
    issuer: str
    kind: str
    field: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    note: str
    source: str
    confidence: str
    items: int
    has_ended: bool
    is_unsure: bool
    file_id: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    find: str = ""
    kind: str = ""
    field: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Documents:
    rows: tuple[Document, ...]
    after: str
    total: int


def documents(wanted: Wanted, *, on: date, after: str = "") -> Documents:
    """One page of the register, in the order of registration. Three SQL statements."""
    found = _narrowed(wanted, on)
    total = found.count()
    if after.isdigit():
        found = found.filter(pk__gt=int(after))
    rows = list(found.order_by("pk")[: PAGE + 1])
    shown = rows[:PAGE]
    counts = _counts([row.pk for row in shown])
    next_page = str(shown[-1].pk) if len(rows) > PAGE else ""
    return Documents(tuple(_document(row, counts.get(row.pk, 0), on) for row in shown), next_page, total)


def _narrowed(wanted: Wanted, on: date) -> QuerySet[BasisDocument]:
    rows = BasisDocument.objects.all()
    for word in wanted.find.split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(number__icontains=word) | Q(issuer__icontains=word) | Q(code=word)
        )
    if wanted.kind in BasisDocument.Kind.values:
        rows = rows.filter(kind=wanted.kind)
    if wanted.field in BasisDocument.Field.values:
        rows = rows.filter(field=wanted.field)
    ended = Q(valid_to__isnull=False, valid_to__lte=on)
    used = Q(pk__in=Ground.objects.values("basis"))
    states = {"current": ~ended, "ended": ended, "used_ended": ended & used, "unused": ~used,
              "unsure": Q(confidence=UNSURE)}  # fmt: skip
    return rows.filter(states[wanted.state]) if wanted.state in states else rows


def _counts(ids: list[int]) -> dict[int, int]:
    rows = Ground.objects.filter(basis__in=ids).values("basis").annotate(n=Count("item"))
    return {row["basis"]: row["n"] for row in rows}


def _document(row: BasisDocument, items: int, on: date) -> Document:
    field = str(BasisDocument.Field(row.field).label) if row.field else ""
    return Document(
        row.pk, row.code, row.title, row.number, row.issuer, str(BasisDocument.Kind(row.kind).label), field,
        row.issued_on, row.valid_from, row.valid_to, row.note, row.source,
        sureness(row.confidence), items, row.valid_to is not None and row.valid_to <= on, is_unsure(row.confidence),
        row.file_id,
    )  # fmt: skip


def kinds() -> list[tuple[str, str | Promise, int]]:
    counts = dict(BasisDocument.objects.values_list("kind").annotate(n=Count("id")))
    return [(kind.value, kind.label, counts[kind]) for kind in BasisDocument.Kind if counts.get(kind)]


def fields() -> list[tuple[str, str | Promise, int]]:
    """The standards library by its three fields (004-31)."""
    counts = dict(BasisDocument.objects.exclude(field="").values_list("field").annotate(n=Count("id")))
    return [(field.value, field.label, counts.get(field.value, 0)) for field in BasisDocument.Field]


def kind_choices() -> list[tuple[str, str | Promise]]:
    return list(BasisDocument.Kind.choices)


def field_choices() -> list[tuple[str, str | Promise]]:
    return [("", "—"), *BasisDocument.Field.choices]


@dataclass(frozen=True, slots=True)
class Resting:
    code: str
    title: str
    worklist: str
    state: str


@dataclass(frozen=True, slots=True)
class BasisPage:
    document: Document
    items: tuple[Resting, ...]


def basis_page(key: int, *, actor: Actor, on: date) -> BasisPage:
    """One document and the items of lists ``actor`` may see that rest on it. Raises ListNotFound."""
    row = BasisDocument.objects.filter(pk=key).first()
    if row is None:
        raise ListNotFound
    items = Ground.objects.filter(basis=row).values("item")
    rows = Standing.objects.filter(item__in=items, worklist__in=reach.visible_lists(actor)).select_related("worklist")
    shown = tuple(
        Resting(one.code, one.title, one.worklist.name, str(Standing.State(one.state).label))
        for one in rows.order_by("worklist", "position")[:MOST_ITEMS]
    )
    return BasisPage(_document(row, _counts([key]).get(key, 0), on), shown)
