"""Whose walks, routes and teams somebody may see, where they may walk, and where they plan."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.domains.safety.models import Patrol, PatrolTeam, Route
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.roles import having
from linli.kernel.org.scope import Scope

PLAN = "plan_patrols"
WALK = ("report", "operate", "inspect", "self_govern")
"""One of these rights lets somebody patrol."""
COMMAND = ("mobilise", "coordinate", "command", PLAN)
"""One of these lets somebody see who is out now, and choose among walks."""


class PatrolNotFound(NotFound): ...


class RouteNotFound(NotFound): ...


class TeamNotFound(NotFound): ...


def may_walk(actor: Actor, unit: Unit, at: datetime | None = None) -> bool:
    """Anywhere in the street (or the district) of a post with a right to patrol."""
    roles = frozenset[str]().union(*(having(right) for right in WALK))
    for held in org.posts_of(actor, at):
        if held.role in roles and (held.reaches(unit.path) or unit.path.startswith(_home_path(held.unit_id))):
            return True
    return False


def _home_path(unit_id: int) -> str:
    return org.node_of(org.home_id_of(unit_id)).path


def holds_any(actor: Actor, unit: Unit, rights: tuple[str, ...], at: datetime | None = None) -> bool:
    return any(org.holds_right(actor, right, unit, at) is not None for right in rights)


def scope_of(actor: Actor) -> Scope:
    """The territory whose log somebody may read."""
    return org.covers(actor)


def visible_patrols(actor: Actor) -> QuerySet[Patrol]:
    """Walks in ``actor``'s territory, those of their teams' units, and their own."""
    scope = scope_of(actor)
    near = scope.below(path="unit__path") | scope.below(path="team__unit__path") | scope.below(
        path="joint__asker__path"
    )  # fmt: skip
    return Patrol.objects.filter(near | Q(actor=actor) | Q(filed_by=actor))


def get_patrol(key: UUID, *, actor: Actor) -> Patrol:
    """Raises PatrolNotFound for absent and hidden alike."""
    rows = visible_patrols(actor).select_related("unit", "actor", "filed_by", "route__duty", "team", "occurrence")
    patrol = rows.select_related("joint__matter", "joint__asker").filter(pk=key).first()
    if patrol is None:
        raise PatrolNotFound(key)
    return patrol


def visible_routes(actor: Actor) -> QuerySet[Route]:
    """Routes through ``actor``'s territory, of their unit, and those they walk themselves."""
    scope = scope_of(actor)
    near = scope.below(path="duty__over__path") | scope.below(path="duty__unit__path")
    return Route.objects.filter(near | Q(duty__holder=actor)).select_related("duty__over", "duty__unit", "duty__holder")


def get_route(key: int, *, actor: Actor) -> Route:
    """Raises RouteNotFound."""
    route = visible_routes(actor).select_related("team", "building").filter(pk=key).first()
    if route is None:
        raise RouteNotFound(key)
    return route


def visible_teams(actor: Actor) -> QuerySet[PatrolTeam]:
    """Teams of units in ``actor``'s territory, those of the street they work in, and those they belong to."""
    homes = {org.home_id_of(held.unit_id) for held in org.posts_of(actor)}
    homes = {home for home in homes if org.node_of(home).kind == "street"}
    scope = scope_of(actor)
    near = scope.below(path="unit__path") | Q(unit__in=homes) | Q(unit__parent__in=homes)
    mine = Q(members__actor=actor, members__until=None) | Q(leader=actor)
    return PatrolTeam.objects.filter(pk__in=PatrolTeam.objects.filter(near | mine).values("pk"))


def get_team(key: int, *, actor: Actor) -> PatrolTeam:
    """Raises TeamNotFound."""
    team = visible_teams(actor).select_related("unit", "leader", "made_by").filter(pk=key).first()
    if team is None:
        raise TeamNotFound(key)
    return team
