"""Who is on duty when: shifts of units, and the hours of the week that nobody covers."""

from dataclasses import dataclass
from datetime import date, time

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.models import Shift
from linli.domains.cases.queries.decision_table import district_of
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Held

DAY = 24 * 60
WEEK = 7 * DAY
RIGHT = "edit_decisions"
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
    may_edit = org.holds_right(actor, RIGHT, Unit.objects.get(pk=district.id)) is not None
    lines = [_line(shift) for shift in sorted(shifts, key=lambda s: (s.unit.path, s.starts))]
    return Roster(district.id, lines, sorted(watches, key=lambda w: (-w.blank_hours, w.unit)), may_edit)


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
