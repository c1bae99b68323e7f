"""The two sides of the regular contact: who speaks for the grid, who for the committee (001g-53)."""

from datetime import datetime

from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

GRID, COMMITTEE = "grid", "committee"
ROLES = {
    GRID: frozenset(("grid_officer", "grid_head", "grid_deputy")),
    COMMITTEE: frozenset(("committee_worker", "committee_head")),
}


def sides_of(actor: Actor, *, grid: Unit, committee: Unit, at: datetime) -> frozenset[str]:
    """For which of the two ``actor`` may speak; none for everybody else."""
    places = {GRID: grid, COMMITTEE: committee}
    held = org.posts_of(actor, at)
    return frozenset(
        side
        for side, unit in places.items()
        if any(post.role in ROLES[side] and post.reaches(unit.path) for post in held)
    )
