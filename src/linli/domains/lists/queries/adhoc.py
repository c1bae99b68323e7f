"""What was asked of committees outside the lists: emergencies, refused attempts, by street and month; target none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from linli.domains.lists.flow import EMERGENCY
from linli.domains.lists.models import Emergency
from linli.domains.lists.queries.application_page import LOOK
from linli.kernel.catalog.admitted import bound_kinds
from linli.kernel.catalog.models import Admission
from linli.kernel.errors import NotFound
from linli.kernel.flow import journal
from linli.kernel.flow.models import Declined, Mandate, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.roles import having
from linli.kernel.org.tree import kept as units

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = 30
MONTHS = 12
RIGHT = "declare_emergency"
LOOKS = {"in_force": "warn", "ratified": "ok", "rejected": "late", "lapsed": "late"}
READERS = (
    having(RIGHT)
    | having("review_admission")
    | frozenset({"list_keeper", "list_approver", "supervisor", "appraiser", "committee_head", "committee_worker"})
)


class EmergencyNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one street: orders by the emergency channel, counted for each committee; refused attempts."""

    orders: int = 0
    declined: int = 0

    @property
    def total(self) -> int:
        return self.orders + self.declined


@dataclass(frozen=True, slots=True)
class StreetLine:
    """``months`` in the order of ``Table.months``."""

    id: int
    name: str
    months: tuple[Month, ...]

    @property
    def orders(self) -> int:
        return sum(month.orders for month in self.months)

    @property
    def declined(self) -> int:
        return sum(month.declined for month in self.months)


@dataclass(frozen=True, slots=True)
class Table:
    """The last twelve months (first days of them), and a line for each street that may be seen."""

    months: tuple[date, ...]
    lines: tuple[StreetLine, ...]

    @property
    def total(self) -> int:
        return sum(line.orders + line.declined for line in self.lines)


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    number: str
    title: str
    state_label: str
    look: str
    unit: str
    reason: str
    until: date
    committees: int
    tasks: int
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeclinedLine:
    """A refused attempt: who tried to give what to whom, and why it was refused."""

    id: int
    title: str
    asker: str
    bearer: str
    who: str
    reason: str
    at: datetime


def bearers_of(actor: Actor, at: datetime | None = None) -> list[int]:
    """Ids of the committees and villages that ``actor``'s posts reach."""
    kinds = bound_kinds()
    tree = units.get()
    return [
        n.id for path in org.covers(actor, at).paths for n in tree.below(path)
        if n.kind in kinds and (n.valid_to is None or n.valid_to > timezone.localdate())
    ]  # fmt: skip


def may_read(actor: Actor) -> bool:
    return any(held.role in READERS for held in org.posts_of(actor))


BY_MONTH = """
select unit, (date_trunc('month', at at time zone 'Asia/Shanghai'))::date, sum(orders)::int, sum(declined)::int from (
    select unit_id as unit, made_at as at, 1 as orders, 0 as declined from catalog_admission
    where kind = 'emergency' and unit_id = any(%(units)s) and made_at >= %(since)s
    union all
    select bearer_id, at, 0, 1 from flow_declined where bearer_id = any(%(units)s) and at >= %(since)s
) x group by 1, 2
"""


def table(actor: Actor, *, at: datetime) -> Table:
    """Twelve months by street; one statement."""
    months = _months(timezone.localtime(at).date())
    bearers = bearers_of(actor, at)
    since = datetime(months[0].year, months[0].month, 1, tzinfo=SHANGHAI)
    with connection.cursor() as cursor:
        cursor.execute(BY_MONTH, {"units": bearers, "since": since})
        rows = cursor.fetchall()
    known = units.get().by_id
    streets = {known[key].home_id: known[known[key].home_id].name for key in bearers}
    found: dict[tuple[int, date], Month] = {}
    for unit, month, orders, declined in rows:
        key = (known[unit].home_id, month)
        before = found.get(key, Month())
        found[key] = Month(before.orders + orders, before.declined + declined)
    lines = [StreetLine(s, name, tuple(found.get((s, m), Month()) for m in months)) for s, name in streets.items()]
    return Table(tuple(months), tuple(lines))


