"""Deployments and joint patrols that somebody may see, and what may be done with them now."""

from django.db.models import Q, QuerySet

from linli.domains.safety.models import Deployment, JointPatrol, TeamMember
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor


class DeploymentNotFound(NotFound): ...


class JointNotFound(NotFound): ...


def visible_deployments(actor: Actor) -> QuerySet[Deployment]:
    """Those ordered by centres and held by teams that ``actor``'s posts reach, and of teams they belong to."""
    scope = org.covers(actor)
    near = scope.below(path="matter__home__path") | scope.below(path="matter__unit__path")
    mine = TeamMember.objects.filter(actor=actor, until=None).values("team")
    rows = Deployment.objects.filter(near | Q(team__in=mine) | Q(matter__assignee=actor))
    return rows.select_related("matter__home", "matter__unit", "matter__place", "team", "ordered_by", "case")


def get_deployment(number: str, *, actor: Actor) -> Deployment:
    """Raises DeploymentNotFound for absent and hidden alike."""
    found = visible_deployments(actor).filter(matter__number=number).first()
    if found is None:
        raise DeploymentNotFound(number)
    return found


def visible_joints(actor: Actor) -> QuerySet[JointPatrol]:
    """Those asked by departments and held by grids that ``actor``'s posts reach."""
    scope = org.covers(actor)
    near = scope.below(path="matter__home__path") | scope.below(path="matter__unit__path")
    own = [held.unit_id for held in org.posts_of(actor)]
    rows = JointPatrol.objects.filter(near | Q(asker__in=own))
    return rows.select_related("matter__home", "matter__unit", "asker", "site")


def get_joint(number: str, *, actor: Actor) -> JointPatrol:
    """Raises JointNotFound for absent and hidden alike."""
    found = visible_joints(actor).filter(matter__number=number).first()
    if found is None:
        raise JointNotFound(number)
    return found
