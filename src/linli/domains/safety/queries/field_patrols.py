"""What phones take along of patrols: routes with their points, deployments and joint patrols as work."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.domains.safety.flow import DEPLOYMENT, JOINT_PATROL
from linli.domains.safety.models import Deployment, JointPatrol, Route, RoutePoint
from linli.domains.safety.queries.patrol_matters import visible_deployments, visible_joints
from linli.kernel.devices.verbs import Work
from linli.kernel.flow.access import open_steps, taken_by, with_units
from linli.kernel.flow.carried import last_seen
from linli.kernel.flow.definition import Flow, Step
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor
from linli.web.times import when

MOST = 50
DEPLOYMENT_STEPS = frozenset({"receive", "arrive", "report"})
JOINT_STEPS = frozenset({"record_grid", "record_department"})
"""What is done in the street; ordering and arranging is done on the pages."""


def work(actor: Actor, at: datetime) -> list[Work]:
    """Deployments and joint patrols ``actor`` has something to do with, soonest due first."""
    deployments = visible_deployments(actor).filter(matter__closed_at=None).order_by("matter__due_at")[:MOST]
    joints = visible_joints(actor).filter(matter__state="arranged").order_by("meets_at")[:MOST]
    moved = {one.pk: one for one in deployments}
    joined = {one.pk: one for one in joints}
    seen = last_seen([*moved, *joined])
    taken = taken_by(actor, [*moved, *joined])
    found = []
    for one in moved.values():
        steps = _steps(DEPLOYMENT, one.matter, actor, DEPLOYMENT_STEPS, taken)
        found += [_deployment(one, steps, seen[one.pk])] if steps else []
    for other in joined.values():
        steps = _steps(JOINT_PATROL, other.matter, actor, JOINT_STEPS, taken)
        found += [_joint(other, steps, seen[other.pk])] if steps else []
    return found


def _steps(
    flow: Flow, matter: Matter, actor: Actor, known: Collection[str], taken: Mapping[UUID, set[str]]
) -> list[Step]:
    steps = flow.at(matter.flow_version).steps_from(matter.state)
    return [s for s in open_steps(steps, with_units(matter), actor, barred=taken[matter.pk]) if s.name in known]


def _deployment(one: Deployment, steps: Iterable[Step], seen: int) -> Work:
    place = getattr(one.matter, "place", None)
    facts = [
        (_("任务"), one.task), (_("地点"), one.place), (_("人数"), str(one.people)), (_("队伍"), one.team.name),
        (_("命令下达"), when(one.matter.opened_at)),
    ]  # fmt: skip
    return _as_work("deployment", "deployment.step", one.matter, steps, seen, facts, place, one.place, DEPLOYMENT)


def _joint(one: JointPatrol, steps: Iterable[Step], seen: int) -> Work:
    facts = [
        (_("提出部门"), one.asker.name), (_("巡查内容"), one.purpose), (_("集合时间"), when(one.meets_at)),
        (_("集合地点"), one.meeting_place), (_("人员"), one.people),
    ]  # fmt: skip
    return _as_work("joint_patrol", "joint.record", one.matter, steps, seen, facts, one.site, one.meeting_place,
                    JOINT_PATROL)  # fmt: skip


def _as_work(
    kind: str, verb: str, matter: Matter, steps: Iterable[Step], seen: int, facts: list[tuple[str, str]], where: Any,
    address: str, flow: Flow,
) -> Work:  # fmt: skip
    return Work(
        kind=kind, about=matter.number, number=matter.number, title=matter.title, state=matter.state,
        state_label=flow.label_of(matter.state), opened_at=matter.opened_at, due_at=matter.due_at,
        lon=where.lon if where else None, lat=where.lat if where else None, address=address, seen=seen,
        steps=tuple((verb, step.name, str(step.label), step.needs) for step in steps),
        facts=tuple((label, text) for label, text in facts if text),
    )  # fmt: skip


def routes_of(duties: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Duty → its route as a phone needs it, with its points in their order; two SQL statements."""
    routes = {route.pk: route for route in Route.objects.filter(duty__in=duties)}
    points: dict[int, list[dict[str, Any]]] = {key: [] for key in routes}
    rows = RoutePoint.objects.filter(route__in=routes, until=None).select_related("site").order_by("position")
    for point in rows:
        site = point.site
        points[point.route_id].append({
            "site": str(site.pk), "name": site.name, "lon": site.lon, "lat": site.lat, "ask": point.ask,
            "position": point.position,
        })  # fmt: skip
    return {
        route.duty_id: {
            "id": route.pk, "kind": route.kind, "in_order": route.in_order, "least": route.least_points,
            "team": route.team_id, "points": points[route.pk],
        }
        for route in routes.values()
    }  # fmt: skip
