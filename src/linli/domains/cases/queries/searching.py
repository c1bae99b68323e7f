"""Finding cases by number, words or address, newest first, inside what somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from linli.domains.cases.queries.filtering import Sql, words
from linli.domains.cases.queries.reaching import reach_of
from linli.domains.cases.queries.rows import Row, rows
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
where m.number like %s and ({scope}) order by m.id desc limit %s
"""
BY_WORDS = """
select m.id from flow_words w join flow_matter m on m.id = w.matter_id
where {where} and ({scope}) order by w.matter_id desc limit %s
"""


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
    sql = _words(wanted)
    if not sql.parts:
        return Found([], is_too_short=True)
    return Found(rows(_keys(BY_WORDS.format(where=sql.where, scope=scope), [*sql.params, *params, SHOWN])))


def _words(text: str) -> Sql:
    """Every word apart must be there, each by its grams and then by the letter."""
    sql = Sql([], [])
    for word in text.split(" "):
        if bigrams(word):
            one = Sql([], [])
            words(one, word)
            sql.add("w.grams @> %s and lower(w.text) like %s", *one.params)
    return sql


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


def _keys(text: str, params: Sequence[Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(text, list(params))
        return [row[0] for row in cursor.fetchall()]
