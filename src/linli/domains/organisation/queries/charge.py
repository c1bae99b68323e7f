"""Of whom and of what an administrator is in charge: the subtree their right counts for, and nothing beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from linli.domains.organisation.models import GridGroup
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Account, Actor, Area, Post, Unit, UnitLink
from linli.kernel.org.scope import Scope, widest

OF_UNITS: Mapping[type[Model], str] = {
    Unit: "path",
    Area: "unit__path",
    Post: "unit__path",
    UnitLink: "unit__path",
    GridGroup: "unit__path",
}
"""Tables whose rows belong to a unit, with the way to its path."""


def charge_of(actor: Actor, *rights: str, at: datetime) -> Scope:
    """The subtrees in which ``actor`` holds one of ``rights``. Raises NotFound when there is none."""
    codes = {code for right in rights for code in roles.having(right)}
    scope = Scope(widest(held.over_path for held in org.posts_of(actor, at) if held.role in codes))
    if not scope:
        raise NotFound
    return scope


def people(scope: Scope, *, person: str = "pk") -> Q:
    """Rows whose ``person`` holds or held a post in ``scope``."""
    return Q(Exists(_posts(scope).filter(actor=OuterRef(person))))


def without_post(*, person: str = "pk") -> Q:
    """Rows whose ``person`` never held a post: just registered, or the platform itself."""
    return ~Q(Exists(Post.objects.filter(actor=OuterRef(person))))


def is_whole(scope: Scope) -> bool:
    """True when ``scope`` holds a whole tree of units: nothing lies above it."""
    return any(path.count(".") == 1 for path in scope.paths)


def subjects(scope: Scope) -> Q:
    """Rows of the change log about something in ``scope``: a unit and what belongs to it, a person, an account."""
    wanted = Q()
    for model, way in OF_UNITS.items():
        wanted |= Q(subject__in=_named(model.objects.filter(scope.below(path=way)), model, "pk"))  # type: ignore[attr-defined]  # each has its manager
    posts = _posts(scope)
    wanted |= Q(subject__in=_named(posts, Actor, "actor_id"))
    return wanted | Q(subject__in=_named(Account.objects.filter(actor__in=posts.values("actor")), Account, "pk"))


def is_over(actor: Actor, person: Actor, right: str, *, at: datetime) -> bool:
    """True when every post ``person`` holds lies where ``actor`` holds ``right``: no way up through a side post."""
    if actor.kind == Actor.Kind.SYSTEM:
        return True
    scope = charge_of(actor, right, at=at)
    return all(scope.reaches(held.over_path) for held in org.posts_of(person, at))


def _posts(scope: Scope) -> QuerySet[Post]:
    return Post.objects.filter(scope.below(path="unit__path") | scope.below(path="over__path"))


def _named(rows: QuerySet[Model], model: type[Model], key: str) -> QuerySet[Any]:
    """``rows`` as the change log names them (``"unit:12"``)."""
    name = Concat(Value(f"{model._meta.model_name}:"), Cast(key, CharField()), output_field=CharField())
    found: QuerySet[Any] = rows.annotate(in_log=name).values("in_log")
    return found
