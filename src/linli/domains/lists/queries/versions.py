"""Versions of a list: which there are, what each said, how any two differ, and where what left it went."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from linli.domains.lists.models import Move, MoveKind, Standing
from linli.domains.lists.queries import comparing
from linli.domains.lists.queries.item_page import MoveLine, move_line
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.rows import places_of
from linli.kernel.catalog.models import Wording, WorkList
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.flow.models import Matter

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class VersionLine:
    no: int
    valid_from: date
    reason: str
    by: str
    published_at: datetime
    added: int
    altered: int
    retired: int
    total: int
    digest: str
    proposal: str
    is_current: bool
    is_coming: bool


def versions_of(worklist: WorkList, *, at: datetime) -> list[VersionLine]:
    """Newest first. Two SQL statements."""
    day = at.astimezone(SHANGHAI).date()
    rows = list(worklist.versions.select_related("published_by").order_by("no"))
    current = max((row.no for row in rows if row.valid_from <= day), default=0)
    keys = {row.proposal for row in rows if row.proposal}
    numbers = dict(Matter.objects.filter(pk__in=keys).values_list("pk", "number")) if keys else {}
    lines, total = [], 0
    for row in rows:
        total += row.added - row.retired
        lines.append(
            VersionLine(
                row.no, row.valid_from, row.reason, row.published_by.name, row.published_at, row.added, row.altered,
                row.retired, total, bytes(row.digest).hex(), numbers.get(row.proposal, "") if row.proposal else "",
                row.no == current, row.valid_from > day,
            )
        )  # fmt: skip
    return lines[::-1]


def wordings_at(worklist: WorkList, no: int) -> dict[int, Wording]:
    """Item → what it said in version ``no``, in the order of the list."""
    said = Wording.objects.filter(worklist=worklist, since_no__lte=no).filter(Q(until_no=None) | Q(until_no__gt=no))
    return {w.item_id: w for w in said.select_related("item").order_by("position", "item")}


@dataclass(frozen=True, slots=True)
class OldItem:
    code: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class OldVersion:
    line: VersionLine
    headings: tuple[tuple[str, tuple[OldItem, ...]], ...]


def old_version(worklist: WorkList, no: int, *, at: datetime) -> OldVersion:
    """What ``worklist`` said in version ``no``, heading by heading. Raises ListNotFound."""
    line = _line(worklist, no, at)
    by_heading: dict[str, list[OldItem]] = {}
    for wording in wordings_at(worklist, no).values():
        item = OldItem(wording.item.code, wording.title, wording.terms.get("content", ""))
        by_heading.setdefault(wording.heading, []).append(item)
    return OldVersion(line, tuple((heading, tuple(items)) for heading, items in by_heading.items()))


def _line(worklist: WorkList, no: int, at: datetime) -> VersionLine:
    found = next((line for line in versions_of(worklist, at=at) if line.no == no), None)
    if found is None:
        raise ListNotFound
    return found


@dataclass(frozen=True, slots=True)
class Changed:
    """One item that is not the same in both versions. ``kind``: added, altered or retired."""

    kind: str
    code: str
    title: str
    heading: str
    parts: tuple[comparing.Part, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    old: VersionLine
    new: VersionLine
    changed: tuple[Changed, ...]
    added: int
    altered: int
    retired: int
    same: int

    @property
    def is_cut(self) -> bool:
        return self.added + self.altered + self.retired > len(self.changed)


def difference(worklist: WorkList, old: int, new: int, *, at: datetime, kind: str = "") -> Difference:
    """Any two versions side by side; ``kind`` only those added, altered or retired. Raises ListNotFound."""
    lines = (_line(worklist, old, at), _line(worklist, new, at))
    before, after = wordings_at(worklist, old), wordings_at(worklist, new)
    kinds = {item: _kind(before.get(item), after.get(item)) for item in {**before, **after}}
    counts = Counter(kinds.values())
    wanted = [item for item, how in kinds.items() if how and kind in ("", how)][:MOST_SHOWN]
    places = places_of(worklist)
    shown = [w for item in wanted for w in (before.get(item), after.get(item))]
    titles = dict(BasisDocument.objects.filter(code__in=comparing.codes_in(shown)).values_list("code", "title"))
    labels = comparing.labels()

    def changed(item: int) -> Changed:
        one, other = before.get(item), after.get(item)
        said = other or one
        assert said is not None  # it stands in one of the two
        parts = comparing.differences(
            comparing.cells_of(one, places, titles), comparing.cells_of(other, places, titles), labels
        )
        return Changed(kinds[item], said.item.code, said.title, said.heading, tuple(parts))

    return Difference(
        *lines, tuple(changed(item) for item in wanted), counts["added"], counts["altered"], counts["retired"],
        counts[""],
    )  # fmt: skip


def _kind(before: Wording | None, after: Wording | None) -> str:
    if before is None:
        return "added"
    if after is None:
        return "retired"
    return "" if before.pk == after.pk else "altered"


@dataclass(frozen=True, slots=True)
class MovedItem:
    code: str
    title: str
    heading: str
    move: MoveLine


@dataclass(frozen=True, slots=True)
class MoveGroup:
    """Items that went the same way. ``to``: destination → how many."""

    kind: str
    label: str
    items: tuple[MovedItem, ...]
    to: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reduction:
    """A list before and after what left it: ``before`` − ``gone`` + ``added`` = ``after`` (M32)."""

    before: int
    gone: int
    added: int
    after: int
    groups: tuple[MoveGroup, ...]
    returned: MoveGroup | None
    without_move: int

    @property
    def adds_up(self) -> bool:
        return self.before - self.gone + self.added == self.after and not self.without_move


def reduction(worklist: WorkList) -> Reduction:
    """How ``worklist`` shrank from its first version to what stands, by kind of move, with destinations."""
    rows = list(Move.objects.filter(worklist=worklist).select_related("item", "to_unit", "to_item", "from_unit"))
    wordings = {row.item_id: row for row in Standing.objects.filter(item__in={row.item_id for row in rows})}
    leaving = [row for row in rows if row.kind != MoveKind.RETURN]
    returned = [row for row in rows if row.kind == MoveKind.RETURN]
    versions = list(worklist.versions.order_by("no"))
    before = versions[0].added if versions else 0
    gone, added = sum(v.retired for v in versions), sum(v.added for v in versions[1:])
    kinds = [kind for kind in MoveKind if any(row.kind == kind for row in leaving)]
    groups = tuple(_group(kind, [row for row in leaving if row.kind == kind], wordings) for kind in kinds)
    return Reduction(
        before, gone, added, Standing.objects.filter(worklist=worklist).exclude(retired_on__isnull=False).count(),
        groups, _group(MoveKind.RETURN, returned, wordings) if returned else None, gone - len(leaving),
    )  # fmt: skip


def _group(kind: MoveKind, rows: Iterable[Move], wordings: Mapping[int, Any]) -> MoveGroup:
    items = tuple(
        MovedItem(row.item.code, wordings[row.item_id].title, wordings[row.item_id].heading, move_line(row))
        for row in sorted(rows, key=lambda row: row.item_id)
        if row.item_id in wordings
    )
    to = Counter(one.move.to or one.move.to_code for one in items)
    return MoveGroup(kind.value, str(kind.label), items, tuple(to.most_common()))
