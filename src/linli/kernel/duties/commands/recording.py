"""An occurrence done, late, called off, or due again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties import eligibility
from linli.kernel.duties.eligibility import NotTheirsRefused
from linli.kernel.duties.models import Occurrence, Proof
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.models import File
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.text import clean, without_personal_data

State = Occurrence.State


class OccurrenceRefused(Refused):
    """Not with this occurrence, or not now; ``str()`` is fit to show."""


def locked(occurrence_id: UUID) -> Occurrence:
    """The occurrence under lock, with its duty and unit. Raises NotFound."""
    # Its key never changes: a row that refers to it, as a swap in return does, need not wait.
    rows = Occurrence.objects.select_for_update(of=("self",), no_key=True).select_related("duty__unit", "holder")
    found = rows.filter(pk=occurrence_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def record_done(
    occurrence_id: UUID, *, done_at: datetime, filed_at: datetime, is_late: bool, actor: Actor, note: str = "",
    files: Collection[File] = (), filed_by: Actor | None = None,
) -> Occurrence:  # fmt: skip
    """Record that ``actor`` did it: done in its window, late in its grace. Recorded once, it stays as it is.

    done_at   when, as claimed; ``filed_at`` when we heard of it
    is_late   claimed outside the listed limits of drift and delay: whether it was in time is judged by ``filed_at``,
              and what we heard of after the window counts as late however long ago it is said to have been
    filed_by  who writes it down for an outside ``actor`` without an account: somebody of the unit who may report

    Missed, and then heard of with a true time within the window, it becomes done, marked as synchronised late
    (000-54). Raises NotFound, NotTheirsRefused, OccurrenceRefused.
    """
    one = locked(occurrence_id)
    eligibility.require_theirs(one, one.duty, actor, at=done_at)
    _check_filer(one, actor, filed_by, at=filed_at)
    if one.state in (State.DONE, State.LATE):
        return one
    if one.state == State.EXCUSED:
        raise OccurrenceRefused(_("“%(title)s”这一次已免办。") % {"title": one.duty.title})
    done_at = min(done_at, filed_at)
    one.state = _judged(one, done_at, filed_at, is_late=is_late)
    one.is_late_sync = done_at <= one.closes_at < filed_at
    one.done_by, one.done_at, one.filed_at, one.filed_by = actor, done_at, filed_at, filed_by
    one.note = clean(without_personal_data(note), 400)
    one.save(update_fields=["state", "is_late_sync", "done_by", "done_at", "filed_at", "filed_by", "note"])
    Proof.objects.bulk_create((Proof(occurrence=one, file=file, at=filed_at) for file in files), ignore_conflicts=True)
    evidence.retain([file.pk for file in files], until=None)
    return one


def _judged(one: Occurrence, done_at: datetime, filed_at: datetime, *, is_late: bool) -> str:
    """done or late. Raises OccurrenceRefused for what is too early, or by its own claim after the grace."""
    if done_at < one.opens_at:
        opens = timezone.localtime(one.opens_at)
        raise OccurrenceRefused(
            _("“%(title)s”还没有到时间，%(opens)s开始。") % {"title": one.duty.title, "opens": f"{opens:%m-%d %H:%M}"}
        )
    if done_at > one.misses_at:
        raise OccurrenceRefused(_("“%(title)s”的时间和宽限都已过，这一次按漏办记录。") % {"title": one.duty.title})
    judged = filed_at if is_late else done_at
    return State.DONE if judged <= one.closes_at else State.LATE


def _check_filer(one: Occurrence, actor: Actor, filed_by: Actor | None, *, at: datetime) -> None:
    if filed_by is None:
        return
    if actor.kind != Actor.Kind.OUTSIDE or org.holds_right(filed_by, "report", one.duty.unit, at) is None:
        raise NotTheirsRefused(_("您不能替这个人登记。"))


@transaction.atomic
def excuse(occurrence_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Occurrence:
    """Call an occurrence off, or forgive one that was missed, with the reason. Raises NotFound, Refused."""
    one = locked(occurrence_id)
    eligibility.require_planner(actor, one.duty.kind, one.duty.unit, at=at)
    if one.state not in (State.DUE, State.MISSED):
        raise OccurrenceRefused(_("“%(state)s”的这一次不能免办。") % {"state": one.get_state_display()})
    if one.holder_id == actor.pk:
        raise OccurrenceRefused(_("自己的这一次由别人免办。"))
    if not reason.strip():
        raise OccurrenceRefused(_("请写明理由。"), field="reason")
    one.state, one.note = State.EXCUSED, clean(without_personal_data(reason), 400)
    one.save(update_fields=["state", "note"])
    return one


@transaction.atomic
def restore(occurrence_id: UUID, *, actor: Actor, at: datetime) -> Occurrence:
    """Undo ``excuse``: it is due again, or missed when its time is over. Raises NotFound, Refused."""
    one = locked(occurrence_id)
    eligibility.require_planner(actor, one.duty.kind, one.duty.unit, at=at)
    if one.state != State.EXCUSED:
        raise OccurrenceRefused(_("这一次没有免办。"))
    if one.duty.ended_at is not None:
        raise OccurrenceRefused(_("这项定期工作已经结束。"))
    one.state, one.note = (State.DUE if at < one.misses_at else State.MISSED), ""
    one.save(update_fields=["state", "note"])
    return one
