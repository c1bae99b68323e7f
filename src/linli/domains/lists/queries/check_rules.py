"""The rules of the check-up (精体检, 000-06), each one statement over all items of an area, and doubles by likeness."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from django.db import connection

from linli.domains.lists.models import Finding
from linli.domains.lists.queries.executions import SHANGHAI
from linli.kernel.text import bigrams
from linli.kernel.text.likeness import likeness_to

Rule = Finding.Rule

THRESHOLDS: dict[str, float] = {
    "title": 30, "content": 150, "steps": 8, "step": 60, "late_least": 3, "late_share": 0.8, "quiet_days": 365,
    "alike": 0.58, "alike_across": 0.72,
}  # fmt: skip
"""Characters, numbers of steps, executions, shares and days from which on a rule finds something (default)."""

MOST_SHARING = 200
"""A pair of characters that more titles than this have in common says nothing of likeness."""
MOST_BESIDE = 40
"""Titles that one is compared with: those that share most with it."""


@dataclass(frozen=True, slots=True)
class Found:
    item_id: int
    detail: str = ""
    other_id: int | None = None


ASKED = """
with asked as (
  select s.item_id, s.worklist_id, s.kind, s.unit_id, s.title, s.lead_id, s.has_basis, s.duty_class, s.frequency,
    s.sunset_on, s.open, s.outer_done, k.bearer, k.columns, w.terms, w.since_no
  from lists_standing s join org_unit u on u.id = s.unit_id join catalog_listkind k on k.code = s.kind
  join catalog_wording w on w.id = s.wording_id
  join catalog_worklist l on l.id = s.worklist_id and l.closed_at is null
  where starts_with(u.path, %(path)s) and k.bearer not in ('resident', 'post') and s.decision = ''),
lately as (
  select item_id, count(*) filter (where done_at is not null) as done,
    count(*) filter (where done_at is not null or due_at < %(at)s) as fell_due,
    count(*) filter (where coalesce(done_at, %(at)s) > due_at) as late
  from (
    select p.item_id, (p.done_on + 1)::timestamp at time zone 'Asia/Shanghai' - interval '1 second' as done_at,
      (p.due_on + 1)::timestamp at time zone 'Asia/Shanghai' as due_at
    from lists_planline p where p.dropped_because = '' and p.due_on >= %(since)s and p.due_on <= %(today)s
    union all
    select t.item_id, m.closed_at, m.due_at from lists_task t join flow_matter m on m.id = t.matter_id
    where m.opened_at >= %(since)s and m.state <> 'withdrawn' and t.plan_line_id is null) x
  group by 1)
