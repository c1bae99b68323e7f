"""Whose sites somebody sees: those of the territory of their posts."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held, below, widest
from linli.kernel.org.tree import kept as units
from linli.kernel.registry.models import Site

APART = frozenset(("zone", "company", "association"))
"""Members of a federation, firms and associations see no register of places."""


def paths_of(actor: Actor, at: datetime | None = None) -> tuple[str, ...]:
    """The subtrees whose sites ``actor`` sees, none inside another. No query once warm.

    Who stands in the territory sees what is below; an office, centre, team or department that of its street or
    district, since it has no territory of its own.
    """
    return widest(path for held in org.posts_of(actor, at) if (path := _path_of(held)))


def _path_of(held: Held) -> str:
    node = units.get().by_id[held.over_id]
    if node.tree == "territorial" and node.kind not in APART:
        return node.path
    if node.tree in APART or node.kind in APART:
        return ""
    return units.get().by_id[node.home_id].path


def visible_sites(actor: Actor, at: datetime | None = None) -> QuerySet[Site]:
    """Every site ``actor`` may see, closed ones too; the system sees all."""
    if actor.kind == Actor.Kind.SYSTEM:
        return Site.objects.all()
    paths = paths_of(actor, at)
    return Site.objects.filter(unit_id__in=_unit_ids(paths)) if paths else Site.objects.none()


def may_see(actor: Actor, site: Site, at: datetime | None = None) -> bool:
    """No query once warm."""
    path = org.node_of(site.unit_id).path
    return actor.kind == Actor.Kind.SYSTEM or path.startswith(paths_of(actor, at) or ("none",))


def in_subtree(unit_id: int, *, kinds: Collection[str] = (), after: UUID | None = None, most: int = 100) -> list[Site]:
    """Open sites of a unit and below, by key, ``after`` the last key of the page before. One query."""
    sites = Site.objects.filter(below((org.node_of(unit_id).path,), path="unit__path")).exclude(state="closed")
    if kinds:
        sites = sites.filter(kind__in=kinds)
    if after is not None:
        sites = sites.filter(pk__gt=after)
    return list(sites.select_related("kind").order_by("id")[:most])


def _unit_ids(paths: tuple[str, ...]) -> list[int]:
    tree = units.get()
    return [node.id for path in paths for node in tree.below(path)]
