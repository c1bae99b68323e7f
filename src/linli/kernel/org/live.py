"""Telling open pages that something changed. Sent with the transaction, heard only if it commits."""

import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

CHANNEL = "linli_live"
PAYLOAD_BYTES = 7900
"""PostgreSQL carries less than 8,000 bytes in a notification."""


class TooMuchSaid(ValueError):
    """An announcement is a hint to look again, not a way to carry content."""


def topic_of_actor(actor_id: UUID) -> str:
    """What one person's pages listen to."""
    return f"actor:{actor_id}"


def topic_of_unit(unit_id: int) -> str:
    """What the pages of a unit's people listen to."""
    return f"unit:{unit_id}"


def announce(
    event: str,
    *,
    actors: Iterable[UUID] = (),
    units: Iterable[int] = (),
    content: Mapping[str, str | int] | None = None,
) -> None:
    """Say ``event`` to the open pages of ``actors`` and of whoever holds a post in ``units``.

    event     a short name the page knows: ``inbox``, ``unread``, ``matter``
    content   small facts such as an id; never personal data, the page asks for the rest
    """
    topics = [topic_of_actor(actor) for actor in actors] + [topic_of_unit(unit) for unit in units]
    if not topics:
        return
    payload = json.dumps({"to": topics, "event": event, "content": dict(content or {})}, ensure_ascii=False)
    if len(payload.encode()) > PAYLOAD_BYTES:
        raise TooMuchSaid(f"{event} to {len(topics)} topics")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
