"""What pages of patrols offer to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from linli.domains.safety.models import LogEntry, PatrolTeam, Route
from linli.domains.safety.queries.patrol_log import GROUND, EntryNotFound, Narrow
from linli.domains.safety.queries.patrol_reach import PLAN, visible_patrols, visible_teams
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.roles import BY_CODE
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node
from linli.kernel.org.tree import kept as tree
from linli.kernel.registry.models import Site

CONDITIONS = LogEntry.Condition.choices
PROOFS = LogEntry.Proof.choices
KINDS = Route.Kind.choices
TEAM_KINDS = PatrolTeam.Kind.choices
MOST_UNITS = 300
MOST_SITES = 400
MOST_PEOPLE = 200
WALKERS = ("grid_officer", "grid_head", "patroller", "committee_worker", "committee_head", "safety_officer",
           "verifier", "handler")  # fmt: skip


def grounds(post: Held | None) -> list[Node]:
    """Streets, committees and grids below a post, in their order; grids only where there are few."""
    if post is None:
        return []
    found = [n for n in tree.get().below(post.over_path) if n.kind in GROUND and n.valid_to is None]
    if len(found) > MOST_UNITS:
        found = [node for node in found if node.kind != "grid"]
    return found[:MOST_UNITS]


def planned_grounds(actor: Actor) -> list[Node]:
    """Units of the ground for which ``actor`` plans patrols."""
    found: dict[int, Node] = {}
    for held in org.posts_of(actor):
        if PLAN in BY_CODE[held.role].rights:
            for node in tree.get().below(held.over_path):
                if node.kind in (*GROUND, "team", "office") and node.valid_to is None:
                    found[node.id] = node
    return list(found.values())[:MOST_UNITS]


def sites_of(units: Sequence[int]) -> list[Site]:
    """Sites in use in these units, by their names."""
    rows = Site.objects.filter(unit__in=list(units), state=Site.State.IN_USE).select_related("unit")
    return list(rows.order_by("unit__path", "name", "id")[:MOST_SITES])


def below(path: str) -> list[int]:
    """Units in force at or below ``path``."""
    return [node.id for node in tree.get().below(path) if node.valid_to is None]


def sites_below(path: str) -> list[Site]:
    return sites_of(below(path))


@dataclass(frozen=True, slots=True)
class Walker:
    id: UUID
    name: str
    post: str


def walkers_of(units: Sequence[int], *, on: date | None = None) -> list[Walker]:
    """Who has a post from which to patrol in these units."""
    on = on or timezone.localdate()
    held = Post.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, role__in=WALKERS, unit__in=list(units))
    rows = held.filter(actor__kind="staff").select_related("actor", "unit").order_by("unit__path", "actor__name")
    people: dict[UUID, Walker] = {}
    for post in rows[:MOST_PEOPLE]:
        label = f"{post.unit.name} {post.title or BY_CODE[post.role].label}"
        people.setdefault(post.actor_id, Walker(post.actor_id, post.actor.name, label))
    return list(people.values())


def walkers_below(path: str) -> list[Walker]:
    return walkers_of(below(path))


def teams_for(actor: Actor) -> list[PatrolTeam]:
    return list(visible_teams(actor).filter(ended_at=None).order_by("name")[:100])


def unit_planned(key: int, *, actor: Actor) -> Unit:
    """The unit, if ``actor`` plans patrols for it. Raises NotFound."""
    unit = Unit.objects.filter(pk=key, valid_to=None).first()
    if unit is None or org.holds_right(actor, PLAN, unit) is None:
        raise NotFound
    return unit


def person(key: UUID | None) -> Actor | None:
    return Actor.objects.filter(pk=key).first() if key else None


def chosen(narrow: Narrow, *, actor: Actor) -> list[tuple[str, str]]:
    """(parameter, words) of the narrowing that is shown by name, so that it can be taken away."""
    found: list[tuple[str, str]] = []
    if narrow.unit is not None and (node := tree.get().by_id.get(narrow.unit)):
        found.append(("unit", node.name))
    if narrow.person and (who := person(narrow.person)):
        found.append(("person", who.name))
    if narrow.site and (site := Site.objects.filter(pk=narrow.site).first()):
        found.append(("site", site.name))
    if narrow.team and (team := visible_teams(actor).filter(pk=narrow.team).first()):
        found.append(("team", team.name))
    return found


def entry_of(key: UUID, *, actor: Actor) -> UUID:
    """The walk of a line that ``actor`` may see. Raises EntryNotFound."""
    entry = LogEntry.objects.filter(pk=key).first()
    if entry is None or not visible_patrols(actor).filter(pk=entry.patrol_id).exists():
        raise EntryNotFound(key)
    return entry.patrol_id


def matter_of(number: str, *, actor: Actor) -> UUID:
    """The case or hazard of that number in ``actor``'s territory. Raises NotFound."""
    scope = org.covers(actor)
    near = scope.below(path="unit__path") | scope.below(path="home__path") | scope.below(path="area__unit__path")
    found = Matter.objects.filter(near | Q(assignee=actor), number=number, flow__in=("case", "hazard")).first()
    if found is None:
        raise NotFound
    return found.pk
