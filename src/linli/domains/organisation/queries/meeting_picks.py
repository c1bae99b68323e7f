"""What is chosen from when a meeting is called, and how a resolution stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.domains.organisation.queries import unit_tree
from linli.kernel.catalog.admitted import admitted_for
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.access import open_steps
from linli.kernel.flow.definition import Step
from linli.kernel.flow.mandates import is_bound
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.meetings import queries as meetings
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.meetings.models import Decision, Meeting
from linli.kernel.meetings.queries import DecisionLine
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.roles import having
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import kept as tree

KINDS = list(Meeting.Kind.choices)
STATES = list(Meeting.State.choices)
NUMBER = re.compile(r"(?<!\d)\d{14,20}(?!\d)")
"""What looks like the number of a matter in a line of an agenda."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A line of an agenda; ``matter_id`` when it names a matter."""

    subject: str
    matter_id: UUID | None


@dataclass(frozen=True, slots=True)
class StepLine:
    name: str
    label: str
    asks: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    label: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class ResolutionPage:
    """A decision that became a matter: from which meeting, how far it has come, what may be done with it now."""

    matter: Matter
    number: str
    decision: DecisionLine
    meeting_id: int
    meeting_title: str
    state: str
    due_at: datetime | None
    is_closed: bool
    steps: tuple[StepLine, ...]
    entries: tuple[EntryLine, ...]
    seen: int


def conveners(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """(id, name) of the units whose meetings ``actor`` may call."""
    by_id = tree.get().by_id
    held = [post for post in org.posts_of(actor, at) if post.role in having(meetings.RIGHT)]
    tops = {post.over_id for post in held} | {by_id[post.unit_id].id for post in held}
    choices = unit_tree.choices(actor, at)
    mine = [choice for choice in choices if int(choice[0]) in tops]
    rest = [choice for choice in choices if int(choice[0]) not in tops and _reached(int(choice[0]), held)]
    return [*mine, *rest]


def subjects(text: str, *, actor: Actor, at: datetime) -> list[Subject]:
    """The lines of an agenda; a number in a line links its matter. Raises Refused for one that is not to be seen."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = {line: NUMBER.findall(line) for line in lines}
    wanted = {number for numbers in named.values() for number in numbers}
    known = dict(Matter.objects.filter(number__in=wanted).values_list("number", "pk"))
    seen = meetings.discussable(set(known.values()), actor=actor, at=at)
    found = []
    for line in lines:
        keys = [known.get(number) for number in named[line]]
        if any(key is None or key not in seen for key in keys):
            raise Refused(_("没有您能看到的案件“%(number)s”。") % {"number": named[line][0]}, field="agenda")
        found.append(Subject(line[:200], keys[0] if keys else None))
    return found


def agenda_for(number: str, *, actor: Actor, at: datetime) -> str:
    """The line that puts a matter on an agenda; "" for one that is not to be seen."""
    matter = Matter.objects.filter(number=number).only("pk", "number", "title").first()
    if matter is None or not meetings.discussable([matter.pk], actor=actor, at=at):
        return ""
    return f"{matter.number} {matter.title}"


def put_forward(*, actor: Actor, at: datetime) -> list[tuple[str, str, str]]:
    """(number, title, reason) of matters put forward for discussion that are on no agenda yet, newest first."""
    asked = Entry.objects.filter(step="discuss").select_related("matter").order_by("-id")[:100]
    entries = {entry.matter_id: entry for entry in reversed(asked)}
    on_agenda = set(
        Meeting.objects.filter(agenda__matter__in=entries.keys())
        .exclude(state=Meeting.State.CANCELLED)
        .values_list("agenda__matter_id", flat=True)
    )
    seen = meetings.discussable(entries.keys() - on_agenda, actor=actor, at=at)
    return [(e.matter.number, e.matter.title, e.note) for key, e in entries.items() if key in seen][::-1][:20]


def matters_of(meeting_id: int, *, actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """(id, number) of the matters on a meeting's agenda. Raises NotFound."""
    page = meetings.get_meeting(meeting_id, actor=actor, at=at)
    return [(str(point.matter_id), point.matter_number) for point in page.agenda if point.matter_id]


def resolutions(*, actor: Actor, at: datetime) -> list[DecisionLine]:
    """Resolutions not carried out yet that ``actor`` sees, the nearest due first."""
    rows = Decision.objects.filter(matter__in=_seen(actor, at).filter(closed_at=None)).select_related("unit", "matter")
    return [_line(row) for row in rows.order_by("due_on", "id")[:100]]


def resolution(number: str, *, actor: Actor, at: datetime) -> ResolutionPage:
    """Raises NotFound."""
    matter = _seen(actor, at).filter(number=number).first()
    if matter is None:
        raise NotFound
    row = Decision.objects.select_related("unit", "matter", "meeting").get(matter=matter)
    entries = list(Entry.objects.filter(matter=matter).select_related("actor").order_by("seq"))
    labels = {step.name: str(step.label) for step in RESOLUTION.steps}
    barred = {entry.step for entry in entries if entry.actor_id == actor.pk}
    possible = [step for step in RESOLUTION.steps if matter.state in step.source]
    return ResolutionPage(
        matter=matter,
        number=matter.number,
        decision=_line(row),
        meeting_id=row.meeting_id,
        meeting_title=row.meeting.title,
        state=str(RESOLUTION.label_of(matter.state)),
        due_at=matter.due_at,
        is_closed=matter.closed_at is not None,
        steps=tuple(_step(step) for step in open_steps(possible, matter, actor, barred=barred)),
        entries=tuple(EntryLine(labels.get(e.step, e.step), e.actor.name, e.taken_at, e.note) for e in entries),
        seen=entries[-1].seq if entries else 0,
    )


def _seen(actor: Actor, at: datetime) -> QuerySet[Matter]:
    scope = org.covers(actor, at)
    near = scope.below(path="unit__path") | scope.below(path="home__path") | Q(assignee=actor)
    met = Decision.objects.filter(meeting__in=meetings.visible_meetings(actor, at=at)).values("matter_id")
    return Matter.objects.filter(near | Q(pk__in=met), flow=RESOLUTION.code).select_related(
        "unit", "home", "area__unit"
    )


def _step(step: Step) -> StepLine:
    return StepLine(step.name, str(step.label), bool(step.needs))


def _line(row: Decision) -> DecisionLine:
    return DecisionLine(
        id=row.pk,
        position=row.position,
        text=row.text,
        unit_name=row.unit.name if row.unit else "",
        due_on=row.due_on,
        matter_id=row.matter_id,
        matter_number=row.matter.number if row.matter else "",
        state=row.matter.state if row.matter else "",
        state_label=str(RESOLUTION.label_of(row.matter.state)) if row.matter else "",
    )


def _reached(unit_id: int, held: Sequence[Held]) -> bool:
    path = tree.get().by_id[unit_id].path
    return any(post.reaches(path) for post in held)


def admissions_for(unit_id: int | None, *, at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be asked of the committee picked for a decision, emergencies apart; empty for any other unit."""
    node = tree.get().by_id.get(unit_id or 0)
    if node is None or not is_bound(org.kept_unit(node.id)):
        return []
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in admitted_for(org.kept_unit(node.id), at=at):
        label = _("应急下派（须补办准入）") if one.kind == "emergency" else _("已准入事项")
        groups.setdefault(label, []).append((str(one.id), f"{one.code} {one.title}".strip()))
    return list(groups.items())
