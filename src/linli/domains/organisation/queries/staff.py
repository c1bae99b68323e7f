"""People of the administration: who holds which posts, how much that is, and what happened to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linli.domains.organisation.queries import change_lines
from linli.domains.organisation.queries.change_lines import ChangeLine
from linli.domains.organisation.queries.reach import reach_of
from linli.domains.organisation.queries.unit_page import PostLine, post_line
from linli.kernel.errors import NotFound
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Account, Actor, Post
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.tree import kept as tree

PAGE = 50
KEEPERS = ("edit_accounts", "edit_posts")
"""Rights that let somebody see people who hold no post yet."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as listed, with the posts held now."""

    id: UUID
    name: str
    posts: tuple[PostLine, ...]
    has_account: bool


@dataclass(frozen=True, slots=True)
class People:
    lines: Sequence[PersonLine]
    after: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """load  matters not closed that are assigned to the person
    open_posts, past_posts  held now or later, and before
    """

    actor: Actor
    username: str
    account_id: int
    is_active: bool
    open_posts: tuple[PostLine, ...]
    past_posts: tuple[PostLine, ...]
    load: int
    rights: tuple[str, ...]
    changes: tuple[ChangeLine, ...]
    may_appoint: bool
    may_open_account: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to. ``unit`` counts with everything below it."""

    text: str = ""
    role: str = ""
    unit: int = 0
    idle: bool = False
    after: str = ""


def people(asked: Asked, *, actor: Actor, at: datetime) -> People:
    """A page of staff by name; with posts in two statements."""
    rows = _visible(actor, at).annotate(has_account=Exists(Account.objects.filter(actor=OuterRef("pk"))))
    if asked.text.strip():
        rows = rows.filter(name__icontains=asked.text.strip())
    if asked.role or asked.unit:
        rows = rows.filter(Exists(_current(at).filter(_narrowed(asked), actor=OuterRef("pk"))))
    if asked.idle:
        rows = rows.filter(~Exists(_current(at).filter(actor=OuterRef("pk"))))
    name, _tab, key = asked.after.partition("|")
    if key:
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=key))
    found = list(rows.order_by("name", "pk")[: PAGE + 1])
    held = _posts_by_actor([person.pk for person in found[:PAGE]], at)
    lines = [
        PersonLine(person.pk, person.name, tuple(held.get(person.pk, ())), person.has_account)
        for person in found[:PAGE]
    ]
    more = len(found) > PAGE
    return People(lines, f"{lines[-1].name}|{lines[-1].id}" if more else "")


def person_page(person_id: UUID, *, actor: Actor, at: datetime) -> PersonPage:
    """Raises NotFound, for people of another street too."""
    person = get_person(person_id, actor=actor, at=at)
    on = day_of(at)
    rows = Post.objects.filter(actor=person).select_related("actor", "unit", "over").order_by("-since", "-id")
    posts = [post_line(post, on=on) for post in rows]
    account = Account.objects.filter(actor=person).first()
    subjects = [f"post:{post.id}" for post in posts] + [f"actor:{person.pk}"]
    rights = {right for held in org.posts_of(person, at) for right in roles.BY_CODE[held.role].rights}
    return PersonPage(
        actor=person,
        username=account.username if account else "",
        account_id=account.pk if account else 0,
        is_active=bool(account and account.is_active),
        open_posts=tuple(post for post in posts if not post.is_over),
        past_posts=tuple(post for post in posts if post.is_over),
        load=Matter.objects.filter(assignee=person, closed_at=None).count(),
        rights=tuple(str(roles.RIGHTS[right]) for right in sorted(rights)),
        changes=tuple(change_lines.changes_of(subjects)),
        may_appoint=org.holds_right(actor, "edit_posts", at=at) is not None and actor.pk != person.pk,
        may_open_account=account is None and org.holds_right(actor, "edit_accounts", at=at) is not None,
    )


def get_person(person_id: UUID, *, actor: Actor, at: datetime) -> Actor:
    """Raises NotFound."""
    found = _visible(actor, at).filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found


def get_post(post_id: int, *, actor: Actor, at: datetime) -> Post:
    """A post in a unit that ``actor`` sees. Raises NotFound."""
    post = Post.objects.select_related("unit", "over", "actor").filter(pk=post_id).first()
    if post is None or not reach_of(actor, at).sees(tree.get().by_id[post.unit_id]):
        raise NotFound
    return post


def choices(actor: Actor, at: datetime, *, most: int = 2000) -> list[tuple[str, str]]:
    """(id, name with first post) of the staff ``actor`` sees, for a select."""
    rows = list(_visible(actor, at).order_by("name", "pk")[:most])
    held = _posts_by_actor([person.pk for person in rows], at)
    return [(str(person.pk), _named(person, held.get(person.pk, []))) for person in rows]


def may_keep(actor: Actor, at: datetime) -> bool:
    """True for whoever sees people without a post."""
    return any(org.holds_right(actor, right, at=at) is not None for right in KEEPERS)


def _named(person: Actor, posts: list[PostLine]) -> str:
    return f"{person.name}（{posts[0].unit} {posts[0].title or posts[0].role}）" if posts else person.name


def _visible(actor: Actor, at: datetime) -> QuerySet[Actor]:
    reach = reach_of(actor, at)
    held = Post.objects.filter(reach.units("unit") | reach.units("over"), actor=OuterRef("pk"))
    seen = Q(Exists(held))
    if may_keep(actor, at):
        seen = seen | Q(~Exists(Post.objects.filter(actor=OuterRef("pk"))))
    return Actor.objects.filter(seen, kind=Actor.Kind.STAFF)


def _current(at: datetime) -> QuerySet[Post]:
    on = day_of(at)
    return Post.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def _narrowed(asked: Asked) -> Q:
    wanted = Q()
    if asked.role:
        wanted &= Q(role=asked.role)
    if asked.unit and (node := tree.get().by_id.get(asked.unit)):
        wanted &= Q(unit__path__startswith=node.path) | Q(over__path__startswith=node.path)
    return wanted


def _posts_by_actor(actor_ids: list[UUID], at: datetime) -> dict[UUID, list[PostLine]]:
    on, held = day_of(at), dict[UUID, list[PostLine]]()
    rows = _current(at).filter(actor_id__in=actor_ids).select_related("actor", "unit", "over")
    for post in rows.order_by("since", "id"):
        held.setdefault(post.actor_id, []).append(post_line(post, on=on))
    return held


def overloaded(actor: Actor, at: datetime, *, least: int = 3) -> list[tuple[str, str, int]]:
    """(id, name, posts) of people seen who hold at least ``least`` posts at a time, most first."""
    rows = _visible(actor, at).annotate(
        held=Count("posts", filter=Q(posts__in=_current(at).values("pk")), distinct=True)
    )
    return [(str(row.pk), row.name, row.held) for row in rows.filter(held__gte=least).order_by("-held", "name")[:50]]
