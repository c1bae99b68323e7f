"""The supervision desk: what is late and where, what waits for an answer, and how the work of a period stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Urge
from linli.domains.cases.queries import wording
from linli.domains.cases.queries.filtering import Filter, start_of
from linli.domains.cases.queries.reaching import Reach, reach_of
from linli.domains.cases.queries.workbench import RUNNING
from linli.kernel.catalog import queries as catalog
from linli.kernel.flow.models import Clock, Matter
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

USUAL_DAYS = 30
MOST_DAYS = 400
MOST_UNITS = 60
MOST_URGES = 50
SHORT = 6
Text = str | Promise


def percent(share: float | None) -> str:
    """A share in words; a dash where there is nothing to divide by."""
    return "—" if share is None else f"{share:.0%}"


@dataclass(frozen=True, slots=True)
class Heap:
    """A number on the desk and where it leads: the address of the very records."""

    label: str
    icon: str
    count: int
    query: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How much one unit holds. ``share`` of it that is late 0–1, None when it holds nothing."""

    name: str
    held: int
    late: int
    near: int
    query: str
    late_query: str

    @property
    def share(self) -> float | None:
        return self.late / self.held if self.held else None

    @property
    def share_words(self) -> str:
        return percent(self.share)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An urging nobody has answered yet."""

    number: str
    title: str
    level: str
    reason: str
    unit: str
    made_by: str
    made_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a breakdown. ``share`` of what was opened that is closed, None when nothing was opened."""

    label: str
    opened: int
    closed: int
    late: int
    query: str

    @property
    def share(self) -> float | None:
        return self.closed / self.opened if self.opened else None

    @property
    def share_words(self) -> str:
        return percent(self.share)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Figures by the items of one list. Of a long list those without any case are only named."""

    title: str
    lines: tuple[Figure, ...]

    @property
    def shown(self) -> tuple[Figure, ...]:
        return tuple(one for one in self.lines if one.opened) if len(self.lines) > SHORT else self.lines

    @property
    def empty(self) -> str:
        """Names of the items that are not shown."""
        return "、".join(one.label for one in self.lines if one not in self.shown)


@dataclass(frozen=True, slots=True)
class Board:
    heaps: tuple[Heap, ...]
    units: list[UnitLine]
    urges: list[Waiting]
    stages: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...]
    total: Figure
    since: date
    until: date


def board(
    actor: Actor, post: Held | None, *, at: datetime, since: date | None = None, until: date | None = None
) -> Board:
    """The desk for everything ``post`` reaches; figures over cases opened on ``since`` … ``until``, both included."""
    reach = reach_of(actor, post)
    last = until or timezone.localdate(at)
    first = max(since or last - timedelta(days=USUAL_DAYS - 1), last - timedelta(days=MOST_DAYS))
    counted = _opened(reach, start_of(first), start_of(last) + timedelta(days=1), at)
    window = Filter(since=first.isoformat(), until=last.isoformat(), ended="1")
    return Board(
        heaps=_heaps(reach, at),
        units=_units(reach, at),
        urges=urges_waiting(reach),
        stages=_stages(counted["state"], window),
        breakdowns=_breakdowns(counted, window),
        total=_sum(_("合计"), counted["state"].values(), window),
        since=first,
        until=last,
    )


def _heaps(reach: Reach, at: datetime) -> tuple[Heap, ...]:
    column, ids = reach.wide
    text = f"""
    select count(*) filter (where m.due_at < %s and m.state = any(%s)),
           count(*) filter (where m.due_at >= %s and m.due_at < %s and m.state = any(%s)),
           count(*) filter (where m.state = 'returned'),
           count(*) filter (where c.reworks > 0),
           count(*) filter (where c.is_pressing),
           count(*) filter (where c.emergency > 0),
           count(*)
    from flow_matter m join cases_case c on c.matter_id = m.id
    where m.{column} = any(%s) and m.state = any(%s) and m.flow = 'case'"""
    running = list(RUNNING)
    params: list[Any] = [at, running, at, at + timedelta(days=1), running, list(ids), [*running, "on_hold"]]
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        late, near, returned, reworked, pressing, emergency, held = cursor.fetchone()
    return (
        Heap(str(_("在办")), "inbox", held, "tab=area"),
        Heap(str(_("超期")), "alert-triangle", late, "tab=late", "late" if late else ""),
        Heap(str(_("临期")), "alarm", near, "tab=soon", "warn" if near else ""),
        Heap(str(_("退单待裁")), "gavel", returned, "tab=area&state=returned", "warn" if returned else ""),
        Heap(str(_("返工在办")), "refresh", reworked, "tab=area&flag=reworked"),
        Heap(str(_("急难愁")), "flag", pressing, "tab=area&flag=pressing"),
        Heap(str(_("应急在办")), "urgent", emergency, "tab=area&emergency=1&emergency=2&emergency=3&emergency=4"),
    )


def _units(reach: Reach, at: datetime) -> list[UnitLine]:
    """Units by how much of what they hold is late."""
    column, ids = reach.wide
    text = f"""
    select m.unit_id, count(*), count(*) filter (where m.due_at < %s),
           count(*) filter (where m.due_at >= %s and m.due_at < %s)
    from flow_matter m where m.{column} = any(%s) and m.state = any(%s) and m.flow = 'case'
    group by 1 order by 3 desc, 2 desc limit {MOST_UNITS}"""
    with connection.cursor() as cursor:
        cursor.execute(text, [at, at, at + timedelta(days=1), list(ids), list(RUNNING)])
        found = cursor.fetchall()
    names = directory().tree.by_id
    return [
        UnitLine(names[key].name, held, late, near, f"tab=area&holder={key}", f"tab=late&holder={key}")
        for key, held, late, near in found
    ]


def urges_waiting(reach: Reach) -> list[Waiting]:
    """Urgings without an answer on open cases of the territory, the one due first on top."""
    column, ids = reach.wide
    found = (
        Urge.objects.filter(answered_at=None, matter__closed_at=None, **{f"matter__{column}__in": list(ids)})
        .select_related("matter", "unit", "made_by")
        .order_by("answer_due_at", "id")[:MOST_URGES]
    )
    return [
        Waiting(
            number=one.matter.number, title=one.matter.title, reason=one.reason, unit=one.unit.name,
            level=str(wording.URGE_LEVELS.get(one.level, one.level)), made_by=one.made_by.name or str(_("系统")),
            made_at=one.made_at, due_at=one.answer_due_at,
        )
        for one in found
    ]  # fmt: skip


Numbers = tuple[int, int, int]
"""(opened, closed, late)"""
Counted = Mapping[str, Mapping[str, Numbers]]
"""What is counted by → code → numbers."""
BY = {
    "source": "c.source", "level": "c.found_level", "small": "c.small_kind", "category": "c.category",
    "disposal": "c.disposal_class::text", "pressing": "c.is_pressing::text", "state": "m.state",
}  # fmt: skip


def _opened(reach: Reach, since: datetime, until: datetime, at: datetime) -> Counted:
    """Cases opened in [since, until), counted by everything the desk breaks them down by; one pass."""
    column, ids = reach.wide
    columns = list(BY.values())
    text = f"""
    select grouping({", ".join(columns)}), coalesce({", ".join(columns)}), count(*), count(m.closed_at),
           count(*) filter (where m.due_at < %s and m.closed_at is null)
    from flow_matter m join cases_case c on c.matter_id = m.id
    where m.{column} = any(%s) and m.flow = 'case' and m.opened_at >= %s and m.opened_at < %s
    group by grouping sets ({", ".join(f"({one})" for one in columns)})"""
    with connection.cursor() as cursor:
        cursor.execute(text, [at, list(ids), since, until])
        found = cursor.fetchall()
    whole = (1 << len(columns)) - 1
    names = {whole ^ (1 << place): name for place, name in enumerate(reversed(BY))}
    counted: dict[str, dict[str, Numbers]] = {name: {} for name in BY}
    for mask, code, *numbers in found:
        counted[names[mask]][code] = (numbers[0], numbers[1], numbers[2])
    return counted


def _sum(label: Text, numbers: Iterable[Numbers], asked: Filter) -> Figure:
    opened, closed, late = (sum(column) for column in zip(*numbers, (0, 0, 0), strict=False))
    return Figure(str(label), opened, closed, late, f"tab=area&{asked.query()}")


def _stages(states: Mapping[str, Numbers], window: Filter) -> tuple[Figure, ...]:
    """How many stand in each of the six stages now (001g-06)."""
    return tuple(
        _sum(label, [n for state, n in states.items() if CASE.stages[state] == stage], replace(window, stage=stage))
        for stage, label in wording.STAGES.items()
    )


def _breakdowns(counted: Counted, window: Filter) -> tuple[Breakdown, ...]:
    problems: dict[str, list[Numbers]] = {}
    for category, numbers in counted["category"].items():
        problems.setdefault(catalog.problem_class(category).code, []).append(numbers)
    pressing = [counted["pressing"].get("true", (0, 0, 0))]
    single = {name: {code: [numbers] for code, numbers in heap.items()} for name, heap in counted.items()}
    by = partial(_by, window)
    return (
        by(_("按来源"), "sources", "source", single["source"], is_many=True),
        by(_("按发现层级"), "discovery_levels", "level", single["level"]),
        by(_("按五小类别"), "five_kinds", "small", single["small"]),
        by(_("按突出问题"), "problem_classes", "problem", problems),
        by(_("按处置分类"), "disposal_classes", "disposal", single["disposal"]),
        Breakdown(str(_("急难愁")), (_sum(_("急难愁"), pressing, replace(window, flag=("pressing",))),)),
    )


def _by(
    window: Filter, title: Text, code_set: str, name: str, heaps: Mapping[str, list[Numbers]], *, is_many: bool = False
) -> Breakdown:
    """One line for every item of a list, also those nothing was counted for."""
    lines = []
    for code, label in wording.choices(code_set):
        narrowed: dict[str, Any] = {name: (code,) if is_many else code}
        lines.append(_sum(label, heaps.get(code, ()), replace(window, **narrowed)))
    return Breakdown(str(title), tuple(lines))


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of the chain. ``look`` done, now, late or ""."""

    label: str
    look: str
    due_at: datetime | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chain:
    """Major information on its way up: where it is, and how the four hours stand."""

    number: str
    title: str
    state: str
    look: str
    unit: str
    known_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    hops: tuple[Hop, ...]
    is_over: bool


