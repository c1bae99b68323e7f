"""Cases as other bodies' programs read them: one case, lists by keyset, the journal, and what changed since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case
from linli.domains.cases.queries import wording
from linli.domains.cases.queries.seeing import CaseNotFound, get_case, may_see, visible_cases
from linli.kernel.evidence import queries as evidence
from linli.kernel.evidence.queries import ServedFile
from linli.kernel.flow.inbox import Asked, Cursor, Holder, page_keys
from linli.kernel.flow.models import Attachment, Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Area
from linli.kernel.text import without_personal_data

By = Literal["", "home", "unit", "area", "assignee", "sent"]


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as others refer to it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything a program is told of a case: no contact of a reporter, no names but those of staff on the journal.

    seen      number of the last journal entry: give it back with a step to be refused when the case has moved on
    lon, lat  degrees, WGS84/CGCS2000
    """

    id: UUID
    number: str
    title: str
    text: str
    category: str
    category_name: str
    condition: str
    state: str
    state_name: str
    stage: str
    source: str
    channel: str
    emergency: int
    is_pressing: bool
    round: int
    home: Named
    unit: Named
    lead: Named | None
    why: str
    grid: str
    lon: float | None
    lat: float | None
    address: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str
    result: str
    system: str
    outer_number: str
    seen: int


def case_facts(number: str, *, actor: Actor) -> CaseFacts:
    """One case. Raises CaseNotFound."""
    return _facts([get_case(number, actor=actor)])[0]


def case_by_outer_number(system: str, number: str, *, actor: Actor) -> CaseFacts:
    """The case that ``system`` calls ``number``. Raises CaseNotFound."""
    case = visible_cases(actor).filter(outer_system=system, outer_number=number).exclude(outer_number="").first()
    if case is None or not may_see(actor, case.matter):
        raise CaseNotFound(number)
    return _facts([case])[0]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list should hold, newest first.

    by        home: of the streets and districts answered for; unit: held by one's units; area: lying in one's areas;
              assignee: given to oneself; sent: reported by oneself; "": the widest of these that is not empty
    states    codes of the flow's table; none means all
    category  code or its beginning
    after     id of the last case of the page before
    """

    by: By = ""
    states: Sequence[str] = ()
    category: str = ""
    after: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page, newest first. ``after`` asks for the next; null on the last."""

    items: list[CaseFacts]
    after: UUID | None


def cases(wanted: Wanted, *, actor: Actor) -> CasePage:
    """One page of what is wanted, as far as ``actor`` may see it."""
    keys = _keys(wanted, actor, limit=wanted.limit + 1)
    page = keys[: wanted.limit]
    rows = {case.pk: case for case in visible_cases(actor).filter(pk__in=page)}
    facts = _facts([rows[key] for key in page])
    return CasePage(facts, page[-1] if len(keys) > wanted.limit else None)


def _keys(wanted: Wanted, actor: Actor, *, limit: int) -> list[UUID]:
    by = wanted.by or _widest(actor)
    if by == "sent":
        return _sent(wanted, actor, limit=limit)
    scope = org.covers(actor)
    holders: dict[str, tuple[Holder, Collection[object]]] = {
        "home": ("home_id", scope.home_ids()),
        "unit": ("unit_id", scope.unit_ids()),
        "area": ("area_id", scope.area_ids()),
        "assignee": ("assignee_id", (actor.pk,)),
    }
    column, ids = holders[by]
    asked = Asked(
        column=column, holders=list(ids), states=list(wanted.states or CASE.states), order="new",
        joins="join cases_case c on c.matter_id = m.id", where="c.category like %s" if wanted.category else "",
        params=(f"{_plain(wanted.category)}%",) if wanted.category else (),
    )  # fmt: skip
    after = Cursor(None, wanted.after) if wanted.after else None
    return [key for key, _due_at in page_keys(asked, after=after, limit=limit)]


def _widest(actor: Actor) -> By:
    scope = org.covers(actor)
    if not scope:
        return "sent"
    return "home" if scope.home_ids() else "unit"


SENT = """
select m.id from flow_party p join flow_matter m on m.id = p.matter_id join cases_case c on c.matter_id = m.id
where p.actor_id = %s and p.role = 'sender' and m.state = any(%s) and c.category like %s
  and (%s::uuid is null or p.matter_id < %s)
order by p.matter_id desc limit %s
"""


def _sent(wanted: Wanted, actor: Actor, *, limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            SENT,
            [
                actor.pk, list(wanted.states or CASE.states), f"{_plain(wanted.category)}%", wanted.after, wanted.after,
                limit,
            ],
        )  # fmt: skip
        return [key for (key,) in cursor.fetchall()]


