"""Party and government share the responsibility: both sides of a unit's posts with both duties, and the gaps."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from linli.domains.safety.models import PostDuty
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.roles import BY_CODE
from linli.kernel.org.scope import below
from linli.kernel.registry.queries import paths_of

KINDS = ("district", "street", "committee", "village", "office", "centre")
"""Units whose posts answer for safety; grids and teams work for them."""
MOST_UNITS = 300


@dataclass(frozen=True, slots=True)
class UnitLine:
    """``gaps``: people with a post there and no duty laid down for them."""

    id: int
    name: str
    kind: str
    party: int
    government: int


@dataclass(frozen=True, slots=True)
class DutyLine:
    """state: held, vacant (nobody named) or gone (the person left)"""

    id: int
    post_title: str
    side: str
    side_label: str
    name: str
    state: str
    business: str
    safety: str
    since: date
    until: date | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    unit: Unit
    sides: list[tuple[str, list[DutyLine]]]
    gaps: list[str]
    ended: list[DutyLine]
    may_keep: bool


def units(actor: Actor, *, at: datetime) -> list[UnitLine]:
    """The units of the territory with how many posts of each side have both duties. One query."""
    today = timezone.localdate(at)
    found = Unit.objects.filter(below(paths_of(actor, at)), kind__in=KINDS).filter(
        Q(valid_to=None) | Q(valid_to__gt=today)
    )
    lines = PostDuty.objects.filter(until=None, unit__in=found).values_list("unit_id", "side").annotate(n=Count("pk"))
    counted = {(unit_id, side): n for unit_id, side, n in lines}
    return [
        UnitLine(unit.pk, unit.name, str(unit.get_kind_display()), counted.get((unit.pk, "party"), 0),
                 counted.get((unit.pk, "government"), 0))
        for unit in found.order_by("path")[:MOST_UNITS]
    ]  # fmt: skip


def unit_page(unit_id: int, *, actor: Actor, at: datetime) -> UnitPage:
    """Raises NotFound for a unit outside what ``actor`` sees."""
    node = org.node_of(unit_id)
    if not node.path.startswith(paths_of(actor, at) or ("none",)):
        raise NotFound
    unit = org.kept_unit(unit_id)
    today = timezone.localdate(at)
    posts = Post.objects.filter(unit=unit, since__lte=today).exclude(until__lte=today).select_related("actor")
    people = list(posts.order_by("id")[:500])
    here = {post.actor_id for post in people}
    rows = [_line(row, here) for row in PostDuty.objects.filter(unit=unit).select_related("actor").order_by("id")[:500]]
    named = set(PostDuty.objects.filter(unit=unit, until=None).values_list("actor_id", flat=True))
    gaps = [f"{post.actor.name} · {post.title or BY_CODE[post.role].label}" for post in people
            if post.actor_id not in named]  # fmt: skip
    sides = [(str(label), [row for row in rows if row.side == side and row.until is None])
             for side, label in PostDuty.Side.choices]  # fmt: skip
    return UnitPage(
        unit, sides, list(dict.fromkeys(gaps)), [row for row in rows if row.until],
        org.holds_right(actor, "keep_sites", unit, at) is not None,
    )  # fmt: skip


def _line(row: PostDuty, here: set[UUID]) -> DutyLine:
    state = "vacant" if row.actor_id is None else "held" if row.actor_id in here else "gone"
    return DutyLine(
        row.pk, row.post_title, row.side, str(PostDuty.Side(row.side).label), row.actor.name if row.actor else "",
        state, row.business, row.safety, row.since, row.until, row.end_reason,
    )  # fmt: skip
