"""Reports that are probably about the same thing: near in place, time and words. Listed and linked, never merged."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.flow.cells import ranges
from linli.kernel.text import likeness

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
select m.id, m.number, c.description, c.category, p.lon, p.lat, m.opened_at, m.state
from flow_place p
join flow_matter m on m.id = p.matter_id
join cases_case c on c.matter_id = p.matter_id
where ({cells}) and m.opened_at > %s and m.flow = 'case'
  and m.state not in ('rejected', 'voided', 'withdrawn') {same}
order by m.opened_at desc
limit %s
"""


@dataclass(frozen=True, slots=True)
class Like:
    """score  0–1; ``why`` in words, e.g. "相距 40 米,3 天前,文字相近" """

    id: UUID
    number: str
    title: str
    state: str
    score: float
    why: str


def like(text: str, placed: "Placed", *, category: str, at: datetime, but: UUID | None = None) -> tuple[Like, ...]:
    """The most probable duplicates of a report at ``placed``, best first; none without a position."""
    if placed.lon is None or placed.lat is None:
        return ()
    found = []
    for row in _near(placed.lon, placed.lat, at=at, but=but):
        if one := _compare(row, text, placed.lon, placed.lat, category=category, at=at):
            found.append(one)
    return tuple(sorted(found, key=lambda one: -one.score)[:AT_MOST])


def _near(lon: float, lat: float, *, at: datetime, but: UUID | None) -> list[tuple[Any, ...]]:
    dy = WITHIN_M / 111_320
    dx = dy / max(0.05, cos(radians(lat)))
    boxes = ranges(lon - dx, lat - dy, lon + dx, lat + dy, at_most=16)
    cells = " or ".join(["(p.cell >= %s and p.cell < %s)"] * len(boxes))
    params: list[Any] = [edge for box in boxes for edge in box]
    same = "and m.id <> %s" if but else ""
    with connection.cursor() as cursor:
        cursor.execute(NEAR.format(cells=cells, same=same), [*params, at - WITHIN, *([but] if but else []), LOOKED_AT])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _compare(row: tuple[Any, ...], text: str, lon: float, lat: float, *, category: str, at: datetime) -> Like | None:
    key, number, words, code, other_lon, other_lat, opened_at, state = row
    metres = metres_between(lon, lat, other_lon, other_lat)
    if metres > WITHIN_M:
        return None
    alike = likeness(text, words)
    same = bool(category) and category == code
    if alike < (SAME_CATEGORY_LIKE_ENOUGH if same else LIKE_ENOUGH):
        return None
    days = max(0, (at - opened_at).days)
    why = _("相距 %(m)d 米，%(days)d 天前，文字相近 %(share)d%%") % {
        "m": metres, "days": days, "share": round(alike * 100),
    }  # fmt: skip
    score = 0.6 * alike + 0.2 * (1 - metres / WITHIN_M) + 0.1 * (1 - days / WITHIN.days) + 0.1 * same
    return Like(key, number, words[:60], state, round(score, 3), why)


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance of two positions a few hundred metres apart."""
    dx = (lon - other_lon) * cos(radians(lat)) * 111_320
    dy = (lat - other_lat) * 111_320
    return float((dx * dx + dy * dy) ** 0.5)
