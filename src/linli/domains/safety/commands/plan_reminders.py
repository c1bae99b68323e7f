"""Remind those who keep an object that its plan ends: a month before, a week before, and on the day; once each."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Plan
from linli.kernel.messages.commands import fan_out
from linli.kernel.messages.commands.telling import Event

DAYS = (30, 7, 0)
"""Days before the end on which a reminder goes out; ``Plan.reminded`` counts those that went."""
ROLES = ("grid_head", "committee_head", "committee_worker", "safety_officer")
LIMIT = 200


@transaction.atomic
def remind(*, at: datetime, limit: int = LIMIT) -> int:
    """Tell of up to ``limit`` plans whose next reminder is due; returns how many. Call until 0.

    A system that was off for a month sends one reminder for each plan, not three.
    """
    today = timezone.localdate(at)
    wanted = Q(pk__in=())
    for already, days in enumerate(DAYS):
        wanted |= Q(reminded__lte=already, valid_to__lte=today + timedelta(days=days))
    plans = (
        Plan.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(wanted, state=Plan.State.IN_FORCE)
        .select_related("object__site")
        .order_by("valid_to", "id")[:limit]
    )
    due = [(plan, reached(plan.valid_to, today)) for plan in plans]
    fan_out([_event(plan) for plan, _count in due], at=at)
    for plan, count in due:
        plan.reminded = count
    Plan.objects.bulk_update([plan for plan, _count in due], ["reminded"])
    return len(due)


def reached(valid_to: date | None, today: date) -> int:
    """How many of the days of reminding have come."""
    if valid_to is None:
        return 0
    return sum(valid_to - timedelta(days=days) <= today for days in DAYS)


def _event(plan: Plan) -> Event:
    site = plan.object.site
    text = _("一点一方案将于%(day)s到期，请修订并报批") % {"day": f"{plan.valid_to:%Y-%m-%d}"}
    return Event(
        kind="to_do", unit_ids=[site.unit_id], roles=ROLES,
        context={"number": site.code, "title": site.name, "unit": "", "text": text, "due": f"{plan.valid_to:%Y-%m-%d}"},
        once=f"plan {plan.pk}",
    )  # fmt: skip
