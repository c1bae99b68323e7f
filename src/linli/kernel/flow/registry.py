"""The flows and the tables that join domains to them. Filled once at start from ``config.wiring``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from linli.kernel.flow.definition import Flow, Limit

if TYPE_CHECKING:
    from linli.kernel.flow.guarding import Fault
    from linli.kernel.flow.models import Entry, Matter

Reaction = Callable[["Entry"], object]
Question = Callable[["Matter"], object]
Check = Callable[[], "Iterable[Fault]"]
LimitSource = Callable[[Any, "Matter", str], "Limit | None"]

_flows: dict[str, Flow] = {}
_reactions: dict[tuple[str, str], Sequence[Reaction]] = {}
_questions: dict[str, Mapping[str, Question]] = {}
_limits: dict[str, LimitSource] = {}
_checks: list[Check] = []


def connect(
    *,
    flows: Iterable[Flow],
    reactions: Mapping[tuple[str, str], Sequence[Reaction]],
    questions: Mapping[str, Mapping[str, Question]],
    limits: Mapping[str, LimitSource],
    checks: Iterable[Check] = (),
) -> None:
    """Remember the tables. Reactions write only our own database; slow work is a job enqueued there."""
    _flows.update({flow.code: flow for flow in flows})
    _reactions.update(reactions)
    _questions.update(questions)
    _limits.update(limits)
    _checks[:] = checks


def flow(code: str) -> Flow:
    return _flows[code]


def flows() -> Mapping[str, Flow]:
    return _flows


def reactions_to(flow_code: str, step: str) -> Sequence[Reaction]:
    return _reactions.get((flow_code, step), ())


def answers_for(matter: "Matter") -> dict[str, object]:
    return {name: ask(matter) for name, ask in _questions.get(matter.flow, {}).items()}


def checks() -> Sequence[Check]:
    """What domains add to the verification of the journal."""
    return _checks


def limit_for(subject: Any, matter: "Matter", kind: str) -> Limit | None:
    """The limit of clock ``kind``: the list's if it has one, else the flow's own."""
    source = _limits.get(matter.flow)
    found = source(subject, matter, kind) if source else None
    return found or _flows[matter.flow].at(matter.flow_version).clocks.get(kind)
