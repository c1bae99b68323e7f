"""Which lists somebody may see: those of their own district; what is not public only where their posts reach."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from linli.kernel.catalog.models import WorkItem, WorkList
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit


class ListNotFound(NotFound): ...


def districts_of(actor: Actor) -> list[int]:
    """Ids of the districts (roots of the tree) where ``actor`` stands."""
    paths = {org.kept_unit(held.unit_id).path for held in org.posts_of(actor)}
    return sorted({int(path.split(".", 1)[0]) for path in paths})


def visible_lists(actor: Actor) -> QuerySet[WorkList]:
    """The lists ``actor`` may read: public kinds of their district, others where a post reaches or lies."""
    districts = [org.kept_unit(key).path for key in districts_of(actor)]
    inside = _any(Q(unit__path__startswith=path) for path in districts)
    over = [held.over_path for held in org.posts_of(actor)]
    above = {int(part) for held in org.posts_of(actor) for part in held.over_path.rstrip(".").split(".")}
    near = _any(Q(unit__path__startswith=path) for path in over) | Q(unit__in=above)
    return WorkList.objects.filter(inside & (Q(kind__is_public=True) | near), closed_at=None)


def get_list(code: str, *, actor: Actor) -> WorkList:
    """The list ``code``. Raises ListNotFound."""
    found = visible_lists(actor).select_related("kind", "unit").filter(code=code).first()
    if found is None:
        raise ListNotFound
    return found


def get_item(code: str, *, actor: Actor) -> WorkItem:
    """The item numbered ``code`` with its list. Raises ListNotFound."""
    lists = visible_lists(actor)
    found = WorkItem.objects.filter(code=code, worklist__in=lists).select_related("worklist__kind", "worklist__unit")
    item = found.first()
    if item is None:
        raise ListNotFound
    return item


def may(actor: Actor, right: str, unit: Unit) -> bool:
    """Whether a post of ``actor`` carries ``right`` over ``unit``."""
    return org.holds_right(actor, right, unit) is not None


def _any(parts: Iterable[Q]) -> Q:
    whole = Q(pk__in=[])
    for part in parts:
        whole |= part
    return whole
