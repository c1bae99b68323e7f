"""The plan of a year: drafted from how often items are done, then kept by hand, line by line (000-11, -12)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands.executing import freshen
from linli.domains.lists.models import PlanChange, PlanLine, Stand, Standing
from linli.domains.lists.queries import executions
from linli.domains.lists.queries.executions import SHANGHAI
from linli.domains.lists.queries.plan_line import in_open_years, items_planned
from linli.domains.lists.queries.reach import may
from linli.domains.lists.queries.slots import MILESTONE, slots_of, working_days
from linli.kernel.calendar import queries as calendar
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

RIGHT = "plan_work"
LAYERS = {"office": 0, "centre": 1}
FIRST_YEAR, LAST_YEAR = 2020, 2099


class PlanRefused(Refused):
    """The plan may not be changed in this way."""


class PlanLineNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Drafted:
    """What drafting added, and for how many items there is something planned."""

    lines: int
    items: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody writes down for a line. ``unit`` None: the unit whose plan it is."""

    title: str
    due_on: date
    unit: Unit | None = None
    person: UUID | None = None
    is_milestone: bool = False


@transaction.atomic
def draft_plan(plan_of: Unit, year: int, *, actor: Actor, at: datetime, begins: date | None = None) -> Drafted:
    """Add to the plan of ``plan_of`` for ``year`` what its items' frequency asks for; what is there stays as it is.

    begins  nothing is drafted for days before; None: the first of the year, or today when the year has begun
    Lines once drafted and moved or dropped since are not drafted again. Ten SQL statements at most.
    """
    if not may(actor, RIGHT, plan_of):
        raise PlanRefused(_("您的岗位不能编排%(unit)s的计划。") % {"unit": plan_of.name})
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PlanRefused(
            _("请填写 %(first)d 到 %(last)d 年。") % {"first": FIRST_YEAR, "last": LAST_YEAR}, field="year"
        )
    today = at.astimezone(SHANGHAI).date()
    first = begins or max(date(year, 1, 1), today if today.year == year else date(year, 1, 1))
    items = items_planned(plan_of)
    doers = _doers(plan_of, [item.item_id for item in items])
    working = working_days(year, calendar.current())
    slots = [
        (item, slot)
        for item in items
        for slot in slots_of(item.frequency, serial=item.position, is_key=item.is_key, working=working)
        if slot.due_on >= first
    ]
    given = {
        "items": [item.item_id for item, _slot in slots],
        "units": [doers.get(item.item_id, plan_of.pk) for item, _slot in slots],
        "slots": [slot.no for _item, slot in slots],
        "days": [slot.due_on for _item, slot in slots],
        "titles": [f"{slot.label}：{item.title}"[:120] if slot.label else item.title for item, slot in slots],
        "plan_of": plan_of.pk, "year": year, "milestone": MILESTONE, "actor": actor.pk, "at": at,
    }  # fmt: skip
    added = executions.execute(DRAFT, given)
    planned = {item.item_id for item, _slot in slots}
    if added:
        freshen(planned, at=at)
    return Drafted(added, len(planned))


DRAFT = """
insert into lists_planline (item_id, plan_of_id, unit_id, year, slot, title, due_on, is_milestone, result,
  dropped_because, made_by_id, made_at)
select t.item, %(plan_of)s, t.unit, %(year)s, t.slot, t.title, t.due_on, t.slot > %(milestone)s, '', '', %(actor)s,
  %(at)s
from unnest(%(items)s::bigint[], %(units)s::bigint[], %(slots)s::int[], %(days)s::date[], %(titles)s::text[])
  as t(item, unit, slot, due_on, title)
on conflict do nothing
"""


def _doers(plan_of: Unit, items: Sequence[int]) -> dict[int, int]:
    """Item → the office or centre of this street that leads it; a committee does everything itself."""
    if plan_of.kind != "street":
        return {}
    bodies = {unit.code.rpartition("-")[2]: unit.pk for unit in Unit.objects.filter(parent=plan_of)}
    own = set(bodies.values())
    found: dict[int, tuple[int, int]] = {}
    for item, layer, unit, office in Stand.objects.filter(item__in=items, part="lead", layer__in=LAYERS).values_list(
        "item_id", "layer", "unit_id", "office"
    ):
        body = unit if unit in own else bodies.get(office)
        if body is not None:
            found[item] = min(found.get(item, (9, 0)), (LAYERS[layer], body))
    return {item: body for item, (_order, body) in found.items()}


