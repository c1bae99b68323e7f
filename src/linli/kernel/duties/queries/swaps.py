"""Swaps: those that somebody asked for or is asked for, and what could be taken in return."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from linli.kernel.duties.models import Leave, Occurrence, Swap
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import below
from linli.kernel.org.tree import ids_in

MOST = 100
MOST_COLLEAGUES = 500
OF_EACH = 10
"""So many of the next times of each colleague are offered."""
BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Times:
    """One time of a duty that changes hands."""

    title: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class SwapLine:
    """``asker`` gives ``given`` to ``asked`` and, where it is in return, takes ``returned`` from them."""

    id: UUID
    given: Times
    returned: Times | None
    asker: str
    asked: str
    reason: str
    state: str
    state_label: str
    is_mine: bool
    waits_for_me: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A time of a colleague's that could be taken in return."""

    id: UUID
    holder_id: UUID | None
    person: str
    title: str
    opens_at: datetime


def swaps(actor: Actor, *, at: datetime) -> list[SwapLine]:
    """Swaps ``actor`` asked for or is asked for, those that wait for them first; one statement."""
    rows = _of(actor).filter(at__gte=at - BACK).order_by("-at", "pk")
    return sorted((_line(row, actor) for row in rows[:MOST]), key=lambda line: not line.waits_for_me)


def waiting_for(actor: Actor, *, at: datetime) -> list[SwapLine]:
    """Swaps that ``actor`` has to answer, those that begin first; one statement."""
    rows = _of(actor).filter(asked=actor, state=Swap.State.ASKED, occurrence__opens_at__gt=at)
    return [_line(row, actor) for row in rows.order_by("occurrence__opens_at", "pk")[:MOST]]


def open_about(occurrence_id: UUID, *, actor: Actor) -> list[SwapLine]:
    """Swaps without an answer, of ``actor``'s asking or answering, in which this time is given or taken in return."""
    about = Q(occurrence=occurrence_id) | Q(in_return=occurrence_id)
    rows = _of(actor).filter(about, state=Swap.State.ASKED).order_by("at", "pk")
    return [_line(row, actor) for row in rows[:MOST]]


def _of(actor: Actor) -> QuerySet[Swap]:
    rows = Swap.objects.filter(Q(asker=actor) | Q(asked=actor))
    return rows.select_related("asker", "asked", "occurrence__duty", "in_return__duty")


def _line(row: Swap, actor: Actor) -> SwapLine:
    is_open = row.state == Swap.State.ASKED
    return SwapLine(
        id=row.pk,
        given=_times(row.occurrence),
        returned=_times(row.in_return) if row.in_return else None,
        asker=row.asker.name,
        asked=row.asked.name,
        reason=row.reason,
        state=row.state,
        state_label=str(row.get_state_display()),
        is_mine=row.asker_id == actor.pk,
        waits_for_me=row.asked_id == actor.pk and is_open,
        may_withdraw=row.asker_id == actor.pk and is_open,
    )


def _times(one: Occurrence) -> Times:
    return Times(one.duty.title, one.opens_at, one.closes_at)


def colleagues(occurrence_id: UUID, *, actor: Actor, at: datetime) -> list[tuple[UUID, str]]:
    """(key, name) of whom ``actor`` may ask to take this time: people with a post in its unit or below."""
    unit, on = Occurrence.objects.select_related("duty__unit").get(pk=occurrence_id).duty.unit, timezone.localdate(at)
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=on), below([unit.path], path="unit__path"), since__lte=on, actor__kind="staff"
    )
    posts = posts.exclude(actor=actor).exclude(role__in=roles.ADMINISTRATORS)
    rows = posts.order_by("actor__name", "actor").values_list("actor", "actor__name").distinct()
    return list(rows[:MOST_COLLEAGUES])


def offers(occurrence_id: UUID, *, actor: Actor, at: datetime) -> list[Offer]:
    """The next few times of each colleague that ``actor`` could take in return, colleague by colleague.

    Only where ``actor`` has a post, and not on days for which their leave is granted.
    """
    people = [key for key, _name in colleagues(occurrence_id, actor=actor, at=at)]
    away = Leave.objects.filter(
        actor=actor, state=Leave.State.GRANTED, first__lte=OuterRef("on"), last__gte=OuterRef("on")
    )
    rows = Occurrence.objects.filter(
        _where(actor, at), ~Exists(away), holder__in=people, state=Occurrence.State.DUE, opens_at__gt=at
    )
    place = Window(RowNumber(), partition_by="holder", order_by=("opens_at", "pk"))
    rows = rows.annotate(place=place).filter(place__lte=OF_EACH).select_related("duty", "holder")
    return [
        Offer(row.pk, row.holder_id, row.holder.name if row.holder else "", row.duty.title, row.opens_at)
        for row in rows.order_by("holder__name", "holder", "opens_at", "pk")[: MOST * OF_EACH]
    ]


def _where(actor: Actor, at: datetime) -> Q:
    """Duties of the units of ``actor``'s posts, of those above and of those below what their posts are over."""
    held = org.posts_of(actor, at)
    above = {key for post in held for key in ids_in(post.unit_path)}
    return Q(duty__unit__in=above) | below([post.over_path for post in held], path="duty__unit__path")
