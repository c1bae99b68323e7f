"""Pages of matters out of a million, by keyset: a few probes of an index for each holder and state, then merged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from linli.kernel.text import bigrams

Holder = Literal["home_id", "unit_id", "area_id", "assignee_id"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: behind this due time (or, for newest first, behind this key)."""

    due_at: datetime | None
    key: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of matters should hold.

    holders  ids of the units, homes, areas or people whose matters are wanted; empty = nobody's
    order    due: soonest due first, those without a limit last; new: newest first
    keys     only these matters, already found another way (by words); None = no such bound
    joins, where, params  further SQL on ``m`` (the matter); parameters in the order of the text
    """

    column: Holder
    holders: Sequence[object]
    states: Sequence[str]
    order: Literal["due", "new"] = "due"
    joins: str = ""
    where: str = ""
    params: Sequence[object] = field(default_factory=tuple)
    due_from: datetime | None = None
    due_to: datetime | None = None
    keys: Sequence[UUID] | None = None


PROBE = """
select x.id, x.due_at from unnest(%s::{type}[]) h(holder) cross join unnest(%s::text[]) s(state)
cross join lateral (
    select m.id, m.due_at from flow_matter m {joins}
    where m.{column} = h.holder and m.state = s.state {more}
    order by {inner} limit %s
) x
order by {outer} limit %s
"""
FLAT = """
select m.id, m.due_at from flow_matter m {joins}
where m.{column} = any(%s) and m.state = any(%s) {more}
order by {inner} limit %s
"""
"""Where the index by due time is of no use: newest first, and among few known keys."""


def page_keys(
    asked: Asked, *, after: Cursor | None, limit: int, backwards: bool = False
) -> list[tuple[UUID, datetime | None]]:
    """Keys and due times of the next ``limit`` matters; one SQL statement, whatever is asked.

    backwards  those before ``after`` instead, the nearest first
    """
    if not asked.holders or not asked.states:
        return []
    more, params = _conditions(asked, after, backwards=backwards)
    is_flat = asked.order == "new" or asked.keys is not None
    text = (FLAT if is_flat else PROBE).format(
        type="uuid" if asked.column == "assignee_id" else "bigint",
        column=asked.column,
        joins=asked.joins,
        more=more,
        inner=_order("m", asked.order, backwards=backwards),
        outer=_order("x", asked.order, backwards=backwards),
    )
    with connection.cursor() as cursor:
        limits = [limit] if is_flat else [limit, limit]
        cursor.execute(text, [list(asked.holders), list(asked.states), *params, *limits])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _order(row: str, order: str, *, backwards: bool) -> str:
    if order == "new":
        return f"{row}.id" if backwards else f"{row}.id desc"
    return f"{row}.due_at desc, {row}.id desc" if backwards else f"{row}.due_at, {row}.id"


def _conditions(asked: Asked, after: Cursor | None, *, backwards: bool = False) -> tuple[str, list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    if asked.where:
        parts.append(asked.where)
        params += asked.params
    if asked.keys is not None:
        parts.append("m.id = any(%s)")
        params.append(list(asked.keys))
    if asked.due_from is not None:
        parts.append("m.due_at >= %s")
        params.append(asked.due_from)
    if asked.due_to is not None:
        parts.append("m.due_at < %s")
        params.append(asked.due_to)
    if after is not None:
        text, values = (_before if backwards else _behind)(asked.order, after)
        parts.append(text)
        params += values
    return "".join(f" and ({part})" for part in parts), params


def _behind(order: str, after: Cursor) -> tuple[str, list[Any]]:
    """Rows that come after ``after``; a null due time sorts last."""
    if order == "new":
        return "m.id < %s", [after.key]
    if after.due_at is None:
        return "m.due_at is null and m.id > %s", [after.key]
    return "(m.due_at, m.id) > (%s, %s) or m.due_at is null", [after.due_at, after.key]


def _before(order: str, after: Cursor) -> tuple[str, list[Any]]:
    """Rows that come before ``after`` in the same order."""
    if order == "new":
        return "m.id > %s", [after.key]
    if after.due_at is None:
        return "m.due_at is not null or m.id < %s", [after.key]
    return "(m.due_at, m.id) < (%s, %s)", [after.due_at, after.key]


def counts(asked: Asked, *, at_most: int = 1000) -> dict[str, int]:
    """How many matters in each state, counted up to ``at_most`` a state (then shown as "1000+")."""
    if not asked.holders or not asked.states:
        return {}
    more, params = _conditions(asked, None)
    text = f"""
        select s.state, (select count(*) from (
            select 1 from flow_matter m {asked.joins}
            where m.{asked.column} = any(%s) and m.state = s.state {more} limit %s) n)
        from unnest(%s::text[]) s(state)
    """
    with connection.cursor() as cursor:
        cursor.execute(text, [list(asked.holders), *params, at_most, list(asked.states)])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one page, in their order, and what the pages before and after it are asked for with; "" = none."""

    keys: list[UUID]
    newer: str
    older: str


def keys_of(asked: Asked, *, after: str = "", before: str = "", limit: int) -> Keys:
    """The page of ``asked`` behind ``after``, else the one before ``before``; one SQL statement.

    after, before  what a page before gave as ``older`` or ``newer``; anything else begins at the first page
    """
    backwards = bool(before) and not after
    found = page_keys(asked, after=_cursor(after or before), limit=limit + 1, backwards=backwards)
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    newer = _token(found[0]) if found and (more if backwards else bool(after)) else ""
    older = _token(found[-1]) if found and (True if backwards else more) else ""
    return Keys([key for key, _due in found], newer, older)


def _token(key: tuple[UUID, datetime | None]) -> str:
    return f"{key[1].isoformat() if key[1] else ''}~{key[0]}"


def _cursor(token: str) -> Cursor | None:
    due, mark, key = token.partition("~")
    if not mark:
        return None
    try:
        return Cursor(datetime.fromisoformat(due) if due else None, UUID(key))
    except ValueError:
        return None


def number_or_words(text: str) -> tuple[str, list[Any]]:
    """SQL on matter ``m`` with its parameters: its number begins with ``text``, or its words hold it."""
    grams = bigrams(text)
    if not grams:
        return "m.number like %s", [text + "%"]
    held = "exists (select 1 from flow_words w where w.matter_id = m.id and w.grams @> %s::text[])"
    return f"(m.number like %s or {held})", [text + "%", grams]
