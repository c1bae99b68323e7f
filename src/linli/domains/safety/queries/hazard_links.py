"""What else a hazard is bound up with: the case it came from or was handed on as."""

from dataclasses import dataclass

from django.db.models import Q

from linli.kernel.flow import registry
from linli.kernel.flow.models import Link, Matter

KIND = "hazard"
"""Kind of the links between hazards and matters of other domains."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The matter at the other end. ``flow``: of which kind it is, for its page."""

    number: str
    title: str
    flow: str
    label: str
    state: str
    is_closed: bool

    @property
    def page(self) -> str:
        return _pages.get(self.flow, "")


_pages: dict[str, str] = {}


def connect(pages: dict[str, str]) -> None:
    """Remember which page shows the matters of which flow of another domain."""
    _pages.update(pages)


def links_of(matter: Matter) -> list[Linked]:
    """One query."""
    links = Link.objects.filter(Q(matter=matter) | Q(other=matter), kind=KIND).select_related("matter", "other")
    return [_linked(link.other if link.matter_id == matter.pk else link.matter) for link in links.order_by("id")]


def _linked(other: Matter) -> Linked:
    flow = registry.flow(other.flow)
    return Linked(
        other.number, other.title, other.flow, str(flow.label), flow.label_of(other.state), other.closed_at is not None
    )
