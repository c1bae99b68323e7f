"""Who is on duty when: shifts of units, and the hours of the week that nobody covers."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.models import Shift
from linli.domains.cases.queries.decision_table import district_of
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import Held, below, widest

DAY = 24 * 60
WEEK = 7 * DAY
RIGHT = "edit_decisions"
MOST_PEOPLE = 3000
DAYS = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"), gettext_lazy("周五"),
    gettext_lazy("周六"), gettext_lazy("周日"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    unit: str
    days: str
    hours: str
    who: str
    valid_from: date
    valid_to: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Watch:
    """One unit's week: how many hours nobody covers, and which."""

    unit: str
    blank_hours: float
    blanks: list[str]

    @property
    def is_whole(self) -> bool:
        return not self.blanks


@dataclass(frozen=True, slots=True)
class Roster:
    district_id: int
    lines: list[Line]
    watches: list[Watch]
    may_edit: bool

    @property
    def gaps(self) -> int:
        return sum(not watch.is_whole for watch in self.watches)


def roster(post: Held | None, actor: Actor, *, on: date) -> Roster:
    """The shifts of the post's district, and the week of every unit that has any or is a centre."""
    district = district_of(post)
    units = directory().tree
    inside = [node for node in units.below(district.path) if node.valid_to is None]
    shifts = list(_valid(on).filter(unit__path__startswith=district.path).select_related("unit", "actor", "team"))
    watched = {shift.unit_id for shift in shifts} | {n.id for n in inside if n.kind == "centre"}
    blank = blanks(on=on)
    watches = [_watch(node.name, blank.get(node.id, WHOLE)) for node in inside if node.id in watched]
    may_edit = any(held.over_path.startswith(district.path) for held in _keeping(actor))
    lines = [_line(shift) for shift in sorted(shifts, key=lambda s: (s.unit.path, s.starts))]
    return Roster(district.id, lines, sorted(watches, key=lambda w: (-w.blank_hours, w.unit)), may_edit)


def units_offered(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the units ``actor`` may set shifts for: everything but grids."""
    nodes = (node for path in _kept_paths(actor) for node in directory().tree.below(path))
    return [(n.code, n.name) for n in nodes if n.valid_to is None and n.kind not in ("grid", "police_beat", "group")]


def people_offered(actor: Actor, *, on: date) -> dict[str, UUID]:
    """ "name · unit" → person, of everybody with a post on ``on`` where ``actor`` may set shifts."""
    held = Post.objects.filter(below(_kept_paths(actor), path="unit__path"), since__lte=on).exclude(until__lte=on)
    rows = held.order_by("actor__name", "unit__path").values_list("actor__name", "unit__name", "actor_id")
    return {f"{name} · {unit}": person for name, unit, person in rows[:MOST_PEOPLE]}


def person_named(words: str, *, actor: Actor, on: date) -> UUID:
    """The person offered as ``words``, or whose name alone it is. Raises Refused when nobody is, or several are."""
    offered = people_offered(actor, on=on)
    if words.strip() in offered:
        return offered[words.strip()]
    called = {person for label, person in offered.items() if label.partition(" · ")[0] == words.strip()}
    if len(called) == 1:
        return called.pop()
    if called:
        raise Refused(_("有几位“%(name)s”，请从列表中选择。") % {"name": words}, field="person")
    raise Refused(_("您负责的单位里没有“%(name)s”。") % {"name": words}, field="person")


def _keeping(actor: Actor) -> list[Held]:
    return [held for held in org.posts_of(actor) if held.role in roles.having(RIGHT)]


def _kept_paths(actor: Actor) -> tuple[str, ...]:
    return widest(held.over_path for held in _keeping(actor))


def _valid(on: date) -> QuerySet[Shift]:
    return Shift.objects.filter(valid_from__lte=on).exclude(valid_to__lte=on)


def _line(shift: Shift) -> Line:
    who = "、".join(one.name for one in (shift.team, shift.actor) if one)
    names = "、".join(str(DAYS[day - 1]) for day in sorted(shift.weekdays))
    hours = f"{shift.starts:%H:%M}–{shift.ends:%H:%M}"
    return Line(
        shift.pk, shift.unit.name, _("每天") if len(set(shift.weekdays)) == 7 else names, hours, who,
        shift.valid_from, shift.valid_to, shift.note,
    )  # fmt: skip


Stretch = tuple[int, int]
"""Minutes of the week, from Monday 0:00, [from, to)."""
WHOLE: tuple[Stretch, ...] = ((0, WEEK),)


def blanks(*, on: date) -> dict[int, tuple[Stretch, ...]]:
    """Unit id → the stretches of the week that no shift valid on ``on`` covers; units without shifts are left out."""
    covered: dict[int, list[Stretch]] = {}
    for unit_id, weekdays, starts, ends in _valid(on).values_list("unit_id", "weekdays", "starts", "ends"):
        for day in weekdays:
            covered.setdefault(unit_id, []).extend(stretches(day, starts, ends))
    return {unit_id: left_over(found) for unit_id, found in covered.items()}


def stretches(day: int, starts: time, ends: time) -> list[Stretch]:
    """Minutes of the week that a shift beginning on ``day`` (1 Monday) covers; Sunday night runs into Monday."""
    begin = (day - 1) * DAY + starts.hour * 60 + starts.minute
    long = (ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute) % DAY or DAY
    if begin + long <= WEEK:
        return [(begin, begin + long)]
    return [(begin, WEEK), (0, begin + long - WEEK)]


def left_over(covered: list[Stretch]) -> tuple[Stretch, ...]:
    """What of the week is not covered."""
    left, reached = [], 0
    for begin, end in sorted(covered):
        if begin > reached:
            left.append((reached, begin))
        reached = max(reached, end)
    if reached < WEEK:
        left.append((reached, WEEK))
    return tuple(left)


def hours(blank: tuple[Stretch, ...]) -> float:
    return round(sum(end - begin for begin, end in blank) / 60, 1)


def _watch(name: str, blank: tuple[Stretch, ...]) -> Watch:
    return Watch(name, hours(blank), in_words(blank))


def in_words(blank: tuple[Stretch, ...]) -> list[str]:
    if blank == WHOLE:
        return [_("全周无班次")]
    return [f"{_moment(begin)}–{_moment(end)}" for begin, end in blank]


def _moment(minute: int) -> str:
    day, rest = divmod(minute % WEEK, DAY)
    return f"{DAYS[day]} {rest // 60:02d}:{rest % 60:02d}"
