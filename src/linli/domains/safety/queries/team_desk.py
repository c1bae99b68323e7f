"""Teams that patrol besides the grid: which there are, one with its members, rounds and walks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import LogEntry, Patrol, PatrolTeam, Route, TeamMember
from linli.domains.safety.queries.patrol_reach import PLAN, get_route, get_team, visible_teams
from linli.domains.safety.queries.route_desk import RouteRow, route_rows
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

PAGE = 60
MOST_MEMBERS = 300
ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team as listed. ``contract_look``: late when the contract is over, warn when it soon will be."""

    id: int
    name: str
    kind: str
    is_guard: bool
    unit: str
    leader: str
    members: int
    walks: int
    last_at: datetime | None
    body: str
    contract_to: date | None
    contract_look: str
    ended_at: datetime | None


def teams(actor: Actor, *, kind: str = "", at: datetime) -> list[TeamRow]:
    """Teams in reach, at most ``PAGE``; three SQL statements."""
    found = visible_teams(actor).filter(ended_at=None).select_related("unit", "leader")
    found = found.filter(kind=kind) if kind else found
    return _team_rows(list(found.order_by("kind", "unit__path", "name")[:PAGE]), at)


def _team_rows(found: list[PatrolTeam], at: datetime) -> list[TeamRow]:
    members = dict(TeamMember.objects.filter(team__in=found, until=None).values_list("team").annotate(n=Count("id")))
    walks = {
        team: (n, last)
        for team, n, last in Patrol.objects.filter(team__in=found, began_at__gte=at - timedelta(days=30))
        .values_list("team").annotate(n=Count("id"), last=Max("began_at"))
    }  # fmt: skip
    today = timezone.localdate(at)
    return [_team_row(team, members.get(team.pk, 0), walks.get(team.pk, (0, None)), today) for team in found]


def _team_row(team: PatrolTeam, members: int, walks: tuple[int, datetime | None], today: date) -> TeamRow:
    return TeamRow(
        team.pk, team.name, str(team.get_kind_display()), team.kind == PatrolTeam.Kind.GUARD, team.unit.name,
        team.leader.name if team.leader else "", members, *walks, team.body, team.contract_to,
        contract_look(team.contract_to, today), team.ended_at,
    )  # fmt: skip


def contract_look(ends: date | None, today: date) -> str:
    if ends is None:
        return ""
    return "late" if ends < today else "warn" if ends < today + ENDS_SOON else "ok"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as shown: staff by name, a volunteer masked; ``is_sealed``: name and phone can be asked for."""

    id: int
    name: str
    task: str
    since: date
    is_sealed: bool
    is_leader: bool
    walks: int


@dataclass(frozen=True, slots=True)
class WalkRow:
    id: UUID
    who: str
    unit: str
    began_at: datetime
    people: int
    lines: int
    problems: int


@dataclass(frozen=True, slots=True)
class TeamView:
    row: TeamRow
    members: tuple[MemberRow, ...]
    routes: tuple[RouteRow, ...]
    walks: tuple[WalkRow, ...]
    may_plan: bool
    may_read: bool
    end_reason: str


def team_page(key: int, *, actor: Actor, at: datetime) -> TeamView:
    """Raises TeamNotFound."""
    team = get_team(key, actor=actor)
    rows = TeamMember.objects.filter(team=team, until=None).select_related("actor").order_by("since", "id")
    members = list(rows[:MOST_MEMBERS])
    walked = dict(
        Patrol.objects.filter(team=team, began_at__gte=at - timedelta(days=30))
        .values_list("actor").annotate(n=Count("id"))
    )  # fmt: skip
    routes = Route.objects.filter(team=team, duty__ended_at=None).select_related(
        "duty__unit", "duty__over", "duty__holder", "team"
    )
    (row,) = _team_rows([team], at)
    return TeamView(
        row, tuple(_member(one, team, walked.get(one.actor_id, 0)) for one in members),
        tuple(route_rows(list(routes[:40]), at)), tuple(_walks(team)),
        may_plan=team.ended_at is None and org.holds_right(actor, PLAN, team.unit) is not None,
        may_read=org.holds_right(actor, "read_contact") is not None, end_reason=team.end_reason,
    )  # fmt: skip


def _member(one: TeamMember, team: PatrolTeam, walks: int) -> MemberRow:
    return MemberRow(
        one.pk, one.actor.name, one.task, one.since, one.actor.kind == "outside", one.actor_id == team.leader_id, walks
    )


def _walks(team: PatrolTeam) -> list[WalkRow]:
    found = list(Patrol.objects.filter(team=team).select_related("actor", "unit").order_by("-began_at")[:20])
    counts = {
        walk: (lines, problems)
        for walk, lines, problems in LogEntry.objects.filter(patrol__in=found)
        .values_list("patrol").annotate(n=Count("id"), bad=Count("id", filter=Q(condition="problem")))
    }  # fmt: skip
    return [
        WalkRow(one.pk, one.actor.name, one.unit.name, one.began_at, one.people, *counts.get(one.pk, (0, 0)))
        for one in found
    ]


def walkers_of(route_key: int, *, actor: Actor) -> list[tuple[str, str]]:
    """For whom a walk of this route may be written down: oneself, who is responsible, the members of its team."""
    route = get_route(route_key, actor=actor)
    found = {str(actor.pk): _("我本人（%(name)s）") % {"name": actor.name}}
    if route.duty.holder is not None:
        found.setdefault(str(route.duty.holder_id), route.duty.holder.name)
    if route.team_id is not None:
        members = TeamMember.objects.filter(team=route.team_id, until=None).select_related("actor")
        for one in members[:MOST_MEMBERS]:
            found.setdefault(str(one.actor_id), f"{one.actor.name} {one.task}".strip())
    first = str(route.duty.holder_id) if route.duty.holder_id else ""
    return sorted(found.items(), key=lambda one: one[0] != first)