"""

STATEMENTS: dict[str, str] = {
    Rule.NO_OWNER: """select a.item_id, '' from asked a where not exists (
        select 1 from lists_stand d where d.item_id = a.item_id and d.part = 'lead'
          and (a.bearer <> 'street' or d.layer = 'office'))""",
    Rule.NO_BASIS: "select a.item_id, '' from asked a where not a.has_basis and 'bases' = any(a.columns)",
    Rule.BASIS_EXPIRED: """select a.item_id, string_agg(left(b.title, 60) || ' ' || b.valid_to, '；' order by b.id)
        from asked a join lists_ground g on g.item_id = a.item_id join evidence_basisdocument b on b.id = g.basis_id
        where b.valid_to <= %(today)s group by 1""",
    Rule.NEVER_DONE: """select a.item_id, '' from asked a left join lately l using (item_id)
        where a.frequency <> 'on_demand' and a.open = 0 and a.outer_done = 0 and coalesce(l.done, 0) = 0
          and (select min(v.valid_from) from catalog_wording f join catalog_listversion v
               on v.worklist_id = f.worklist_id and v.no = f.since_no where f.item_id = a.item_id) <= %(quiet)s""",
    Rule.ALWAYS_LATE: """select a.item_id, l.late || '/' || l.fell_due from asked a join lately l using (item_id)
        where l.fell_due >= %(late_least)s and l.late >= %(late_share)s * l.fell_due""",
    Rule.OVER_LONG: """select item_id, detail from (select a.item_id, concat_ws('；',
          case when length(a.title) > %(title)s then 'title ' || length(a.title) end,
          case when length(a.terms->>'content') > %(content)s then 'content ' || length(a.terms->>'content') end,
          case when jsonb_array_length(coalesce(a.terms->'guide', '[]')) > %(steps)s
               then 'steps ' || jsonb_array_length(a.terms->'guide') end,
          (select 'step ' || max(length(step)) from jsonb_array_elements_text(coalesce(a.terms->'guide', '[]')) step
           having max(length(step)) > %(step)s)) as detail from asked a) x where detail <> ''""",
    Rule.SUNSET: "select a.item_id, a.sunset_on::text from asked a where a.sunset_on <= %(today)s",
    Rule.PROHIBITED: """select a.item_id, a.duty_class from asked a
        where a.duty_class <> '' and lists_prohibited(a.duty_class, a.unit_id)""",
    Rule.UNLINKED: """select a.item_id, '' from asked a
        where (a.kind = 'matters' and a.unit_id in (select b.unit_id from asked b where b.kind = 'duties')
            or a.kind = 'duties' and a.unit_id in (select b.unit_id from asked b where b.kind = 'matters'))
          and a.item_id not in (
            select x.one from (select item_id as one, other_id as other from lists_itemlink
                               union all select other_id, item_id from lists_itemlink) x
            join lists_standing s on s.item_id = x.one join lists_standing o on o.item_id = x.other
            where s.kind in ('duties', 'matters') and o.kind in ('duties', 'matters') and o.kind <> s.kind
              and x.one in (select b.item_id from asked b) and x.other in (select b.item_id from asked b))""",
}
"""Rule → what it finds, over ``ASKED``: item and detail. Subselects stand by themselves, so that each is read once
whatever the planner thinks of lists loaded a moment ago."""

RULES: tuple[str, ...] = (*STATEMENTS, Rule.DOUBLE)


def found_by(rule: str, path: str, *, at: datetime) -> list[Found]:
    """What ``rule`` finds among the items of all lists at and below ``path``. One SQL statement."""
    if rule == Rule.DOUBLE:
        return doubles(path)
    with connection.cursor() as cursor:
        cursor.execute(ASKED + STATEMENTS[rule], _given(path, at))
        return [Found(item, (detail or "")[:200]) for item, detail in cursor.fetchall()]


def checked_items(path: str, *, at: datetime) -> int:
    """How many items a check-up of the area looks at."""
    with connection.cursor() as cursor:
        cursor.execute(f"{ASKED} select count(*) from asked", _given(path, at))
        return int(cursor.fetchone()[0])


def _given(path: str, at: datetime) -> dict[str, Any]:
    today: date = at.astimezone(SHANGHAI).date()
    quiet = today - timedelta(days=int(THRESHOLDS["quiet_days"]))
    return {"path": path, "at": at, "today": today, "quiet": quiet, "since": quiet, **THRESHOLDS}


@dataclass(frozen=True, slots=True)
class _Said:
    item_id: int
    worklist_id: int
    title: str
    whole: str


def doubles(path: str) -> list[Found]:
    """Items of one bearer that say nearly the same, within a list and across its lists; linked ones are meant to.

    Only titles that have rare pairs of characters in common are compared, each with at most ``MOST_BESIDE`` others.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """select s.item_id, s.worklist_id, s.unit_id, k.bearer, s.title, w.terms->>'content'
            from lists_standing s join org_unit u on u.id = s.unit_id join catalog_listkind k on k.code = s.kind
            join catalog_wording w on w.id = s.wording_id
            where starts_with(u.path, %s) and s.decision = '' order by s.item_id""",
            [path],
        )
        groups: dict[tuple[int, str], list[_Said]] = defaultdict(list)
        for item, worklist, unit, bearer, title, content in cursor.fetchall():
            groups[unit, bearer].append(_Said(item, worklist, title, f"{title} {content or ''}"))
        cursor.execute(
            "select k.item_id, k.other_id from lists_itemlink k join lists_standing s on s.item_id = k.item_id"
            " join org_unit u on u.id = s.unit_id where starts_with(u.path, %s)",
            [path],
        )
        linked = {frozenset(pair) for pair in cursor.fetchall()}
    return [found for said in groups.values() for found in _alike(said, linked)]


def _alike(said: Sequence[_Said], linked: set[frozenset[int]]) -> Iterator[Found]:
    for one, others in _candidates(said):
        by_title, by_whole = likeness_to(one.title), likeness_to(one.whole)
        for other in others:
            score = max(by_title(other.title), by_whole(other.whole))
            is_within = one.worklist_id == other.worklist_id
            wanted = THRESHOLDS["alike"] if is_within else THRESHOLDS["alike_across"]
            if score >= wanted and frozenset((one.item_id, other.item_id)) not in linked:
                yield Found(other.item_id, f"{one.title} {round(100 * score)}%"[:200], one.item_id)


def _candidates(said: Sequence[_Said]) -> Iterator[tuple[_Said, list[_Said]]]:
    """Each item with later ones whose titles share at least two pairs of characters with it."""
    holding: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(said):
        for gram in bigrams(one.title):
            holding[gram].append(at)
    shared: dict[int, Counter[int]] = defaultdict(Counter)
    for places in holding.values():
        if 1 < len(places) <= MOST_SHARING:
            for first, second in combinations(places, 2):
                shared[first][second] += 1
    for at, counts in shared.items():
        near = [other for other, count in counts.most_common(MOST_BESIDE) if count >= 2]
        if near:
            yield said[at], [said[other] for other in near]
