"""Reports that are probably about the same thing: near in place, time and words. Listed and linked, never merged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from psycopg import Connection

from linli.kernel.flow.cells import ranges
from linli.kernel.flow.pool import raw_connection
from linli.kernel.text import likeness_to, without_personal_data

if TYPE_CHECKING:
    from linli.domains.cases.queries.placing import Placed

WITHIN_M = 150
"""How far apart two reports of one thing may lie *(default)*."""
WITHIN = timedelta(days=14)
LIKE_ENOUGH = 0.45
SAME_CATEGORY_LIKE_ENOUGH = 0.2
AT_MOST = 5
LOOKED_AT = 60

NEAR = """
select x.id, x.number, x.description, x.category, p.lon, p.lat, x.opened_at, x.state
from unnest(%(low)s::bigint[], %(high)s::bigint[]) as box(low, high)
cross join lateral (
    select matter_id, lon, lat from flow_place
    where cell >= box.low and cell < box.high
      and lon between %(west)s and %(east)s and lat between %(south)s and %(north)s
    limit 500
) p
cross join lateral (
    select m.id, m.number, m.opened_at, m.state, c.description, c.category
    from flow_matter m join cases_case c on c.matter_id = m.id
    where m.id = p.matter_id and m.opened_at > %(since)s and m.flow = 'case'
      and m.state not in ('rejected', 'voided', 'withdrawn') and m.id is distinct from %(but)s::uuid
    limit 1
) x
order by x.opened_at desc
limit %(most)s
"""
"""The limits keep the planner to probes of indexes, whatever it believes of the ranges: the statement is prepared."""


@dataclass(frozen=True, slots=True)
class Like:
    """score  0–1; ``why`` in words, e.g. "相距 40 米,3 天前,文字相近" """

    id: UUID
    number: str
    title: str
    state: str
    score: float
    why: str


def like(
    text: str, placed: "Placed", *, category: str, at: datetime, but: UUID | None = None,
    connection: "Connection[Any] | None" = None,
) -> tuple[Like, ...]:  # fmt: skip
    """The most probable duplicates of a report at ``placed``, best first; none without a position.

    connection  to read through, e.g. of an own pool; Django's when None
    """
    if placed.lon is None or placed.lat is None:
        return ()
    near = _near(placed.lon, placed.lat, at=at, but=but, connection=connection)
    alike = likeness_to(text)
    found = [_compare(row, alike, placed.lon, placed.lat, category=category, at=at) for row in near]
    return tuple(sorted(filter(None, found), key=lambda one: -one.score)[:AT_MOST])


def _near(
    lon: float, lat: float, *, at: datetime, but: UUID | None, connection: "Connection[Any] | None"
) -> list[tuple[Any, ...]]:
    dy = WITHIN_M / 111_320
    dx = dy / max(0.05, cos(radians(lat)))
    west, south, east, north = lon - dx, lat - dy, lon + dx, lat + dy
    boxes = ranges(west, south, east, north, at_most=16)
    given = {
        "low": [low for low, _high in boxes], "high": [high for _low, high in boxes], "west": west, "south": south,
        "east": east, "north": north, "since": at - WITHIN, "but": but, "most": LOOKED_AT,
    }  # fmt: skip
    with raw_connection(connection) as raw:
        return raw.execute(NEAR, given, prepare=True).fetchall()


def _compare(
    row: tuple[Any, ...], alike_to: Callable[[str], float], lon: float, lat: float, *, category: str, at: datetime
) -> Like | None:
    key, number, words, code, other_lon, other_lat, opened_at, state = row
    metres = metres_between(lon, lat, other_lon, other_lat)
    if metres > WITHIN_M:
        return None
    alike = alike_to(words)
    same = bool(category) and category == code
    if alike < (SAME_CATEGORY_LIKE_ENOUGH if same else LIKE_ENOUGH):
        return None
    days = max(0, (at - opened_at).days)
    why = _("相距 %(m)d 米，%(days)d 天前，文字相近 %(share)d%%") % {
        "m": metres, "days": days, "share": round(alike * 100),
    }  # fmt: skip
    score = 0.6 * alike + 0.2 * (1 - metres / WITHIN_M) + 0.1 * (1 - days / WITHIN.days) + 0.1 * same
    return Like(key, number, without_personal_data(words[:200])[:60], state, round(score, 3), why)


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance of two positions a few hundred metres apart."""
    dx = (lon - other_lon) * cos(radians(lat)) * 111_320
    dy = (lat - other_lat) * 111_320
    return float((dx * dx + dy * dy) ** 0.5)
