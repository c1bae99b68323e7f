"""One meeting: call, cancel, record who came, minute it, learn from it, decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.calendar import queries as calendar
from linli.kernel.duties import commands as duties
from linli.kernel.duties.models import Occurrence
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow import clocks
from linli.kernel.flow import commands as flow
from linli.kernel.flow.definition import Limit
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.whole import whole
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.meetings.models import AgendaItem, Attendance, Decision, Lesson, Meeting, Series
from linli.kernel.meetings.queries import RIGHT, discussable, visible_meetings
from linli.kernel.messages import commands as messages
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

TEXT_LENGTH = 20_000
LESSON_LENGTH = 2_000
DECISION_LENGTH = 1_000
MOST_INVITED = 300
END_OF_DAY = time(17, 30)
"""A decision is due at the end of office hours of its day."""


class MeetingRefused(Refused):
    """Not with this meeting, or not like this. ``str()`` is fit to show."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda; ``matter_id`` when a matter is discussed under it."""

    subject: str
    matter_id: UUID | None = None


@transaction.atomic
def call(
    *,
    kind: str,
    title: str,
    unit: Unit,
    starts_at: datetime,
    place: str,
    agenda: Sequence[Point],
    invited: Collection[Actor],
    actor: Actor,
    at: datetime,
) -> Meeting:
    """Call a meeting of ``unit`` and tell everybody invited. Who calls it takes part.

    Raises MeetingRefused.
    """
    if not org.holds_right(actor, RIGHT, unit, at=at):
        raise MeetingRefused(_("您不能召集这个单位的会议。"), field="unit")
    _check_call(kind, title, agenda, invited)
    about = {point.matter_id for point in agenda if point.matter_id}
    if about - discussable(about, actor=actor, at=at):
        raise MeetingRefused(_("议题中有您看不到的案件。"), field="agenda")
    return called(
        kind=kind, title=title, unit=unit, starts_at=starts_at, place=place, agenda=agenda, invited=invited,
        actor=actor, at=at,
    )  # fmt: skip


def called(
    *, kind: str, title: str, unit: Unit, starts_at: datetime, place: str, agenda: Sequence[Point],
    invited: Collection[Actor], actor: Actor, at: datetime, series: Series | None = None,
    occurrence: Occurrence | None = None,
) -> Meeting:  # fmt: skip
    """The meeting with its agenda and people, all told; whether it may be called has been asked."""
    meeting = Meeting.objects.create(
        kind=kind, title=clean(title, 120), unit=unit, starts_at=starts_at, place=clean(place, 120), called_by=actor,
        called_at=at, series=series, occurrence=occurrence,
    )  # fmt: skip
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=number, subject=clean(point.subject, 200), matter_id=point.matter_id)
        for number, point in enumerate(agenda, 1)
    )
    people = {person.pk: person for person in (actor, *invited)}
    Attendance.objects.bulk_create(Attendance(meeting=meeting, actor=person) for person in people.values())
    _tell(meeting, "meeting_called", [key for key in people if key != actor.pk], at=at)
    return meeting


@transaction.atomic
def add_points(meeting_id: int, *, points: Sequence[Point], actor: Actor, at: datetime) -> int:
    """Put more on the agenda of a meeting still planned; a matter on it already is left out. Returns how many.

    Raises MeetingRefused, NotFound.
    """
    meeting = _own(meeting_id, actor, at, states={"planned"})
    about = {point.matter_id for point in points if point.matter_id}
    if about - discussable(about, actor=actor, at=at):
        raise MeetingRefused(_("议题中有您看不到的案件。"), field="agenda")
    known = list(AgendaItem.objects.filter(meeting=meeting).values_list("position", "matter_id"))
    taken = {matter_id for _position, matter_id in known if matter_id}
    new = [point for point in points if point.subject.strip() and point.matter_id not in taken]
    first = max((position for position, _matter_id in known), default=0) + 1
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=number, subject=clean(point.subject, 200), matter_id=point.matter_id)
        for number, point in enumerate(new, first)
    )
    return len(new)


@transaction.atomic
def invite(meeting_id: int, *, invited: Collection[Actor], actor: Actor, at: datetime) -> int:
    """Invite more people to a meeting still planned; returns how many are new. Raises MeetingRefused, NotFound."""
    meeting = _own(meeting_id, actor, at, states={"planned"})
    known = set(Attendance.objects.filter(meeting=meeting).values_list("actor_id", flat=True))
    new = {person.pk: person for person in invited if person.pk not in known}
    if len(known) + len(new) > MOST_INVITED:
        raise MeetingRefused(_("一次最多通知%(most)d人。") % {"most": MOST_INVITED}, field="invited")
    Attendance.objects.bulk_create(Attendance(meeting=meeting, actor=person) for person in new.values())
    _tell(meeting, "meeting_called", list(new), at=at)
    return len(new)


