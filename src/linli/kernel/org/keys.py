"""Keys that can be made anywhere, also on a phone that is offline, and that sort by time."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_key() -> UUID:
    """A fresh UUIDv7."""
    return uuid7()


SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")
"""Key of the one actor that acts for the platform itself."""
