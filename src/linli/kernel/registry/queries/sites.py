"""One site with its history, and the kinds there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.registry.models import Site, SiteChange, SiteKind
from linli.kernel.registry.queries.reach import visible_sites
from linli.kernel.registry.refusals import SiteNotFound

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class SiteKindLine:
    """A kind as offered in forms."""

    code: str
    name: str
    group: str
    is_small: bool
    schema: dict[str, Any]


def get_site(key: UUID | str, *, actor: Actor, at: datetime | None = None) -> Site:
    """The site with this key, or this code, with kind, unit and the site it is part of. Raises SiteNotFound."""
    sites = visible_sites(actor, at).select_related("kind", "unit", "within", "area")
    site = sites.filter(pk=key).first() if isinstance(key, UUID) else sites.filter(code=key).first()
    if site is None:
        raise SiteNotFound
    return site


def may_keep(actor: Actor, unit_id: int, at: datetime | None = None) -> bool:
    """True when ``actor`` may register and change sites of this unit."""
    return org.holds_right(actor, "keep_sites", org.kept_unit(unit_id), at) is not None


def kinds() -> list[SiteKindLine]:
    """All kinds in their order."""
    columns = ("code", "name", "group", "is_small", "schema")
    return [SiteKindLine(*row) for row in SiteKind.objects.order_by("position").values_list(*columns)]


def history(site: Site) -> list[SiteChange]:
    """What was done to the site, newest first, at most 200."""
    changes = SiteChange.objects.filter(site=site).select_related("actor").order_by("-id")
    return list(changes[:MOST_CHANGES])
