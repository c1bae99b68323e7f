from datetime import date

from linli.kernel.org import jobs
from linli.kernel.org.commands import contacts
from linli.kernel.org.models import Actor, Contact


def test_the_nightly_job_erases_all_that_is_due_in_portions_and_nothing_else(db, monkeypatch):
    monkeypatch.setattr(jobs, "PORTION", 2)
    for day in [date(2020, 1, 1)] * 5 + [date(2999, 1, 1), None]:
        contacts.keep_contact(Actor.objects.create(kind="resident"), phone="13900000000", keep_until=day)

    erased = jobs.erase_contacts(0)

    assert erased == 5
    assert Contact.objects.filter(erased_at=None).count() == 2
