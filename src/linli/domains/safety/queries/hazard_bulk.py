"""Several hazards of one responsible side, about to be given notice together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from linli.domains.safety.flow import HAZARD
from linli.domains.safety.models import Hazard
from linli.domains.safety.queries.hazard_page import Choices, takers
from linli.domains.safety.queries.hazards import HazardNotFound, Row, get_hazard, rows
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

MOST_AT_ONCE = 50
ISSUED_FROM = "graded"


@dataclass(frozen=True, slots=True)
class Several:
    """The hazards of ``numbers`` that somebody may see, and what a notice to all of them starts from.

    apart   numbers of those that are of another place or another body than the first
    body, person, measures  as drawn up, where all that are together agree on it; else empty, so that each keeps its own
    days    the shortest usual time to put one of them right
    """

    numbers: tuple[str, ...]
    rows: tuple[Row, ...]
    apart: frozenset[str]
    units: tuple[Choices, ...]
    where: str
    body: str
    person: str
    measures: str
    days: int | None
    command: UUID = field(default_factory=new_key)


def may_issue(post: Held | None) -> bool:
    """Whether notices are issued from this post at all; each hazard is asked about when it comes to it."""
    step = HAZARD.step("notify")
    return post is not None and step is not None and any(who.role == post.role for who in step.who)


def is_together(first: Hazard, other: Hazard) -> bool:
    """Whether one body has to put both right, or, where that is not said of both, both lie at one place."""
    if other.pk == first.pk:
        return True
    bodies = other.body.strip(), first.body.strip()
    if all(bodies):
        return bodies[0] == bodies[1]
    return other.object_id is not None and other.object_id == first.object_id


def several(numbers: Sequence[str], *, actor: Actor) -> Several:
    """Those of ``numbers`` within reach; the others are refused when the notices are issued. Raises HazardNotFound."""
    wanted = tuple(dict.fromkeys(numbers))[:MOST_AT_ONCE]
    found = [hazard for hazard in (_reached(number, actor) for number in wanted) if hazard is not None]
    if not found:
        raise HazardNotFound(wanted)
    first = found[0]
    together = [hazard for hazard in found if is_together(first, hazard)]
    days = [hazard.item.days for hazard in found if hazard.item is not None]
    place = getattr(first.matter, "place", None)
    return Several(
        wanted, tuple(rows([hazard.pk for hazard in found])),
        frozenset(hazard.matter.number for hazard in found if hazard not in together),
        tuple(takers(first.matter, actor)),
        first.object.site.name if first.object else (place.address if place else ""),
        _agreed(hazard.body for hazard in together), _agreed(hazard.person for hazard in together),
        _agreed(hazard.measures for hazard in together), min(days) if days else None,
    )  # fmt: skip


def _agreed(said: Iterable[str]) -> str:
    values = {value.strip() for value in said}
    return values.pop() if len(values) == 1 else ""


def _reached(number: str, actor: Actor) -> Hazard | None:
    try:
        return get_hazard(number, actor=actor)
    except HazardNotFound:
        return None