@transaction.atomic
def add_line(
    plan_of: Unit, item: int, planned: Planned, *, reason: str, actor: Actor, at: datetime
) -> PlanLine:  # fmt: skip
    """Write a line of one's own into the plan; the same line given again is the one there is. Raises PlanRefused."""
    unit = planned.unit or plan_of
    _check(planned, plan_of, unit, item, actor)
    line, is_new = PlanLine.objects.get_or_create(
        item_id=item, plan_of=plan_of, title=planned.title.strip()[:120], due_on=planned.due_on, slot=None,
        defaults={
            "unit": unit, "year": planned.due_on.year, "person_id": planned.person,
            "is_milestone": planned.is_milestone, "made_by": actor, "made_at": at,
        },
    )  # fmt: skip
    if is_new:
        _keep(line, PlanChange.Kind.ADDED, reason=reason, actor=actor, at=at)
        freshen([item], at=at)
    return line


def _check(planned: Planned, plan_of: Unit, unit: Unit, item: int, actor: Actor) -> None:
    if not may(actor, RIGHT, unit):
        raise PlanRefused(_("您的岗位不能编排%(unit)s的计划。") % {"unit": unit.name}, field="unit")
    if not unit.path.startswith(plan_of.path):
        raise PlanRefused(_("%(unit)s不在这份计划的范围内。") % {"unit": unit.name}, field="unit")
    if not planned.title.strip():
        raise PlanRefused(_("请写明做什么。"), field="title")
    if not FIRST_YEAR <= planned.due_on.year <= LAST_YEAR:
        raise PlanRefused(_("日期不对。"), field="due_on")
    if planned.is_milestone and not Standing.objects.filter(pk=item, is_key=True).exists():
        raise PlanRefused(_("只有重点项目才设节点。"), field="is_milestone")


def change_line(key: int, planned: Planned, *, reason: str, actor: Actor, at: datetime) -> PlanLine:
    """What, who or when differs from now on. Another day needs a reason. Raises PlanRefused."""

    def change(line: PlanLine) -> tuple[str, str] | None:
        unit = planned.unit or line.plan_of
        _check(planned, line.plan_of, unit, line.item_id, actor)
        if planned.due_on.year != line.year:
            raise PlanRefused(_("改到别的年度请取消后在那一年另列。"), field="due_on")
        said = (planned.title.strip()[:120], planned.due_on, unit.pk, planned.person, planned.is_milestone)
        if said == (line.title, line.due_on, line.unit_id, line.person_id, line.is_milestone):
            return None
        is_moved = planned.due_on != line.due_on
        if is_moved and not reason.strip():
            raise PlanRefused(_("改期请写明理由。"), field="reason")
        was = f"{line.due_on} {line.title}"
        line.title, line.due_on, line.unit_id, line.person_id, line.is_milestone = said
        return (PlanChange.Kind.MOVED if is_moved else PlanChange.Kind.CHANGED), was

    return _with(key, change, reason=reason, actor=actor, at=at, is_open=True)


def drop_line(key: int, *, reason: str, actor: Actor, at: datetime) -> PlanLine:
    """It is given up for this year, for a reason; it stays in sight."""

    def drop(line: PlanLine) -> tuple[str, str]:
        if not reason.strip():
            raise PlanRefused(_("请写明取消的理由。"), field="reason")
        line.dropped_because = reason.strip()[:200]
        return PlanChange.Kind.DROPPED, ""

    return _with(key, drop, reason=reason, actor=actor, at=at, is_open=True)


def take_up_line(key: int, *, reason: str, actor: Actor, at: datetime) -> PlanLine:
    """What was given up is planned again."""

    def take_up(line: PlanLine) -> tuple[str, str] | None:
        was, line.dropped_because = line.dropped_because, ""
        return (PlanChange.Kind.TAKEN_UP, was) if was else None

    return _with(key, take_up, reason=reason, actor=actor, at=at)


def finish_line(
    key: int, *, on: date, result: str, actor: Actor, at: datetime, file: UUID | None = None
) -> PlanLine:  # fmt: skip
    """It was done ``on`` that day with this result; whoever it is assigned to may say so too. Raises PlanRefused."""

    def finish(line: PlanLine) -> tuple[str, str] | None:
        if line.done_on is not None:
            return None
        if not result.strip():
            raise PlanRefused(_("请写明完成结果。"), field="result")
        if on > at.astimezone(SHANGHAI).date():
            raise PlanRefused(_("完成日期不能晚于今天。"), field="on")
        line.done_on, line.done_by, line.result, line.file_id = on, actor, result.strip()[:400], file
        if file is not None:
            evidence.retain([file], until=None)
        return PlanChange.Kind.DONE, ""

    return _with(key, finish, reason=result, actor=actor, at=at, is_open=True, is_finishing=True)


