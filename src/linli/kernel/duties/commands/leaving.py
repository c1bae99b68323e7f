"""Leave: asked for, granted by somebody else, refused, taken back."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties import eligibility
from linli.kernel.duties.models import Leave
from linli.kernel.errors import NotFound, Refused
from linli.kernel.messages import commands as messages
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean

RIGHT = "plan_patrols"
MOST_DAYS = 184
BACK_DAYS = 7
"""How far back leave may still be asked for: somebody fell ill."""


class LeaveRefused(Refused):
    """Not with this leave; ``str()`` is fit to show."""


@transaction.atomic
def ask_leave(*, unit: Unit, first: date, last: date, reason: str, actor: Actor, at: datetime) -> Leave:
    """Ask for the days [first, last]; who plans there hears of it. Asked again for the same days: the same leave.

    Raises LeaveRefused.
    """
    if not eligibility.works_at(actor, unit, at=at):
        raise LeaveRefused(_("您不在这个单位任职。"), field="unit")
    if last < first:
        raise LeaveRefused(_("结束日期不能早于开始日期。"), field="last")
    if (last - first).days >= MOST_DAYS:
        raise LeaveRefused(_("一次最多%(most)d天。") % {"most": MOST_DAYS}, field="last")
    if first < timezone.localdate(at) - timedelta(days=BACK_DAYS):
        raise LeaveRefused(_("只能补请七天之内的假。"), field="first")
    if not reason.strip():
        raise LeaveRefused(_("请写明理由。"), field="reason")
    standing = Leave.objects.filter(actor=actor, state__in=("asked", "granted"), first__lte=last, last__gte=first)
    known = standing.first()
    if known is not None:
        if (known.first, known.last) == (first, last):
            return known
        raise LeaveRefused(_("这些日子里已有一次请假。"), field="first")
    leave = Leave.objects.create(actor=actor, unit=unit, first=first, last=last, reason=clean(reason, 200), asked_at=at)
    _tell(leave, _("%(person)s请假%(days)s，待批准") % _facts(leave), at=at, to_planners=True)
    return leave


@transaction.atomic
def grant_leave(leave_id: UUID, *, actor: Actor, at: datetime, decision: str = "") -> Leave:
    """Grant it; what then needs a substitute is listed by ``queries.leaves``. Raises NotFound, LeaveRefused."""
    return _decide(leave_id, Leave.State.GRANTED, decision, actor=actor, at=at)


@transaction.atomic
def refuse_leave(leave_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Leave:
    """Refuse it with the reason. Raises NotFound, LeaveRefused."""
    if not reason.strip():
        raise LeaveRefused(_("请写明理由。"), field="reason")
    return _decide(leave_id, Leave.State.REFUSED, reason, actor=actor, at=at)


@transaction.atomic
def withdraw_leave(leave_id: UUID, *, actor: Actor, at: datetime) -> Leave:
    """Take one's own leave back, also one granted that has not ended. Raises NotFound, LeaveRefused."""
    leave = _locked(leave_id)
    if leave.actor_id != actor.pk:
        raise NotFound
    if leave.state not in (Leave.State.ASKED, Leave.State.GRANTED) or leave.last < timezone.localdate(at):
        raise LeaveRefused(_("这次请假不能再撤回。"))
    leave.state, leave.decided_at = Leave.State.WITHDRAWN, at
    leave.save(update_fields=["state", "decided_at"])
    return leave


def _decide(leave_id: UUID, state: Leave.State, decision: str, *, actor: Actor, at: datetime) -> Leave:
    leave = _locked(leave_id)
    if org.holds_right(actor, RIGHT, leave.unit, at) is None:
        raise NotFound
    if leave.actor_id == actor.pk:
        raise LeaveRefused(_("自己的请假由别人批准。"))
    if leave.state != Leave.State.ASKED:
        raise LeaveRefused(_("这次请假“%(state)s”。") % {"state": leave.get_state_display()})
    leave.state, leave.decided_by, leave.decided_at = state, actor, at
    leave.decision = clean(decision, 200)
    leave.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    words = _("您%(days)s的请假已批准") if state == Leave.State.GRANTED else _("您%(days)s的请假未批准")
    _tell(leave, words % _facts(leave), at=at)
    return leave


def _locked(leave_id: UUID) -> Leave:
    leave = Leave.objects.select_for_update(of=("self",)).select_related("unit", "actor").filter(pk=leave_id).first()
    if leave is None:
        raise NotFound
    return leave


def _facts(leave: Leave) -> dict[str, str]:
    return {"person": leave.actor.name, "days": f"{leave.first:%m-%d}—{leave.last:%m-%d}"}


def _tell(leave: Leave, words: str, *, at: datetime, to_planners: bool = False) -> None:
    event = messages.Event(
        kind="duty", context={"title": leave.actor.name, "unit": leave.unit.name, "text": words},
        but_not=[leave.actor_id] if to_planners else [],
    )  # fmt: skip
    if to_planners:
        event["unit_ids"], event["roles"] = [leave.unit_id], ("grid_head", "committee_head", "safety_officer")
    else:
        event["actor_ids"] = [leave.actor_id]
    messages.fan_out([event], at=at)
