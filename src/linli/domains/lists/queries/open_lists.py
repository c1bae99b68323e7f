"""Published lists as residents read them: only public kinds, only what is in force, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from linli.domains.lists.models import Standing
from linli.domains.lists.queries import searching
from linli.domains.lists.queries.browsing import SHANGHAI
from linli.domains.lists.queries.item_page import Fact, ItemPage, item_page
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.seal_lookup import Place
from linli.kernel.catalog.models import ListVersion, WorkItem, WorkList
from linli.kernel.org.models import Unit

MOST_ITEMS = 600


@dataclass(frozen=True, slots=True)
class OpenList:
    code: str
    name: str
    unit: str
    note: str
    count: int
    version: int
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class OpenItem:
    code: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class OpenListPage:
    head: OpenList
    headings: tuple[tuple[str, tuple[OpenItem, ...]], ...]
    shown: int


def _public(place: Place) -> QuerySet[WorkList]:
    """Public lists of one's own committee and those above it, or of a whole district."""
    lists = WorkList.objects.filter(kind__is_public=True, closed_at=None)
    if place.is_own:
        return lists.filter(unit__in=place.units)
    within = Q(pk__in=[])
    for path in Unit.objects.filter(pk__in=place.units).values_list("path", flat=True):
        within |= Q(unit__path__startswith=path)
    return lists.filter(within)


def lists_for(place: Place, *, at: datetime) -> list[OpenList]:
    """The lists published for a place, nearest unit first."""
    rows = list(_public(place).select_related("kind", "unit").order_by("kind__position", "code")[:200])
    order = {unit: no for no, unit in enumerate(place.units)}
    rows.sort(key=lambda row: order.get(row.unit_id, len(order)))
    return _heads(rows, at)


def _heads(rows: Sequence[WorkList], at: datetime) -> list[OpenList]:
    keys = [row.pk for row in rows]
    standing = Standing.objects.filter(worklist__in=keys, wording__isnull=False)
    counts = dict(standing.values_list("worklist").annotate(n=Count("item")))
    current: dict[int, ListVersion] = {}
    day = at.astimezone(SHANGHAI).date()
    for version in ListVersion.objects.filter(worklist__in=keys, valid_from__lte=day).order_by("no"):
        current[version.worklist_id] = version
    return [
        OpenList(
            row.code, row.name, row.unit.name, row.kind.note, counts[row.pk], current[row.pk].no,
            current[row.pk].valid_from,
        )
        for row in rows
        if row.pk in current and counts.get(row.pk)
    ]  # fmt: skip


def found_in(place: Place, words: str) -> searching.Found:
    """The published items that ``words`` name."""
    return searching.among(" ".join(words.split())[:60], _public(place))


def _one(code: str) -> WorkList:
    found = WorkList.objects.filter(kind__is_public=True, closed_at=None, code=code).select_related("kind", "unit")
    one = found.first()
    if one is None:
        raise ListNotFound
    return one


def open_list(code: str, words: str, *, at: datetime) -> OpenListPage:
    """One published list by its headings; ``words`` narrow it. Raises ListNotFound."""
    one = _one(code)
    heads = _heads([one], at)
    if not heads:
        raise ListNotFound
    rows = Standing.objects.filter(worklist=one, wording__isnull=False).select_related("wording")
    if wanted := " ".join(words.split())[:60]:
        rows = rows.filter(item__in=searching.keys_with(wanted, [one.pk], one.last_serial, limit=one.last_serial))
    found: dict[str, list[OpenItem]] = {}
    shown = list(rows.order_by("position", "item")[:MOST_ITEMS])
    for row in shown:
        content = row.wording.terms.get("content", "") if row.wording else ""
        found.setdefault(row.heading, []).append(OpenItem(row.code, row.title, content))
    return OpenListPage(heads[0], tuple((name, tuple(items)) for name, items in found.items()), len(shown))


@dataclass(frozen=True, slots=True)
class OpenItemPage:
    """``facts``: what a resident needs to know of it, without what concerns the office alone."""

    item: ItemPage
    facts: tuple[Fact, ...]
    who: tuple[str, ...]


def open_item(code: str, *, at: datetime) -> OpenItemPage:
    """One published item. Raises ListNotFound."""
    found = (
        WorkItem.objects.filter(code=code, worklist__kind__is_public=True, worklist__closed_at=None)
        .select_related("worklist__kind", "worklist__unit")
        .first()
    )
    if found is None or not Standing.objects.filter(item=found, wording__isnull=False).exists():
        raise ListNotFound
    shown = item_page(found, at=at)
    who = [part.unit for layer in shown.layers for part in layer.parts if part.is_lead]
    return OpenItemPage(shown, (*shown.seal, *shown.rules[:3]), tuple(dict.fromkeys(who)))