def _months(today: date) -> list[date]:
    made = []
    for back in range(MONTHS - 1, -1, -1):
        whole = today.year * 12 + today.month - 1 - back
        made.append(date(whole // 12, whole % 12 + 1, 1))
    return made


def emergencies(actor: Actor) -> QuerySet[Matter]:
    """Those declared where the actor's posts reach, and those that reach a committee of theirs."""
    scope = org.covers(actor)
    asked = Admission.objects.filter(scope.below(path="unit__path"), kind=Admission.Kind.EMERGENCY)
    near = scope.below(path="home__path") | scope.below(path="unit__path") | Q(pk__in=asked.values("decision"))
    return Matter.objects.filter(near, flow=EMERGENCY.code)


def page_of_emergencies(
    actor: Actor, *, state: str = "", street: int | None = None, after: str = ""
) -> tuple[list[EmergencyLine], str]:
    """Newest first; three statements."""
    rows = emergencies(actor)
    if state:
        rows = rows.filter(state=state)
    if street is not None:
        asked = Admission.objects.filter(kind="emergency", unit__path__startswith=org.kept_unit(street).path)
        rows = rows.filter(pk__in=asked.values("decision"))
    if key := _uuid(after):
        rows = rows.filter(pk__lt=key)
    found = list(rows.select_related("unit", "emergency_admission").order_by("-pk")[: PAGE + 1])
    return _lines(found[:PAGE]), str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _lines(found: Sequence[Matter]) -> list[EmergencyLine]:
    keys = [matter.pk for matter in found]
    asked = dict(_counted(Admission.objects.filter(decision__in=keys), "decision"))
    given = dict(_counted(Mandate.objects.filter(admission__decision__in=keys), "admission__decision"))
    return [
        EmergencyLine(
            m.number, m.title, EMERGENCY.label_of(m.state), LOOKS.get(m.state, ""), m.unit.name,
            m.emergency_admission.reason, m.emergency_admission.until, asked.get(m.pk, 0), given.get(m.pk, 0),
            m.opened_at, None if m.closed_at else m.due_at,
        )
        for m in found
    ]  # fmt: skip


def _counted(rows: "QuerySet[Admission] | QuerySet[Mandate]", by: str) -> Iterable[tuple[UUID, int]]:
    return rows.values_list(by).annotate(n=Count("pk")).values_list(by, "n")


def page_of_declined(actor: Actor, *, street: int | None = None, after: str = "") -> tuple[list[DeclinedLine], str]:
    """Newest first; one statement."""
    rows = Declined.objects.filter(bearer__in=bearers_of(actor))
    if street is not None:
        rows = rows.filter(bearer__path__startswith=org.kept_unit(street).path)
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.select_related("asker", "bearer", "actor").order_by("-pk")[: PAGE + 1])
    lines = [
        DeclinedLine(
            d.pk, d.title, d.asker.name if d.asker else "", d.bearer.name, d.actor.name, d.reason, d.at
        )
        for d in found[:PAGE]
    ]  # fmt: skip
    return lines, str(found[PAGE - 1].pk) if len(found) > PAGE else ""


@dataclass(frozen=True, slots=True)
class TaskGiven:
    number: str
    title: str
    flow: str
    bearer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    """One emergency: whom it lets ask, what was given under it, what may be done now."""

    line: EmergencyLine
    home: str
    units: tuple[tuple[int, str, bool], ...]
    tasks: tuple[TaskGiven, ...]
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    started_at: datetime | None
    seen: int
    command: UUID
    may_give: bool


def get_emergency(number: str, *, actor: Actor) -> Emergency:
    """Raises EmergencyNotFound."""
    matter = emergencies(actor).select_related("unit", "home", "emergency_admission").filter(number=number).first()
    if matter is None:
        raise EmergencyNotFound(number)
    found = matter.emergency_admission
    found.matter = matter
    return found


def emergency_page(emergency: Emergency, *, actor: Actor) -> EmergencyPage:
    matter = emergency.matter
    (line,) = _lines([matter])
    asked = Admission.objects.filter(decision=matter.pk).select_related("unit").order_by("pk")
    given = (
        Mandate.objects.filter(admission__decision=matter.pk).select_related("matter", "bearer").order_by("-asked_at")
    )
    tasks = [TaskGiven(g.matter.number, g.matter.title, g.matter.flow, g.bearer.name, g.asked_at) for g in given[:100]]
    return EmergencyPage(
        line=line, home=matter.home.name, units=tuple((a.pk, a.unit.name, a.ended_at is None) for a in asked[:300]),
        tasks=tuple(tasks), offers=tuple(journal.offers(actor, matter, LOOK)),
        lines=tuple(journal.timeline(matter, LOOK, ())), started_at=journal.clock_of(matter).started_at,
        seen=journal.last_seen(matter), command=uuid4(),
        may_give=org.holds_right(actor, "give_tasks") is not None,
    )  # fmt: skip


def committees_to_ask(actor: Actor, at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Street → its committees, where ``actor`` may declare an emergency; empty for everybody else."""
    kinds, tree = bound_kinds(), units.get()
    over = {h.over_path for h in org.posts_of(actor, at) if h.role in having(RIGHT)}
    groups: dict[str, dict[str, str]] = {}
    for path in sorted(over):
        for node in tree.below(path):
            if node.kind in kinds and node.valid_to is None:
                groups.setdefault(tree.by_id[node.home_id].name, {})[str(node.id)] = node.name
    return [(street, list(found.items())) for street, found in groups.items()]
