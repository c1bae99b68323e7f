"""Once a day those in charge hear what was missed where they plan: one message each, not one for each time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties.models import Occurrence
from linli.kernel.messages import commands as messages
from linli.kernel.messages.commands import Event
from linli.kernel.messages.people import holders
from linli.kernel.org import roles
from linli.kernel.org.tree import kept as tree

RIGHT = "plan_patrols"
INSTEAD = ("unit_head",)
"""Who hears of a unit for which nobody plans."""
BACK = timedelta(days=7)
"""What was missed longer ago is no longer news: a system that was off for a month tells of a week."""
NAMED = 3

REPORT = """
with reported as (
    update duties_occurrence set reported_on = %(today)s
    where state = 'missed' and reported_on is null and misses_at <= %(at)s and misses_at > %(since)s
    returning duty_id, holder_id
)
select duty.unit_id, reported.holder_id, count(*)
from reported join duties_duty duty on duty.id = reported.duty_id
group by duty.unit_id, reported.holder_id
"""

Counts = Mapping[tuple[int, UUID | None], int]
"""(unit, holder) → how many were missed."""


@transaction.atomic
def report_missed(*, at: datetime) -> int:
    """Tell those in charge what was missed since they were last told; returns how many heard.

    A second time on the same day nobody is told: what came up meanwhile is in tomorrow's. What was made good or
    excused in between is not in it. Everything that is told is marked in the same transaction.
    """
    today = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('duties.report_missed', 0))")
        if Occurrence.objects.filter(reported_on=today).exists():
            return 0
        cursor.execute(REPORT, {"today": today, "at": at, "since": at - BACK})
        counts = {(unit, holder): int(count) for unit, holder, count in cursor.fetchall()}
    return messages.fan_out(list(_events(counts, at=at)), at=at)


def _events(counts: Counts, *, at: datetime) -> Iterable[Event]:
    """One for each of those in charge, about what others missed: of their own they have heard."""
    in_charge = _in_charge({unit for unit, _holder in counts}, at=at)
    of_person: dict[UUID, Counter[int]] = {}
    for (unit, holder), count in counts.items():
        for person in in_charge[unit]:
            if person != holder:
                of_person.setdefault(person, Counter())[unit] += count
    for person, by_unit in of_person.items():
        yield Event(kind="missed_duties", actor_ids=[person], context=_facts(by_unit))


def _in_charge(units: set[int], *, at: datetime) -> dict[int, list[UUID]]:
    """Whoever plans for each unit, of every role that may the nearest; without any, the head of the unit."""
    planners = tuple(sorted(roles.having(RIGHT)))
    known = holders([(unit, (*planners, *INSTEAD)) for unit in units], on=timezone.localdate(at))
    found = {}
    for unit in units:
        plan = [person for role in planners for person in known[unit, role]]
        found[unit] = list(dict.fromkeys(plan or [person for role in INSTEAD for person in known[unit, role]]))
    return found


def _facts(by_unit: Counter[int]) -> dict[str, str | int]:
    nodes = tree.get().by_id
    most = by_unit.most_common()
    parts = [_("%(unit)s %(count)d 次") % {"unit": nodes[unit].name, "count": count} for unit, count in most[:NAMED]]
    text = "、".join(parts)
    if len(most) > NAMED:
        text = _("%(units)s等%(count)d个单位") % {"units": text, "count": len(most)}
    return {"count": by_unit.total(), "unit": nodes[most[0][0]].name, "text": text}
