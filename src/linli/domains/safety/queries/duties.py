"""What the pages of duties are made of, beyond what the kernel answers: the calendar's weeks, photos, choices."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.calendar import queries as working
from linli.kernel.duties import eligibility, kinds, patterns
from linli.kernel.duties import queries as kernel
from linli.kernel.duties.models import Occurrence, Proof
from linli.kernel.duties.queries import Figure, Narrow, OccurrenceLine, listing
from linli.kernel.duties.queries import swaps as kernel_swaps
from linli.kernel.duties.queries.lines import lines, role_label, with_lines
from linli.kernel.duties.queries.mine import rows_of
from linli.kernel.duties.queries.swaps import SwapLine
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.scope import below
from linli.kernel.org.tree import kept as tree
from linli.web.times import when_day

A_DAY = 4
A_DAY_OF_A_WEEK = 30
MOST_CHOICES = 500
MY_AHEAD = timedelta(days=14)
PLANNING = tuple(sorted({right for kind in kinds.KINDS for right in kind.rights}))
DOING = ("grid_head", "grid_deputy", "grid_officer", "committee_head", "committee_worker", "patroller", "handler",
         "safety_officer", "verifier", "informant", "unit_head")  # fmt: skip
"""Roles a duty may be given to instead of a person."""
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the calendar with the first few of what falls on it; ``more``: how many are not shown."""

    on: date
    is_inside: bool
    is_today: bool
    is_working: bool
    lines: list[OccurrenceLine]
    more: int
    total: int
    done: int
    missed: int


def month(actor: Actor, narrow: Narrow, day: date, *, at: datetime) -> list[list[DayCell]]:
    """The weeks that ``day``'s month touches, in two statements."""
    weeks = Calendar().monthdatescalendar(day.year, day.month)
    return _weeks(actor, narrow, weeks, at=at, most=A_DAY, of_month=day.month)


def week(actor: Actor, narrow: Narrow, day: date, *, at: datetime) -> list[list[DayCell]]:
    """The week of ``day``, in two statements."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    return _weeks(actor, narrow, [days], at=at, most=A_DAY_OF_A_WEEK, of_month=None)


def _weeks(
    actor: Actor, narrow: Narrow, weeks: Sequence[Sequence[date]], *, at: datetime, most: int, of_month: int | None
) -> list[list[DayCell]]:
    span = replace(narrow, first=weeks[0][0], until=weeks[-1][-1] + timedelta(days=1))
    counts = kernel.days_of(actor, span, at=at)
    shown: dict[date, list[OccurrenceLine]] = {}
    for line in listing.first_of_days(actor, span, at=at, most=most):
        shown.setdefault(line.on, []).append(line)
    calendar, today = working.current(), timezone.localdate(at)

    def cell(on: date) -> DayCell:
        own, states = shown.get(on, []), counts.get(on, {})
        total = sum(states.values())
        return DayCell(
            on=on, is_inside=of_month in (None, on.month), is_today=on == today,
            is_working=calendar.is_working_day(on), lines=own, more=total - len(own), total=total,
            done=states.get("done", 0) + states.get("late", 0), missed=states.get("missed", 0),
        )  # fmt: skip

    return [[cell(on) for on in row] for row in weeks]


@dataclass(frozen=True, slots=True)
class TimePage:
    """One occurrence, its photos, and what ``actor`` may do with it now."""

    line: OccurrenceLine
    photos: list[UUID]
    filed_by: str
    is_mine: bool
    may_report: bool
    by_phone_only: bool
    may_plan: bool
    may_excuse: bool
    may_restore: bool
    may_substitute: bool
    may_swap: bool
    swaps: list[SwapLine]
    """Without an answer yet, and ``actor``'s to answer or to take back."""

    @property
    def nothing_to_do(self) -> bool:
        may = (self.may_report, self.may_excuse, self.may_restore, self.may_substitute, self.may_swap)
        return not any(may) and not self.swaps


