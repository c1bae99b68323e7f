"""Call a federation's meeting: its standing points, hazards to be notified there, decisions to be looked at again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.models import Federation, Member
from linli.domains.safety.queries import federation_meetings as queries
from linli.domains.safety.queries.federation_meetings import HazardLine
from linli.kernel.errors import Refused
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings import queries as kernel
from linli.kernel.meetings.commands import Point
from linli.kernel.meetings.commands import series as kernel_series
from linli.kernel.meetings.models import Meeting, Series
from linli.kernel.org.models import Actor

KIND = "federation"
DAYS_AHEAD = 14
LASTS = timedelta(hours=2)
"""How long a meeting is given *(default)*."""


class FederationMeetingRefused(Refused):
    """Not called like this."""


@transaction.atomic
def call(
    federation: Federation, *, title: str, starts_at: datetime, place: str, points: Sequence[str],
    hazards: Collection[UUID] = (), actor: Actor, at: datetime,
) -> Meeting:  # fmt: skip
    """Call all members: standing ``points``, then ``hazards`` of theirs, then what the last meeting decided.

    hazards  keys of open hazards of member buildings that ``actor`` may see

    Raises FederationMeetingRefused, MeetingRefused.
    """
    if Federation.objects.select_for_update(of=("self",)).get(pk=federation.pk).dissolved_on is not None:
        raise FederationMeetingRefused(_("联合会已解散。"))
    known = {line.id: line for line in queries.hazards_to_notify(federation, actor=actor, at=at)}
    if set(hazards) - known.keys():
        raise FederationMeetingRefused(_("有您看不到或已办结的隐患。"), field="hazards")
    agenda = [Point(point.strip()[:200]) for point in points if point.strip()]
    agenda += _hazard_points(known, hazards)
    agenda += _reviewed(federation, actor, at)
    members = Member.objects.filter(federation=federation, until=None, contact__isnull=False)
    invited = {member.contact_id: member.contact for member in members.select_related("contact")}
    return meetings.call(
        kind=KIND, title=title, unit=federation.unit, starts_at=starts_at, place=place, agenda=agenda,
        invited=[person for person in invited.values() if person is not None], actor=actor, at=at,
    )  # fmt: skip


@transaction.atomic
def notify_hazards(
    federation: Federation, meeting_id: int, *, hazards: Collection[UUID], actor: Actor, at: datetime
) -> int:
    """Put ``hazards`` of member buildings on the agenda of a meeting called already. Returns how many are new.

    Raises FederationMeetingRefused, MeetingRefused, NotFound.
    """
    known = {line.id: line for line in queries.hazards_to_notify(federation, actor=actor, at=at)}
    if set(hazards) - known.keys():
        raise FederationMeetingRefused(_("有您看不到或已办结的隐患。"), field="hazards")
    meeting = queries.get_planned(federation, meeting_id)
    return meetings.add_points(meeting.pk, points=_hazard_points(known, hazards), actor=actor, at=at)


@transaction.atomic
def begin(
    federation: Federation, *, every_months: int, starts_on: date, opens: time, place: str, points: Sequence[str],
    ends_on: date | None = None, key: UUID | None = None, actor: Actor, at: datetime,
) -> Series:  # fmt: skip
    """Let the federation meet every few months on the day of the month of ``starts_on``: called 14 days ahead.

    Raises FederationMeetingRefused, and what beginning a series refuses.
    """
    if not 1 <= every_months <= 12:
        raise FederationMeetingRefused(_("请选择多久开一次。"), field="every_months")
    running = Series.objects.filter(unit=federation.unit, kind=KIND, ended_at=None)
    if (running.exclude(duty_id=key) if key else running).exists():
        raise FederationMeetingRefused(_("已有定期例会，请先结束原来的。"))
    # Every month has a 28th: a later day would be passed over in February.
    rule = f"FREQ=MONTHLY;INTERVAL={every_months};BYMONTHDAY={min(starts_on.day, 28)}"
    closes = (datetime.combine(starts_on, opens) + LASTS).time()
    return kernel_series.begin(
        kind=KIND, title=_("%(name)s例会") % {"name": federation.unit.name}, unit=federation.unit, rule=rule,
        starts_on=starts_on, opens=opens, closes=closes, ends_on=ends_on, place=place, agenda=points,
        days_ahead=DAYS_AHEAD, key=key, actor=actor, at=at,
    )  # fmt: skip


def _hazard_points(known: Mapping[UUID, HazardLine], chosen: Collection[UUID]) -> list[Point]:
    return [Point(_("通报隐患：%(what)s") % {"what": known[key].words[:180]}, key) for key in known if key in chosen]


def _reviewed(federation: Federation, actor: Actor, at: datetime) -> list[Point]:
    """Each decision of the last meeting that is not carried out; linked where the caller may link it."""
    decided = [line for line in queries.decisions_to_review(federation) if not line.is_closed]
    linked = kernel.discussable([line.matter_id for line in decided if line.matter_id], actor=actor, at=at)
    return [
        Point(
            _("复查上次决定：%(what)s") % {"what": line.text[:180]},
            line.matter_id if line.matter_id in linked else None,
        )
        for line in decided
    ]
