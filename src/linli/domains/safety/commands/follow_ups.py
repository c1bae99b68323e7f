"""What came up on a visit or in a contact and needs work is handed on as a report; who takes it in is connected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor

CASES = UUID("6f0f6f5e-7f0b-4a57-9c0f-0d6d3f3a9d11")
"""Namespace of the keys of follow-up cases: the same visit sent again makes the same key."""


class FollowUpRefused(Refused):
    """Cannot be handed on here."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is to become a case. ``id`` its key; ``unit_id`` where it lies when no position is known."""

    id: UUID
    text: str
    unit_id: int
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    file_ids: tuple[UUID, ...] = ()


Taker = Callable[[FollowUp, Actor, datetime], UUID]
"""Takes a report in and returns the key of the matter; may refuse."""
_takers: list[Taker] = []


def connect(taker: Taker | None) -> None:
    """Say who takes in what is handed on; replaces the one before. Filled once from ``config``."""
    _takers[:] = [taker] if taker else []


def key_for(origin: UUID) -> UUID:
    return uuid5(CASES, str(origin))


def open_case(given: FollowUp, *, actor: Actor, at: datetime) -> UUID:
    """Raises FollowUpRefused and what taking in refuses."""
    if not _takers:
        raise FollowUpRefused(_("这里还不能转为案件。"), field="case")
    return _takers[0](given, actor, at)
