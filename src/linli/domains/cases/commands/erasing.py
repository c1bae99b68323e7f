"""Destroying the words of a report when their time is up; that it was done stays in the journal for good."""

from datetime import datetime

from linli.domains.cases.commands.acting import Given, step, verb
from linli.domains.cases.models import Case, CoHandling, Occurrence
from linli.kernel.flow.commands import forget_words
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org.models import Actor

GONE = "〔原文已按规定销毁〕"


@verb("erase_words")
def erase_words(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Destroy words, address, what further callers said, and the salt that ties them to the journal.

    The title goes too, on what hangs under the case as well. Position, category, outcome and figures stay. It cannot
    be undone.
    """
    entry = step(case, "erase_words", given, actor, at, changes={"description": GONE})
    Case.objects.filter(pk=case.pk).update(salt=b"")
    Occurrence.objects.filter(matter_id=case.pk).update(text="")
    CoHandling.objects.filter(matter__parent=case.pk).update(task=GONE)
    for matter in (entry.matter, *Matter.objects.filter(parent=case.pk)):
        forget_words(matter, GONE)
    return entry
