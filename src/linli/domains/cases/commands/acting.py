"""Taking a step on a case: one entrance for all, and a function per verb where more than the state moves."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case
from linli.kernel.flow.commands import Command, GivenFile, StepRefused, answered_before, lock, take_command
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit


@dataclass(frozen=True, slots=True)
class Given:
    """Everything a person may give with a step. ``fields`` holds what is particular to one verb, as text.

    seen, command, is_late, arrived_at  see ``kernel.flow.commands.Command``
    said, held  set by ``act``: the digest of what was said, and the matter as it locked it
    """

    note: str = ""
    unit: int | None = None
    units: Sequence[int] = ()
    assignee: UUID | None = None
    files: Sequence[GivenFile] = ()
    seen: int | None = None
    command: UUID | None = None
    is_late: bool = False
    arrived_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    said: bytes = b""
    held: Matter | None = None

    def signed(self, name: str, actor: Actor) -> "Given":
        """With the digest of everything said, so that a verb that reckons more from it still knows a resent one."""
        said = [
            name, actor.pk, self.note, self.unit, list(self.units), self.assignee, [f.sha256 for f in self.files],
            dict(self.fields),
        ]  # fmt: skip
        return replace(self, said=hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest())

    def text(self, name: str, *, limit: int = 400) -> str:
        return self.fields.get(name, "").strip()[:limit]

    @property
    def admission(self) -> int | None:
        """The admission under which a committee is to be given it; None: the one that covers its category."""
        text = self.text("admission", limit=20)
        return int(text) if text.isdecimal() else None

    def number(self, name: str, *, least: float = 0, most: float = 10_000) -> float | None:
        """The number given as ``name``; None when empty. Raises StepRefused outside ``least``…``most``."""
        given = self.text(name)
        if not given:
            return None
        try:
            value = float(given)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise StepRefused(_("请填写 %(least)g 到 %(most)g 之间的数。") % {"least": least, "most": most}, field=name)
        return value


Verb = Callable[[Case, Given, Actor, datetime], Entry]
_verbs: dict[str, Verb] = {}


def verb(name: str) -> Callable[[Verb], Verb]:
    """Register what step ``name`` does beside moving the state."""

    def keep(function: Verb) -> Verb:
        _verbs[name] = function
        return function

    return keep


@whole
def act(case: Case, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on ``case``. Raises StepRefused and its kin; the case is re-read under the lock.

    Sent again with the same ``given.command``, it returns the first entry and does nothing beside.
    """
    given = given.signed(name, actor)
    if given.command:
        held = lock(case.pk)
        if earlier := answered_before(held, given.command, given.said):
            return earlier
        given = replace(given, held=held)
    return _verbs.get(name, _plain(name))(case, given, actor, at)


def _plain(name: str) -> Verb:
    def move(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
        return step(case, name, given, actor, at)

    return move


def step(
    case: Case, name: str, given: Given, actor: Actor, at: datetime, *, changes: Mapping[str, Any] | None = None,
    beside: Mapping[str, Any] | None = None, unit: Unit | None = None, note: str | None = None,
) -> Entry:  # fmt: skip
    """The bare step with everything given; ``changes`` are fields of the case, ``unit`` overrides the given one.

    beside  what the journal keeps with them and the case does not
    """
    holder = unit or (unit_named(given.unit) if given.unit is not None else None)
    if holder is not None:
        in_district(case.matter, holder)
    person = person_near(case, given.assignee, holder) if given.assignee is not None else None
    return take_command(
        CASE,
        case,
        Command(
            name, actor, at, note=given.note if note is None else note, changes=changes, files=given.files,
            unit=holder, assignee=person, seen=given.seen, command=given.command, is_late=given.is_late,
            arrived_at=given.arrived_at, said=given.said, held=given.held, admission=given.admission, beside=beside,
        ),
    )  # fmt: skip


def unit_named(key: int) -> Unit:
    unit = Unit.objects.filter(pk=key, valid_to=None).first()
    if unit is None:
        raise StepRefused(_("没有这个单位，或已撤并。"), field="unit")
    return unit


def in_district(matter: Matter, unit: Unit) -> Unit:
    """``unit``, if it belongs to the district that ``matter`` lies in: its streets, departments, lines, companies.

    Raises StepRefused: who holds a case sees it, and another district neither sees nor works this one's cases.
    """
    up = directory().up(matter.home_id)
    district = next((above for above in up if above.kind == "district"), up[-1])
    if not unit.path.startswith(district.path):
        words = {"unit": unit.name, "district": district.name}
        raise StepRefused(_("%(unit)s 不属于%(district)s，不能把本区的事派给它。") % words, field="unit")
    return unit


def person_named(key: UUID) -> Actor:
    person = Actor.objects.filter(pk=key, kind="staff", posts__until=None).first()
    if person is None:
        raise StepRefused(_("没有这位工作人员。"), field="assignee")
    return person


def person_near(case: Case, key: UUID, holder: Unit | None = None) -> Actor:
    """The member of staff ``key``, if a post of theirs lies within the case's street or its holder, or above them.

    Raises StepRefused: who is given a case may see it, so it is never given to strangers.
    """
    person = person_named(key)
    matter = Matter.objects.select_related("home", "unit").get(pk=case.pk)
    units = [matter.home, holder or matter.unit]
    overs = [held.over_path for held in org.posts_of(person)]
    if not any(over.startswith(unit.path) or unit.path.startswith(over) for over in overs for unit in units):
        raise StepRefused(_("%(name)s 不在本街道或承办单位。") % {"name": person.name}, field="assignee")
    return person
