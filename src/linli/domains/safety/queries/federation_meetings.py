"""A federation's meetings: the next, the last with what it decided, those missed, hazards to be notified (000-45)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Federation, Hazard, Member
from linli.kernel.duties import patterns
from linli.kernel.duties.models import Occurrence
from linli.kernel.errors import NotFound
from linli.kernel.meetings import queries as kernel
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.meetings.models import Decision, Meeting, Series
from linli.kernel.org.models import Actor

LAST = 20
FORGOTTEN = timedelta(days=2)
"""A meeting that nobody recorded this long after its time counts as missed."""


@dataclass(frozen=True, slots=True)
class MeetingLine:
    id: int
    title: str
    starts_at: datetime
    place: str
    state: str
    state_label: str
    look: str
    decisions: int


@dataclass(frozen=True, slots=True)
class DecisionLine:
    text: str
    unit: str
    due_on: date | None
    matter_id: UUID | None
    number: str
    state_label: str
    is_closed: bool
    look: str


@dataclass(frozen=True, slots=True)
class HazardLine:
    """An open hazard at a member's building."""

    id: UUID
    number: str
    words: str
    site: str
    grade: str


@dataclass(frozen=True, slots=True)
class Meetings:
    """series_id  of the recurring meeting, None without one; ``missed`` (day, why it counts as missed)"""

    next: MeetingLine | None
    last: MeetingLine | None
    lines: tuple[MeetingLine, ...]
    decisions: tuple[DecisionLine, ...]
    missed: tuple[tuple[date, str], ...]
    series_id: int | None
    series_title: str
    series_rule: str


LOOKS = {"planned": "brand", "held": "warn", "minuted": "ok", "cancelled": "", "missed": "late"}


def meetings_of(federation: Federation, *, at: datetime) -> Meetings:
    """In five statements."""
    rows = Meeting.objects.filter(unit=federation.unit, kind="federation").order_by("-starts_at", "-id")
    found = list(rows.prefetch_related("decisions")[:LAST])
    lines = [_line(row, at) for row in found]
    held = next((row for row in found if row.state in ("held", "minuted")), None)
    planned = [line for line in lines if line.state == "planned" and line.starts_at >= at]
    running = Series.objects.filter(unit=federation.unit, kind="federation", ended_at=None).select_related("duty")
    series = running.order_by("-id").first()
    return Meetings(
        planned[-1] if planned else None, _line(held, at) if held else None, tuple(lines),
        tuple(_decisions(held, at)) if held else (), tuple(_missed(federation, lines, at)),
        series.pk if series else None, series.title if series else "", _rule(series),
    )  # fmt: skip


def _rule(series: Series | None) -> str:
    if series is None:
        return ""
    return patterns.words(series.duty.rule, opens=series.duty.opens, closes=series.duty.closes)


def _line(row: Meeting, at: datetime) -> MeetingLine:
    state = "missed" if row.state == "planned" and row.starts_at + FORGOTTEN < at else row.state
    label = _("未召开") if state == "missed" else str(row.get_state_display())
    return MeetingLine(
        row.pk, row.title, row.starts_at, row.place, state, label, LOOKS[state], len(row.decisions.all())
    )


def decisions_to_review(federation: Federation, *, at: datetime | None = None) -> list[DecisionLine]:
    """What the last meeting that was held decided."""
    rows = Meeting.objects.filter(unit=federation.unit, kind="federation", state__in=("held", "minuted"))
    last = rows.order_by("-starts_at", "-id").first()
    return _decisions(last, at) if last else []


def _decisions(meeting: Meeting, at: datetime | None) -> list[DecisionLine]:
    rows = Decision.objects.filter(meeting=meeting).select_related("unit", "matter").order_by("position")
    return [_decision(row, at) for row in rows]


def _decision(row: Decision, at: datetime | None) -> DecisionLine:
    matter = row.matter
    is_closed = matter is None or matter.closed_at is not None
    is_late = bool(matter and at and matter.due_at and matter.closed_at is None and matter.due_at < at)
    look = "ok" if matter and is_closed else ("late" if is_late else "")
    return DecisionLine(
        row.text, row.unit.name if row.unit else "", row.due_on, row.matter_id, matter.number if matter else "",
        str(RESOLUTION.label_of(matter.state)) if matter else "", is_closed, look,
    )  # fmt: skip


def _missed(federation: Federation, lines: list[MeetingLine], at: datetime) -> list[tuple[date, str]]:
    """Days of the series on which no meeting was held, and meetings called of which nothing was recorded."""
    days = Occurrence.objects.filter(
        duty__meetings__unit=federation.unit, duty__meetings__kind="federation", state=Occurrence.State.MISSED
    ).order_by("-on")
    by_series = [(on, _("到期没有召开")) for on in days.values_list("on", flat=True)[:LAST]]
    called = [
        (timezone.localdate(line.starts_at), _("已通知，没有召开记录")) for line in lines if line.state == "missed"
    ]
    return sorted({*by_series, *called}, reverse=True)[:LAST]


def hazards_to_notify(federation: Federation, *, actor: Actor, at: datetime) -> list[HazardLine]:
    """Open hazards of member buildings that ``actor`` may put on an agenda, newest first, at most 50."""
    sites = Member.objects.filter(federation=federation, until=None).values("site_id")
    rows = Hazard.objects.filter(object_id__in=sites, matter__closed_at=None).select_related("matter", "object__site")
    found = list(rows.order_by("-matter_id")[:200])
    seen = kernel.discussable([row.pk for row in found], actor=actor, at=at)
    return [_hazard(row) for row in found if row.pk in seen][:50]


def _hazard(row: Hazard) -> HazardLine:
    site = row.object.site.name if row.object else ""
    return HazardLine(
        row.pk, row.matter.number, f"{row.matter.number} {site} {row.matter.title}", site,
        str(row.get_grade_display()) if row.grade else "",
    )  # fmt: skip


def invited(series: Series, at: datetime) -> list[Actor]:
    """Who is called to a meeting of the series: the contacts of the members of that day."""
    del at
    members = Member.objects.filter(federation=series.unit_id, until=None, contact__isnull=False)
    people = {member.contact_id: member.contact for member in members.select_related("contact").order_by("pk")}
    return [person for person in people.values() if person is not None]


def get_planned(federation: Federation, meeting_id: int) -> Meeting:
    """A meeting of the federation that is still planned. Raises NotFound."""
    found = Meeting.objects.filter(pk=meeting_id, unit=federation.unit, kind="federation", state="planned").first()
    if found is None:
        raise NotFound
    return found
