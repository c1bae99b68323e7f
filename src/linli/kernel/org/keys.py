"""Keys that can be made anywhere, also on a phone that is offline, and that sort by time."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from uuid_utils.compat import uuid7


def new_key() -> UUID:
    """A fresh UUIDv7."""
    return uuid7()


def key_at(at: datetime, said: str) -> UUID:
    """A key that sorts by ``at``, to the millisecond, and is the same each time for the same ``said``."""
    tail = bytearray(sha256(said.encode()).digest()[:10])
    tail[0], tail[2] = 0x70 | tail[0] & 0x0F, 0x80 | tail[2] & 0x3F
    return UUID(bytes=int(at.timestamp() * 1000).to_bytes(6, "big") + bytes(tail))


SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")
"""Key of the one actor that acts for the platform itself."""
