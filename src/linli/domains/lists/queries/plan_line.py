"""One line of the plan with what happened to it, and what its form offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from linli.domains.lists.models import PlanLine, Standing, YearClosing
from linli.domains.lists.queries.plan import LINE, TABLES, Line, asked, line_of
from linli.domains.lists.queries.reach import ListNotFound, may
from linli.domains.lists.queries.standpoint import bodies_of, may_look
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.tree import ids_in

RIGHT = "plan_work"
MOST_PEOPLE = 400
MOST_CHANGES = 100


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    was: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinePage:
    """A line as its page shows it.

    may_change  whoever keeps the plan; ``may_finish`` also the one it is assigned to
    """

    line: Line
    row: PlanLine
    item_title: str
    done_by: str
    file: UUID | None
    history: Sequence[Change]
    may_change: bool
    may_finish: bool

    @property
    def is_open(self) -> bool:
        return self.line.is_open


def get_line(key: int, *, actor: Actor, today: date) -> LinePage:
    """The line, for whoever may look at its plan or has it to do. Raises ListNotFound."""
    row = PlanLine.objects.select_related("plan_of", "unit", "done_by").filter(pk=key).first()
    if row is None or not (may_look(actor, row.plan_of.path) or row.person_id == actor.pk):
        raise ListNotFound
    line = line_of(asked(f"select {LINE} from {TABLES} where p.id = %(key)s", {"key": key})[0], today)
    changes = row.history.select_related("actor").order_by("-id")[:MOST_CHANGES]
    may_change = may(actor, RIGHT, row.unit) or may(actor, RIGHT, row.plan_of)
    return LinePage(
        line, row, Standing.objects.values_list("title", flat=True).get(pk=row.item_id),
        row.done_by.name if row.done_by else "", row.file_id,
        [Change(str(c.get_kind_display()), c.was, c.reason, c.actor.name, c.at) for c in changes],
        may_change, may_change or row.person_id == actor.pk,
    )  # fmt: skip


def in_open_years() -> Q:
    """Filter on plan lines: those whose list has not closed their year."""
    return Q(~Exists(YearClosing.objects.filter(worklist=OuterRef("item__worklist"), year=OuterRef("year"))))


def units_for(plan_of: Unit, actor: Actor) -> list[tuple[str, str]]:
    """Who may be given a line of this plan by ``actor``."""
    units = [(node.id, node.name) for node in bodies_of(plan_of)]
    return [(str(key), name) for key, name in units if may(actor, RIGHT, org.kept_unit(key))]


def people_for(plan_of: Unit, on: date) -> list[tuple[str, str]]:
    """People of the units of this plan, by name."""
    units = [node.id for node in bodies_of(plan_of)]
    held = Post.objects.filter(Q(until=None) | Q(until__gt=on), unit__in=units, since__lte=on, actor__kind="staff")
    rows = held.order_by("actor__name").values_list("actor_id", "actor__name", "unit__name")[:MOST_PEOPLE]
    return list(dict.fromkeys((str(key), f"{name} · {unit}") for key, name, unit in rows))


def items_planned(plan_of: Unit) -> list[Standing]:
    """The items that ``plan_of`` carries out: of lists for units of its kind that hold where it lies."""
    found = Standing.objects.filter(
        unit__in=ids_in(plan_of.path), worklist__kind__bearer=plan_of.kind, worklist__closed_at=None, decision=""
    )
    live = found.exclude(state__in=(Standing.State.RETIRED, Standing.State.COMING))
    return list(live.order_by("kind", "position"))


def items_for(plan_of: Unit) -> list[tuple[str, str]]:
    """The items a line may be added for."""
    return [(str(row.item_id), f"{row.code} {row.title}") for row in items_planned(plan_of)]


def may_plan(actor: Actor, unit: Unit) -> bool:
    return may(actor, RIGHT, unit)


def initial_of(found: LinePage) -> dict[str, Any]:
    """What the form of a line begins with."""
    row = found.row
    return {
        "title": row.title, "due_on": row.due_on, "unit": str(row.unit_id), "person": str(row.person_id or ""),
        "is_milestone": row.is_milestone,
    }  # fmt: skip
