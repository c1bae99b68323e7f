"""How long a task may take: until the day it was asked for, else as its item says."""

from datetime import datetime, time
from typing import cast

from django.utils import timezone

from linli.domains.lists.models import Standing, Task
from linli.kernel.calendar.working_time import Base
from linli.kernel.catalog import terms
from linli.kernel.catalog.terms import Terms
from linli.kernel.flow.definition import Limit
from linli.kernel.flow.models import Matter

END_OF_DAY = time(17, 30)
"""A task asked for by a day is due at the end of its office hours."""


def terms_of(item_id: int | None) -> Terms:
    """What an item says today; empty terms for one that left its list, and for an emergency."""
    row = Standing.objects.filter(pk=item_id).select_related("wording").first() if item_id else None
    return terms.read(row.wording.terms) if row is not None and row.wording is not None else Terms()


def limit_of(task: object, matter: Matter, kind: str) -> Limit | None:
    """The limit of ``task``'s clock; None where neither a day nor the item says one, so that the flow's own holds."""
    assert isinstance(task, Task)  # the flow ``task`` has no other rows
    due_on = task.batch.due_on if task.batch is not None else None
    if due_on is not None:
        due = timezone.make_aware(datetime.combine(due_on, END_OF_DAY))
        return Limit(max(1.0, (due - matter.opened_at).total_seconds() / 60), "continuous", why="asked for by a day")
    said = terms_of(task.item_id)
    if not said.limit_amount:
        return None
    code = task.item.code if task.item else ""
    return Limit(said.limit_amount, cast(Base, said.limit_base), why=code)
