"""Key projects (重点项目, 000-12): milestones over the year, progress, what is late, and who watched over them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from linli.domains.lists.models import KeyNote, PlanLine, Standing
from linli.domains.lists.queries import plan
from linli.domains.lists.queries.plan import Line
from linli.domains.lists.queries.runs import Figures, figures_of
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

MOST = 200
MOST_NOTES = 50
WATCHERS = ("supervise", "edit_lists", "check_lists")
"""Rights that let somebody write a note of supervision."""


@dataclass(slots=True)
class Project:
    """One key project with its milestones, month by month."""

    figures: Figures
    title: str
    lead: str
    milestones: list[Line] = field(default_factory=list)

    @property
    def months(self) -> list[list[Line]]:
        return [[line for line in self.milestones if line.due_on.month == n] for n in plan.MONTHS]

    @property
    def done(self) -> int:
        return sum(line.look == "ok" for line in self.milestones)

    @property
    def late(self) -> list[Line]:
        return [line for line in self.milestones if line.look == "late"]

    @property
    def next(self) -> Line | None:
        return next((line for line in self.milestones if line.look in ("late", "soon", "open")), None)

    @property
    def percent(self) -> int:
        return round(100 * self.done / len(self.milestones)) if self.milestones else 0

    @property
    def look(self) -> str:
        if self.late:
            return "late"
        return "ok" if self.milestones and self.done == len(self.milestones) else "brand"


def projects(units: Sequence[int], *, year: int, today: date) -> list[Project]:
    """The key projects of the lists of ``units``, the late ones first. Two SQL statements."""
    rows = Standing.objects.filter(unit__in=list(units), is_key=True, wording__isnull=False)
    found = {row.pk: row for row in rows.select_related("lead").order_by("code")[:MOST]}
    made = {key: Project(figures_of(row), row.title, row.lead.name if row.lead else "") for key, row in found.items()}
    for item, line in _milestones(list(found), year, today):
        made[item].milestones.append(line)
    return sorted(made.values(), key=lambda project: (not project.late, project.figures.code))


def _milestones(items: Sequence[int], year: int, today: date) -> list[tuple[int, Line]]:
    lines = plan.asked(
        f"""select {plan.LINE}, p.item_id from {plan.TABLES} where p.item_id = any(%(items)s) and p.year = %(year)s
        and p.is_milestone and p.dropped_because = '' order by p.due_on, p.id limit 5000""",
        {"items": list(items), "year": year},
    )
    return [(row[12], plan.line_of(row, today)) for row in lines]


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    by: str
    at: datetime


def notes_of(item: int) -> list[Note]:
    """Notes of supervision, newest first."""
    rows = KeyNote.objects.filter(item=item).select_related("actor").order_by("-id")[:MOST_NOTES]
    return [Note(row.text, row.actor.name, row.at) for row in rows]


def may_watch(actor: Actor, unit: Unit) -> bool:
    return any(org.holds_right(actor, right, unit) is not None for right in WATCHERS)


def overdue(units: Sequence[int], today: date) -> int:
    """How many milestones of this year's plans of ``units`` are late."""
    return PlanLine.objects.filter(
        plan_of__in=list(units), year=today.year, is_milestone=True, done_on=None, dropped_because="", due_on__lt=today
    ).count()
