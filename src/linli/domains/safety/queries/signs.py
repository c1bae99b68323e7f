"""What anybody may know who stands before a sign, and the sheets of signs to be put up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.domains.safety.queries import site_register
from linli.domains.safety.queries.site_register import Narrow
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.registry import queries as registry
from linli.kernel.registry.refusals import SiteNotFound

MOST_LABELS = 240
"""Twenty sheets."""
KEEPING = ("committee", "village", "street")


@dataclass(frozen=True, slots=True)
class Sign:
    """``keeper`` the committee, village or street that keeps the place; ``is_kept`` False once it is closed."""

    name: str
    kind: str
    code: str
    address: str
    keeper: str
    phone: str
    lon: float
    lat: float
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Label:
    name: str
    code: str
    tag: str
    keeper: str
    kind: str


def sign(tag: str) -> Sign:
    """Raises SiteNotFound for a tag that was never given, or that was replaced."""
    site = registry.by_tag(tag)
    if site is None:
        raise SiteNotFound
    return Sign(
        site.name, site.kind.name, site.code, site.address, _keeper(site.unit_id), org.phone_for(site.unit_id),
        site.lon, site.lat, site.state != "closed",
    )  # fmt: skip


def labels(actor: Actor, narrow: Narrow, *, codes: Sequence[str] = (), at: datetime) -> list[Label]:
    """Signs of the sites asked for, by code; at most MOST_LABELS."""
    sites = site_register.matching(actor, narrow, at=at)
    if codes:
        sites = sites.filter(code__in=codes)
    return [
        Label(site.name, site.code, site.tag, _keeper(site.unit_id), site.kind.name)
        for site in sites.select_related("kind").order_by("code")[:MOST_LABELS]
    ]


def _keeper(unit_id: int) -> str:
    chain = [org.node_of(above) for above in org.node_of(unit_id).chain]
    return next((node.name for node in chain if node.kind in KEEPING), chain[0].name)
