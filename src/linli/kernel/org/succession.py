"""What else must happen when a unit's work passes on. Filled once from ``config.wiring``."""

from collections.abc import Callable, Sequence
from datetime import datetime

from linli.kernel.org.models import Actor, Unit

Follower = Callable[[Unit, Unit | None, Actor, datetime], object]
"""Called in the same transaction as ``(ended unit, successor or None, actor, at)``; may refuse."""

_followers: list[Follower] = []


def connect(followers: Sequence[Follower]) -> None:
    """Have ``followers`` called whenever a unit ends; replaces those connected before."""
    _followers[:] = followers


def follow(ended: Unit, successor: Unit | None, *, actor: Actor, at: datetime) -> None:
    """Let every follower move what it keeps for ``ended`` (open work above all)."""
    for follower in _followers:
        follower(ended, successor, actor, at)
