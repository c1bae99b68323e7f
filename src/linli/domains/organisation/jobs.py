"""What keeps signing in tidy."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.organisation.commands import tidying

UNUSED = timedelta(days=31)
"""No session lives that long without being used."""
LOG_KEPT = timedelta(days=366)


@app.periodic(cron="17 19 * * *")
@app.task(queue="organisation", queueing_lock="organisation.tidy", pass_context=False)
def tidy(timestamp: int) -> int:
    """Close the books on dead sessions and forget barriers, codes and tries whose time is over."""
    del timestamp
    at = timezone.now()
    return tidying.forget_old(at=at, unused_since=at - UNUSED, tried_before=at - LOG_KEPT)