@transaction.atomic
def finish_lines(done: Mapping[int, date], *, result: str, actor: Actor, at: datetime) -> int:
    """Many lines done at once, each on its day, with one result; returns how many.

    What is done, dropped or not for ``actor`` to finish stays as it is. A fixed number of SQL statements.
    """
    if not result.strip():
        raise PlanRefused(_("请写明完成结果。"), field="result")
    today = at.astimezone(SHANGHAI).date()
    rows = PlanLine.objects.select_for_update(of=("self",), no_key=True).filter(
        in_open_years(), pk__in=done, done_on=None, dropped_because=""
    )  # fmt: skip
    found = list(rows.order_by("pk").values_list("pk", "unit_id", "plan_of_id", "person_id", "item_id"))
    places = {(unit, plan_of) for _pk, unit, plan_of, _person, _item in found}
    mine = {place for place in places if any(may(actor, RIGHT, org.kept_unit(unit)) for unit in place)}
    keys = [pk for pk, unit, plan_of, person, _item in found if (unit, plan_of) in mine or person == actor.pk]
    given = {
        "keys": keys, "days": [min(done[pk], today) for pk in keys], "result": result.strip()[:400],
        "actor": actor.pk, "at": at,
    }  # fmt: skip
    count = executions.execute(FINISH, given)
    chosen = set(keys)
    freshen({item for pk, *_place, item in found if pk in chosen}, at=at)
    return count


FINISH = """
with done as (
  update lists_planline p set done_on = t.done_on, done_by_id = %(actor)s, result = %(result)s
  from unnest(%(keys)s::bigint[], %(days)s::date[]) as t(id, done_on) where p.id = t.id returning p.id)
insert into lists_planchange (line_id, kind, was, reason, actor_id, at)
select id, 'done', '', %(result)s, %(actor)s, %(at)s from done
"""


def reopen_line(key: int, *, reason: str, actor: Actor, at: datetime) -> PlanLine:
    """It was not done after all; what was said stays in its history."""

    def reopen(line: PlanLine) -> tuple[str, str] | None:
        if line.done_on is None:
            return None
        if not reason.strip():
            raise PlanRefused(_("请写明理由。"), field="reason")
        was = f"{line.done_on} {line.result}"
        line.done_on, line.done_by, line.result, line.file_id = None, None, "", None
        return PlanChange.Kind.REOPENED, was

    return _with(key, reopen, reason=reason, actor=actor, at=at)


def may_change(actor: Actor, line: PlanLine) -> bool:
    return may(actor, RIGHT, org.kept_unit(line.unit_id)) or may(actor, RIGHT, org.kept_unit(line.plan_of_id))


@transaction.atomic
def _with(
    key: int, change: Callable[[PlanLine], tuple[str, str] | None], *, reason: str, actor: Actor, at: datetime,
    is_open: bool = False, is_finishing: bool = False,
) -> PlanLine:  # fmt: skip
    """Lock the line, change it, keep what it was. ``change`` returns None when it is so already."""
    line = (
        PlanLine.objects.select_for_update(of=("self",), no_key=True).select_related("plan_of").filter(pk=key).first()
    )
    if line is None or not (may_change(actor, line) or line.person_id == actor.pk):
        raise PlanLineNotFound(key)
    if not PlanLine.objects.filter(in_open_years(), pk=key).exists():
        raise PlanRefused(_("这一年度已封存，不能再改。"))
    if is_open and line.dropped_because:
        raise PlanRefused(_("这一项已取消，先恢复再办。"))
    if is_open and line.done_on is not None and not is_finishing:
        raise PlanRefused(_("这一项已登记完成，先撤回完成再改。"))
    done = change(line)
    if done is not None:
        kind, was = done
        line.save()
        _keep(line, kind, was=was, reason=reason, actor=actor, at=at)
        freshen([line.item_id], at=at)
    return line


def _keep(line: PlanLine, kind: str, *, reason: str, actor: Actor, at: datetime, was: str = "") -> None:
    PlanChange.objects.create(
        line=line, kind=kind, was=was[:200], reason=reason.strip()[:400], actor=actor, at=at
    )  # fmt: skip
