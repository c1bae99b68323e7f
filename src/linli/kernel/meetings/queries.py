"""Which meetings somebody may see, what was decided and learnt there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from linli.kernel.duties import patterns
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.meetings.models import AgendaItem, Attendance, Decision, Lesson, Meeting, Series
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.tree import kept as units
from linli.kernel.text import bigrams

RIGHT = "convene"
"""Who may call and run the meetings of a unit."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting as listed."""

    id: int
    kind: str
    kind_label: str
    title: str
    unit_name: str
    starts_at: datetime
    place: str
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class PointLine:
    position: int
    subject: str
    matter_id: UUID | None
    matter_number: str
    matter_flow: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    actor_id: UUID
    name: str
    state: str
    state_label: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision and how far it has come; without a matter it was only recorded."""

    id: int
    position: int
    text: str
    unit_name: str
    due_on: date | None
    matter_id: UUID | None
    matter_number: str
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson with the meeting it comes from and the numbers of the matters it was drawn from."""

    id: int
    text: str
    meeting_id: int
    meeting_title: str
    held_at: datetime
    matters: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """Meetings that come again: when in words, the next, the last one held, how many were missed.

    next_id  the meeting called for ``next_at`` already, None before
    """

    id: int
    title: str
    kind_label: str
    unit_name: str
    when: str
    place: str
    agenda: tuple[str, ...]
    days_ahead: int
    next_at: datetime | None
    next_id: int | None
    last_at: datetime | None
    last_id: int | None
    missed: int
    ended_at: datetime | None
    may_end: bool


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything on one meeting. ``may_run``: may record, minute, decide."""

    line: MeetingLine
    called_by: str
    minutes: str
    minuted_by: str
    cancelled_because: str
    agenda: list[PointLine]
    attendance: list[AttendanceLine]
    decisions: list[DecisionLine]
    lessons: list[LessonLine]
    may_run: bool


def visible_meetings(actor: Actor, *, at: datetime) -> QuerySet[Meeting]:
    """Meetings ``actor`` was invited to, called, or that are of a unit their posts reach."""
    invited = Attendance.objects.filter(meeting=OuterRef("pk"), actor=actor)
    scope = org.covers(actor, at)
    return Meeting.objects.select_related("unit", "called_by", "minuted_by").filter(
        Exists(invited) | Q(called_by=actor) | scope.below(path="unit__path")
    )


def meetings(actor: Actor, *, at: datetime, state: str = "", kind: str = "") -> list[MeetingLine]:
    """The newest of them, in one statement."""
    rows = visible_meetings(actor, at=at)
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    return [_line(row) for row in rows.order_by("-starts_at", "-id")[:PAGE]]


def series_of(actor: Actor, *, at: datetime) -> list[SeriesLine]:
    """The series of the units ``actor``'s posts reach, those that run first; two statements however many."""
    planned = Meeting.objects.filter(series=OuterRef("pk"), state="planned", starts_at__gte=at).order_by("starts_at")
    held = Meeting.objects.filter(series=OuterRef("pk"), state__in=("held", "minuted")).order_by("-starts_at")
    rows = Series.objects.filter(org.covers(actor, at).below(path="unit__path")).select_related("unit", "duty")
    rows = rows.annotate(
        next_at=Min(
            "duty__occurrences__opens_at",
            filter=Q(duty__occurrences__state="due", duty__occurrences__opens_at__gte=at),
        ),
        missed=Count("duty__occurrences", filter=Q(duty__occurrences__state="missed")),
        next_id=Subquery(planned.values("pk")[:1]),
        last_id=Subquery(held.values("pk")[:1]),
        last_at=Subquery(held.values("starts_at")[:1]),
    )  # fmt: skip
    found = rows.order_by("-ended_at", "title", "pk")[:PAGE]
    return [_series(row, bool(org.holds_right(actor, RIGHT, row.unit, at=at))) for row in found]


def _series(row: Series, may_convene: bool) -> SeriesLine:
    duty, kinds = row.duty, dict(Meeting.Kind.choices)
    return SeriesLine(
        id=row.pk,
        title=row.title,
        kind_label=str(kinds.get(row.kind, row.kind)),
        unit_name=row.unit.name,
        when=patterns.words(duty.rule, opens=duty.opens, closes=duty.closes),
        place=row.place,
        agenda=tuple(row.agenda),
        days_ahead=row.days_ahead,
        next_at=getattr(row, "next_at", None),
        next_id=getattr(row, "next_id", None),
        last_at=getattr(row, "last_at", None),
        last_id=getattr(row, "last_id", None),
        missed=getattr(row, "missed", 0),
        ended_at=row.ended_at,
        may_end=may_convene and row.ended_at is None,
    )


