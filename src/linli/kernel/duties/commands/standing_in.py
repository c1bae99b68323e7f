"""Who does an occurrence instead: put in by who plans, or swapped between two."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties import eligibility, overlaps
from linli.kernel.duties.commands.recording import OccurrenceRefused, locked
from linli.kernel.duties.eligibility import PlanRefused
from linli.kernel.duties.models import Leave, Move, Occurrence, Swap
from linli.kernel.duties.telling import tell
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.models import Actor
from linli.kernel.text import clean

DUE = Occurrence.State.DUE


class SwapRefused(Refused):
    """Not with this swap; ``str()`` is fit to show."""


@transaction.atomic
def substitute(
    occurrence_id: UUID, *, person: Actor, reason: str, actor: Actor, at: datetime, knowing: bool = False
) -> Occurrence:
    """Let ``person`` do it instead; both hear of it. An open swap about it is over then.

    Raises NotFound, PlanRefused, OccurrenceRefused, OverlapRefused.
    """
    one = locked(occurrence_id)
    eligibility.require_planner(actor, one.duty.kind, one.duty.unit, at=at)
    if one.state != DUE:
        raise OccurrenceRefused(_("“%(state)s”的这一次不能换人。") % {"state": one.get_state_display()})
    if person.pk == one.holder_id:
        raise OccurrenceRefused(_("本来就由这个人完成。"), field="person")
    if not reason.strip():
        raise OccurrenceRefused(_("请写明理由。"), field="reason")
    _check_free(one, person, at=at, knowing=knowing)
    _lapse([one.pk], at=at)
    before = one.holder
    _move(one, person, reason=reason, actor=actor, at=at)
    told = [who.pk for who in (before, person) if who and who.pk != actor.pk]
    tell(one.duty, _("%(when)s由%(person)s完成") % {**_when(one), "person": person.name}, told, at=at)
    return one


@transaction.atomic
def ask_swap(
    occurrence_id: UUID, *, asked: Actor, reason: str, actor: Actor, at: datetime, in_return: UUID | None = None
) -> Swap:
    """Ask somebody to take over an occurrence of one's own, perhaps against one of theirs that ``actor`` then takes.

    Raises NotFound, SwapRefused.
    """
    one = locked(occurrence_id)
    if one.holder_id != actor.pk:
        raise SwapRefused(_("只能请人换自己的班。"))
    if one.state != DUE or one.opens_at <= at:
        raise SwapRefused(_("已经开始或结束的，不能再换。"))
    if asked.pk == actor.pk:
        raise SwapRefused(_("不能和自己换。"), field="asked")
    if not reason.strip():
        raise SwapRefused(_("请写明理由。"), field="reason")
    if not eligibility.works_at(asked, one.duty.unit, at=at):
        raise SwapRefused(_("%(person)s不在这个单位任职。") % {"person": asked.name}, field="asked")
    if Swap.objects.filter(occurrence=one, state=Swap.State.ASKED).exists():
        raise SwapRefused(_("已经请人换了，等对方答复或先撤回。"))
    theirs = _in_return(in_return, asked, actor, at=at) if in_return else None
    swap = Swap.objects.create(
        occurrence=one, in_return=theirs, asker=actor, asked=asked, reason=clean(reason, 200), at=at
    )
    words = _("%(person)s请您换班：%(when)s") % {**_when(one), "person": actor.name}
    if theirs:
        words = _("%(words)s；作为交换，由%(person)s上您的%(when)s") % {
            **_when(theirs), "words": words, "person": actor.name
        }  # fmt: skip
    tell(one.duty, words, [asked.pk], at=at)
    return swap


@transaction.atomic
def agree_swap(swap_id: UUID, *, actor: Actor, at: datetime, knowing: bool = False) -> Swap:
    """Take over what was asked; in return the asker takes over what was offered. Other swaps about either are over.

    Raises NotFound, SwapRefused, PlanRefused, OccurrenceRefused, OverlapRefused.
    """
    # First the occurrences, then the swap: in the order in which a substitution locks them.
    one, theirs = _both(swap_id, asked=actor)
    swap = _waiting(swap_id, asked=actor)
    if one.state != DUE or one.opens_at <= at or one.holder_id != swap.asker_id:
        raise SwapRefused(_("这一班已经开始或另有安排，不能再换。"))
    if theirs and (theirs.state != DUE or theirs.opens_at <= at or theirs.holder_id != actor.pk):
        raise SwapRefused(_("用来交换的那一班已经开始或另有安排，不能再换。"))
    given_up = [theirs.pk] if theirs else []
    _check_free(one, actor, at=at, knowing=knowing, but_not=given_up)
    _move(one, actor, reason=swap.reason, actor=actor, at=at)
    if theirs:
        _check_free(theirs, swap.asker, at=at, knowing=knowing, but_not=[one.pk])
        _move(theirs, swap.asker, reason=swap.reason, actor=actor, at=at)
    _answer(swap, Swap.State.AGREED, at=at)
    _lapse([one.pk, *given_up], at=at)
    tell(one.duty, _("%(person)s同意换班：%(when)s") % {**_when(one), "person": actor.name}, [swap.asker_id], at=at)
    return swap


@transaction.atomic
def decline_swap(swap_id: UUID, *, actor: Actor, at: datetime) -> Swap:
    """Say no; the asker hears of it. Raises NotFound, SwapRefused."""
    swap = _waiting(swap_id, asked=actor)
    _answer(swap, Swap.State.DECLINED, at=at)
    words = _("%(person)s未同意换班：%(when)s") % {**_when(swap.occurrence), "person": actor.name}
    tell(swap.occurrence.duty, words, [swap.asker_id], at=at)
    return swap


@transaction.atomic
def withdraw_swap(swap_id: UUID, *, actor: Actor, at: datetime) -> Swap:
    """Take one's question back. Raises NotFound, SwapRefused."""
    swap = _waiting(swap_id, asker=actor)
    _answer(swap, Swap.State.WITHDRAWN, at=at)
    return swap


