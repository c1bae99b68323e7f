"""Plans that end are brought to mind."""

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.domains.safety.commands import plan_reminders


@app.periodic(cron="40 0 * * *")
@app.task(queueing_lock="safety.remind_plans", pass_context=False)
def remind_plans(timestamp: int) -> None:
    """In the morning those hear whose plans end in a month, in a week or today."""
    while plan_reminders.remind(at=timezone.now()):
        pass
