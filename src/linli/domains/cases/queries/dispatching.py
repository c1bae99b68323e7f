"""The dispatch desk: what waits to be sent, who could take it and how much they have, what was just sent."""

from dataclasses import dataclass
from datetime import datetime

from linli.domains.cases.models import Case
from linli.domains.cases.queries import picking
from linli.domains.cases.queries.family import unit_name
from linli.domains.cases.queries.filtering import Filter
from linli.domains.cases.queries.picking import Choice
from linli.domains.cases.queries.reaching import reach_of
from linli.domains.cases.queries.rows import Row, rows
from linli.domains.cases.queries.workbench import PAGE, SENDING, asked_for, page_of
from linli.kernel.flow.models import Entry
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import Held, below

SENDERS = {"dispatcher": "sending", "duty_chief": "passing"}
"""Who sends to units → their heap; everybody else hands out to people of their own unit."""
MOST_LANES = 40
SHOWN_SENT = 8
FULL = 10
"""Open cases at which a lane's bar is full."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the queue, with the unit the rules name and why.

    lead_value  what sends it there with one press; "" where nobody is named or it is not classified yet
    """

    row: Row
    lead: str
    lead_value: str
    why: str


@dataclass(frozen=True, slots=True)
class Sent:
    number: str
    title: str
    to: str
    at: datetime
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole desk. ``by_person``: lanes are people of the own unit; else units. ``tab``: the same heap elsewhere."""

    waiting: list[Waiting]
    lanes: list[Choice]
    sent: list[Sent]
    after: str
    before: str
    by_person: bool
    tab: str


def desk(actor: Actor, post: Held | None, asked: Filter, *, at: datetime, after: str = "", before: str = "") -> Desk:
    """What somebody at ``post`` sends on: the centre to units, heads of grids and units to their people."""
    tab = SENDERS.get(post.role if post else "", "assigning")
    sends_to_units = tab != "assigning"
    heap = asked_for(SENDING[tab], reach_of(actor, post), asked, at=at)
    keys, newer, older = page_of(heap, after=after, before=before, limit=PAGE)
    found = rows(keys)
    cases = {case.pk: case for case in Case.objects.filter(pk__in=keys).only("matter_id", "lead_id", "why", "category")}
    return Desk(
        waiting=[_waiting(row, cases[row.id], sends_to_units=sends_to_units) for row in found],
        lanes=_lanes(post, sends_to_units=sends_to_units),
        sent=just_sent(actor),
        after=older,
        before=newer,
        by_person=not sends_to_units,
        tab=tab,
    )


def _waiting(row: Row, case: Case, *, sends_to_units: bool) -> Waiting:
    return Waiting(
        row=row,
        lead=unit_name(case.lead_id),
        lead_value=f"unit:{case.lead_id}" if case.lead_id and case.category and sends_to_units else "",
        why=case.why,
    )


def _lanes(post: Held | None, *, sends_to_units: bool) -> list[Choice]:
    if post is None:
        return []
    return _unit_lanes(post) if sends_to_units else _people_lanes(post)


def _unit_lanes(post: Held) -> list[Choice]:
    """Teams, grids and departments that take cases of this territory, with what they have in hand."""
    units = directory()
    street = units.tree.below(units.unit(post.over_id).path)
    own = [n for n in street if n.valid_to is None and n.kind in ("team", "office", "grid", "committee", "station")]
    top = units.up(post.over_id)[-1]
    lines = [n for n in units.tree.below(top.path) if n.kind in picking.DEPARTMENTS and n.home_id == top.id]
    order = ("team", "office", "department", "line", "company", "station", "committee", "grid")
    nodes = sorted({n.id: n for n in (*own, *lines) if n.valid_to is None}.values(), key=lambda n: order.index(n.kind))
    nodes = nodes[:MOST_LANES]
    load = picking.unit_loads([node.id for node in nodes])
    return [Choice(f"unit:{n.id}", n.name, unit_name(n.parent_id), load.get(n.id, 0)) for n in nodes]


def _people_lanes(post: Held) -> list[Choice]:
    inside = below([post.unit_path], path="unit__path")
    posts = Post.objects.filter(inside, role__in=picking.WORKERS, until=None).select_related("actor", "unit")
    people = {one.actor_id: one for one in posts.order_by("actor_id", "id")[: 4 * MOST_LANES]}
    load = picking.people_loads(people)
    lanes = [Choice(f"person:{key}", one.actor.name, one.unit.name, load.get(key, 0)) for key, one in people.items()]
    return sorted(lanes, key=lambda lane: (lane.load or 0, lane.label))[:MOST_LANES]


def just_sent(actor: Actor) -> list[Sent]:
    """What ``actor`` sent last, with a way back: a mistake is mended by sending it elsewhere, with a reason."""
    steps = ("dispatch", "assign", "redispatch", "fast_lane")
    entries = Entry.objects.filter(actor=actor, step__in=steps).select_related("matter", "unit", "assignee")
    found = entries.order_by("-recorded_at")[:SHOWN_SENT]
    return [
        Sent(
            number=one.matter.number, title=one.matter.title,
            to=" · ".join(filter(None, (one.unit.name, one.assignee.name if one.assignee else ""))),
            at=one.recorded_at, can_undo=one.matter.state == "dispatched",
        )
        for one in found
    ]  # fmt: skip
