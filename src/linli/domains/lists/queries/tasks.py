"""The tasks desk: what was given to us and what we gave, narrowed, paged by keyset, ready for a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Task
from linli.domains.lists.queries.docking import LAYERS
from linli.kernel.errors import NotFound
from linli.kernel.flow.inbox import Asked, Holder, counts, keys_of, number_or_words
from linli.kernel.flow.models import Clock, Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import kept as tree

PAGE = 50
MOST_UNITS = 600
OPEN = ("given", "working", "reported", "refused", "disputed")
LOOKS = {"given": "", "working": "brand", "reported": "warn", "done": "ok", "refused": "late", "disputed": "late"}

SIDES: dict[str, tuple[Holder, tuple[str, ...], str | Promise]] = {
    "given": ("unit_id", ("given", "working"), _("交给我们办的")),
    "confirm": ("home_id", ("reported",), _("待我们确认")),
    "asked": ("home_id", OPEN, _("我们下达的")),
    "disputes": ("unit_id", ("refused", "disputed"), _("拒收与裁定")),
    "done": ("unit_id", ("done", "withdrawn"), _("已办结")),
}
"""Side → the column it is listed by, its states, what it is called."""


class TaskNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Narrow:
    """How a list is narrowed; empty parts do not narrow."""

    side: str = "given"
    state: str = ""
    late: bool = False
    unit: int | None = None
    item: str = ""
    text: str = ""
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One task as listed."""

    id: UUID
    number: str
    title: str
    item: str
    item_title: str
    unit: str
    asker: str
    state: str
    state_label: str
    look: str
    due_at: datetime | None
    started_at: datetime | None
    is_held: bool
    opened_at: datetime
    closed_at: datetime | None
    hours: float | None
    cost_fen: int


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    before: str
    after: str


def visible_tasks(actor: Actor) -> QuerySet[Task]:
    """Tasks given by, held by or once passed through a unit that ``actor``'s posts reach, or assigned to them."""
    scope = org.covers(actor)
    through = Entry.objects.filter(scope.below(path="unit__path"), matter__task__isnull=False).values("matter_id")
    near = scope.below(path="matter__unit__path") | scope.below(path="matter__home__path")
    rows = Task.objects.filter(near | Q(matter__assignee=actor) | Q(pk__in=through))
    return rows.select_related("matter__unit", "matter__home", "item__standing", "item__worklist", "asker", "batch")


def get_task(number: str, *, actor: Actor) -> Task:
    """Raises TaskNotFound for absent and hidden alike."""
    task = visible_tasks(actor).filter(matter__number=number).first()
    if task is None:
        raise TaskNotFound(number)
    return task


def desk(
    actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime, after: str = "", before: str = "",
    limit: int = PAGE,
) -> Page:  # fmt: skip
    """One page of the desk for ``post``; two SQL statements."""
    asked = asked_for(post, narrow, at=at)
    found = keys_of(asked, after=after, before=before, limit=limit)
    return Page(rows(found.keys), found.newer, found.older)


def of_batch(key: UUID, *, after: str = "", limit: int = PAGE) -> Page:
    """The tasks of one giving, in the order of their numbers; two SQL statements."""
    found = Matter.objects.filter(task__batch=key, number__gt=after).order_by("number")
    keys = list(found.values_list("id", "number")[: limit + 1])
    return Page(rows([one for one, _number in keys[:limit]]), "", keys[limit - 1][1] if len(keys) > limit else "")


def tallies(post: Held | None, *, at: datetime) -> dict[str, int]:
    """How many stand on each side, open ones only counted to a thousand."""
    found = {}
    for side in SIDES:
        found[side] = sum(counts(asked_for(post, Narrow(side=side), at=at)).values())
    return found


def asked_for(post: Held | None, narrow: Narrow, *, at: datetime) -> Asked:
    """What the desk asks of the inbox."""
    column, states, _label = SIDES.get(narrow.side, SIDES["given"])
    chosen = (narrow.state,) if narrow.state in TASK.states else states
    if narrow.late:
        chosen = tuple(state for state in chosen if state in OPEN)
    where, params = _where(narrow)
    return Asked(
        column=column, holders=_holders(post, narrow), states=chosen,
        joins="join lists_task t on t.matter_id = m.id", where=where, params=params,
        due_to=at if narrow.late else None,
    )  # fmt: skip


def _holders(post: Held | None, narrow: Narrow) -> Sequence[int]:
    if post is None:
        return ()
    own = [node.id for node in tree.get().below(post.over_path) if node.kind in LAYERS and node.valid_to is None]
    own = own[:MOST_UNITS]
    if narrow.unit is not None:
        return [narrow.unit] if narrow.unit in own else ()
    return own


def _where(narrow: Narrow) -> tuple[str, list[Any]]:
    parts, params = ["m.flow = 'task'"], list[Any]()
    if narrow.item:
        parts.append("t.item_id = (select id from catalog_workitem where code = %s)")
        params.append(narrow.item)
    if narrow.batch is not None:
        parts.append("t.batch_id = %s")
        params.append(narrow.batch)
    if text := narrow.text.strip():
        sql, given = number_or_words(text)
        parts.append(sql)
        params += given
    return " and ".join(parts), params


def rows(keys: Sequence[UUID]) -> list[Row]:
    """The lines for ``keys`` in their order; one query."""
    running = Clock.objects.filter(matter=OuterRef("pk"), stopped_at=None).order_by("paused_at", "due_at")
    found = (
        Task.objects.filter(pk__in=list(keys))
        .annotate(started=Subquery(running.values("starts_at")[:1]), paused=Subquery(running.values("paused_at")[:1]))
        .select_related("matter__unit", "item__standing", "asker")
    )
    by_key = {task.pk: _row(task) for task in found}
    return [by_key[key] for key in keys if key in by_key]


def _row(task: Any) -> Row:
    matter: Matter = task.matter
    standing = task.item.standing if task.item is not None else None
    return Row(
        id=task.pk, number=matter.number, title=matter.title, item=task.item.code if task.item else "",
        item_title=standing.title if standing else "", unit=matter.unit.name, asker=task.asker.name,
        state=matter.state, state_label=TASK.label_of(matter.state), look=LOOKS.get(matter.state, ""),
        due_at=None if matter.closed_at else matter.due_at, started_at=task.started, is_held=bool(task.paused),
        opened_at=matter.opened_at, closed_at=matter.closed_at, hours=task.hours_spent, cost_fen=task.cost_fen,
    )  # fmt: skip
