"""What else a case can become: work of another domain beside it, linked with it. Filled once from ``config.wiring``."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise

from linli.domains.cases.models import Case
from linli.kernel.errors import NotFound
from linli.kernel.flow import registry
from linli.kernel.flow.access import stands_over
from linli.kernel.flow.models import Link, Matter
from linli.kernel.org.models import Actor


@dataclass(frozen=True, slots=True)
class Passed:
    """What the other domain is told of the case. ``is_residents``: a resident asked for it; ``choice`` as chosen."""

    id: UUID
    number: str
    text: str
    choice: str
    lon: float | None
    lat: float | None
    address: str
    file_ids: tuple[UUID, ...]
    is_residents: bool


Take = Callable[[Passed, Actor, datetime], UUID]
"""Opens the other matter and returns its key; may refuse."""


@dataclass(frozen=True, slots=True)
class Onward:
    """One way on. ``code``: its flow and the kind of the link; ``page``: url name of the other matter by its number.

    choices  what has to be chosen first, called ``asks``
    roles    whose posts over the case's street or grid may do it
    """

    code: str
    label: str | Promise
    icon: str
    page: str
    asks: str | Promise
    choices: Callable[[], Sequence[tuple[str, str]]]
    roles: tuple[str, ...]
    take: Take


_ways: dict[str, Onward] = {}


def connect(ways: Collection[Onward]) -> None:
    _ways.clear()
    _ways.update({way.code: way for way in ways})


def way(code: str) -> Onward:
    """Raises NotFound."""
    if code not in _ways:
        raise NotFound(code)
    return _ways[code]


def ways_for(actor: Actor, matter: Matter, linked: Collection[str] = ()) -> list[Onward]:
    """Those open to ``actor``: the case is not over, and is not linked so already (``linked``: kinds of its links)."""
    if matter.closed_at is not None:
        return []
    return [one for one in _ways.values() if one.code not in linked and stands_over(actor, matter, one.roles)]


def page_of(flow: str) -> str:
    """The page of a linked matter of ``flow``."""
    return _ways[flow].page if flow in _ways else "cases:case"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What became of a report in another domain, as its reporter reads it."""

    label: str
    state: str
    is_over: bool


def elsewhere(case: Case) -> list[Elsewhere]:
    """One query; nothing that only staff may know."""
    links = Link.objects.filter(Q(matter=case.matter) | Q(other=case.matter), kind__in=list(_ways))
    found = [one.other if one.matter_id == case.pk else one.matter for one in links.select_related("matter", "other")]
    return [_elsewhere(one) for one in found if one.flow in _ways]


def _elsewhere(one: Matter) -> Elsewhere:
    flow = registry.flow(one.flow)
    return Elsewhere(str(flow.label), flow.label_of(one.state), one.closed_at is not None)
