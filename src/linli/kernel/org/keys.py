"""Keys that can be made anywhere, also on a phone that is offline, and that sort by time."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_key() -> UUID:
    """A fresh UUIDv7."""
    return uuid7()
