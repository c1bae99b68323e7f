"""Commands at which we ourselves fail: tried again for a while, then refused in words instead of waiting for ever."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import F
from psycopg.errors import QueryCanceled

from linli.kernel.devices.models import Device, Failure

TRIES = 5
"""Contacts in which we may fail at one command before it is refused *(default)*: what fails so often fails by what it
says, and left waiting it would be seen by nobody but the phone."""
PATIENCE = timedelta(minutes=15)
"""Not before this since the first failure *(default)*: whoever works fast makes five contacts in a minute."""
PASSING = (OperationalError, InterfaceError)
"""The database is away, too busy or resolving a deadlock: that says nothing of the command. A statement that takes too
long does: the next time it takes as long."""
LONGEST = 80


def count(command: UUID, name: str, *, device: Device, error: Exception, at: datetime) -> bool:
    """Note one more failure at ``command``; whether these are now enough to refuse it."""
    if isinstance(error, PASSING) and not isinstance(error.__cause__, QueryCanceled):
        return False
    row, is_new = Failure.objects.select_for_update().get_or_create(
        id=command,
        defaults={"device": device, "name": name[:60], "error": _named(error), "first_at": at, "last_at": at},
    )
    if not is_new:
        Failure.objects.filter(pk=command).update(tries=F("tries") + 1, error=_named(error), last_at=at)
        row.refresh_from_db()
    return row.tries >= TRIES and at - row.first_at >= PATIENCE


def _named(error: Exception) -> str:
    """Its kind alone: the words of a database may quote what somebody wrote."""
    return type(error).__name__[:LONGEST]