def _waiting(swap_id: UUID, **whose: Actor) -> Swap:
    """The swap under lock. Raises NotFound for one that is not theirs, SwapRefused for one that was answered."""
    rows = Swap.objects.select_for_update(of=("self",)).select_related("asker", "asked", "occurrence__duty__unit")
    swap = rows.filter(pk=swap_id, **whose).first()
    if swap is None:
        raise NotFound
    if swap.state != Swap.State.ASKED:
        raise SwapRefused(_("这次换班“%(state)s”。") % {"state": swap.get_state_display()})
    return swap


def _both(swap_id: UUID, *, asked: Actor) -> tuple[Occurrence, Occurrence | None]:
    """Both occurrences under lock, in the order of their keys, so that two swaps never wait for each other."""
    swap = Swap.objects.filter(pk=swap_id, asked=asked).first()
    if swap is None:
        raise NotFound
    keys = sorted(key for key in (swap.occurrence_id, swap.in_return_id) if key)
    found = {key: locked(key) for key in keys}
    return found[swap.occurrence_id], found[swap.in_return_id] if swap.in_return_id else None


def _lapse(occurrences: list[UUID], *, at: datetime) -> None:
    """Nobody need answer swaps about occurrences that have passed to somebody else."""
    about = Q(occurrence__in=occurrences) | Q(in_return__in=occurrences)
    Swap.objects.filter(about, state=Swap.State.ASKED).update(state=Swap.State.LAPSED, answered_at=at)


def _in_return(key: UUID, asked: Actor, asker: Actor, *, at: datetime) -> Occurrence:
    rows = Occurrence.objects.filter(pk=key, holder=asked, state=DUE, opens_at__gt=at)
    theirs = rows.select_related("duty__unit").first()
    if theirs is None:
        raise SwapRefused(_("用来交换的那一班不是对方的，或已经开始。"), field="in_return")
    if not eligibility.works_at(asker, theirs.duty.unit, at=at):
        raise SwapRefused(_("您不在对方那一班的单位任职，不能上。"), field="in_return")
    return theirs


def _check_free(
    one: Occurrence, person: Actor, *, at: datetime, knowing: bool, but_not: list[UUID] | None = None
) -> None:
    if person.kind == Actor.Kind.STAFF and not eligibility.works_at(person, one.duty.unit, at=at):
        raise PlanRefused(_("%(person)s不在这个单位任职。") % {"person": person.name}, field="person")
    away = Leave.objects.filter(actor=person, state=Leave.State.GRANTED, first__lte=one.on, last__gte=one.on)
    if away.exists():
        raise OccurrenceRefused(_("%(person)s那天请假。") % {"person": person.name}, field="person")
    if not knowing:
        spans = [(one.opens_at, one.closes_at)]
        overlaps.warn(person, overlaps.overlapping(person, spans, but_not=[one.pk, *(but_not or ())]))


def _move(one: Occurrence, person: Actor, *, reason: str, actor: Actor, at: datetime) -> None:
    Move.objects.create(occurrence=one, before=one.holder, after=person, reason=clean(reason, 200), actor=actor, at=at)
    one.holder = person
    one.save(update_fields=["holder"])


def _answer(swap: Swap, state: Swap.State, *, at: datetime) -> None:
    swap.state, swap.answered_at = state, at
    swap.save(update_fields=["state", "answered_at"])


def _when(one: Occurrence) -> Mapping[str, str]:
    return {"when": f"{timezone.localtime(one.opens_at):%m-%d %H:%M} {one.duty.title}"}