@transaction.atomic
def cancel(meeting_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Call a planned meeting off and tell everybody. Raises MeetingRefused, NotFound."""
    meeting = _own(meeting_id, actor, at, states={"planned"})
    if not reason.strip():
        raise MeetingRefused(_("请写明理由。"), field="reason")
    meeting.state, meeting.cancelled_because = Meeting.State.CANCELLED, clean(reason, 200)
    meeting.save(update_fields=["state", "cancelled_because"])
    invited = Attendance.objects.filter(meeting=meeting).exclude(actor=actor)
    _tell(meeting, "meeting_cancelled", list(invited.values_list("actor_id", flat=True)), at=at)


@transaction.atomic
def record_attendance(
    meeting_id: int, *, attended: Collection[UUID], absent: Mapping[UUID, str], actor: Actor, at: datetime
) -> None:
    """Record who came and who did not, with the reason given; the meeting has been held then.

    People who came without an invitation are added. Raises MeetingRefused, NotFound.
    """
    meeting = _own(meeting_id, actor, at, states={"planned", "held"})
    if at < meeting.starts_at:
        raise MeetingRefused(_("会议还没有开始，不能登记到会。"))
    if not attended:
        raise MeetingRefused(_("请登记到会人员。"), field="attended")
    if set(attended) & set(absent):
        raise MeetingRefused(_("同一个人不能既到会又缺席。"), field="absent")
    rows = {row.actor_id: row for row in Attendance.objects.select_for_update().filter(meeting=meeting)}
    for key in attended:
        row = rows.setdefault(key, Attendance(meeting=meeting, actor_id=key))
        row.state, row.reason = Attendance.State.ATTENDED, ""
    for key, reason in absent.items():
        row = rows.setdefault(key, Attendance(meeting=meeting, actor_id=key))
        row.state, row.reason = Attendance.State.ABSENT, clean(reason, 200)
    Attendance.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["meeting", "actor"], update_fields=["state", "reason"]
    )
    meeting.state = Meeting.State.HELD
    meeting.save(update_fields=["state"])


@transaction.atomic
def write_minutes(meeting_id: int, *, text: str, actor: Actor, at: datetime) -> None:
    """Write the minutes of a meeting that was held; written again, the later text counts.

    Raises MeetingRefused, NotFound.
    """
    meeting = _own(meeting_id, actor, at, states={"held", "minuted"})
    meeting.minutes = _plain(text, TEXT_LENGTH, field="minutes")
    meeting.state, meeting.minuted_by, meeting.minuted_at = Meeting.State.MINUTED, actor, at
    meeting.save(update_fields=["minutes", "state", "minuted_by", "minuted_at"])
    if meeting.occurrence is not None:
        _held_as_planned(meeting.occurrence, meeting, at=at)


@transaction.atomic
def note_lesson(meeting_id: int, *, text: str, matter_ids: Collection[UUID], actor: Actor, at: datetime) -> Lesson:
    """Keep what the discussion taught, linked to the cases it was about. Raises MeetingRefused, NotFound.

    matter_ids  matters on the meeting's agenda
    """
    meeting = _own(meeting_id, actor, at, states={"held", "minuted"})
    discussed = set(
        AgendaItem.objects.filter(meeting=meeting, matter__isnull=False).values_list("matter_id", flat=True)
    )
    if set(matter_ids) - discussed:
        raise MeetingRefused(_("只能关联本次会议讨论的案例。"), field="matters")
    lesson = Lesson.objects.create(
        meeting=meeting, text=_plain(text, LESSON_LENGTH, field="text"), noted_by=actor, noted_at=at
    )
    lesson.matters.set(Matter.objects.filter(pk__in=matter_ids))
    return lesson


@whole
def decide(
    meeting_id: int, *, text: str, actor: Actor, at: datetime, unit: Unit | None = None, due_on: date | None = None,
    admission: int | None = None,
) -> Decision:  # fmt: skip
    """Record a decision. With a responsible ``unit`` and a day it becomes a matter of that unit, with a clock.

    admission  the admitted item it cites when the unit is a committee or village

    Raises MeetingRefused, NotFound.
    """
    meeting = _own(meeting_id, actor, at, states={"held", "minuted"})
    plain = _plain(text, DECISION_LENGTH, field="text")
    matter = None
    if unit is not None or due_on is not None:
        matter = _opened(meeting, plain, unit, due_on, actor=actor, at=at, admission=admission)
    position = Decision.objects.filter(meeting=meeting).count() + 1
    return Decision.objects.create(
        meeting=meeting, position=position, text=plain, unit=unit, due_on=due_on, matter=matter, decided_by=actor,
        decided_at=at,
    )  # fmt: skip


def finish(matter: Matter, *, note: str, actor: Actor, at: datetime, seen: int | None = None) -> Entry:
    """Report a resolution as carried out. Raises StepRefused."""
    return flow.take(RESOLUTION, "finish", matter, actor=actor, at=at, note=note, seen=seen)


def send_back(matter: Matter, *, note: str, actor: Actor, at: datetime, seen: int | None = None) -> Entry:
    """Say that it is not carried out yet. Raises StepRefused."""
    return flow.take(RESOLUTION, "send_back", matter, actor=actor, at=at, note=note, seen=seen)


def confirm(matter: Matter, *, actor: Actor, at: datetime, note: str = "", seen: int | None = None) -> Entry:
    """Confirm that it was carried out; not by who reported it. Raises StepRefused."""
    return flow.take(RESOLUTION, "confirm", matter, actor=actor, at=at, note=note, seen=seen)


def call_off(matter: Matter, *, note: str, actor: Actor, at: datetime, seen: int | None = None) -> Entry:
    """Drop a resolution. Raises StepRefused."""
    return flow.take(RESOLUTION, "call_off", matter, actor=actor, at=at, note=note, seen=seen)


def _held_as_planned(occurrence: Occurrence, meeting: Meeting, *, at: datetime) -> None:
    """The occurrence of the series is done when its meeting was held and has minutes; called off, it stays so."""
    if occurrence.holder is not None and occurrence.state != Occurrence.State.EXCUSED:
        duties.record_done(
            occurrence.pk, done_at=meeting.starts_at, filed_at=at, is_late=False, actor=occurrence.holder
        )


def _check_call(kind: str, title: str, agenda: Sequence[Point], invited: Collection[Actor]) -> None:
    if kind not in Meeting.Kind.values:
        raise MeetingRefused(_("请选择会议类别。"), field="kind")
    if not title.strip():
        raise MeetingRefused(_("请填写会议名称。"), field="title")
    if not agenda or not all(point.subject.strip() for point in agenda):
        raise MeetingRefused(_("请填写议题。"), field="agenda")
    if len(invited) > MOST_INVITED:
        raise MeetingRefused(_("一次最多通知%(most)d人。") % {"most": MOST_INVITED}, field="invited")


def _opened(
    meeting: Meeting, text: str, unit: Unit | None, due_on: date | None, *, actor: Actor, at: datetime,
    admission: int | None,
) -> Matter:  # fmt: skip
    if unit is None:
        raise MeetingRefused(_("请选择承办单位。"), field="unit")
    if due_on is None:
        raise MeetingRefused(_("请填写完成日期。"), field="due_on")
    due = timezone.make_aware(datetime.combine(due_on, END_OF_DAY))
    if due <= at:
        raise MeetingRefused(_("完成日期不能早于今天。"), field="due_on")
    matter = flow.open_matter(
        RESOLUTION, title=text, home=org.home_of(meeting.unit), unit=unit, actor=actor, at=at, note=text,
        words=meeting.title, admission=admission,
    )  # fmt: skip
    minutes = calendar.elapsed(at, due, "continuous")
    clocks.start(matter, "resolution", Limit(minutes, "continuous", why=f"meeting {meeting.pk}"), at=at)
    matter.due_at = clocks.soonest(matter)
    matter.save(update_fields=["due_at"])
    return matter


def _own(meeting_id: int, actor: Actor, at: datetime, *, states: Collection[str]) -> Meeting:
    """The meeting under lock, if ``actor`` may run it and it stands where this is possible."""
    meeting = visible_meetings(actor, at=at).select_for_update(of=("self",)).filter(pk=meeting_id).first()
    if meeting is None:
        raise NotFound
    if meeting.called_by_id != actor.pk and not org.holds_right(actor, RIGHT, meeting.unit, at=at):
        raise MeetingRefused(_("只有会议召集人可以这样做。"))
    if meeting.state not in states:
        raise MeetingRefused(_("会议“%(state)s”，不能这样做。") % {"state": meeting.get_state_display()})
    return meeting


def _plain(text: str, most: int, *, field: str) -> str:
    if not text.strip():
        raise MeetingRefused(_("请填写内容。"), field=field)
    if found := personal_data_in(text):
        raise MeetingRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=field)
    if len(text) > most:
        raise MeetingRefused(_("最多%(most)d字。") % {"most": most}, field=field)
    return clean(text, most)


def _tell(meeting: Meeting, kind: str, actor_ids: Sequence[UUID], *, at: datetime) -> None:
    points = AgendaItem.objects.filter(meeting=meeting).order_by("position").values_list("subject", flat=True)
    event = messages.Event(
        kind=kind,
        actor_ids=actor_ids,
        context={
            "title": meeting.title,
            "place": meeting.place,
            "starts": meeting.starts_at,
            "agenda": "；".join(points),
            "unit": meeting.unit.name,
            "reason": meeting.cancelled_because,
            "by": meeting.called_by.name,
        },
    )
    messages.fan_out([event], at=at)
