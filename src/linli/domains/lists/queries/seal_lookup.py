"""May this be stamped? One look, one SQL statement: yes or no, why, with which papers, and where to go instead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.queries.sureness import UNSURE, titled
from linli.kernel.catalog import terms
from linli.kernel.catalog.terms import DECISIONS
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.text import bigrams, initials, normalise

SHORTEST = 2
LONGEST = 60
MOST_ROWS = 500
MOST_SHOWN = 12
ALIKE = 0.34
"""Share of the pairs of characters asked for that a line must have to be shown as the nearest there is."""

APPROVALS: dict[str, str | Promise] = {
    "none": gettext_lazy("无需审批，保管员直接盖章"),
    "director": gettext_lazy("居委会主任审批"),
    "two_committees": gettext_lazy("两委先后同意"),
    "vote": gettext_lazy("居民会议或代表会议表决"),
}
"""How a stamp is approved, by what the list says."""
LOOKS = {"allow": "yes", "allow_if": "if", "deny": "no"}

EXACT, ALIAS, BEGINS, IN_TITLE, IN_ALIAS, SAID_MORE, IN_TEXT, NEAR = range(8)
SURE = SAID_MORE
"""Up to here the line is what was asked for; below it only speaks of it."""

FIND = """
select l.listed, x.* from (
    select count(*) as listed from lists_standing s
    where s.kind = 'seal' and s.unit_id = any(%(units)s) and s.wording_id is not null
      and s.state not in ('retired', 'coming')
) l left join lateral (
    select s.item_id, s.wording_id, s.unit_id, s.code, s.title, s.heading, s.decision, w.keywords, w.terms::text,
           array(select b.title || case when b.number = '' then '' else '(' || b.number || ')' end
                              || case when b.confidence = %(low)s then %(unsure)s else '' end
                 from lists_ground g join evidence_basisdocument b on b.id = g.basis_id
                 where g.item_id = s.item_id order by g.id) as bases,
           (select count(*) from unnest(s.grams) gram where gram = any(%(grams)s)) as common
    from lists_standing s join catalog_wording w on w.id = s.wording_id
    where s.kind = 'seal' and s.unit_id = any(%(units)s) and s.state not in ('retired', 'coming') and {which}
    order by common desc, s.position, s.code
    limit %(most)s
) x on true
"""
BY_WORDS = "s.grams && %(grams)s::text[]"
BY_CODE = "s.code = %(code)s"
ALL = "true"
"""What is typed in Latin letters is compared with the first letters of each title and keyword."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the seal list as shown. ``look``: yes, if (under conditions) or no."""

    item_id: int
    wording_id: int
    code: str
    title: str
    heading: str
    decision: str
    label: str
    look: str
    content: str
    conditions: str
    reason: str
    instead: str
    papers: tuple[str, ...]
    approval: str
    approval_label: str
    bases: tuple[str, ...]
    keywords: tuple[str, ...]
    place: str
    distance: int

    @property
    def is_denied(self) -> bool:
        return self.decision == "deny"


@dataclass(frozen=True, slots=True)
class Answer:
    """best     the one line that is meant; None: none, or several to choose from
    choices  lines that may be meant, the likeliest first; ``near`` others that come closest when none is
    listed   how many lines the list has; 0: there is none for this place
    """

    asked: str
    best: Line | None = None
    choices: tuple[Line, ...] = ()
    near: tuple[Line, ...] = ()
    listed: int = 0
    is_short: bool = False
    tier: int = NEAR

    @property
    def is_found(self) -> bool:
        return self.best is not None or bool(self.choices)

    @property
    def is_off_list(self) -> bool:
        """Something was asked, a list is there, and it says nothing of it."""
        return bool(self.asked) and not self.is_short and not self.is_found and self.listed > 0


def lookup(asked: str, *, units: Sequence[int]) -> Answer:
    """What the seal lists of ``units`` (nearest first) say of ``asked``; exactly one SQL statement, or none.

    asked  words of a resident, at least two characters, or the first letters of their pinyin
    """
    text = " ".join(asked.split())[:LONGEST]
    plain = _plain(text)
    if len(plain) < SHORTEST:
        return Answer(text, is_short=bool(text))
    is_latin = plain.isascii() and plain.isalpha()
    listed, lines = _rows(ALL if is_latin else BY_WORDS, units, grams=bigrams(text))
    tiers = [(_tier(line, plain, common, text), line) for line, common in lines]
    ranked = sorted(((tier, line) for tier, line in tiers if tier is not None), key=lambda pair: pair[0])
    return _answer(text, listed, ranked)


def answer_for(asked: str, code: str, *, units: Sequence[int]) -> Answer:
    """As ``lookup``, or the line numbered ``code`` where one was picked; one SQL statement."""
    if not code:
        return lookup(asked, units=units)
    listed, lines = _rows(BY_CODE, units, code=code[:32])
    return Answer(" ".join(asked.split())[:LONGEST], lines[0][0] if lines else None, listed=listed, tier=EXACT)


def line_of(code: str, *, units: Sequence[int]) -> Line | None:
    """The line numbered ``code`` as it is in force for ``units``; one SQL statement."""
    _listed, lines = _rows(BY_CODE, units, code=code[:32])
    return lines[0][0] if lines else None


