"""Call a federation's meeting: its standing points, hazards to be notified there, decisions to be looked at again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.models import Federation, Member
from linli.domains.safety.queries import federation_meetings as queries
from linli.kernel.errors import Refused
from linli.kernel.meetings import commands as meetings
from linli.kernel.meetings import queries as kernel
from linli.kernel.meetings.commands import Point
from linli.kernel.meetings.models import Meeting
from linli.kernel.org.models import Actor

KIND = "federation"


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
    known = {line.id: line for line in queries.hazards_to_notify(federation, actor=actor, at=at)}
    if set(hazards) - known.keys():
        raise FederationMeetingRefused(_("有您看不到或已办结的隐患。"), field="hazards")
    agenda = [Point(point.strip()[:200]) for point in points if point.strip()]
    agenda += [
        Point(_("通报隐患：%(what)s") % {"what": known[key].words[:180]}, key) for key in known if key in hazards
    ]
    agenda += _reviewed(federation, actor, at)
    members = Member.objects.filter(federation=federation, until=None, contact__isnull=False)
    invited = {member.contact_id: member.contact for member in members.select_related("contact")}
    return meetings.call(
        kind=KIND, title=title, unit=federation.unit, starts_at=starts_at, place=place, agenda=agenda,
        invited=[person for person in invited.values() if person is not None], actor=actor, at=at,
    )  # fmt: skip


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
