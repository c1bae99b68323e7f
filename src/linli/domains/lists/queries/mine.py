"""What I must do: tasks of my unit, lines of the plan, what waits for my word, and the duties behind them (000-15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import TASK
from linli.domains.lists.models import PlanLine, Stand, Standing
from linli.domains.lists.queries import docking, reach
from linli.domains.lists.queries.docking import LAYERS
from linli.domains.lists.queries.plan_line import in_open_years
from linli.kernel.catalog.models import Wording
from linli.kernel.catalog.terms import FREQUENCIES
from linli.kernel.flow.models import Clock, Matter
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

MOST = 100
"""Of each sort."""
PAGE = 20
AHEAD = timedelta(days=31)

WHAT = {
    "given": _("接单"), "working": _("办理"), "reported": _("确认"), "refused": _("处理拒收"), "plan": _("按计划完成"),
    "milestone": _("重点项目节点"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to do. ``route`` and ``key`` lead to where it is done; ``how`` are the item's steps."""

    what: str | Promise
    title: str
    route: str
    key: str
    item: str
    item_title: str
    from_whom: str
    due_at: datetime | None
    started_at: datetime | None
    how: tuple[str, ...]
    is_mine: bool
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class Heap:
    """``is_open`` False: shown folded, so that it does not bury the others."""

    label: str | Promise
    things: tuple[Thing, ...]
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of my unit. ``next_on``: the next day of the plan, ``open`` how many executions are under way."""

    code: str
    title: str
    heading: str
    list_name: str
    frequency: str | Promise
    how: tuple[str, ...]
    evidence: tuple[str, ...]
    is_key: bool
    open: int
    overdue: int
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Mine:
    unit: str
    heaps: tuple[Heap, ...]
    duties: tuple[Duty, ...]
    after: str
    has_duties: bool

    @property
    def is_empty(self) -> bool:
        return not any(heap.things for heap in self.heaps)


def mine(actor: Actor, post: Held | None, *, at: datetime, after: str = "") -> Mine:
    """The page of somebody working from ``post``. A bounded number of SQL statements, whatever there is."""
    if post is None:
        return Mine("", (), (), "", False)
    unit = directory().unit(post.unit_id)
    things = [*_tasks(actor, post), *_planned(actor, post, at)]
    found = _duties(actor, post, after)
    shown = _as_duties(found[:PAGE], at)
    return Mine(
        unit.name, tuple(_heaps(things, at)), tuple(shown), found[PAGE - 1].code if len(found) > PAGE else "",
        bool(shown or after),
    )  # fmt: skip


def count(actor: Actor, post: Held | None, *, at: datetime) -> int:
    """How many things are to be done within the week; for the menu."""
    if post is None:
        return 0
    today = timezone.localdate(at)
    week = today + timedelta(days=7)
    tasks = _waiting(actor, post).filter(Q(due_at__lt=_midnight(week)) | Q(due_at=None) | Q(state="given"))
    return tasks[:MOST].count() + _lines(actor, post).filter(due_on__range=(today, week))[:MOST].count()


def _waiting(actor: Actor, post: Held) -> QuerySet[Matter]:
    """Tasks my unit is to do, and those we gave that wait for our word."""
    ours = Q(unit=post.unit_id, state__in=("given", "working")) | Q(assignee=actor, state__in=("given", "working"))
    words = Q(home=post.over_id, state__in=("reported", "refused"))
    return Matter.objects.filter(ours | words, flow=TASK.code, closed_at=None)


def _tasks(actor: Actor, post: Held) -> list[Thing]:
    rows = _waiting(actor, post).select_related("task__item__standing", "task__asker", "unit").order_by("due_at", "id")
    found = list(rows[:MOST])
    started = dict(
        Clock.objects.filter(matter__in=found, stopped_at=None, paused_at=None).values_list("matter_id", "starts_at")
    )
    return [_of_task(matter, actor, started.get(matter.pk)) for matter in found]


def _of_task(matter: Matter, actor: Actor, started: datetime | None) -> Thing:
    task = matter.task
    item = task.item
    awaits_us = matter.state in ("reported", "refused")
    return Thing(
        what=WHAT[matter.state], title=matter.title, route="lists:task", key=matter.number,
        item=item.code if item else "", item_title=item.standing.title if item else "",
        from_whom=matter.unit.name if awaits_us else task.asker.name, due_at=matter.due_at, started_at=started,
        how=() if awaits_us else tuple(task.guide), is_mine=matter.assignee_id == actor.pk,
    )  # fmt: skip


def _lines(actor: Actor, post: Held) -> QuerySet[PlanLine]:
    own = Q(unit=post.unit_id) | Q(person=actor)
    return PlanLine.objects.filter(own, in_open_years(), done_on=None, dropped_because="")


def _planned(actor: Actor, post: Held, at: datetime) -> list[Thing]:
    until = timezone.localdate(at) + AHEAD
    rows = _lines(actor, post).filter(due_on__lt=until).select_related("item__standing__wording", "plan_of")
    return [_of_line(line, actor) for line in rows.order_by("due_on", "id")[:MOST]]


def _of_line(line: PlanLine, actor: Actor) -> Thing:
    standing = line.item.standing
    return Thing(
        what=WHAT["milestone" if line.is_milestone else "plan"], title=line.title, route="lists:plan_line",
        key=str(line.pk), item=line.item.code, item_title=standing.title, from_whom=line.plan_of.name,
        due_at=timezone.make_aware(datetime.combine(line.due_on, time(17, 30))), started_at=None,
        how=_guide(standing.wording), is_mine=line.person_id == actor.pk, is_planned=True,
    )  # fmt: skip


def _guide(wording: Wording | None) -> tuple[str, ...]:
    return tuple(wording.terms.get("guide", ())) if wording is not None else ()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _heaps(things: Iterable[Thing], at: datetime) -> list[Heap]:
    """Overdue and today, this week, later; what has no day comes last; what the plan left behind is apart."""
    today = timezone.localdate(at)
    monday = today + timedelta(days=7 - today.weekday())
    bounds = (_midnight(today + timedelta(days=1)), _midnight(max(monday, today + timedelta(days=1))))
    heaps: tuple[list[Thing], ...] = ([], [], [], [])
    far, midnight = _midnight(date(9999, 1, 1)), _midnight(today)
    for thing in sorted(things, key=lambda one: one.due_at or far):
        due = thing.due_at or far
        is_behind = thing.is_planned and due < midnight
        heaps[3 if is_behind else 0 if due < bounds[0] else 1 if due < bounds[1] else 2].append(thing)
    labels = (_("今天（含已超期）"), _("本周"), _("以后"), _("计划中已过期的"))
    return [Heap(label, tuple(heap), n < 3) for n, (label, heap) in enumerate(zip(labels, heaps, strict=True))]


def _duties(actor: Actor, post: Held, after: str) -> list[Standing]:
    """What the unit of ``post`` has a part in, by number; one more than a page."""
    unit = directory().unit(post.unit_id)
    street = docking.street_of(unit)
    key = unit.code.removeprefix(f"{street.code}-") if street is not None else ""
    parts = Q(unit=unit.id)
    if key and key != unit.code:
        parts |= Q(unit=None, office=key)
    stands = Stand.objects.filter(parts, part="lead").values("item_id")
    theirs = Q(lead=unit.id) | Q(pk__in=stands)
    if LAYERS.get(unit.kind) == "committee":
        theirs |= Q(worklist__kind__bearer=unit.kind) & ~Q(kind="seal")
    rows = Standing.objects.filter(
        theirs, worklist__in=reach.visible_lists(actor), worklist__unit__in=unit.chain,
        wording__isnull=False, code__gt=after,
    )  # fmt: skip
    return list(rows.select_related("wording", "worklist").order_by("code")[: PAGE + 1])


def _as_duties(rows: Sequence[Standing], at: datetime) -> list[Duty]:
    today = timezone.localdate(at)
    lines = PlanLine.objects.filter(
        item__in=[row.pk for row in rows], done_on=None, dropped_because="", due_on__gte=today
    )
    following: dict[int, date] = {}
    for item, due in lines.order_by("-due_on").values_list("item_id", "due_on"):
        following[item] = due
    return [_duty(row, following.get(row.pk)) for row in rows]


def _duty(row: Standing, next_on: date | None) -> Duty:
    terms = row.wording.terms if row.wording is not None else {}
    frequency = FREQUENCIES.get(row.frequency, ("", 0))[0]
    return Duty(
        row.code, row.title, row.heading, row.worklist.name, frequency, tuple(terms.get("guide", ())),
        tuple(terms.get("evidence", ())), row.is_key, row.open, row.overdue, next_on,
    )  # fmt: skip
