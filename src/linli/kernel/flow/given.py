"""What somebody gives with a step: the words, files, people and units, and the id by which it is known again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor, Unit


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file received before, now given with a step."""

    file_id: UUID
    sha256: str
    kind: str
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants done: a step and everything given with it.

    unit, assignee  who holds the matter afterwards; None leaves them (``assignee`` falls away when the unit changes)
    seen            number of the last journal entry on the page the step came from; None when there was no page
    command         id made by the sender; sent again, it returns the first answer
    is_late         the claim of ``at`` lies outside the listed limits of drift and delay
    arrived_at      when it was heard of, where that is later than ``at``: what was done without network
    held            the matter as locked in this transaction by ``lock``, and not answered before; None locks it here
    admission       the admitted item under which a committee or village is given the matter; None: the one that fits
    beside          what the journal keeps with the changes though it is no field of the subject: where somebody was
    said            SHA-256 of what the sender said, where ``changes`` are reckoned from more than that; b"" otherwise
    """

    name: str
    actor: Actor
    at: datetime
    note: str = ""
    changes: Mapping[str, Any] | None = None
    files: Sequence[GivenFile] = ()
    unit: Unit | None = None
    assignee: Actor | None = None
    seen: int | None = None
    command: UUID | None = None
    is_late: bool = False
    arrived_at: datetime | None = None
    held: Matter | None = None
    admission: int | None = None
    beside: Mapping[str, Any] | None = None
    said: bytes = b""

    def digest(self) -> bytes:
        if self.said:
            return self.said
        given = [
            self.name, str(self.actor.pk), self.note, dict(self.changes or {}), [f.sha256 for f in self.files],
            self.unit.pk if self.unit else None, str(self.assignee.pk) if self.assignee else None, self.admission,
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(given, default=str, option=orjson.OPT_SORT_KEYS)).digest()