def get_meeting(meeting_id: int, *, actor: Actor, at: datetime) -> MeetingPage:
    """One meeting with all that belongs to it, in six statements. Raises NotFound."""
    row = visible_meetings(actor, at=at).filter(pk=meeting_id).first()
    if row is None:
        raise NotFound
    points = AgendaItem.objects.filter(meeting=row).select_related("matter").order_by("position")
    attendances = Attendance.objects.filter(meeting=row).select_related("actor").order_by("id")
    decisions = Decision.objects.filter(meeting=row).select_related("unit", "matter").order_by("position")
    lessons = Lesson.objects.filter(meeting=row).order_by("id")
    return MeetingPage(
        line=_line(row),
        called_by=row.called_by.name,
        minutes=row.minutes,
        minuted_by=row.minuted_by.name if row.minuted_by else "",
        cancelled_because=row.cancelled_because,
        agenda=[
            PointLine(
                point.position,
                point.subject,
                point.matter_id,
                point.matter.number if point.matter else "",
                point.matter.flow if point.matter else "",
            )
            for point in points
        ],
        attendance=[
            AttendanceLine(one.actor_id, one.actor.name, one.state, str(one.get_state_display()), one.reason)
            for one in attendances
        ],
        decisions=[_decision(decision) for decision in decisions],
        lessons=_lessons(lessons),
        may_run=row.called_by_id == actor.pk or org.holds_right(actor, RIGHT, row.unit, at=at) is not None,
    )


def lessons(actor: Actor, *, at: datetime, text: str = "") -> list[LessonLine]:
    """Lessons from meetings ``actor`` may see and from those of the units above their own posts, newest first.

    What a street has learnt is there for everybody who works in it. ``text``: two characters suffice.
    """
    tree = units.get()
    above = {unit_id for held in org.posts_of(actor, at) for unit_id in tree.by_id[held.unit_id].chain}
    rows = Lesson.objects.filter(
        Q(meeting__in=visible_meetings(actor, at=at).values("pk")) | Q(meeting__unit__in=above)
    )
    if found := bigrams(text):
        rows = rows.filter(grams__contains=found)
    elif text.strip():
        rows = rows.filter(text__icontains=text.strip())
    return _lessons(rows.order_by("-noted_at", "-id")[:PAGE])


def get_decision(matter_id: UUID) -> DecisionLine:
    """The decision a resolution came from; the caller has checked that the matter may be seen. Raises NotFound."""
    row = Decision.objects.filter(matter_id=matter_id).select_related("unit", "matter").first()
    if row is None:
        raise NotFound
    return _decision(row)


def discussable(matter_ids: Collection[UUID], *, actor: Actor, at: datetime) -> set[UUID]:
    """Those of these matters that ``actor`` may put on an agenda: theirs, their units', or in their areas."""
    scope = org.covers(actor, at)
    theirs = Q(assignee=actor)
    for path in ("unit__path", "home__path", "area__unit__path"):
        theirs |= scope.below(path=path)
    return set(Matter.objects.filter(theirs, pk__in=matter_ids).values_list("pk", flat=True))


def _line(row: Meeting) -> MeetingLine:
    return MeetingLine(
        id=row.pk,
        kind=row.kind,
        kind_label=str(row.get_kind_display()),
        title=row.title,
        unit_name=row.unit.name,
        starts_at=row.starts_at,
        place=row.place,
        state=row.state,
        state_label=str(row.get_state_display()),
    )


def _decision(row: Decision) -> DecisionLine:
    return DecisionLine(
        id=row.pk,
        position=row.position,
        text=row.text,
        unit_name=row.unit.name if row.unit else "",
        due_on=row.due_on,
        matter_id=row.matter_id,
        matter_number=row.matter.number if row.matter else "",
        state=row.matter.state if row.matter else "",
        state_label=RESOLUTION.label_of(row.matter.state) if row.matter else "",
    )


def _lessons(rows: QuerySet[Lesson]) -> list[LessonLine]:
    return [
        LessonLine(
            id=row.pk,
            text=row.text,
            meeting_id=row.meeting_id,
            meeting_title=row.meeting.title,
            held_at=row.meeting.starts_at,
            matters=tuple((matter.pk, matter.number) for matter in row.matters.all()),
        )
        for row in rows.select_related("meeting").prefetch_related("matters")
    ]
