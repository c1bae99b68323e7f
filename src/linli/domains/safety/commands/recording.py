"""Writing a walk down for volunteers without a phone of their own (002-39, 001a-34): filed afterwards, and said so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.commands import walking
from linli.domains.safety.commands.walking import Begun, Ended, PatrolRefused, Seen
from linli.domains.safety.models import Patrol, Route, TeamMember
from linli.domains.safety.queries.patrol_reach import get_route, visible_teams
from linli.kernel.org.models import Actor


@dataclass(frozen=True, slots=True)
class Noted:
    """What was seen at a point."""

    site: UUID
    condition: str = "fine"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A walk as somebody reports it.

    walker   a member of a team, or whoever is responsible for the route; None: who writes it down
    """

    route: int
    began_at: datetime
    ended_at: datetime
    walker: UUID | None
    noted: Sequence[Noted]
    people: int = 1
    note: str = ""


@transaction.atomic
def write_down(written: Written, *, key: UUID, actor: Actor, at: datetime) -> Patrol:
    """Keep a walk that was made; the same key again gives the walk of the first time.

    Raises PatrolRefused, RouteNotFound.
    """
    route = get_route(written.route, actor=actor)
    if not written.began_at < written.ended_at <= at:
        raise PatrolRefused(_("开始要早于结束，结束不能晚于现在。"), field="ended_at")
    if not written.noted:
        raise PatrolRefused(_("请至少记一个点位。"), field="noted")
    walker = _walker(written, route, actor)
    for_another = None if walker.pk == actor.pk else actor
    begun = Begun(
        key, route.kind, written.began_at, route=route.pk, people=written.people, unit=route.duty.over_id,
        filed_by=for_another,
    )  # fmt: skip
    walking.begin(begun, actor=walker, at=at)
    step = (written.ended_at - written.began_at) / (len(written.noted) + 1)
    for n, one in enumerate(written.noted, 1):
        seen = Seen(
            uuid5(key, str(one.site)), key, written.began_at + n * step, condition=one.condition, site=one.site,
            note=one.note,
        )  # fmt: skip
        walking.log(seen, actor=walker, at=at)
    return walking.end(Ended(key, written.ended_at, note=written.note), actor=walker, at=at)


def _walker(written: Written, route: Route, actor: Actor) -> Actor:
    if written.walker is None or written.walker == actor.pk:
        return actor
    mine = TeamMember.objects.filter(team__in=visible_teams(actor), until=None, actor=written.walker)
    if written.walker != route.duty.holder_id and not mine.exists():
        raise PatrolRefused(_("这个人不在您能看到的队伍里。"), field="walker")
    return Actor.objects.get(pk=written.walker)
