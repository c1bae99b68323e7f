"""What the worker does for clocks: fire what has passed, and take the steps that escalate."""

import structlog
from django.db import transaction
from django.utils import timezone

from linli.kernel.flow import clocks, registry
from linli.kernel.flow.commands import Command, StepRefused, take_command
from linli.kernel.flow.models import Outbox
from linli.kernel.flow.system import system_actor

log = structlog.get_logger(__name__)

FIRED_AT_ONCE = 5000
ESCALATED_AT_ONCE = 100


def fire() -> bool:
    """Let due clocks fire; true when there may be more."""
    return clocks.fire(now=timezone.now(), batch=FIRED_AT_ONCE) >= FIRED_AT_ONCE


def escalate() -> bool:
    """Take the escalating steps that wait; true when there may be more. Each is done once, whatever is killed when."""
    done = 0
    while done < ESCALATED_AT_ONCE and _escalate_one():
        done += 1
    return done >= ESCALATED_AT_ONCE


@transaction.atomic
def _escalate_one() -> bool:
    waiting = Outbox.objects.select_for_update(skip_locked=True).filter(kind="clock.escalate").order_by("id")
    event = waiting.select_related("matter").first()
    if event is None:
        return False
    matter = event.matter
    if not clocks.still_runs(matter, event.payload["clock"], event.payload["round"], event.payload.get("run", 1)):
        event.delete()  # done, paused or begun anew between its time running out and now
        return True
    try:
        with transaction.atomic():
            command = Command(event.payload["step"], system_actor(), timezone.now())
            take_command(registry.flow(matter.flow), matter, command)
    except StepRefused as refusal:
        log.info("escalation_passed_over", matter=matter.number, step=event.payload["step"], why=str(refusal))
    event.delete()
    return True
