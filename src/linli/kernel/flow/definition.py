"""A flow is a table: which step leads from which state to which, and who may take it. No Django models here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise

from linli.kernel.calendar.working_time import Base
from linli.kernel.flow.context import Context

Text = str | Promise
Guard = Callable[[Any, Context], "str | Promise | None"]
"""Looks at the subject and its context; returns the reason why the step is refused, or None."""


@dataclass(frozen=True, slots=True)
class Who:
    """One way of being allowed to take a step.

    kind   post: holds ``role`` over the matter's ``over`` unit
           assignee: is the person the matter is assigned to
           party: stands beside the matter in ``role`` (residents never act through posts)
           system: the platform itself
    over   home: the unit that answers for the matter; unit: the one that holds it; area: the grid's own unit
    """

    kind: Literal["post", "assignee", "party", "system"]
    role: str = ""
    over: Literal["home", "unit", "area"] = "home"

    def __str__(self) -> str:
        return self.role if self.kind in ("post", "party") else self.kind


def post(*roles: str, over: Literal["home", "unit", "area"] = "home") -> tuple[Who, ...]:
    return tuple(Who("post", role, over) for role in roles)


def party(role: str) -> tuple[Who, ...]:
    return (Who("party", role),)


ASSIGNEE = (Who("assignee"),)
SYSTEM = (Who("system"),)


@dataclass(frozen=True, slots=True)
class Step:
    """``source`` → ``target``; a step whose target is ``""`` leaves the state as it is.

    needs    what the person must give: note, reason, unit, assignee, files (kinds follow a colon: ``files:after``)
    not_by   steps whose takers, in any round, here or on a child, may not take this one (separation of duties)
    starts   clocks that begin with it; ``stops`` those that end, ``holds`` pauses and ``resumes`` continues them
    again    begins a new round with its own clocks
    frees    whoever it was assigned to has done their part; it is nobody's until assigned anew
    """

    name: str
    source: tuple[str, ...]
    target: str
    who: tuple[Who, ...]
    label: Text = ""
    guards: tuple[Guard, ...] = ()
    not_by: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    again: bool = False
    frees: bool = False

    def leads_to(self, state: str) -> str:
        return self.target or state


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a clock runs.

    amount   minutes for ``continuous`` and ``working_minutes``, days for ``working_days``
    shares   parts of the limit at which a warning fires; the last one is always 1.0
    escalates_by  step the system takes when the whole limit has passed, or ""
    """

    amount: float
    base: Base = "working_minutes"
    shares: tuple[float, ...] = (0.8, 1.0)
    escalates_by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """``start`` is the first state; a state without outgoing steps is final.

    states    code → label, in the order in which people think of them
    stages    state → public stage, for residents and figures
    clocks    clock kind → its limit where no list says otherwise
    earlier   replaced versions, kept until no matter is left on them
    """

    code: str
    version: int
    start: str
    steps: tuple[Step, ...]
    label: Text = ""
    states: Mapping[str, Text] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    clocks: Mapping[str, Limit] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    also_starts_in: tuple[str, ...] = ()
    earlier: tuple["Flow", ...] = ()

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.code}: step names must be unique")
        if lost := self.used_states - self._reachable():
            raise ValueError(f"{self.code}: unreachable states {sorted(lost)}")
        if nameless := self.used_states - set(self.states):
            raise ValueError(f"{self.code}: states without a label {sorted(nameless)}")
        kinds = {kind for s in self.steps for kind in (*s.starts, *s.stops, *s.holds, *s.resumes)}
        if unknown := kinds - set(self.clocks):
            raise ValueError(f"{self.code}: unknown clocks {sorted(unknown)}")

    @property
    def used_states(self) -> set[str]:
        return (
            {self.start, *self.also_starts_in}
            | {s.target for s in self.steps if s.target}
            | {x for s in self.steps for x in s.source}
        )

    def at(self, version: int) -> "Flow":
        return next(flow for flow in (self, *self.earlier) if flow.version == version)

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def steps_from(self, state: str) -> list[Step]:
        return [step for step in self.steps if state in step.source]

    def is_closed(self, state: str) -> bool:
        return state in self.closed

    def label_of(self, state: str) -> str:
        return str(self.states.get(state, state))

    def _reachable(self) -> set[str]:
        seen: set[str] = set()
        todo = [self.start, *self.also_starts_in]
        while todo:
            state = todo.pop()
            if state not in seen:
                seen.add(state)
                todo += [step.target for step in self.steps_from(state) if step.target]
        return seen
