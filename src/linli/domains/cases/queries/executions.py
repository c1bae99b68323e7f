"""How many cases of which category stand where: what the lists of a district's work count under their items."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Substr

from linli.domains.cases.flow import CASE
from linli.domains.cases.flow.case import ENDED
from linli.domains.cases.models import Case
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import below

COUNTED = """
select c.category, h.path, u.path, u.kind,
       count(*) filter (where m.closed_at is null or m.closed_at >= %(until)s),
       count(*) filter (where (m.closed_at is null or m.closed_at >= %(until)s) and m.due_at < %(at)s),
       count(*) filter (where m.closed_at < %(until)s and m.state = any(%(settled)s)),
       count(*) filter (where m.closed_at < %(until)s and m.state = any(%(settled)s)
                        and (m.due_at is null or m.closed_at <= m.due_at)),
       max(coalesce(m.closed_at, m.opened_at)),
       (array_agg(m.number || ' ' || m.title order by coalesce(m.closed_at, m.opened_at) desc))[1]
from cases_case c
join flow_matter m on m.id = c.matter_id
join org_unit h on h.id = m.home_id
join org_unit u on u.id = coalesce(c.lead_id, m.unit_id)
where m.opened_at < %(until)s and (m.closed_at is null or m.closed_at >= %(since)s)
  and (starts_with(h.path, %(path)s) or starts_with(u.path, %(path)s)) and c.category <> ''
group by 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases of one category, taken in by one street and led by one unit.

    last  when the newest of them was opened or closed, and which it was
    """

    category: str
    home_path: str
    holder_path: str
    holder_kind: str
    open: int
    overdue: int
    done: int
    on_time: int
    last_at: datetime
    last: str


def counts(path: str, *, since: datetime, until: datetime, at: datetime) -> list[Counted]:
    """Cases of the units at and below ``path`` that were open at some time in [since, until). One statement."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"path": path, "since": since, "until": until, "at": at, "settled": list(ENDED)}
        cursor.execute(COUNTED, asked)
        return [Counted(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Run:
    """One case as a line below an item."""

    id: UUID
    number: str
    title: str
    state: str
    unit: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


def runs(
    categories: Collection[str], path: str, *, actor: Actor, since: datetime, until: datetime, after: str, limit: int
) -> list[Run]:
    """Cases of ``categories`` (or what they begin) held at or below ``path`` that ``actor`` may see, newest first.

    after  key of the last one of the page before, or ""
    """
    sizes = {len(code) for code in categories}
    begins = Q(pk__in=[])
    for size in sizes:
        begins |= Q(**{f"begins_{size}__in": [code for code in categories if len(code) == size]})
    seen = org.covers(actor).paths
    found = (
        Case.objects.annotate(**{f"begins_{size}": Substr("category", 1, size) for size in sizes})
        .filter(begins, _of(seen), _of([path]), matter__opened_at__lt=until)
        .filter(Q(matter__closed_at=None) | Q(matter__closed_at__gte=since))
    )
    if after:
        found = found.filter(pk__lt=UUID(after))
    rows = found.select_related("matter__unit").order_by("-pk")[:limit]
    return [
        Run(m.pk, m.number, m.title, CASE.label_of(m.state), m.unit.name, m.opened_at, m.due_at, m.closed_at)
        for m in (case.matter for case in rows)
    ]


def _of(paths: Collection[str]) -> Q:
    return below(paths, path="matter__home__path") | below(paths, path="matter__unit__path")
