"""What keeps personal data no longer than allowed."""

from django.utils import timezone
from procrastinate.contrib.django import app

from linli.kernel.org.commands import contacts, people

PORTION = 1000


@app.periodic(cron="17 18 * * *")
@app.task(queue="org", queueing_lock="org.erase_contacts", pass_context=False)
def erase_contacts(timestamp: int) -> int:
    """Erase contacts whose time has ended, in portions, a little after two in the morning here."""
    del timestamp
    at, erased = timezone.now(), 0
    system, today = people.the_system(), timezone.localdate(at)
    while portion := contacts.erase_expired(on=today, limit=PORTION, actor=system, at=at):
        erased += portion
    return erased
