"""What runs under one item: its figures for the item's page, and tasks, cases and planned lines page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Covered, Standing, Task
from linli.domains.lists.queries import executions, plan
from linli.domains.lists.queries.executions import SHANGHAI
from linli.kernel.catalog.models import WorkItem
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import below

PAGE = 50
LOOKS: Mapping[str, str] = {
    "not_started": "held", "running": "brand", "overdue": "late", "done": "ok", "retired": "held", "coming": "held",
}  # fmt: skip
KINDS: tuple[tuple[str, str | Promise], ...] = (("plan", _("计划")), ("tasks", _("任务")))


@dataclass(frozen=True, slots=True)
class Figures:
    """An item's execution in its year. ``rate`` of use is paid/budget; ``share`` done of what is planned, 0.0-1.0."""

    code: str
    year: int
    state: str
    look: str
    planned: int
    open: int
    overdue: int
    done: int
    budget_fen: int
    paid_fen: int
    last_at: datetime | None
    last_text: str
    is_key: bool

    @property
    def rate(self) -> float | None:
        return self.paid_fen / self.budget_fen if self.budget_fen else None

    @property
    def rate_percent(self) -> int | None:
        return None if self.rate is None else round(100 * self.rate)

    @property
    def is_over_budget(self) -> bool:
        return self.paid_fen > self.budget_fen

    @property
    def unit_cost_fen(self) -> int | None:
        """What one execution took; None while nothing is done or paid."""
        return round(self.paid_fen / self.done) if self.done and self.paid_fen else None

    @property
    def share(self) -> float:
        whole = max(self.planned, self.done + self.open)
        return min(1.0, self.done / whole) if whole else 0.0

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def budget(self) -> str:
        return yuan(self.budget_fen)

    @property
    def paid(self) -> str:
        return yuan(self.paid_fen)

    @property
    def unit_cost(self) -> str:
        return yuan(self.unit_cost_fen) if self.unit_cost_fen is not None else ""


def yuan(fen: int) -> str:
    """Fen as yuan for reading: ``1,234.50``."""
    return f"{fen / 100:,.2f}"


def figures_of(row: Standing) -> Figures:
    """For the item's page; asks nothing."""
    return Figures(
        row.code, row.year, str(row.get_state_display()), LOOKS.get(row.state, "held"), row.planned, row.open,
        row.overdue, row.done, row.budget_fen, row.paid_fen, row.last_at, row.last_text, row.is_key,
    )  # fmt: skip


def execution_of(item: WorkItem) -> Figures | None:
    """As ``figures_of``, for an item; None while it has not come into force. One SQL statement."""
    row = Standing.objects.filter(pk=item.pk).first()
    return figures_of(row) if row is not None else None


@dataclass(frozen=True, slots=True)
class Run:
    """A task or case below an item. ``url_name`` takes ``number``."""

    number: str
    title: str
    state: str
    unit: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    url_name: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Run]
    after: str = ""


def kinds() -> list[tuple[str, str]]:
    """What may run under an item: plan, tasks, and what other domains do."""
    return [(code, str(label)) for code, label in KINDS] + [(s.code, str(s.label)) for s in executions.sources()]


def lines_of(item: WorkItem, *, actor: Actor, year: int, today: date, after: str) -> plan.Lines:
    """Lines of the plans in the reach of ``actor`` for this item. One SQL statement."""
    units = [int(part) for path in _seen(actor) for part in path.rstrip(".").split(".")]
    plans = {*units, *org.covers(actor).unit_ids()}
    narrow = plan.Narrow(tuple(plans), year, today, actor.pk, find=item.code)
    return plan.lines(narrow, after=after)


def tasks_of(item: WorkItem, *, actor: Actor, year: int, after: str) -> Page:
    """Tasks under ``item`` that were open in ``year``, newest first, as far as ``actor`` may see them."""
    since, until = executions.year_of(year)
    paths = org.covers(actor).paths
    seen = below(paths, path="matter__unit__path") | below(paths, path="matter__home__path")
    seen |= below(paths, path="asker__path") | Q(matter__assignee=actor)
    found = Task.objects.filter(seen, item=item, matter__opened_at__lt=until).filter(
        Q(matter__closed_at=None) | Q(matter__closed_at__gte=since)
    )
    if key := _key(after):
        found = found.filter(pk__lt=key)
    rows = list(found.select_related("matter__unit").order_by("-pk")[: PAGE + 1])
    shown = [
        Run(m.number, m.title, TASK.label_of(m.state), m.unit.name, m.opened_at, m.due_at, m.closed_at, "lists:task")
        for m in (task.matter for task in rows[:PAGE])
    ]
    return Page(shown, str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def outer_runs(item: WorkItem, kind: str, *, actor: Actor, year: int, after: str) -> Page:
    """What another domain does under ``item``. Raises KeyError for a kind there is not."""
    source = {one.code: one for one in executions.sources()}[kind]
    categories = list(Covered.objects.filter(item=item).values_list("category", flat=True))
    if not categories:
        return Page(())
    since, until = executions.year_of(year)
    path = org.kept_unit(item.worklist.unit_id).path
    rows = source.runs(
        categories, path, actor=actor, since=since, until=until, after=str(_key(after) or ""), limit=PAGE + 1
    )
    shown = [
        Run(r.number, r.title, r.state, r.unit, r.opened_at, r.due_at, r.closed_at, source.url_name)
        for r in rows[:PAGE]
    ]
    return Page(shown, str(rows[PAGE - 1].id) if len(rows) > PAGE else "")


def this_year(at: datetime) -> int:
    return at.astimezone(SHANGHAI).year


def _seen(actor: Actor) -> list[str]:
    return [held.unit_path for held in org.posts_of(actor)]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
