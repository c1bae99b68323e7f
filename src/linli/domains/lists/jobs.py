"""What the worker does for lists: by the calendar, and when asked to."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.lists.commands import checking, executing, proposing, reminding, tasks
from linli.domains.lists.queries import standpoint


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


@app.periodic(cron="20 18 * * *")
@app.task(queueing_lock="lists.count_executions", pass_context=False)
def count_executions(timestamp: int) -> None:
    """Every night each district counts anew what runs under its items, so that the figures of all lists agree."""
    now = timezone.now()
    for district in standpoint.districts():
        executing.count_executions(district, year=timezone.localdate(now).year, at=now)


@app.periodic(cron="40 18 * * *")
@app.task(queueing_lock="lists.check_up", pass_context=False)
def check_up(timestamp: int) -> None:
    """Every night the lists of each district and of each of its streets are checked, after the counting."""
    for unit in standpoint.checked_by_night():
        checking.check_up(unit, at=timezone.now())


@app.task(name=checking.TASK, queue="lists", pass_context=False)
def carry_out_check(run_id: int) -> None:
    """Go on with a check-up that somebody asked for; broken off, it goes on where it was."""
    checking.carry_out_run(run_id, at=timezone.now())


@app.periodic(cron="30 0 * * *")
@app.task(queueing_lock="lists.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """In the morning those hear whose planned work falls due in a week or fell due yesterday."""
    reminding.remind(at=timezone.now())
