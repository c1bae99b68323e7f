"""What the worker does for meetings by the calendar."""

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.kernel.meetings.commands import series


@app.periodic(cron="12 * * * *")
@app.task(queue="meetings", queueing_lock="meetings.call_due", pass_context=False)
def call_due(timestamp: int) -> int:
    """Hourly: meetings that come again are called as many days ahead as their series says."""
    del timestamp
    return series.call_due(at=timezone.now())
