"""Looking at where somebody went: for a purpose that is kept, by who plans patrols there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.domains.safety.queries.patrol_reach import PatrolNotFound, get_patrol
from linli.domains.safety.queries.walk_page import may_see_track, track_of
from linli.kernel.org.commands.contacts import keep_reading
from linli.kernel.org.models import Actor


@transaction.atomic
def read_track(patrol_id: UUID, *, purpose: str, actor: Actor, at: datetime) -> dict[str, Any]:
    """The track of a walk as GeoJSON; the reading is kept unless it is one's own.

    Raises PatrolNotFound, ContactRefused (no purpose).
    """
    patrol = get_patrol(patrol_id, actor=actor)
    if not may_see_track(patrol, actor):
        raise PatrolNotFound(patrol_id)
    if patrol.actor_id != actor.pk:
        keep_reading(patrol.actor, "track", purpose=purpose, actor=actor, at=at)
    return track_of(patrol)
