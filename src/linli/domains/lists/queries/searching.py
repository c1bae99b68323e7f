"""Finding items by number or words over all lists somebody may see; two characters suffice."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from linli.domains.lists.models import Standing
from linli.domains.lists.queries import reach
from linli.kernel.catalog.models import WorkList
from linli.kernel.org.models import Actor
from linli.kernel.text import bigrams

SHOWN = 60
CANDIDATES = 200
"""So many are looked at to put the best first; a word that finds more asks for a second one."""
COMMON = 0.06
"""Share of all items from which on a word is found sooner by going through the lists than by its index."""
LOOKS_EVERY_S = 300.0
FEW = 4_000
"""Lists that hold no more in all are gone through row by row: cheaper than what a common word finds everywhere."""
SHORTEST_NUMBER = 4

BY_GRAMS = """
select s.item_id from lists_standing s
where s.grams @> %(grams)s and s.worklist_id + 0 = any(%(lists)s) {state} and {letters} limit %(most)s
"""
"""By the index of pairs of characters alone: to look up a hundred lists beside it costs more than it saves."""
BY_LIST = """
with mine as materialized (
    select s.item_id, s.grams, s.text, s.wording_id from lists_standing s where s.worklist_id = any(%(lists)s)
)
select s.item_id from mine s where s.grams @> %(grams)s and {letters} {state} limit %(most)s
"""
"""All that the lists hold, by the index of lists; the fence keeps the planner from fetching a common word."""
BY_WALK = """
select s.item_id from lists_standing s
where s.worklist_id = any(%(lists)s) and s.grams @> %(grams)s {state} and {letters} limit %(most)s
"""
"""List by list until enough are found."""
WALK = "set local enable_seqscan = off; set local enable_bitmapscan = off"
IN_FORCE = "and s.wording_id is not null"
NO_SEQUENCE = "set local enable_seqscan = off"
"""A common word with a limit tempts the planner to read the table from its start."""


@dataclass(frozen=True, slots=True)
class Hit:
    code: str
    title: str
    heading: str
    kind: str
    worklist: str
    list_code: str
    unit: str
    lead: str
    state: str
    state_label: str
    decision: str


@dataclass(frozen=True, slots=True)
class Found:
    """``is_too_short``: one character finds too much; ``is_cut``: more than ``CANDIDATES`` have these words."""

    hits: tuple[Hit, ...] = ()
    kinds: tuple[tuple[str, str, int], ...] = ()
    total: int = 0
    is_cut: bool = False
    is_too_short: bool = False


def search(text: str, actor: Actor, *, kind: str = "", unit: int | None = None, retired: bool = False) -> Found:
    """The items of the lists ``actor`` may see that ``text`` names: a number or its beginning, else all its words.

    kind, unit  only lists of this kind, of this unit
    retired     also what left its list
    """
    wanted = " ".join(text.split())[:60]
    lists = reach.visible_lists(actor)
    if unit is not None:
        lists = lists.filter(unit=unit)
    return among(wanted, lists, kind=kind, retired=retired)


def among(wanted: str, lists: QuerySet[WorkList], *, kind: str = "", retired: bool = False) -> Found:
    """As ``search`` within ``lists``; of these only the lists of what is found are read. Some six SQL statements."""
    if not wanted:
        return Found()
    held = dict(lists.order_by().values_list("pk", "last_serial"))
    by_number = _by_number(wanted, list(held), retired=retired)
    if not by_number and not bigrams(wanted):
        return Found(is_too_short=True)
    keys = by_number or keys_with(wanted, list(held), sum(held.values()), retired=retired)
    rows = list(Standing.objects.filter(item__in=keys).select_related("lead", "wording"))
    known = WorkList.objects.select_related("kind", "unit").in_bulk({row.worklist_id for row in rows})
    counted = Counter(row.kind for row in rows)
    shown = sorted((row for row in rows if kind in ("", row.kind)), key=lambda row: rank(row, wanted))
    names = {one.kind_id: one.kind for one in known.values()}
    return Found(
        tuple(_hit(row, known[row.worklist_id]) for row in shown[:SHOWN]),
        tuple((code, names[code].name, counted[code]) for code in sorted(counted, key=lambda c: names[c].position)),
        len(shown), is_cut=len(rows) >= CANDIDATES,
    )  # fmt: skip


def rank(row: Standing, wanted: str) -> tuple[Any, ...]:
    """The title itself, its beginning, the title, a keyword; then in the order of the lists."""
    words = wanted.lower()
    title = row.title.lower()
    keywords = [word.lower() for word in row.wording.keywords] if row.wording else []
    order = (title == words, words in keywords, title.startswith(words), words in title, row.wording_id is not None)
    return (*(not one for one in order), row.worklist_id, row.position)


def keys_with(
    words: str, lists: Sequence[int], held: int, *, retired: bool = False, limit: int | None = None
) -> list[int]:
    """Items of ``lists`` whose text has all ``words``, at most ``limit`` (``CANDIDATES`` when not told).

    held   how many the lists hold; as ``limit`` it leaves nothing out
    """
    setting, sql, params = statement(words, lists, held, retired=retired)
    params["most"] = CANDIDATES if limit is None else limit
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(setting)
        cursor.execute(sql, params)
        return [key for (key,) in cursor]


def statement(words: str, lists: Sequence[int], held: int, *, retired: bool = False) -> tuple[str, str, dict[str, Any]]:
    """How the planner is to go about it, the statement that answers, and its parameters."""
    parts = words.split()
    params: dict[str, Any] = {"grams": bigrams(words), "lists": list(lists), "most": CANDIDATES}
    params |= {f"word{no}": f"%{_plain(word)}%" for no, word in enumerate(parts)}
    letters = " and ".join(f"lower(normalize(s.text, NFKC)) like %(word{no})s" for no in range(len(parts)))
    setting, form = NO_SEQUENCE, BY_LIST if held <= FEW else BY_GRAMS
    if held > FEW and share_of(params["grams"]) >= COMMON:
        setting, form = WALK, BY_WALK
    return setting, form.format(letters=letters, state="" if retired else IN_FORCE), params


STATISTICS = """
select most_common_elems::text::text[], most_common_elem_freqs from pg_stats
where schemaname = current_schema() and tablename = 'lists_standing' and attname = 'grams'
"""
_held: tuple[float, dict[str, float]] | None = None


def share_of(grams: Sequence[str]) -> float:
    """About which share of all items has ``grams``, as the database's statistics of at most five minutes ago know."""
    global _held
    now = time.monotonic()
    if _held is None or now - _held[0] > LOOKS_EVERY_S:
        with connection.cursor() as cursor:
            cursor.execute(STATISTICS)
            elements, shares = cursor.fetchone() or ((), ())
        # Behind the shares stand the least, the greatest and the share of nulls.
        _held = (now, dict(zip(elements or (), shares or (), strict=False)))
    return min((_held[1].get(gram, 0.0) for gram in grams), default=0.0)


def _plain(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.lower()


def _by_number(wanted: str, lists: Sequence[int], *, retired: bool) -> list[int]:
    if len(wanted) < SHORTEST_NUMBER or not wanted.isascii():
        return []
    found = Standing.objects.filter(code__startswith=wanted.upper(), worklist__in=lists)
    if not retired:
        found = found.filter(wording__isnull=False)
    return list(found.order_by("code").values_list("item_id", flat=True)[:SHOWN])


def _hit(row: Standing, worklist: WorkList) -> Hit:
    return Hit(
        row.code, row.title, row.heading, worklist.kind.name, worklist.name, worklist.code, worklist.unit.name,
        row.lead.name if row.lead else "", row.state, str(Standing.State(row.state).label), row.decision,
    )  # fmt: skip
