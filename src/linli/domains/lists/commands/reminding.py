"""Reminders of the plan: a week before, and the day after; late milestones of key projects reach the leaders too."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.queries import plan
from linli.domains.lists.queries.executions import SHANGHAI
from linli.kernel.messages import commands as messages
from linli.kernel.messages.commands import Event
from linli.kernel.org.directory import directory

BEFORE = timedelta(days=7)
DOERS = ("unit_head", "committee_head", "list_keeper")
WATCHERS = ("leader", "supervisor")
MOST_NAMED = 3
MOST_LINES = 50_000


class _Due(NamedTuple):
    unit: int
    plan_of: int
    person: UUID | None
    title: str
    due_on: date
    is_milestone: bool


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Tell who has planned work due in a week or since yesterday, one message a unit and person; returns how many.

    Once a day, by the worker's calendar.
    """
    today = at.astimezone(SHANGHAI).date()
    rows = plan.asked(
        """select unit_id, plan_of_id, person_id, title, due_on, is_milestone from lists_planline
        where done_on is null and dropped_because = '' and due_on in (%(soon)s, %(late)s)
        order by due_on, id limit %(most)s""",
        {"soon": today + BEFORE, "late": today - timedelta(days=1), "most": MOST_LINES},
    )
    due = [_Due(*row) for row in rows]
    return messages.fan_out([*_to_doers(due, today, at), *_to_watchers(due, today, at)], at=at)


def _to_doers(due: Sequence[_Due], today: date, at: datetime) -> Iterator[Event]:
    groups: dict[tuple[int, UUID | None], list[_Due]] = {}
    for one in due:
        groups.setdefault((one.unit, one.person), []).append(one)
    for (unit, person), lines in groups.items():
        event = _event(unit, lines, today, at)
        if person is not None:
            event["actor_ids"] = [person]
        else:
            event["unit_ids"], event["roles"] = [unit], DOERS
        yield event


def _to_watchers(due: Sequence[_Due], today: date, at: datetime) -> Iterator[Event]:
    groups: dict[int, list[_Due]] = {}
    for one in due:
        if one.is_milestone and one.due_on < today:
            groups.setdefault(one.plan_of, []).append(one)
    for plan_of, lines in groups.items():
        event = _event(plan_of, lines, today, at)
        event["unit_ids"], event["roles"] = [plan_of], WATCHERS
        yield event


def _event(unit: int, lines: Sequence[_Due], today: date, at: datetime) -> Event:
    soon = [line.title for line in lines if line.due_on >= today]
    late = [line.title for line in lines if line.due_on < today]
    parts = []
    if soon:
        parts.append(_("%(n)d 项七天后到期（%(titles)s）") % {"n": len(soon), "titles": _named(soon)})
    if late:
        parts.append(_("%(n)d 项已逾期（%(titles)s）") % {"n": len(late), "titles": _named(late)})
    name, text = directory().unit(unit).name, "；".join(parts)
    context: dict[str, str | datetime] = {
        "unit": name,
        "text": text,
        "at": at,
        "number": "",
        "title": text,
        "due": "",
        "reason": "",
        "by": "",
    }
    return Event(kind="plan_due", context=context)


def _named(titles: Sequence[str]) -> str:
    shown = "、".join(titles[:MOST_NAMED])
    return shown if len(titles) <= MOST_NAMED else _("%(shown)s等") % {"shown": shown}
