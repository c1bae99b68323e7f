"""What keeps evidence tidy in the background."""

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.kernel.evidence import commands


@app.periodic(cron="23 * * * *")
@app.task(queue="evidence", queueing_lock="evidence.erase", pass_context=False)
def erase_expired(timestamp: int) -> int:
    """Erase files whose retention has ended; what is left over waits for the next hour."""
    del timestamp
    return commands.erase_expired(at=timezone.now())


@app.periodic(cron="41 3 * * *")
@app.task(queue="evidence", queueing_lock="evidence.sweep", pass_context=False)
def sweep_orphans(timestamp: int) -> int:
    """Remove objects no row speaks of."""
    del timestamp
    return commands.sweep_orphans(at=timezone.now())
