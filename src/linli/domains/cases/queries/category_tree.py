"""The lists of categories to look through: standards, editions, the tree, search, and what old numbers became."""

from dataclasses import dataclass
from datetime import date

from linli.kernel.catalog import queries as catalog
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.models import CodeSet, Correspondence, Version
from linli.kernel.errors import NotFound

STATUS_LOOKS = {"published": "ok", "proposed": "warn"}


@dataclass(frozen=True, slots=True)
class ListName:
    code: str
    name: str
    standard: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Edition:
    no: int
    status: str
    look: str
    valid_from: date
    valid_to: date | None
    origin: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry with the numbers it corresponds to in other lists (``"events2013 0101"``)."""

    code: str
    name: str
    keywords: str
    is_local: bool
    confidence: str
    corresponds: list[str]


@dataclass(frozen=True, slots=True)
class Branch:
    """A class and what is below it."""

    code: str
    name: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Browsed:
    lists: list[ListName]
    title: str
    standard: str
    editions: list[Edition]
    branches: list[Branch]
    found: int


def browse(code_set: str, *, find: str = "") -> Browsed:
    """One list as a tree, narrowed by number, name or keyword. Raises NotFound for a list there is not."""
    sets = list(CodeSet.objects.order_by("pk"))
    chosen = next((one for one in sets if one.code == code_set), None)
    if chosen is None:
        raise NotFound
    entries = catalog.items(code_set)
    fitting = [entry for entry in entries if entry.kind != "class" and _fits(entry, find.strip())]
    names = {entry.code: entry.name for entry in entries if entry.kind == "class"}
    crossings = _crossings(code_set)
    branches: dict[str, list[Item]] = {}
    for entry in fitting:
        branches.setdefault(entry.parent_code, []).append(_item(entry, crossings))
    return Browsed(
        [ListName(one.code, one.name, one.standard_ref, one.code == code_set) for one in sets],
        chosen.name, chosen.standard_ref, _editions(code_set),
        [Branch(code, names.get(code, ""), items) for code, items in branches.items()], len(fitting),
    )  # fmt: skip


def _fits(entry: Entry, find: str) -> bool:
    return not find or entry.code.startswith(find) or find in entry.name or any(find in k for k in entry.keywords)


def _item(entry: Entry, crossings: dict[str, list[str]]) -> Item:
    return Item(
        entry.code, entry.name, "、".join(entry.keywords), entry.is_local, entry.confidence,
        crossings.get(entry.code, []),
    )  # fmt: skip


def _crossings(code_set: str) -> dict[str, list[str]]:
    """Numbers of other lists, both ways; an empty one means that the other list has no such thing."""
    found: dict[str, list[str]] = {}
    away = Correspondence.objects.filter(from_set__code=code_set).exclude(to_code="")
    for code, other, number in away.values_list("from_code", "to_set__code", "to_code"):
        found.setdefault(code, []).append(f"{other} {number} {catalog.name_of(other, number)}")
    back = Correspondence.objects.filter(to_set__code=code_set)
    for code, other, number in back.values_list("to_code", "from_set__code", "from_code"):
        found.setdefault(code, []).append(f"{other} {number} {catalog.name_of(other, number)}")
    return {code: sorted(set(numbers)) for code, numbers in found.items()}


def _editions(code_set: str) -> list[Edition]:
    rows = Version.objects.filter(code_set__code=code_set).order_by("-no")
    return [Edition(v.no, v.status, STATUS_LOOKS.get(v.status, ""), v.valid_from, v.valid_to, v.origin) for v in rows]