def whole_list(*, units: Sequence[int]) -> list[Line]:
    """Every line, in the order of the list, at most ``MOST_ROWS``; one SQL statement."""
    _listed, lines = _rows(ALL, units)
    return [line for line, _common in lines]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resident asks. ``units`` whose lists hold there, ``name`` of the place, ``phone`` of the committee."""

    units: tuple[int, ...]
    name: str = ""
    phone: str = ""
    district: int | None = None
    is_own: bool = False


def place_for(committee: int | None, district: int | None) -> Place:
    """The district chosen, else one's own committee, else every district. No query once warm."""
    tree, found = directory().tree.by_id, dict(districts())
    if district in found:
        return Place((district,), found[district], district=district)
    node = tree.get(committee) if committee is not None else None
    if node is not None and node.kind in ("committee", "village") and node.valid_to is None:
        phones = (org.kept_unit(key).phone for key in node.chain)
        return Place(node.chain, node.name, next(filter(None, phones), ""), is_own=True)
    only = next(iter(found.items())) if len(found) == 1 else None
    return Place(tuple(found), only[1] if only else "", district=only[0] if only else None)


def places_of(unit_id: int) -> list[int]:
    """Whose seal lists hold for a unit: its own, its street's, its district's; nearest first. No query once warm."""
    return list(org.node_of(unit_id).chain)


def districts() -> list[tuple[int, str]]:
    """(id, name) of the districts in force."""
    return [(n.id, n.name) for n in directory().tree.nodes if n.kind == "district" and n.valid_to is None]


def _rows(which: str, units: Sequence[int], *, grams: Iterable[str] = (), code: str = "") -> tuple[int, list[Any]]:
    given: dict[str, Any] = {
        "units": list(units), "grams": list(grams), "code": code, "most": MOST_ROWS, "low": UNSURE,
        "unsure": titled("", UNSURE),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(which=which), given)
        found = cursor.fetchall()
    order = {unit: n for n, unit in enumerate(units)}
    lines = [(_line(row[1:], order), row[11]) for row in found if row[1] is not None]
    return found[0][0], sorted(lines, key=lambda pair: pair[0].distance)


def _line(row: Sequence[Any], order: dict[int, int]) -> Line:
    item, wording, unit, code, title, heading, decision, keywords, kept, bases, _common = row
    said = terms.read(orjson.loads(kept))
    return Line(
        item_id=item, wording_id=wording, code=code, title=title, heading=heading, decision=decision,
        label=str(DECISIONS.get(decision, decision)), look=LOOKS.get(decision, "no"), content=said.content,
        conditions=said.conditions, reason=said.reason, instead=said.instead, papers=said.papers,
        approval=said.approval or "director", approval_label=str(APPROVALS.get(said.approval, said.approval)),
        bases=tuple(bases), keywords=tuple(keywords), place=org.node_of(unit).name, distance=order[unit],
    )  # fmt: skip


def _plain(text: str) -> str:
    """Without blanks and marks, so that ``亲属 关系证明?`` is what the list calls it."""
    return "".join(char for char in normalise(text) if char.isalnum())


def _tier(line: Line, asked: str, common: int, text: str) -> int | None:
    """How well ``line`` answers; None: not at all."""
    title, words = _plain(line.title), [_plain(word) for word in line.keywords]
    if asked.isascii() and asked.isalpha():
        return _tier_by_letters(asked, line)
    tests = (
        (EXACT, asked == title), (ALIAS, asked in words), (BEGINS, title.startswith(asked)), (IN_TITLE, asked in title),
        (IN_ALIAS, any(asked in word for word in words)),
        (SAID_MORE, any(len(word) > SHORTEST and word in asked for word in (title, *words))),
        (IN_TEXT, asked in _plain(f"{line.content}{line.conditions}{line.reason}{line.instead}")),
    )  # fmt: skip
    found = next((tier for tier, holds in tests if holds), None)
    if found is None and common >= ALIKE * max(1, len(bigrams(text))):
        return NEAR
    return found


def _tier_by_letters(asked: str, line: Line) -> int | None:
    title, *words = (_letters(text) for text in (line.title, *line.keywords))
    if asked == title:
        return EXACT
    if asked in words:
        return ALIAS
    if title.startswith(asked):
        return BEGINS
    return IN_ALIAS if any(word.startswith(asked) for word in words) else None


@lru_cache(maxsize=20_000)
def _letters(text: str) -> str:
    return initials(text)


def _answer(text: str, listed: int, ranked: Sequence[tuple[int, Line]]) -> Answer:
    ranked = _nearest_list_first(ranked)
    sure = [line for tier, line in ranked if tier <= SURE]
    named = [line for tier, line in ranked if tier in (EXACT, ALIAS)]
    tier = ranked[0][0] if ranked else NEAR
    if len(named) == 1 or len(sure) == 1:
        best = (named or sure)[0]
        others = tuple(line for line in sure if line is not best)[:MOST_SHOWN]
        return Answer(text, best, others, (), listed, tier=tier)
    if sure:
        return Answer(text, None, tuple(sure[:MOST_SHOWN]), (), listed, tier=tier)
    return Answer(text, None, (), tuple(line for _tier, line in ranked[:MOST_SHOWN]), listed, tier=tier)


def _nearest_list_first(ranked: Sequence[tuple[int, Line]]) -> list[tuple[int, Line]]:
    """Where a committee's own list and the district's say the same title, only the nearer line counts."""
    seen: dict[str, int] = {}
    for _tier_of, line in ranked:
        seen[line.title] = min(seen.get(line.title, line.distance), line.distance)
    return [(tier, line) for tier, line in ranked if line.distance == seen[line.title]]


def off_list_words() -> str:
    """What holds for a paper that is on no list."""
    return _("没有法律法规依据、也不在清单里的，居委会不出具证明、不盖章。")
