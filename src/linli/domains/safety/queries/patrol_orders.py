"""Deployments and joint patrols as pages show them: the desks, one of each, the form of a step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from linli.domains.safety.flow import DEPLOYMENT, JOINT_PATROL
from linli.domains.safety.models import Deployment, JointPatrol, Patrol, PatrolTeam
from linli.domains.safety.queries.patrol_matters import (
    DeploymentNotFound,
    JointNotFound,
    get_deployment,
    get_joint,
    visible_deployments,
    visible_joints,
)
from linli.domains.safety.queries.patrol_reach import visible_teams
from linli.domains.safety.queries.team_desk import contract_look
from linli.kernel.flow import journal
from linli.kernel.flow.definition import Flow
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node
from linli.kernel.org.tree import kept as tree

PAGE = 50
LOOKS = {
    "ordered": "warn", "moving": "brand", "arrived": "brand", "reported": "ok", "recalled": "",
    "asked": "warn", "arranged": "brand", "recorded": "ok", "refused": "late", "withdrawn": "",
}  # fmt: skip
DEPLOYMENT_LOOK = journal.Look(
    expected={"ordered": ("receive",), "moving": ("arrive",), "arrived": ("report",)},
    grave=frozenset({"recall"}),
    icons={"open": "send", "receive": "check", "arrive": "map-pin-check", "report": "report", "recall": "arrow-back-up",
           "redirect": "route"},
    at_once=frozenset({"receive", "arrive"}),
)  # fmt: skip
JOINT_LOOK = journal.Look(
    expected={"asked": ("arrange",), "arranged": ("record_grid", "record_department")},
    grave=frozenset({"refuse", "withdraw"}),
    icons={"open": "send", "arrange": "calendar-event", "refuse": "ban", "rearrange": "calendar",
           "record_grid": "notebook", "record_department": "notebook", "finish": "circle-check", "withdraw": "x"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A deployment or a joint patrol as listed. ``who``: the team, or the department that asks."""

    number: str
    title: str
    who: str
    where: str
    people: str
    state_label: str
    look: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    when: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    after: str


def deployments(actor: Actor, *, is_open: bool, after: str = "", limit: int = PAGE) -> Page:
    """Running ones, or those that are over, the newest first."""
    rows = visible_deployments(actor).filter(matter__closed_at__isnull=is_open)
    return _page(rows, after, limit, _deployment_row)


def joints(actor: Actor, *, is_open: bool, after: str = "", limit: int = PAGE) -> Page:
    rows = visible_joints(actor).filter(matter__closed_at__isnull=is_open)
    return _page(rows, after, limit, _joint_row)


def _page(rows: QuerySet[Any], after: str, limit: int, row_of: Any) -> Page:
    rows = rows.filter(matter__number__lt=after) if after else rows
    kept = list(rows.order_by("-matter__number")[: limit + 1])
    found = [row_of(one) for one in kept[:limit]]
    return Page(found, found[-1].number if len(kept) > limit else "")


def _deployment_row(one: Deployment) -> Row:
    matter = one.matter
    return Row(
        matter.number, one.task, one.team.name, one.place, str(one.people), DEPLOYMENT.label_of(matter.state),
        LOOKS[matter.state], matter.opened_at, matter.due_at, matter.closed_at, one.arrived_at,
    )  # fmt: skip


