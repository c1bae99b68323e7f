"""What the worker does for duties by the calendar."""

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.kernel.duties.commands import making, summing_up


@app.periodic(cron="7 * * * *")
@app.task(queue="duties", queueing_lock="duties.make_ahead", pass_context=False)
def make_ahead(timestamp: int) -> int:
    """Hourly, so that a system that was off catches up soon; once a day there is something to make."""
    del timestamp
    at, made = timezone.now(), 0
    while brought := making.make_ahead(at=at):
        made += brought
    return made


@app.periodic(cron="20 0 * * *")
@app.task(queue="duties", queueing_lock="duties.report_missed", pass_context=False)
def report_missed(timestamp: int) -> int:
    """At twenty past eight in the morning, ten minutes before the digests go out."""
    del timestamp
    return summing_up.report_missed(at=timezone.now())
