"""What a guard may know beside the subject: gathered by ``take()`` under the lock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Child:
    flow: str
    state: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Context:
    """children  matters opened under this one
    takers    step name → ids of the actors who took it, in any round, here or on a child (but ``open``: only here)
    files     kinds of the files on the matter in this round, those of this step included
    answers   question name → what another domain answered (``wiring.QUESTIONS``)
    """

    at: datetime
    actor_id: UUID
    state: str
    round: int
    note: str = ""
    children: tuple[Child, ...] = ()
    takers: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    answers: Mapping[str, Any] = field(default_factory=dict)