def time_page(occurrence_id: UUID, *, actor: Actor, at: datetime) -> TimePage:
    """Raises NotFound for one that is neither within reach nor theirs."""
    row = with_lines(listing.visible(actor, at=at)).filter(pk=occurrence_id).select_related(
        "duty__unit", "duty__over", "holder", "done_by", "filed_by"
    ).first() or _theirs_by_role(occurrence_id, actor, at)  # fmt: skip
    duty, line = row.duty, lines([row], at=at)[0]
    mine = eligibility.is_theirs(row, duty, actor, at=at)
    plans = duty.ended_at is None and eligibility.may_plan(actor, duty.kind, duty.unit, at=at)
    is_open = row.state in ("due", "missed")
    swaps = kernel_swaps.open_about(row.pk, actor=actor)
    return TimePage(
        line=line,
        photos=list(Proof.objects.filter(occurrence=row).order_by("pk").values_list("file_id", flat=True)),
        filed_by=row.filed_by.name if row.filed_by else "",
        is_mine=mine,
        may_report=mine and row.state == "due" and row.opens_at <= at <= row.misses_at,
        by_phone_only=bool(set(duty.wants) & kinds.ON_THE_SPOT),
        may_plan=plans,
        may_excuse=plans and is_open and row.holder_id != actor.pk,
        may_restore=plans and row.state == "excused",
        may_substitute=plans and row.state == "due",
        may_swap=row.holder_id == actor.pk
        and row.state == "due"
        and at < row.opens_at
        and not any(swap.is_mine for swap in swaps),
        swaps=swaps,
    )


def _theirs_by_role(occurrence_id: UUID, actor: Actor, at: datetime) -> Occurrence:
    """An occurrence of a unit above theirs that names nobody and is for their role."""
    when = Occurrence.objects.filter(pk=occurrence_id).values_list("opens_at", flat=True).first()
    if when is None:
        raise NotFound
    theirs = rows_of(actor, first=when, until=when + timedelta(seconds=1), at=at).filter(pk=occurrence_id)
    row = with_lines(theirs).select_related("duty__unit", "duty__over", "holder", "done_by", "filed_by").first()
    if row is None:
        raise NotFound
    return row


