"""Who holds which post, and what that lets them see. Warm, none of these asks the database."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.kernel.org import fresh, roles
from linli.kernel.org.fresh import Kept
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.scope import Held, Scope, widest

_MOST_ACTORS = 20_000
_kept: Kept[dict[UUID, tuple[Held, ...]]] = Kept(lambda _previous: {}, topics=("post", "unit"))

_COLUMNS = (
    "id",
    "role",
    "title",
    "unit_id",
    "unit__path",
    "over_id",
    "over__path",
    "since",
    "until",
    "deputy",
)


def posts_of(actor: Actor, at: datetime | None = None) -> tuple[Held, ...]:
    """The posts ``actor`` holds at ``at`` (now, when None), oldest first."""
    on = day_of(at)
    return tuple(held for held in _all_posts(actor.pk) if held.in_force(on))


def holds(actor: Actor, role: str, unit: Unit, at: datetime | None = None) -> Held | None:
    """The post by which ``actor`` is ``role`` over ``unit``, or None; their own before one they deputise."""
    fitting = [held for held in posts_of(actor, at) if held.role == role and held.reaches(unit.path)]
    return min(fitting, key=lambda held: held.deputy, default=None)


def holds_right(actor: Actor, right: str, unit: Unit | None = None, at: datetime | None = None) -> Held | None:
    """The post that gives ``actor`` the ``right`` over ``unit`` (anywhere, when None), or None."""
    codes = roles.having(right)
    held_with = (held for held in posts_of(actor, at) if held.role in codes)
    return next((held for held in held_with if unit is None or held.reaches(unit.path)), None)


def covers(actor: Actor, at: datetime | None = None, *, role: str = "") -> Scope:
    """Everything ``actor``'s posts reach (those of ``role``, when given)."""
    return Scope(widest(held.over_path for held in posts_of(actor, at) if not role or held.role == role))


def day_of(at: datetime | None) -> date:
    """The civil day of ``at`` here (today, when None)."""
    return fresh.today() if at is None else timezone.localdate(at)


def _all_posts(actor_id: UUID) -> tuple[Held, ...]:
    kept = _kept.get()
    if actor_id not in kept:
        if len(kept) >= _MOST_ACTORS:
            kept.clear()
        rows = Post.objects.filter(actor_id=actor_id).order_by("since", "id").values_list(*_COLUMNS)
        kept[actor_id] = tuple(Held(*row) for row in rows)
    return kept[actor_id]
