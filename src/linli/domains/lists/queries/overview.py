"""The lists of a unit at a glance: full trace, strict supervision, careful check-up, quick update (000-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linli.domains.lists.models import CheckRun, Move, Proposal
from linli.domains.lists.queries import findings, key_projects
from linli.domains.lists.queries.plan import asked as ask
from linli.domains.lists.queries.reach import visible_lists
from linli.domains.lists.queries.runs import yuan
from linli.kernel.catalog.models import ListVersion, WorkList
from linli.kernel.flow.models import Entry
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import below
from linli.kernel.org.tree import ids_in

MOST_LISTS = 300
MOST_VERSIONS = 6

LISTS = """
select l.code, l.name, u.name, count(*) filter (where s.wording_id is not null),
  count(*) filter (where s.state = 'not_started'), count(*) filter (where s.state = 'running'),
  count(*) filter (where s.state = 'overdue'), count(*) filter (where s.state = 'done'),
  count(*) filter (where s.state = 'retired'), count(*) filter (where s.is_key and s.wording_id is not null),
  coalesce(sum(s.budget_fen), 0)::bigint, coalesce(sum(s.paid_fen), 0)::bigint, max(s.last_at),
  (select count(distinct f.item_id) from lists_finding f where f.worklist_id = l.id and f.gone_at is null
   and (f.aside_until is null or f.aside_until <= %(today)s))
from catalog_worklist l join org_unit u on u.id = l.unit_id join catalog_listkind k on k.code = l.kind_id
join lists_standing s on s.worklist_id = l.id
where l.id = any(%(lists)s) group by l.id, u.id, k.position order by length(u.path), u.path, k.position limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class ListLine:
    """One list in figures."""

    code: str
    name: str
    unit: str
    items: int
    not_started: int
    running: int
    overdue: int
    done: int
    retired: int
    key: int
    budget_fen: int
    paid_fen: int
    last_at: datetime | None
    ill: int

    @property
    def use(self) -> int | None:
        return round(100 * self.paid_fen / self.budget_fen) if self.budget_fen else None


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a list that came lately."""

    code: str
    name: str
    no: int
    valid_from: date
    added: int
    altered: int
    retired: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything the overview shows."""

    lines: Sequence[ListLine]
    changes: Sequence[Change]
    versions: int
    steps: int
    moves: int
    proposals: int
    key_late: int
    ill: int
    rules: Sequence[tuple[str, str, int]]
    checked: CheckRun | None
    healthy: int | None
    days_to_publish: float | None

    def _sum(self, name: str) -> int:
        return sum(getattr(line, name) for line in self.lines)

    @property
    def total(self) -> ListLine:
        last = max((line.last_at for line in self.lines if line.last_at), default=None)
        items, not_started, running, overdue = map(self._sum, ("items", "not_started", "running", "overdue"))
        done, retired, key, ill = map(self._sum, ("done", "retired", "key", "ill"))
        budget, paid = self._sum("budget_fen"), self._sum("paid_fen")
        return ListLine(
            "", "", "", items, not_started, running, overdue, done, retired, key, budget, paid, last, ill
        )  # fmt: skip

    @property
    def budget(self) -> str:
        return yuan(self.total.budget_fen)

    @property
    def paid(self) -> str:
        return yuan(self.total.paid_fen)


def glance(unit: Unit, lists: Sequence[WorkList], *, today: date, since: datetime) -> Glance:
    """The overview of these lists of ``unit`` and below. A dozen SQL statements, however many lists.

    since  begin of the year
    """
    keys = [one.pk for one in lists]
    lines = [ListLine(*row) for row in ask(LISTS, {"lists": keys, "today": today, "most": MOST_LISTS})]
    wanted = findings.Asked(unit, today)
    counts = findings.counts(wanted)
    healthy = findings.healthy_share(unit, today)
    versions = ListVersion.objects.filter(worklist__in=keys, published_at__gte=since)
    changing = Proposal.objects.filter(worklist__in=keys)
    return Glance(
        lines=lines, changes=_changes(keys), versions=versions.count(),
        steps=Entry.objects.filter(matter__list_proposal__worklist__in=keys, recorded_at__gte=since).count(),
        moves=Move.objects.filter(worklist__in=keys, on__gte=since.date()).count(),
        proposals=changing.filter(matter__closed_at=None).count(),
        key_late=key_projects.overdue(sorted({one.unit_id for one in lists}), today), ill=sum(counts.values()),
        rules=[(rule, findings.label_of(rule), count) for rule, count in counts.items() if count],
        checked=CheckRun.objects.filter(unit=unit).exclude(ended_at=None).order_by("-begun_at").first(),
        healthy=None if healthy is None else round(100 * healthy), days_to_publish=_days_to_publish(keys, since),
    )  # fmt: skip


def _changes(lists: Sequence[int]) -> list[Change]:
    rows = ListVersion.objects.filter(worklist__in=lists).select_related("worklist", "published_by")
    return [
        Change(
            row.worklist.code, row.worklist.name, row.no, row.valid_from, row.added, row.altered, row.retired,
            row.published_by.name, row.reason,
        )
        for row in rows.order_by("-published_at", "-pk")[:MOST_VERSIONS]
    ]  # fmt: skip


def _days_to_publish(lists: Sequence[int], since: datetime) -> float | None:
    """Median days from drawing a change up to its publication; None without one this year."""
    found = ask(
        """select percentile_cont(0.5) within group (order by extract(epoch from m.closed_at - m.opened_at) / 86400)
        from lists_proposal p join flow_matter m on m.id = p.matter_id
        where p.worklist_id = any(%(lists)s) and m.state = 'published' and m.closed_at >= %(since)s""",
        {"lists": list(lists), "since": since},
    )
    days = found[0][0]
    return None if days is None else round(float(days), 1)


def lists_below(unit: Unit, *, actor: Actor) -> list[WorkList]:
    """Lists of ``unit`` and below that ``actor`` may see; for a committee those that hold for its kind."""
    seen = visible_lists(actor)
    found = list(seen.filter(below([unit.path], path="unit__path")).order_by("pk")[:MOST_LISTS])
    if found:
        return found
    return list(seen.filter(unit__in=ids_in(unit.path), kind__bearer=unit.kind).order_by("pk")[:MOST_LISTS])
