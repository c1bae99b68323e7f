"""The daily patrol book of a building (002-39): a month as on paper, with the days that are missing."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from linli.domains.safety.models import LogEntry, Patrol, Route
from linli.domains.safety.queries import patrol_log
from linli.domains.safety.queries.patrol_log import territory
from linli.domains.safety.queries.patrol_reach import RouteNotFound, get_route, visible_routes
from linli.domains.safety.queries.route_desk import when_of, who_of
from linli.kernel.duties.models import Occurrence
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

MOST_BOOKS = 200
STATES = {"done": ("ok", "✓"), "late": ("warn", "○"), "missed": ("late", "×"), "due": ("", "·"), "excused": ("", "—")}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month in the row of a book: its sign, and the look of it."""

    on: date
    sign: str
    look: str
    label: str


@dataclass(frozen=True, slots=True)
class Book:
    route: int
    building: str
    address: str
    unit: str
    who: str
    days: tuple[Day, ...]
    kept: int
    missing: int


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    before: date
    after: date
    days: tuple[date, ...]


def month_of(text: str, *, today: date) -> Month:
    """``"2026-11"``; anything else is the month of today."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    length = calendar.monthrange(first.year, first.month)[1]
    after = first + timedelta(days=length)
    return Month(
        first, (first - timedelta(days=1)).replace(day=1), after,
        tuple(first + timedelta(days=n) for n in range(length)),
    )  # fmt: skip


def books(actor: Actor, post: Held | None, month: Month) -> list[Book]:
    """The books of all buildings in the territory, a month each; two SQL statements."""
    routes = visible_routes(actor).filter(kind=Route.Kind.BUILDING).select_related("building__unit")
    if grounds := territory(post):
        routes = routes.filter(duty__over__in=grounds)
    found = list(routes.order_by("duty__over__path", "building__name", "id")[:MOST_BOOKS])
    states: dict[UUID, dict[date, Any]] = defaultdict(dict)
    rows = Occurrence.objects.filter(
        duty__in=[route.duty_id for route in found], on__gte=month.first, on__lt=month.after
    )
    for one in rows:
        states[one.duty_id][one.on] = one
    return [_book(route, states[route.duty_id], month) for route in found]


def _book(route: Route, states: dict[date, Any], month: Month) -> Book:
    building = route.building
    days = tuple(_day(on, states.get(on)) for on in month.days)
    return Book(
        route.pk, building.name if building else route.duty.title, building.address if building else "",
        building.unit.name if building else route.duty.over.name, who_of(route.duty), days,
        sum(day.look in ("ok", "warn") for day in days), sum(day.look == "late" for day in days),
    )  # fmt: skip


def _day(on: date, one: Any) -> Day:
    if one is None:
        return Day(on, "", "", "")
    look, sign = STATES[one.state]
    return Day(on, sign, look, str(one.get_state_display()))


@dataclass(frozen=True, slots=True)
class Line:
    """A walk as the register has it: when, who, what was seen."""

    walk: UUID
    began_at: datetime
    ended_at: datetime | None
    who: str
    filed_by: str
    people: int
    seen: tuple[patrol_log.Row, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A day in the book. ``is_missing``: due, over, and nobody wrote anything."""

    on: date
    state: str
    look: str
    is_missing: bool
    is_wanted: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BookPage:
    book: Book
    route: int
    when: str
    leaves: tuple[Leaf, ...]
    month: Month


def book_page(key: int, month: Month, *, actor: Actor) -> BookPage:
    """One building, one month; six SQL statements. Raises RouteNotFound."""
    route = get_route(key, actor=actor)
    if route.kind != Route.Kind.BUILDING:
        raise RouteNotFound(key)
    rounds = {
        one.on: one for one in Occurrence.objects.filter(duty=route.duty_id, on__gte=month.first, on__lt=month.after)
    }
    lines = _lines(route, month)
    leaves = tuple(_leaf(on, rounds.get(on), lines.get(on, ())) for on in month.days)
    return BookPage(_book(route, rounds, month), route.pk, when_of(route.duty), leaves, month)


def _lines(route: Route, month: Month) -> dict[date, tuple[Line, ...]]:
    since, until = (timezone.make_aware(datetime.combine(day, time())) for day in (month.first, month.after))
    walks = Patrol.objects.filter(route=route, began_at__gte=since, began_at__lt=until)
    found = list(walks.select_related("actor", "filed_by").order_by("began_at")[:400])
    keys = list(LogEntry.objects.filter(patrol__in=found).order_by("taken_at").values_list("pk", flat=True)[:2000])
    seen: dict[UUID, list[patrol_log.Row]] = defaultdict(list)
    for row in patrol_log.rows(keys):
        seen[row.patrol].append(row)
    by_day: dict[date, tuple[Line, ...]] = {}
    for walk in found:
        on = timezone.localdate(walk.began_at)
        by_day[on] = (*by_day.get(on, ()), _line(walk, seen[walk.pk]))
    return by_day


def _line(walk: Patrol, seen: Sequence[patrol_log.Row]) -> Line:
    return Line(
        walk.pk, walk.began_at, walk.ended_at, walk.actor.name, walk.filed_by.name if walk.filed_by else "",
        walk.people, tuple(seen), walk.note,
    )  # fmt: skip


def _leaf(on: date, one: Any, lines: Sequence[Line]) -> Leaf:
    if one is None:
        return Leaf(on, "", "", is_missing=False, is_wanted=False, lines=tuple(lines))
    look, _sign = STATES[one.state]
    return Leaf(
        on, str(one.get_state_display()), look, is_missing=one.state == "missed" and not lines, is_wanted=True,
        lines=tuple(lines),
    )  # fmt: skip