def _joint_row(one: JointPatrol) -> Row:
    matter = one.matter
    return Row(
        matter.number, one.purpose, one.asker.name, matter.unit.name, one.people, JOINT_PATROL.label_of(matter.state),
        LOOKS[matter.state], matter.opened_at, matter.due_at, matter.closed_at, one.meets_at or one.wanted_from,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TeamNow:
    """A guard team at the dispatcher's: what it is doing, how many are out, where it was last heard of."""

    id: int
    name: str
    body: str
    contract_look: str
    busy: tuple[tuple[str, str, str], ...]
    out: int
    last_at: datetime | None


def guards(actor: Actor, *, at: datetime) -> list[TeamNow]:
    """The guard teams in reach; three SQL statements."""
    found = list(visible_teams(actor).filter(kind=PatrolTeam.Kind.GUARD, ended_at=None).order_by("name")[:40])
    running: dict[int, list[tuple[str, str, str]]] = {}
    rows = Deployment.objects.filter(team__in=found, matter__closed_at=None).select_related("matter")
    for one in rows.order_by("-matter__opened_at"):
        label = DEPLOYMENT.label_of(one.matter.state)
        running.setdefault(one.team_id, []).append((one.matter.number, f"{one.place} · {label}", str(one.people)))
    walks: dict[int, list[Patrol]] = {}
    for walk in Patrol.objects.filter(team__in=found, began_at__gte=at - timedelta(days=2)).order_by("-began_at")[:400]:
        walks.setdefault(walk.team_id or 0, []).append(walk)
    today = timezone.localdate(at)
    return [
        TeamNow(
            team.pk, team.name, team.body, contract_look(team.contract_to, today), tuple(running.get(team.pk, ())),
            sum(walk.people for walk in walks.get(team.pk, ()) if walk.ended_at is None),
            walks[team.pk][0].began_at if team.pk in walks else None,
        )
        for team in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """A deployment or a joint patrol with its journal. ``here``: lon,lat or ""."""

    number: str
    title: str
    state_label: str
    look: str
    row: Deployment | JointPatrol
    due_at: datetime | None
    clock: journal.ClockLine
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    files: tuple[journal.Shown, ...]
    here: str
    walks: tuple[tuple[UUID, str, datetime], ...]
    liaisons: tuple[str, ...]
    is_closed: bool
    seen: int
    command: UUID = field(default_factory=new_key)


def deployment_page(number: str, *, actor: Actor) -> Order:
    """Raises DeploymentNotFound."""
    one = get_deployment(number, actor=actor)
    place = getattr(one.matter, "place", None)
    here = f"{place.lon},{place.lat}" if place else ""
    walks = Patrol.objects.filter(
        team=one.team, began_at__gte=one.matter.opened_at, began_at__lte=one.matter.closed_at or timezone.now()
    )
    return _order(one, one.task, DEPLOYMENT, DEPLOYMENT_LOOK, actor, here, walks, ())


def joint_page(number: str, *, actor: Actor) -> Order:
    """Raises JointNotFound."""
    one = get_joint(number, actor=actor)
    here = f"{one.site.lon},{one.site.lat}" if one.site else ""
    on = timezone.localdate()
    posts = Post.objects.filter(unit=one.asker, role="liaison", since__lte=on, until=None).select_related("actor")
    liaisons = tuple(post.actor.name for post in posts[:5])
    return _order(one, one.purpose, JOINT_PATROL, JOINT_LOOK, actor, here, Patrol.objects.filter(joint=one), liaisons)


def _order(
    one: Any, title: str, flow: Flow, look: journal.Look, actor: Actor, here: str, walks: QuerySet[Patrol],
    liaisons: tuple[str, ...],
) -> Order:  # fmt: skip
    matter: Matter = one.matter
    shown = journal.files_of(matter)
    lines = journal.timeline(matter, look, shown)
    return Order(
        matter.number, title, flow.label_of(matter.state), LOOKS[matter.state], one, matter.due_at,
        journal.clock_of(matter), tuple(journal.offers(actor, matter, look)), tuple(lines), tuple(shown), here,
        tuple((w.pk, w.actor.name, w.began_at) for w in walks.select_related("actor").order_by("-began_at")[:30]),
        liaisons, matter.closed_at is not None, lines[0].seq if lines else 0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step about to be taken."""

    row: Any
    number: str
    title: str
    offer: journal.Offer
    seen: int
    command: UUID = field(default_factory=new_key)


def deployment_stepping(number: str, name: str, *, actor: Actor) -> Stepping:
    """Raises DeploymentNotFound."""
    one = get_deployment(number, actor=actor)
    return _stepping(one, one.task, name, DEPLOYMENT, DEPLOYMENT_LOOK, actor, DeploymentNotFound)


def joint_stepping(number: str, name: str, *, actor: Actor) -> Stepping:
    """Raises JointNotFound."""
    one = get_joint(number, actor=actor)
    return _stepping(one, one.purpose, name, JOINT_PATROL, JOINT_LOOK, actor, JointNotFound)


def _stepping(
    one: Any, title: str, name: str, flow: Flow, look: journal.Look, actor: Actor, absent: type[Exception]
) -> Stepping:
    step = flow.at(one.matter.flow_version).step(name)
    if step is None:
        raise absent(name)
    now = {offer.name: offer for offer in journal.offers(actor, one.matter, look)}
    offer = now.get(name) or journal.offer_of(step, look)
    return Stepping(one, one.matter.number, title, offer, journal.last_seen(one.matter))


def grids_to_ask(asker_path: str) -> list[Node]:
    """Grids of the street or district that a department belongs to."""
    return [n for n in tree.get().below(asker_path) if n.kind == "grid" and n.valid_to is None][:2000]


def home_path(unit_id: int) -> str:
    return org.node_of(org.home_id_of(unit_id)).path


def may_order(actor: Actor, post: Held | None) -> bool:
    return post is not None and org.holds_right(actor, "mobilise", org.kept_unit(post.over_id)) is not None


def guards_of_post(actor: Actor) -> Sequence[PatrolTeam]:
    rows = visible_teams(actor).filter(kind=PatrolTeam.Kind.GUARD, ended_at=None)
    return list(rows.order_by("name")[:60])


def file_on(number: str, file_id: UUID, *, actor: Actor, is_joint: bool) -> UUID:
    """The file, if it is on an order ``actor`` may see. Raises DeploymentNotFound, JointNotFound."""
    one: Any = get_joint(number, actor=actor) if is_joint else get_deployment(number, actor=actor)
    if not one.matter.attachments.filter(file=file_id).exists():
        raise DeploymentNotFound(number)
    return file_id
