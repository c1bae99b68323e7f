"""The patrol plan: which routes there are and how their rounds went; one route with its points, rounds and changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.domains.safety.models import Patrol, Route, RoutePoint
from linli.domains.safety.queries.patrol_log import territory
from linli.domains.safety.queries.patrol_reach import PLAN, get_route, visible_routes
from linli.domains.safety.queries.walk_page import STATE_LOOKS
from linli.kernel.duties import patterns
from linli.kernel.duties.models import Duty, DutyChange, Occurrence
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Change
from linli.kernel.org.roles import BY_CODE
from linli.kernel.org.scope import Held

PAGE = 50
WEEK = timedelta(days=7)
MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One route as listed, with how its rounds of the last seven days went."""

    id: int
    title: str
    kind: str
    unit: str
    over: str
    who: str
    when: str
    points: int
    least: int | None
    team: str
    has_ended: bool
    done: int
    late: int
    missed: int


@dataclass(frozen=True, slots=True)
class RoutePage:
    rows: list[RouteRow]
    after: str


def routes(
    actor: Actor, post: Held | None, *, kind: str = "", unit: int | None = None, ended: bool = False, at: datetime,
    after: str = "", limit: int = PAGE,
) -> RoutePage:  # fmt: skip
    """Routes through the territory of ``post``, the newest first; three SQL statements."""
    found = visible_routes(actor).select_related("team")
    grounds = territory(post)
    if unit is not None:
        found = found.filter(duty__over__path__startswith=org.node_of(unit).path)
    elif grounds:
        found = found.filter(Q(duty__over__in=grounds) | Q(duty__unit__in=grounds))
    found = found.filter(kind=kind) if kind else found
    found = found.filter(duty__ended_at__isnull=not ended)
    if after.isdigit():
        found = found.filter(pk__lt=int(after))
    kept = list(found.order_by("-pk")[: limit + 1])
    rows = route_rows(kept[:limit], at)
    return RoutePage(rows, str(rows[-1].id) if len(kept) > limit else "")


def route_rows(found: Sequence[Route], at: datetime) -> list[RouteRow]:
    """Routes as rows; two SQL statements."""
    points = dict(RoutePoint.objects.filter(route__in=found, until=None).values_list("route").annotate(n=Count("id")))
    ended = Occurrence.objects.filter(
        duty__in=[route.duty_id for route in found], opens_at__gte=at - WEEK, opens_at__lt=at
    )
    went: dict[tuple[UUID, str], int] = {
        (duty, state): n for duty, state, n in ended.values_list("duty", "state").annotate(n=Count("id"))
    }
    return [_row(route, points.get(route.pk, 0), went) for route in found]


def _row(route: Route, points: int, went: dict[tuple[UUID, str], int]) -> RouteRow:
    duty = route.duty
    return RouteRow(
        route.pk, duty.title, str(route.get_kind_display()), duty.unit.name, duty.over.name, who_of(duty),
        when_of(duty), points, route.least_points, route.team.name if route.team else "", duty.ended_at is not None,
        went.get((duty.pk, "done"), 0), went.get((duty.pk, "late"), 0), went.get((duty.pk, "missed"), 0),
    )  # fmt: skip


def who_of(duty: Duty) -> str:
    """The fixed responsibility, in words."""
    if duty.holder is not None:
        return duty.holder.name
    return str(BY_CODE[duty.role].label) if duty.role in BY_CODE else duty.role


def when_of(duty: Duty) -> str:
    """The fixed time, in words: 每周一、三、五 09:00–11:00."""
    return patterns.words(duty.rule, opens=duty.opens, closes=duty.closes, working_days_only=duty.working_days_only)


@dataclass(frozen=True, slots=True)
class PointRow:
    site: UUID
    position: int
    name: str
    code: str
    ask: str
    lon: float
    lat: float
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Round:
    """One time the route fell due. ``walk``: key of the walk that belongs to it, the last one."""

    id: UUID
    on: date
    opens_at: datetime
    closes_at: datetime
    state: str
    look: str
    who: str
    done_at: datetime | None
    is_late_sync: bool
    walk: UUID | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Changed:
    at: datetime
    who: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class RouteView:
    row: RouteRow
    duty: UUID
    starts_on: date
    ends_on: date | None
    in_order: bool
    building: str
    points: tuple[PointRow, ...]
    earlier: tuple[PointRow, ...]
    coming: tuple[Round, ...]
    past: tuple[Round, ...]
    changes: tuple[Changed, ...]
    may_plan: bool
    ended_at: datetime | None
    end_reason: str


def route_page(key: int, *, actor: Actor, at: datetime) -> RouteView:
    """Raises RouteNotFound."""
    route = get_route(key, actor=actor)
    duty = route.duty
    points = RoutePoint.objects.filter(route=route).select_related("site").order_by("-since", "position")
    rows = [
        PointRow(p.site_id, p.position, p.site.name, p.site.code, p.ask, p.site.lon, p.site.lat, p.since, p.until)
        for p in points[:300]
    ]
    rounds = _rounds(route, at)
    (row,) = route_rows([route], at)
    return RouteView(
        row=row, duty=duty.pk, starts_on=duty.starts_on, ends_on=duty.ends_on, in_order=route.in_order,
        building=route.building.name if route.building else "", points=tuple(p for p in rows if p.until is None),
        earlier=tuple(p for p in rows if p.until is not None),
        coming=tuple(one for one in reversed(rounds) if not one.is_over)[:10],
        past=tuple(one for one in rounds if one.is_over), changes=tuple(_changes(route)),
        may_plan=duty.ended_at is None and org.holds_right(actor, PLAN, duty.unit) is not None,
        ended_at=duty.ended_at, end_reason=duty.end_reason,
    )  # fmt: skip


def _rounds(route: Route, at: datetime) -> list[Round]:
    until = at + timedelta(days=10)
    rows = Occurrence.objects.filter(duty=route.duty_id, opens_at__lt=until).select_related("holder", "done_by")
    found = list(rows.order_by("-opens_at")[:MOST_ROUNDS])
    walks = dict(Patrol.objects.filter(occurrence__in=found).order_by("began_at").values_list("occurrence_id", "pk"))
    return [
        Round(
            one.pk, one.on, one.opens_at, one.closes_at, str(one.get_state_display()), STATE_LOOKS[one.state],
            _name(one.done_by or one.holder), one.done_at, one.is_late_sync, walks.get(one.pk), one.closes_at <= at,
        )
        for one in found
    ]  # fmt: skip


def _name(person: Actor | None) -> str:
    return person.name if person else ""


def _changes(route: Route) -> list[Changed]:
    points = Change.objects.filter(subject=f"route:{route.pk}").select_related("actor").order_by("-at")[:30]
    times = DutyChange.objects.filter(duty=route.duty_id).select_related("actor").order_by("-at")[:30]
    found = [Changed(one.at, one.actor.name, _("调整点位"), one.reason) for one in points]
    found += [
        Changed(one.at, one.actor.name, _("调整时间或责任人，自 %(day)s 起") % {"day": one.from_on}, one.reason)
        for one in times
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)
