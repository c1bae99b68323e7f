"""What the worker does for lists: by the calendar, and when asked to."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.lists.commands import tasks


@app.task(name=tasks.JOB, queue="lists", pass_context=False)
def give_tasks(batch: str) -> None:
    """Carry on a giving to many units; broken off by a stop, it goes on when it is tried again."""
    while not tasks.carry_on_once(UUID(batch), at=timezone.now()):
        pass