def photo_of(occurrence_id: UUID, file_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """A photo of an occurrence that may be seen. Raises NotFound."""
    if file_id not in time_page(occurrence_id, actor=actor, at=at).photos:
        raise NotFound
    return file_id


def units_to_plan(actor: Actor, *, at: datetime) -> Choices:
    """(id, name with the unit above) of the units for which ``actor`` may plan some kind of duty."""
    nodes = tree.get()
    planning = frozenset[str]().union(*(roles.having(right) for right in PLANNING))
    found: dict[int, str] = {}
    for held in org.posts_of(actor, at):
        if held.role in planning:
            for node in nodes.below(held.over_path):
                if node.valid_to is None or node.valid_to > timezone.localdate(at):
                    found.setdefault(node.id, node.name)
    return [(str(key), name) for key, name in list(found.items())[:MOST_CHOICES]]


def kinds_to_plan(actor: Actor, *, at: datetime) -> Choices:
    """(code, label) of the kinds ``actor`` may plan somewhere; series of meetings have a page of their own."""
    return [
        (one.code, str(one.label))
        for one in kinds.KINDS
        if one.code != "meeting" and any(org.holds_right(actor, right, at=at) for right in one.rights)
    ]


def may_plan_somewhere(actor: Actor, *, at: datetime) -> bool:
    return any(org.holds_right(actor, right, at=at) for right in PLANNING)


def people_to_plan(actor: Actor, *, at: datetime) -> Choices:
    """(id, name with post) of the people of those units, by name."""
    planning = frozenset[str]().union(*(roles.having(right) for right in PLANNING))
    paths = [held.over_path for held in org.posts_of(actor, at) if held.role in planning]
    on = timezone.localdate(at)
    in_force = Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    posts = Post.objects.filter(in_force, below(paths, path="unit__path")).exclude(role__in=roles.ADMINISTRATORS)
    named: dict[UUID, str] = {}
    for post in posts.select_related("actor", "unit").order_by("actor__name", "pk")[: 2 * MOST_CHOICES]:
        named.setdefault(post.actor_id, f"{post.actor.name}（{post.unit.name} {role_label(post.role)}）")
    return [(str(key), name) for key, name in named.items()][:MOST_CHOICES]


def colleagues(occurrence_id: UUID, *, actor: Actor, at: datetime) -> Choices:
    """(id, name) of whom ``actor`` may ask to take it."""
    return [(str(key), name) for key, name in kernel_swaps.colleagues(occurrence_id, actor=actor, at=at)]


def offers(occurrence_id: UUID, *, actor: Actor, at: datetime) -> list[tuple[str, Choices]]:
    """(name, [(id, when and what)]) of each colleague with times that ``actor`` could take in return."""
    found: dict[UUID | None, tuple[str, Choices]] = {}
    for one in kernel_swaps.offers(occurrence_id, actor=actor, at=at):
        group = found.setdefault(one.holder_id, (one.person, []))
        group[1].append((str(one.id), f"{when_day(one.opens_at)} {one.title}"))
    return list(found.values())


def own_units(actor: Actor, *, at: datetime) -> Choices:
    """(id, name) of the units where ``actor`` has a post."""
    nodes = tree.get().by_id
    return [(str(key), nodes[key].name) for key in dict.fromkeys(held.unit_id for held in org.posts_of(actor, at))]


def get_planned_unit(key: str, *, actor: Actor, at: datetime) -> Unit:
    """A unit out of ``units_to_plan``. Raises NotFound."""
    if key not in dict(units_to_plan(actor, at=at)):
        raise NotFound
    return Unit.objects.get(pk=int(key))


def get_person(key: str, *, actor: Actor, at: datetime) -> Actor:
    """Somebody out of ``people_to_plan``. Raises NotFound."""
    if key not in dict(people_to_plan(actor, at=at)):
        raise NotFound
    return Actor.objects.get(pk=key)


def get_actor(key: str) -> Actor:
    """Somebody out of choices a form has offered. Raises NotFound."""
    found = Actor.objects.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def any_unit(actor: Actor, *, at: datetime) -> Unit:
    """A unit ``actor`` plans for: a plan is looked at before its unit is chosen. Raises NotFound."""
    units = units_to_plan(actor, at=at)
    if not units:
        raise NotFound
    return Unit.objects.get(pk=int(units[0][0]))


def units_reached(actor: Actor, *, at: datetime) -> Choices:
    """(id, name) of the units whose duties ``actor`` may see, to narrow a list."""
    nodes, today = tree.get(), timezone.localdate(at)
    found = [
        (str(node.id), node.name)
        for path in org.covers(actor, at).paths
        for node in nodes.below(path)
        if node.valid_to is None or node.valid_to > today
    ]
    return found[:MOST_CHOICES]


def reached_unit(key: int | None, *, actor: Actor, at: datetime) -> Unit | None:
    """The unit a list is narrowed to; None for none, or one out of reach."""
    unit = Unit.objects.filter(pk=key).first() if key is not None else None
    return unit if unit and org.covers(actor, at).reaches(unit.path) else None


def people_reached(actor: Actor, *, at: datetime) -> Choices:
    """(id, name) of people with posts there."""
    paths, on = org.covers(actor, at).paths, timezone.localdate(at)
    in_force = Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    posts = Post.objects.filter(in_force, below(paths, path="unit__path")).exclude(role__in=roles.ADMINISTRATORS)
    rows = posts.order_by("actor__name", "actor").values_list("actor", "actor__name").distinct()
    return [(str(key), name) for key, name in rows[:MOST_CHOICES]]


def weekdays() -> list[str]:
    return [_("周%(day)s") % {"day": patterns.weekday_name(number)} for number in range(7)]


def my_page(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """What is for ``actor`` to do: now, later today and on the days to come; swaps to answer; what was missed."""
    today = timezone.localdate(at)
    found = kernel.of_person(actor, first=at - timedelta(days=3), until=at + MY_AHEAD, at=at)
    running = [line for line in found if line.is_running]
    coming = [line for line in found if line.state == "due" and line.opens_at > at]
    days: dict[date, list[OccurrenceLine]] = {}
    for line in coming:
        days.setdefault(line.on, []).append(line)
    since = at - timedelta(days=30)
    return {
        "running": running,
        "days": list(days.items()),
        "done_today": [line for line in found if line.state in ("done", "late") and line.on == today],
        "swaps": kernel_swaps.waiting_for(actor, at=at),
        "missed": kernel.of_person(actor, first=since, until=at, at=at, states=("missed",), most=20),
    }


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure with its shares in words; "—" where nothing fell due."""

    key: str
    name: str
    fell_due: int
    done: int
    late: int
    missed: int
    excused: int
    late_sync: int
    done_share: str
    late_share: str
    missed_share: str


def shown(one: Figure) -> FigureLine:
    return FigureLine(
        one.key, one.name, one.fell_due, one.done, one.late, one.missed, one.excused, one.late_sync,
        percent(one.done_share), percent(one.late_share), percent(one.missed_share),
    )  # fmt: skip


def chart(rows: Sequence[Figure]) -> dict[str, object]:
    """The first groups as stacked bars."""
    first = [one for one in rows if one.fell_due][:12]
    names = (("done", _("按时"), "ok"), ("late", _("迟到"), "warn"), ("missed", _("漏办"), "late"))
    return {
        "kind": "stack", "unit": _("次"), "labels": [one.name or _("未定人") for one in first],
        "series": [
            {"name": name, "look": look, "values": [getattr(one, code) for one in first]} for code, name, look in names
        ],
    }  # fmt: skip


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"
