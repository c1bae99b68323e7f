"""What a phone may ask for without network and what it is given to take along; filled once from ``config.wiring``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.flow.given import GivenFile
from linli.kernel.org.models import Actor


class FieldRefused(Refused):
    """What came from the phone cannot be done so; ``str()`` is fit to show there."""


@dataclass(frozen=True, slots=True)
class Made:
    """A command as a phone made it, perhaps hours ago.

    id        made on the phone; key of what the command makes, if it makes something
    about     number or key of what it is done to; "" for something new
    fields    what was given, as the phone's form has it: to be checked by the verb like any input from outside
    seen      number of the journal's last entry that the phone had; None when it knew of none
    taken_at  when it was made, the phone's clock corrected by its drift; never after ``at``
    at        when it arrived
    is_late   outside the listed limits of drift and delay: punctuality takes ``at``
    """

    id: UUID
    name: str
    actor: Actor
    about: str
    fields: Mapping[str, Any]
    files: tuple[GivenFile, ...]
    seen: int | None
    taken_at: datetime
    at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What the phone is told. ``message`` in words; ``number`` and ``url`` of what was made or moved."""

    message: str
    number: str = ""
    url: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to be done by this person, in the form every kind of work shares on a phone.

    kind    case, instruction, hazard, listing, deployment, joint_patrol, task, major
    about   what a command about it names
    seen    number of the journal's last entry
    steps   what may be done now: (verb's name, step, label, what it needs: note, reason, after, before)
    facts   (label, value) pairs to be read
    photos  keys of the photos to be taken along, the first few
    then    step → the steps that may follow it, so that a phone can go on without network
    """

    kind: str
    about: str
    number: str
    title: str
    state: str
    state_label: str
    opened_at: datetime
    due_at: datetime | None
    lon: float | None
    lat: float | None
    address: str
    seen: int
    steps: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    facts: tuple[tuple[str, str], ...] = ()
    photos: tuple[UUID, ...] = ()
    then: Mapping[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = field(default_factory=dict)


Verb = Callable[[Made], Done]
WorkSource = Callable[[Actor, datetime], list[Work]]
Source = Callable[[Actor, datetime], Any]

_verbs: dict[str, Verb] = {}
_work: list[WorkSource] = []
_sources: dict[str, Source] = {}


def connect(*, verbs: Mapping[str, Verb], work: list[WorkSource], sources: Mapping[str, Source]) -> None:
    """Remember the tables.

    verbs    command's name → what carries it out, inside one transaction; raises Refused for what cannot be done
    work     what gives this person's open work, at most 200 each
    sources  name → what the phone takes along under it: plain JSON values, bounded
    """
    _verbs.update(verbs)
    _work[:] = work
    _sources.update(sources)


def verb(name: str) -> Verb:
    """Raises FieldRefused for a name that no version of the server knows."""
    if name not in _verbs:
        raise FieldRefused(_("服务器不认识这种操作：%(name)s。请更新后再试。") % {"name": name[:60]}, field="name")
    return _verbs[name]


def work_of(actor: Actor, at: datetime) -> list[Work]:
    return [one for source in _work for one in source(actor, at)]


def sources() -> Mapping[str, Source]:
    return _sources
