"""What the worker does for lists: by the calendar, and when asked to."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.lists.commands import proposing, tasks


@app.task(name=tasks.JOB, queue="lists", pass_context=False)
def give_tasks(batch: str) -> None:
    """Carry on a giving to many units; broken off by a stop, it goes on when it is tried again."""
    while not tasks.carry_on_once(UUID(batch), at=timezone.now()):
        pass


@app.periodic(cron="5 * * * *")
@app.task(name="lists.stand_those_due", queue="lists", pass_context=False)
def stand_those_due(timestamp: int) -> None:
    """Versions whose day has come are what the pages show; hourly, so that a system that was off catches up soon."""
    proposing.stand_those_due(at=timezone.now())
