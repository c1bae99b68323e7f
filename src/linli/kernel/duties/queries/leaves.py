"""Leave: what waits for an answer, what needs a substitute, who is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from linli.kernel.duties.commands.leaving import RIGHT
from linli.kernel.duties.models import Leave, Occurrence
from linli.kernel.duties.queries.lines import OccurrenceLine, lines, with_lines
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import below

MOST = 100
BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """needs  how many occurrences of those days still wait for a substitute"""

    id: UUID
    person: str
    unit: str
    first: date
    last: date
    reason: str
    state: str
    state_label: str
    decision: str
    decided_by: str
    needs: int
    is_mine: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class FreePerson:
    """Somebody who could stand in; ``busy``: what they have at the same time, "" when nothing."""

    id: UUID
    name: str
    role: str
    unit: str
    busy: str


def leaves(actor: Actor, *, at: datetime) -> tuple[list[LeaveLine], list[LeaveLine]]:
    """(those ``actor`` plans over, those of their own), waiting ones first; two statements."""
    since = timezone.localdate(at) - BACK
    rows = _with_needs(Leave.objects.filter(last__gte=since)).order_by("-state", "first", "pk")
    planned = [held.over_path for held in org.posts_of(actor, at) if held.role in roles.having(RIGHT)]
    theirs = rows.filter(below(planned, path="unit__path")).exclude(actor=actor)
    today = timezone.localdate(at)
    waiting = sorted(theirs[:MOST], key=lambda row: (row.state != "asked", row.first))
    return [_leave(row, actor, today) for row in waiting], [
        _leave(row, actor, today) for row in rows.filter(actor=actor).order_by("-first")[:MOST]
    ]


def _with_needs(rows: QuerySet[Leave]) -> QuerySet[Leave]:
    open_ones = Occurrence.objects.filter(
        holder=OuterRef("actor"), state="due", on__gte=OuterRef("first"), on__lte=OuterRef("last")
    )
    counted = open_ones.order_by().values("holder").annotate(n=Count("pk")).values("n")
    return rows.select_related("actor", "unit", "decided_by").annotate(needs=Coalesce(Subquery(counted), 0))


def get_leave(leave_id: UUID, *, actor: Actor, at: datetime) -> LeaveLine:
    """Raises NotFound for one that is neither ``actor``'s nor of a unit they plan over."""
    row = _with_needs(Leave.objects.filter(pk=leave_id)).first()
    if row is None or (row.actor_id != actor.pk and not org.holds_right(actor, RIGHT, row.unit, at)):
        raise NotFound
    return _leave(row, actor, timezone.localdate(at))


def needing_substitutes(leave_id: UUID, *, at: datetime) -> list[OccurrenceLine]:
    """What the person away still has due on those days; the caller has checked that the leave may be seen."""
    leave = Leave.objects.get(pk=leave_id)
    rows = with_lines(_away(leave)).filter(misses_at__gt=at).order_by("opens_at", "pk")
    return lines(rows[:MOST], at=at)


def uncovered(actor: Actor, *, at: datetime) -> list[OccurrenceLine]:
    """What is due of people on granted leave, in all units ``actor`` plans over. One statement."""
    planned = [held.over_path for held in org.posts_of(actor, at) if held.role in roles.having(RIGHT)]
    away = Leave.objects.filter(
        actor=OuterRef("holder"), state=Leave.State.GRANTED, first__lte=OuterRef("on"), last__gte=OuterRef("on")
    )
    rows = Occurrence.objects.filter(Exists(away), below(planned, path="duty__unit__path"), state="due")
    return lines(with_lines(rows.filter(misses_at__gt=at)).order_by("opens_at", "pk")[:MOST], at=at)


def _away(leave: Leave) -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(holder=leave.actor_id, state="due", on__gte=leave.first, on__lte=leave.last)


def free_for(occurrence_id: UUID, *, at: datetime) -> list[FreePerson]:
    """Who could do it instead: people of its unit and below, not away that day; those without anything else first.

    Three statements, however many people.
    """
    one = Occurrence.objects.select_related("duty__unit").get(pk=occurrence_id)
    on, path = timezone.localdate(at), one.duty.unit.path
    in_force = Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    posts = Post.objects.filter(in_force, below([path], path="unit__path") | Q(unit=one.duty.unit_id))
    posts = posts.exclude(actor=one.holder_id).select_related("actor", "unit").order_by("actor__name", "pk")
    people: dict[UUID, Post] = {}
    for post in posts[: 5 * MOST]:
        people.setdefault(post.actor_id, post)
    away = set(
        Leave.objects.filter(
            actor__in=people, state=Leave.State.GRANTED, first__lte=one.on, last__gte=one.on
        ).values_list("actor_id", flat=True)
    )  # fmt: skip
    busy = _busy(one, list(people))
    free = [
        FreePerson(key, post.actor.name, str(roles.BY_CODE[post.role].label), post.unit.name, busy.get(key, ""))
        for key, post in people.items()
        if key not in away and post.role not in roles.ADMINISTRATORS
    ]
    return sorted(free, key=lambda person: (bool(person.busy), person.name))[:MOST]


def _busy(one: Occurrence, people: Sequence[UUID]) -> dict[UUID, str]:
    rows = Occurrence.objects.filter(
        holder__in=people, state="due", opens_at__lt=one.closes_at, closes_at__gt=one.opens_at
    )
    return dict(rows.values_list("holder_id", "duty__title"))


def _leave(row: Leave, actor: Actor, today: date) -> LeaveLine:
    return LeaveLine(
        id=row.pk,
        person=row.actor.name,
        unit=row.unit.name,
        first=row.first,
        last=row.last,
        reason=row.reason,
        state=row.state,
        state_label=str(row.get_state_display()),
        decision=row.decision,
        decided_by=row.decided_by.name if row.decided_by else "",
        needs=getattr(row, "needs", 0),
        is_mine=row.actor_id == actor.pk,
        may_withdraw=row.actor_id == actor.pk and row.state in ("asked", "granted") and row.last >= today,
    )
