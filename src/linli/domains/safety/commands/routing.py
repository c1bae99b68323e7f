"""Three-fixed patrols (三定, 001g-18): a route with its fixed time, its fixed points and who is responsible."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.models import PatrolTeam, Route, RoutePoint
from linli.kernel.duties import commands as duties
from linli.kernel.duties.commands import Draft
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import Site
from linli.kernel.text import clean

MOST_POINTS = 60
ASK = 120
DUTY_KINDS = {Route.Kind.BUILDING: "building_log"}
"""Kind of route → kind of its duty; all others are patrols."""
PLAN = "plan_patrols"


class RouteRefused(Refused):
    """The route cannot be planned like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a route, in its place; ``ask``: what to look at there."""

    site: UUID
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A route as planned.

    unit    who answers for it; ``over`` the territory walked, None: the same
    holder  who is responsible; None: anybody of the unit with ``role``
    least   how many points make the round; None: all
    building  the building whose daily book this is (002-39); its only point when none are given
    """

    kind: str
    name: str
    unit: Unit
    rule: str
    starts_on: date
    opens: time
    closes: time
    points: Sequence[Point] = field(default_factory=tuple)
    over: Unit | None = None
    holder: Actor | None = None
    role: str = ""
    ends_on: date | None = None
    grace_minutes: int | None = None
    team: int | None = None
    building: UUID | None = None
    in_order: bool = False
    least: int | None = None
    working_days_only: bool = False


@transaction.atomic
def set_route(plan: Plan, *, key: UUID, actor: Actor, at: datetime, knowing: bool = False) -> Route:
    """Plan a route; the same key again gives the route of the first time.

    knowing  that the person has other duties at the same time is known and meant
    Raises RouteRefused and what setting a duty refuses.
    """
    if earlier := Route.objects.filter(duty=key, duty__made_by=actor).first():
        return earlier
    if plan.kind not in Route.Kind.values:
        raise RouteRefused(_("请选择巡查类别。"), field="kind")
    plan = _with_building(plan)
    points = _checked_points(plan)
    team = _team(plan)
    duty = duties.set_duty(_draft(plan), actor=actor, at=at, key=key, knowing=knowing)
    route = Route.objects.create(
        duty=duty, kind=plan.kind, team=team, building_id=plan.building, in_order=plan.in_order, least_points=plan.least
    )
    _put(route, points, at=at)
    return route


def _with_building(plan: Plan) -> Plan:
    if plan.kind != Route.Kind.BUILDING:
        return replace(plan, building=None)
    if plan.building is None:
        raise RouteRefused(_("请选择哪一栋楼。"), field="building")
    return plan if plan.points else replace(plan, points=(Point(plan.building),))


def _checked_points(plan: Plan) -> list[Point]:
    """Raises RouteRefused."""
    keys = [point.site for point in plan.points]
    if not keys:
        raise RouteRefused(_("请选择点位：定点是“三定”的一定。"), field="points")
    if len(keys) > MOST_POINTS or len(set(keys)) != len(keys):
        raise RouteRefused(_("一条路线最多 %(most)d 个点位，每个只列一次。") % {"most": MOST_POINTS}, field="points")
    home = org.home_of(plan.over or plan.unit)
    rows = Site.objects.filter(pk__in=keys, unit__path__startswith=home.path).exclude(state=Site.State.CLOSED)
    if rows.count() != len(keys):
        raise RouteRefused(_("有的点位不在这个区域，或已注销。"), field="points")
    if plan.least is not None and not 1 <= plan.least <= len(keys):
        raise RouteRefused(_("至少到点数应在 1 到 %(most)d 之间。") % {"most": len(keys)}, field="least")
    return [Point(point.site, clean(point.ask, ASK)) for point in plan.points]


def _team(plan: Plan) -> PatrolTeam | None:
    if plan.team is None:
        return None
    team = PatrolTeam.objects.filter(pk=plan.team, ended_at=None).first()
    if team is None:
        raise RouteRefused(_("没有这支队伍，或已解散。"), field="team")
    return team


def _draft(plan: Plan) -> Draft:
    kind = DUTY_KINDS.get(Route.Kind(plan.kind), "patrol")
    return Draft(
        kind=kind, title=plan.name, unit=plan.unit, over=plan.over, holder=plan.holder, role=plan.role, rule=plan.rule,
        starts_on=plan.starts_on, ends_on=plan.ends_on, opens=plan.opens, closes=plan.closes,
        grace_minutes=plan.grace_minutes, working_days_only=plan.working_days_only,
    )  # fmt: skip


def _put(route: Route, points: Sequence[Point], *, at: datetime) -> None:
    RoutePoint.objects.bulk_create(
        RoutePoint(route=route, site_id=point.site, position=n, ask=point.ask, since=at)
        for n, point in enumerate(points, 1)
    )


@transaction.atomic
def change_points(
    route: Route, points: Sequence[Point], *, least: int | None, in_order: bool, reason: str, actor: Actor, at: datetime
) -> Route:
    """Replace the points of a route as a whole; the earlier ones stay on record. Raises RouteRefused, RightRefused."""
    row = _locked(route, actor, at)
    duty = row.duty
    plan = Plan(
        kind=row.kind, name=duty.title, unit=duty.unit, over=duty.over, rule=duty.rule, starts_on=duty.starts_on,
        opens=duty.opens, closes=duty.closes, points=points, least=least, building=row.building_id,
    )  # fmt: skip
    new = _checked_points(plan)
    before = list(RoutePoint.objects.filter(route=row, until=None).order_by("position").values_list("site_id", "ask"))
    after = [(point.site, point.ask) for point in new]
    if before != after:
        RoutePoint.objects.filter(route=row, until=None).update(until=at)
        _put(row, new, at=at)
    row.least_points, row.in_order = least, in_order
    row.save(update_fields=["least_points", "in_order"])
    changes = {"before": [str(site) for site, _ask in before], "after": [str(site) for site, _ask in after]}
    keep(row, "change_route", actor=actor, at=at, reason=_reason(reason), changes=changes)
    return row


@transaction.atomic
def change_time(
    route: Route, plan: Plan, *, from_on: date, reason: str, actor: Actor, at: datetime, knowing: bool = False
) -> None:
    """From a day on the route is walked at another time or by somebody else. Raises what changing a duty refuses."""
    duties.change(
        route.duty_id, _draft(plan), from_on=from_on, reason=_reason(reason), actor=actor, at=at, knowing=knowing
    )


@transaction.atomic
def end_route(route: Route, *, reason: str, actor: Actor, at: datetime) -> None:
    """Stop a route: what is made ahead of its duty is taken back. Raises RouteRefused and what ending refuses."""
    row = _locked(route, actor, at)
    duties.end_duty(row.duty_id, reason=_reason(reason), actor=actor, at=at)


def _locked(route: Route, actor: Actor, at: datetime) -> Route:
    row = Route.objects.select_for_update(of=("self",)).select_related("duty__unit", "duty__over").get(pk=route.pk)
    require(actor, PLAN, row.duty.unit, at)
    if row.duty.ended_at is not None:
        raise RouteRefused(_("这条巡查路线已停止。"))
    return row


def _reason(text: str) -> str:
    reason = clean(text, 200)
    if not reason:
        raise RouteRefused(_("请写明理由。"), field="reason")
    return reason