def _plain(text: str) -> str:
    """``text`` without what ``like`` would read as a wildcard."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _facts(found: Sequence[Case]) -> list[CaseFacts]:
    seen = _last_entries([case.pk for case in found])
    return [_one(case, seen.get(case.pk, 0)) for case in found]


def _last_entries(keys: Sequence[UUID]) -> dict[UUID, int]:
    rows = Entry.objects.filter(matter_id__in=keys).order_by("matter_id", "-seq").distinct("matter_id")
    return dict(rows.values_list("matter_id", "seq"))


def _one(case: Case, seen: int) -> CaseFacts:
    matter = case.matter
    place = matter.place
    return CaseFacts(
        id=matter.pk,
        number=matter.number,
        title=matter.title,
        text=without_personal_data(case.description),
        category=case.category,
        category_name=wording.category(case.category),
        condition=case.condition,
        state=matter.state,
        state_name=wording.state(matter.flow, matter.state),
        stage=CASE.stages[matter.state],
        source=case.source,
        channel=case.channel,
        emergency=case.emergency,
        is_pressing=case.is_pressing,
        round=matter.round,
        home=Named(matter.home.code, matter.home.name),
        unit=Named(matter.unit.code, matter.unit.name),
        lead=Named(case.lead.code, case.lead.name) if case.lead else None,
        why=case.why,
        grid=matter.area.code if matter.area else "",
        lon=place.lon,
        lat=place.lat,
        address=place.address,
        opened_at=matter.opened_at,
        due_at=matter.due_at,
        closed_at=matter.closed_at,
        outcome=case.outcome,
        result=case.result_code,
        system=case.outer_system,
        outer_number=case.outer_number,
        seen=seen,
    )


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of a journal. ``who`` is empty for residents."""

    seq: int
    round: int
    step: str
    step_name: str
    source: str
    target: str
    who: str
    role: str
    unit: Named
    taken_at: datetime
    recorded_at: datetime
    is_late: bool
    note: str
    changes: dict[str, Any]
    files: list[str]


def journal(number: str, *, actor: Actor) -> list[Move]:
    """Everything that happened to a case, in order. Raises CaseNotFound."""
    matter = get_case(number, actor=actor).matter
    entries = Entry.objects.filter(matter=matter).select_related("actor", "unit").order_by("seq")
    return [_move(matter.flow, entry) for entry in entries]


def _move(flow: str, entry: Entry) -> Move:
    return Move(
        entry.seq, entry.round, entry.step, wording.step(flow, entry.step), entry.source, entry.target,
        entry.actor.name if entry.actor.kind != "resident" else "", entry.role, Named(entry.unit.code, entry.unit.name),
        entry.taken_at, entry.recorded_at, entry.is_late, entry.note, entry.changes, entry.files,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What hangs on a case: co-handling, invitation, instruction…"""

    id: UUID
    number: str
    title: str
    flow: str
    flow_name: str
    state: str
    state_name: str
    unit: Named
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    seen: int


def children(number: str, *, actor: Actor) -> list[ChildFacts]:
    """The matters under a case. Raises CaseNotFound."""
    parent = get_case(number, actor=actor).matter
    return children_facts(list(Matter.objects.filter(parent=parent).select_related("unit").order_by("id")))


def children_facts(rows: Sequence[Matter]) -> list[ChildFacts]:
    seen = _last_entries([row.pk for row in rows])
    return [
        ChildFacts(
            row.pk, row.number, row.title, row.flow, wording.flow(row.flow), row.state,
            wording.state(row.flow, row.state), Named(row.unit.code, row.unit.name), row.opened_at, row.due_at,
            row.closed_at, seen.get(row.pk, 0),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file on a case. ``kind`` says what it shows: report, before, after…"""

    id: UUID
    kind: str
    name: str
    content_type: str
    sha256: str
    size: int
    seq: int


def files(number: str, *, actor: Actor) -> list[FileLine]:
    """The files on a case in the order they came. Raises CaseNotFound."""
    matter = get_case(number, actor=actor).matter
    kept = list(Attachment.objects.filter(matter=matter).order_by("seq", "id"))
    facts = evidence.files([one.file_id for one in kept])
    lines = [(one, facts[one.file_id]) for one in kept if one.file_id in facts]
    return [
        FileLine(one.file_id, one.kind, fact.name, fact.content_type, fact.sha256, fact.size, one.seq)
        for one, fact in lines
    ]


def open_file(number: str, file_id: UUID, *, variant: str, actor: Actor) -> ServedFile:
    """The served copy of a file on a case. Raises CaseNotFound."""
    matter = get_case(number, actor=actor).matter
    if not Attachment.objects.filter(matter=matter, file_id=file_id).exists():
        raise CaseNotFound(file_id)
    return evidence.open_served(file_id, variant=variant)


def unit_id_of(code: str) -> int | None:
    """The unit in force with this code."""
    return next((node.id for node in directory().tree.nodes if node.code == code and node.valid_to is None), None)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a position belongs: the smallest area around it and the units answering, smallest first."""

    grid: str
    kind: str
    is_outside: bool
    unit: Named | None
    home: Named | None
    chain: list[Named]


def spot(lon: float, lat: float, *, crs: str) -> Spot:
    """Locate a position. Raises PositionRefused."""
    found = org.locate(lon, lat, crs=crs)
    if found.unit_id is None or found.home_id is None:
        return Spot("", "", True, None, None, [])
    inside = Area.objects.filter(pk=found.area_id) if found.area_id is not None else Area.objects.none()
    code = inside.values_list("code", flat=True).first() or ""
    chain = [Named(node.code, node.name) for node in directory().up(found.unit_id)]
    home = directory().unit(found.home_id)
    return Spot(code, found.kind, found.outside, chain[0], Named(home.code, home.name), chain)
