"""Finding cases by number, words or address, newest first, inside what somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from linli.domains.cases.queries.filtering import like_pattern
from linli.domains.cases.queries.frequency import frequencies
from linli.domains.cases.queries.reaching import reach_of
from linli.domains.cases.queries.rows import Row, rows
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.text import bigrams

SHOWN = 20
SHORTEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. ``is_too_short``: one Chinese character alone finds too much to be of use."""

    rows: list[Row]
    is_too_short: bool = False

    @property
    def is_full(self) -> bool:
        return len(self.rows) == SHOWN


BY_NUMBER = """
select m.id from flow_matter m
where m.number like %s and ({scope}) order by m.number desc limit %s
"""
COMMON = """
select w.matter_id from flow_words w
where w.grams @> %s and {letters} and (select {scope} from flow_matter m where m.id = w.matter_id)
order by w.matter_id desc limit %s
"""
"""Newest first until enough are found, by the index of keys alone."""
WALK = "set local enable_bitmapscan = off; set local enable_seqscan = off; set local enable_sort = off"
"""The planner takes letters and scope to leave next to nothing, so it would rather fetch and sort everything."""
RARE = """
select matter_id from (
    select w.matter_id, w.text from flow_words w where w.grams @> %s order by w.matter_id desc offset 0
) w
where {letters} and (select {scope} from flow_matter m where m.id = w.matter_id)
limit %s
"""
"""All that the index of grams knows; the fence keeps the planner from guessing what letters and scope leave."""
NARROW = """
with mine as materialized ({mine})
select w.matter_id from mine join flow_words w on w.matter_id = mine.id
where w.grams @> %s and {letters} order by w.matter_id desc limit %s
"""
"""For people of a part: everything within their reach is less than what a common word finds."""
WALK_US, FETCH_US = 2.5, 8.0
"""About what one row costs, walking newest first and fetching by the index of grams."""


def search(text: str, actor: Actor, post: Held | None) -> Found:
    """The newest matters that ``text`` names: a number or its beginning, else words of the report or the address."""
    wanted = " ".join(text.split())[:60]
    if not wanted:
        return Found([])
    scope, params = _scope(actor, post)
    if wanted.isdecimal() and len(wanted) >= SHORTEST_NUMBER:
        keys = _keys(BY_NUMBER.format(scope=scope), [f"{wanted}%", *params, SHOWN])
        if keys:
            return Found(rows(keys))
    if not bigrams(wanted):
        return Found([], is_too_short=True)
    patterns = [like_pattern(word) for word in wanted.split(" ")]
    return Found(rows(_holding(wanted, patterns, actor, post)))


def _holding(text: str, patterns: list[str], actor: Actor, post: Held | None) -> list[UUID]:
    grams = bigrams(text)
    letters = " and ".join(["lower(normalize(w.text, NFKC)) like %s"] * len(patterns))
    reach = reach_of(actor, post)
    scope, params = _scope(actor, post)
    if not reach.homes:
        mine = " union ".join(f"select m.id from flow_matter m where {part}" for part in scope.split(" or "))
        return _keys(NARROW.format(mine=mine, letters=letters), [*params, grams, *patterns, SHOWN])
    is_common = _is_common(text, share=len(reach.homes) / max(1, _all_homes()))
    sql = (COMMON if is_common else RARE).format(letters=letters, scope=scope)
    return _keys(sql, [grams, *patterns, *params, SHOWN], settings=WALK if is_common else "")


def _is_common(text: str, *, share: float) -> bool:
    """True when walking newest first finds enough sooner than fetching all that the index knows."""
    known = frequencies()
    held = known.share_of(text)
    return held > 0 and SHOWN / (held * share) * WALK_US < held * known.matters * FETCH_US


def _all_homes() -> int:
    return sum(node.home_id == node.id for node in directory().tree.nodes)


def _scope(actor: Actor, post: Held | None) -> tuple[str, list[Any]]:
    """What ``post`` reaches: its homes, areas and units, and what is assigned to the person."""
    reach = reach_of(actor, post)
    units = reach.units if reach.within else ()
    parts = ["m.assignee_id = %s"]
    params: list[Any] = [actor.pk]
    for column, ids in (("home_id", reach.homes), ("area_id", reach.areas), ("unit_id", units)):
        if ids:
            parts.append(f"m.{column} = any(%s)")
            params.append(list(ids))
    return " or ".join(parts), params


def _keys(text: str, params: Sequence[Any], *, settings: str = "") -> list[UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        if settings:
            cursor.execute(settings)
        cursor.execute(text, list(params))
        return [row[0] for row in cursor.fetchall()]
