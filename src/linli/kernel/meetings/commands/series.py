"""Meetings that come again: begun, called by themselves some days ahead, ended."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties import commands as duties
from linli.kernel.duties.models import Occurrence
from linli.kernel.errors import NotFound
from linli.kernel.meetings import inviting
from linli.kernel.meetings.commands.meeting import MOST_INVITED, MeetingRefused, Point, called
from linli.kernel.meetings.flow import RESOLUTION
from linli.kernel.meetings.models import Decision, Meeting, Series
from linli.kernel.meetings.queries import RIGHT
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean

DAYS_AHEAD = 7
MOST_AHEAD = 20
"""Occurrences are made 21 days ahead; a meeting is called from among them."""
MOST_POINTS = 20
AT_ONCE = 200


@transaction.atomic
def begin(
    *, kind: str, title: str, unit: Unit, rule: str, starts_on: date, opens: time, closes: time, actor: Actor,
    at: datetime, place: str = "", agenda: Sequence[str] = (), people: Collection[Actor] = (),
    convener: Actor | None = None, days_ahead: int = DAYS_AHEAD, ends_on: date | None = None,
    working_days_only: bool = False, key: UUID | None = None, knowing: bool = False,
) -> Series:  # fmt: skip
    """Begin a series of meetings of ``unit``; those near are called at once.

    rule      RFC 5545, without times; the meeting begins at ``opens`` of its days
    agenda    standing points; what the last meeting decided and is not done is added to each
    convener  who calls and answers for them, ``actor`` when None
    key       of the duty: given again, it is the same series

    Raises MeetingRefused, and what ``duties.set_duty`` raises.
    """
    if key and (known := Series.objects.filter(duty_id=key, made_by=actor).first()):
        return known
    points = [clean(point, 200) for point in agenda if point.strip()]
    _check(kind, unit, points, people, days_ahead, actor=actor, at=at)
    duty = duties.set_duty(
        duties.Draft(
            kind="meeting", title=title, unit=unit, holder=convener or actor, rule=rule, starts_on=starts_on,
            opens=opens, closes=closes, ends_on=ends_on, working_days_only=working_days_only,
        ),
        actor=actor, at=at, key=key, knowing=knowing,
    )  # fmt: skip
    series = Series.objects.create(
        duty=duty, kind=kind, title=duty.title, unit=unit, place=clean(place, 120), agenda=points,
        days_ahead=days_ahead, made_by=actor, made_at=at,
    )  # fmt: skip
    series.people.set(people)
    call_due(at=at, only=series.pk)
    return series


@transaction.atomic
def end(series_id: int, *, reason: str, actor: Actor, at: datetime) -> Series:
    """End a series: no more meetings are called; one called already stays. Raises NotFound, Refused."""
    series = Series.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=series_id).first()
    if series is None or not org.covers(actor, at).reaches(series.unit.path):
        raise NotFound
    if series.ended_at is not None:
        raise MeetingRefused(_("这个例会已经结束。"))
    duties.end_duty(series.duty_id, reason=reason, actor=actor, at=at)
    series.ended_at = at
    series.save(update_fields=["ended_at"])
    return series


def call_due(*, at: datetime, only: int | None = None) -> int:
    """Call the meetings whose day is near enough; returns how many. Called twice or at once: each meeting once."""
    near = Occurrence.objects.filter(
        duty=OuterRef("duty_id"), state=Occurrence.State.DUE, closes_at__gt=at,
        on__lte=timezone.localdate(at) + timedelta(days=MOST_AHEAD),
    ).exclude(Exists(Meeting.objects.filter(occurrence=OuterRef("pk"))))  # fmt: skip
    waiting = Series.objects.filter(Exists(near), ended_at=None)
    if only is not None:
        waiting = waiting.filter(pk=only)
    return sum(_call_of(key, at=at) for key in waiting.order_by("id").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _call_of(series_id: int, *, at: datetime) -> int:
    """Call what is near of one series, under its lock."""
    rows = Series.objects.select_for_update(of=("self",)).select_related("unit", "duty__holder")
    series = rows.filter(pk=series_id, ended_at=None).first()
    if series is None:
        return 0
    until = timezone.localdate(at) + timedelta(days=series.days_ahead)
    near = Occurrence.objects.filter(duty=series.duty_id, state=Occurrence.State.DUE, closes_at__gt=at, on__lte=until)
    near = near.exclude(Exists(Meeting.objects.filter(occurrence=OuterRef("pk")))).select_related("holder")
    found = list(near.order_by("on"))
    for occurrence in found:
        called(
            kind=series.kind, title=f"{series.title}（{occurrence.on:%Y-%m-%d}）"[:120], unit=series.unit,
            starts_at=occurrence.opens_at, place=series.place, agenda=_agenda(series),
            invited=inviting.invited_to(series, at=at)[:MOST_INVITED], actor=occurrence.holder or series.made_by,
            at=at, series=series, occurrence=occurrence,
        )  # fmt: skip
    return len(found)


def _agenda(series: Series) -> list[Point]:
    """The standing points, then each decision of the last meeting held that is not carried out yet."""
    standing = [Point(subject) for subject in series.agenda] or [Point(_("例行议题"))]
    held = Meeting.objects.filter(unit=series.unit, kind=series.kind, state__in=("held", "minuted"))
    last = held.order_by("-starts_at", "-id").values_list("pk", flat=True).first()
    open_ones = Decision.objects.filter(meeting=last, matter__isnull=False).exclude(
        matter__state__in=RESOLUTION.closed
    )  # fmt: skip
    reviewed = open_ones.order_by("position").values_list("text", F("matter_id"))
    return standing + [Point((_("复查上次决定：%(text)s") % {"text": text})[:200], key) for text, key in reviewed]


def _check(
    kind: str, unit: Unit, points: Sequence[str], people: Collection[Actor], days_ahead: int, *, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    if org.holds_right(actor, RIGHT, unit, at=at) is None:
        raise MeetingRefused(_("您不能召集这个单位的会议。"), field="unit")
    if kind not in Meeting.Kind.values:
        raise MeetingRefused(_("请选择会议类别。"), field="kind")
    if len(points) > MOST_POINTS:
        raise MeetingRefused(_("固定议题最多%(most)d个。") % {"most": MOST_POINTS}, field="agenda")
    if len(people) > MOST_INVITED:
        raise MeetingRefused(_("一次最多通知%(most)d人。") % {"most": MOST_INVITED}, field="people")
    if not 1 <= days_ahead <= MOST_AHEAD:
        raise MeetingRefused(_("提前1到%(most)d天通知。") % {"most": MOST_AHEAD}, field="days_ahead")
