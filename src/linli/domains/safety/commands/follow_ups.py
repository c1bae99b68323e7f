"""What came up on a visit or in a contact and needs work is handed on as a report; who takes it in is connected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor


class FollowUpRefused(Refused):
    """Cannot be handed on here."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is to become a case. ``id`` its key; ``unit_id`` where it lies when no position is known.

    source  code of where it comes from (list ``sources``), "" for the usual one
    """

    id: UUID
    text: str
    unit_id: int
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    file_ids: tuple[UUID, ...] = ()
    source: str = ""


Taker = Callable[[FollowUp, Actor, datetime], UUID]
"""Takes a report in and returns the key of the matter; may refuse."""
_takers: list[Taker] = []


def connect(taker: Taker | None) -> None:
    """Say who takes in what is handed on; replaces the one before. Filled once from ``config``."""
    _takers[:] = [taker] if taker else []


def key_for(origin: UUID) -> UUID:
    """The key of what follows ``origin``: the same each time it is sent, of the same time, and another than its own."""
    tail = bytearray(sha256(b"follow-up" + origin.bytes).digest()[:8])
    tail[0] = 0x80 | tail[0] & 0x3F
    return UUID(bytes=origin.bytes[:8] + bytes(tail))


def open_case(given: FollowUp, *, actor: Actor, at: datetime) -> UUID:
    """Raises FollowUpRefused and what taking in refuses."""
    if not _takers:
        raise FollowUpRefused(_("这里还不能转为案件。"), field="case")
    return _takers[0](given, actor, at)