HOPS = ("hop_grid", "hop_station", "hop_street", "hop_district")
SHOWN_CHAINS = 100


def chains(actor: Actor, post: Held | None, *, at: datetime) -> list[Chain]:
    """Major information of the territory, what is on its way first; two queries (004-82)."""
    reach = reach_of(actor, post)
    column, ids = reach.wide
    found = list(
        Matter.objects.filter(flow="major", **{f"{column}__in": list(ids)})
        .select_related("major", "unit")
        .order_by("-opened_at")[:SHOWN_CHAINS]
    )
    clocks: dict[Any, dict[str, Clock]] = {}
    for clock in Clock.objects.filter(matter__in=found).order_by("round", "run"):
        clocks.setdefault(clock.matter_id, {})[clock.kind] = clock
    made = [_chain(matter, clocks.get(matter.pk, {}), at) for matter in found]
    return sorted(made, key=lambda chain: (chain.is_over, chain.due_at or at))


def _chain(matter: Matter, clocks: dict[str, Clock], at: datetime) -> Chain:
    whole = clocks.get("chain")
    return Chain(
        number=matter.number, title=matter.title, state=wording.state("major", matter.state),
        look=wording.look_of(matter.state), unit=matter.unit.name, known_at=matter.major.known_at,
        due_at=whole.due_at if whole else None, stopped_at=whole.stopped_at if whole else None,
        hops=tuple(_hop(kind, clocks.get(kind), at) for kind in HOPS), is_over=matter.closed_at is not None,
    )  # fmt: skip


def _hop(kind: str, clock: Clock | None, at: datetime) -> Hop:
    label = str(wording.CLOCKS[kind])
    if clock is None:
        return Hop(label, "", None, None)
    end = clock.stopped_at or at
    look = "late" if end > clock.due_at else "done" if clock.stopped_at else "now"
    return Hop(label, look, clock.due_at, clock.stopped_at)
