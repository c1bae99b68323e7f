"""Published lists as programs read them: what residents may read, in the version in force, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from linli.domains.lists.models import Standing
from linli.domains.lists.queries import open_lists, searching
from linli.domains.lists.queries.browsing import SHANGHAI
from linli.domains.lists.queries.item_page import ItemPage
from linli.domains.lists.queries.reach import ListNotFound
from linli.kernel.catalog.models import ListKind, ListVersion, WorkList
from linli.kernel.org.models import Unit


@dataclass(frozen=True, slots=True)
class KindOfList:
    """A kind of list. ``bearer``: kind of unit whose work it lists; ``is_binding``: nothing else may be asked of it.

    lists  how many published ones there are
    """

    code: str
    name: str
    bearer: str
    is_binding: bool
    note: str
    lists: int


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list in the version in force. ``items``: how many it holds; ``digest``: SHA-256 over all versions up to it."""

    code: str
    name: str
    kind: str
    unit: UnitName
    version: int
    valid_from: date
    digest: str
    items: int


@dataclass(frozen=True, slots=True)
class PublishedLists:
    """One page. ``after`` is given with the next request; "" when nothing follows."""

    lists: list[PublishedList]
    after: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of a list."""

    code: str
    title: str
    heading: str
    content: str


@dataclass(frozen=True, slots=True)
class ItemLines:
    """One page. ``after`` is given with the next request; "" when nothing follows."""

    worklist: PublishedList
    items: list[ItemLine]
    after: str


@dataclass(frozen=True, slots=True)
class ItemHit:
    """An item found by its number or words."""

    code: str
    title: str
    heading: str
    list_code: str
    unit: str


@dataclass(frozen=True, slots=True)
class ItemBasis:
    """What an item rests on. ``is_verified``: title, number and dates are known for certain."""

    title: str
    number: str
    is_in_force: bool
    is_verified: bool


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One thing an item says of how it is done: its name and the words."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """An item as residents may read it. ``who`` does it; ``guide`` how, step by step."""

    code: str
    title: str
    heading: str
    list_code: str
    unit: str
    content: str
    who: list[str]
    facts: list[ItemFact]
    guide: list[str]
    evidence: list[str]
    bases: list[ItemBasis]


def kinds(*, at: datetime) -> list[KindOfList]:
    """The kinds that are open to residents, in their order."""
    open_to_all = Q(lists__closed_at=None, lists__in=_published(at))
    rows = ListKind.objects.filter(is_public=True).annotate(n=Count("lists", filter=open_to_all))
    return [
        KindOfList(row.code, row.name, row.bearer, row.is_binding, row.note, row.n)
        for row in rows.order_by("position", "code")
    ]


def _public() -> QuerySet[WorkList]:
    return WorkList.objects.filter(kind__is_public=True, closed_at=None).select_related("unit")


def lists(*, kind: str, unit: str, after: str, limit: int, at: datetime) -> PublishedLists:
    """Published lists by their number; ``unit`` code of one whose lists and those below it are wanted."""
    found = _public().filter(code__gt=after, pk__in=_published(at))
    if kind:
        found = found.filter(kind=kind)
    if unit:
        top = Unit.objects.filter(code=unit).values_list("path", flat=True).first()
        found = found.filter(unit__path__startswith=top) if top else found.none()
    rows = list(found.order_by("code")[: limit + 1])
    shown = _listed(rows[:limit], at)
    return PublishedLists(shown, shown[-1].code if len(rows) > limit else "")


def _published(at: datetime) -> QuerySet[ListVersion, int]:
    day = at.astimezone(SHANGHAI).date()
    return ListVersion.objects.filter(valid_from__lte=day).values_list("worklist", flat=True)


def _listed(rows: Sequence[WorkList], at: datetime) -> list[PublishedList]:
    current = _current([row.pk for row in rows], at)
    standing = Standing.objects.filter(worklist__in=list(current), wording__isnull=False)
    counts = dict(standing.values_list("worklist").annotate(n=Count("item")))
    return [
        PublishedList(
            row.code, row.name, row.kind_id, UnitName(row.unit.code, row.unit.name), version.no, version.valid_from,
            bytes(version.digest).hex(), counts.get(row.pk, 0),
        )
        for row in rows
        if (version := current.get(row.pk)) is not None
    ]  # fmt: skip


def _current(keys: Sequence[int], at: datetime) -> Mapping[int, ListVersion]:
    day = at.astimezone(SHANGHAI).date()
    found = ListVersion.objects.filter(worklist__in=keys, valid_from__lte=day).order_by("no")
    return {version.worklist_id: version for version in found}


def _one(code: str, at: datetime) -> tuple[WorkList, PublishedList]:
    row = _public().filter(code=code).first()
    shown = _listed([row], at) if row is not None else []
    if row is None or not shown:
        raise ListNotFound
    return row, shown[0]


def items(code: str, *, words: str, heading: str, after: str, limit: int, at: datetime) -> ItemLines:
    """The items of a published list in the order they stand; ``words`` and ``heading`` narrow them.

    after  number of the last item of the page before
    Raises ListNotFound.
    """
    row, shown = _one(code, at)
    found = Standing.objects.filter(worklist=row, wording__isnull=False).select_related("wording")
    if words.strip():
        wanted, held = " ".join(words.split()), row.last_serial
        found = found.filter(item__in=searching.keys_with(wanted, [row.pk], held, limit=held))
    if heading:
        found = found.filter(heading=heading)
    if after:
        last = Standing.objects.filter(worklist=row, code=after).values_list("position", "item_id").first()
        if last is None:
            raise ListNotFound
        found = found.filter(Q(position__gt=last[0]) | Q(position=last[0], item__gt=last[1]))
    rows = list(found.order_by("position", "item")[: limit + 1])
    lines = [_line(one) for one in rows[:limit]]
    return ItemLines(shown, lines, lines[-1].code if len(rows) > limit else "")


def _line(row: Standing) -> ItemLine:
    content = row.wording.terms.get("content", "") if row.wording else ""
    return ItemLine(row.code, row.title, row.heading, content)


def search(words: str, *, unit: str, at: datetime) -> list[ItemHit]:
    """Items of all published lists by their number or words, the best first, at most sixty."""
    found = _public().filter(pk__in=_published(at))
    if unit:
        top = Unit.objects.filter(code=unit).values_list("path", flat=True).first()
        found = found.filter(unit__path__startswith=top) if top else found.none()
    hits = searching.among(" ".join(words.split())[:60], found).hits
    return [ItemHit(hit.code, hit.title, hit.heading, hit.list_code, hit.unit) for hit in hits]


def item(code: str, *, at: datetime) -> PublishedItem:
    """One published item. Raises ListNotFound."""
    found = open_lists.open_item(code, at=at)
    page: ItemPage = found.item
    return PublishedItem(
        page.code, page.title, page.heading, page.list_code, page.unit, page.content, list(found.who),
        [ItemFact(str(fact.label), fact.text) for fact in found.facts], list(page.guide), list(page.evidence),
        [ItemBasis(one.title, one.number, not one.is_expired, not one.is_unsure) for one in page.bases],
    )  # fmt: skip
