"""Information groups: who is in one, by post or by hand, and what was written there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from linli.domains.organisation.models import Capacity, GridGroup, GroupMember, GroupPost
from linli.domains.organisation.queries.reach import get_unit, reach_of
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.queries.grids import OFFICER_ROLES
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.tree import kept as tree

PAGE = 30
CAPACITIES = list(Capacity.choices)
BY_HAND = [choice for choice in CAPACITIES if choice[0] != Capacity.RESIDENT]
KEEPING = ("operate", "coordinate")
"""Rights over the grid that let somebody add and remove members."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member; residents masked. ``member_id`` is 0 for who belongs by post."""

    actor_id: UUID
    name: str
    capacity: str
    capacity_label: str
    from_unit: str
    member_id: int


@dataclass(frozen=True, slots=True)
class FileLine:
    id: UUID
    name: str
    is_photo: bool


@dataclass(frozen=True, slots=True)
class PostLine:
    id: UUID
    author: str
    text: str
    at: datetime
    files: tuple[FileLine, ...]
    matter_number: str


@dataclass(frozen=True, slots=True)
class GroupPage:
    """may_write  members and those whose posts reach the grid; ``may_keep`` adds and removes members"""

    group_id: int
    unit_id: int
    unit: str
    members: tuple[MemberLine, ...]
    posts: tuple[PostLine, ...]
    after: str
    may_write: bool
    may_keep: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    id: int
    unit_id: int
    unit: str
    last_at: datetime | None


def groups(*, actor: Actor, at: datetime, text: str = "", after: str = "") -> tuple[Sequence[GroupLine], str, int]:
    """A page of the groups seen, by code of the grid; the mark of the next page; how many grids have none yet."""
    seen = Unit.objects.filter(org.in_force(day_of(at)), reach_of(actor, at).units_themselves(), kind="grid")
    having = GridGroup.objects.filter(unit__in=seen)
    missing = seen.exclude(pk__in=GridGroup.objects.values("unit_id")).count()
    if text.strip():
        having = having.filter(Q(unit__name__icontains=text.strip()) | Q(unit__code__icontains=text.strip()))
    if after:
        having = having.filter(unit__code__gt=after)
    rows = list(having.select_related("unit").order_by("unit__code")[: PAGE + 1])
    last = _last_posts([row.pk for row in rows])
    lines = [GroupLine(row.pk, row.unit_id, row.unit.name, last.get(row.pk)) for row in rows[:PAGE]]
    return lines, rows[PAGE - 1].unit.code if len(rows) > PAGE else "", missing


def get_group(unit_id: int, *, actor: Actor, at: datetime) -> GridGroup:
    """The group of a grid, for those who see the grid and for its members. Raises NotFound."""
    group = GridGroup.objects.select_related("unit").filter(unit_id=unit_id).first()
    if group is None:
        raise NotFound
    if not reach_of(actor, at).sees(tree.get().by_id[unit_id]) and not is_member(group, actor, at=at):
        raise NotFound
    return group


def group_page(unit_id: int, *, actor: Actor, at: datetime, after: str = "") -> GroupPage:
    """Raises NotFound."""
    group = get_group(unit_id, actor=actor, at=at)
    members = members_of(group, at=at)
    rows = GroupPost.objects.filter(group=group).select_related("author", "matter").prefetch_related("files")
    if after:
        rows = rows.filter(pk__lt=UUID(after))
    posts = list(rows.order_by("-id")[: PAGE + 1])
    masked = _names({post.author_id: post.author for post in posts})
    return GroupPage(
        group_id=group.pk,
        unit_id=group.unit_id,
        unit=group.unit.name,
        members=tuple(members),
        posts=tuple(_post(post, masked[post.author_id]) for post in posts[:PAGE]),
        after=str(posts[PAGE - 1].pk) if len(posts) > PAGE else "",
        may_write=may_write(group, actor, at=at, members=members),
        may_keep=may_keep(group.unit, actor, at=at),
    )


def members_of(group: GridGroup, *, at: datetime) -> list[MemberLine]:
    """Everybody in a group, each once: by post (read from the posts of today), then by hand. Four statements."""
    found: dict[UUID, MemberLine] = {}
    for post in _posts_of(group.unit, at):
        if (capacity := _capacity(post, group.unit)) and post.actor_id not in found:
            label = str(Capacity(capacity).label)
            found[post.actor_id] = MemberLine(post.actor_id, post.actor.name, capacity, label, post.unit.name, 0)
    added = list(GroupMember.objects.filter(group=group, removed_at=None).select_related("actor").order_by("id"))
    names = _names({member.actor_id: member.actor for member in added})
    for member in added:
        label = str(member.get_capacity_display())
        line = MemberLine(member.actor_id, names[member.actor_id], member.capacity, label, "", member.pk)
        found.setdefault(member.actor_id, line)
    order = list(Capacity.values)
    return sorted(found.values(), key=lambda line: order.index(line.capacity))


def is_member(group: GridGroup, actor: Actor, *, at: datetime) -> bool:
    return any(line.actor_id == actor.pk for line in members_of(group, at=at))


def may_write(group: GridGroup, actor: Actor, *, at: datetime, members: Sequence[MemberLine]) -> bool:
    """Members, and those whose posts reach the grid."""
    return org.covers(actor, at).reaches(group.unit.path) or any(line.actor_id == actor.pk for line in members)


def may_keep(grid: Unit, actor: Actor, *, at: datetime) -> bool:
    return any(org.holds_right(actor, right, grid, at) is not None for right in KEEPING)


def get_post(post_id: UUID, *, actor: Actor, at: datetime) -> GroupPost:
    """A post in a group that may be seen. Raises NotFound."""
    post = GroupPost.objects.select_related("group__unit", "matter").filter(pk=post_id).first()
    if post is None:
        raise NotFound
    get_group(post.group.unit_id, actor=actor, at=at)
    return post


def file_in(post_id: UUID, file_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """The key of a file that hangs on a post which may be seen. Raises NotFound."""
    post = get_post(post_id, actor=actor, at=at)
    if not post.files.filter(pk=file_id).exists():
        raise NotFound
    return file_id


def grid_of(unit_id: int, *, actor: Actor, at: datetime) -> Unit:
    """A grid ``actor`` sees. Raises NotFound."""
    unit = get_unit(unit_id, actor=actor, at=at)
    if unit.kind != Unit.Kind.GRID:
        raise NotFound
    return unit


def _posts_of(grid: Unit, at: datetime) -> Sequence[Post]:
    """Posts that may put their holders into the group: of the grid, of bodies in it, above it, and of its beat."""
    on, beat = day_of(at), org.police_beat_of(grid)
    chain = tree.get().by_id[grid.pk].chain
    near = (
        Q(over=grid) | Q(unit__path__startswith=grid.path) | Q(unit__in=chain, unit__kind__in=("committee", "village"))
    )
    if beat is not None:
        near |= Q(unit=beat)
    held = Q(until=None) | Q(until__gt=on)
    return list(Post.objects.filter(near, held, since__lte=on).select_related("actor", "unit").order_by("since", "id"))


def _capacity(post: Post, grid: Unit) -> str:
    """As what a post puts its holder into the group of ``grid``, or ""."""
    kind = post.unit.kind
    if kind == Unit.Kind.POLICE_BEAT:
        return Capacity.POLICE
    if "安全" in post.title:
        return Capacity.SAFETY_OFFICER
    if post.role in OFFICER_ROLES and post.over_id == grid.pk:
        return Capacity.OFFICER
    if kind in (Unit.Kind.COMMITTEE, Unit.Kind.VILLAGE):
        return Capacity.COMMITTEE if post.role in ("committee_worker", "unit_head") else ""
    return Capacity.BUILDING_MANAGER if kind == Unit.Kind.COMPANY or "楼" in post.title else ""


def _names(actors: dict[UUID, Actor]) -> dict[UUID, str]:
    """Names as shown: staff in full, residents masked."""
    residents = [key for key, actor in actors.items() if actor.kind == Actor.Kind.RESIDENT]
    masked = org.masked(residents) if residents else {}
    return {
        key: (masked[key].name or masked[key].phone if key in masked else "")
        or actor.name
        or str(Capacity.RESIDENT.label)
        for key, actor in actors.items()
    }


def _post(post: GroupPost, author: str) -> PostLine:
    files = tuple(FileLine(file.pk, file.original_name, file.family == "photo") for file in post.files.all())
    return PostLine(post.pk, author, post.text, post.at, files, post.matter.number if post.matter else "")


def _last_posts(group_ids: list[int]) -> dict[int, datetime]:
    rows = GroupPost.objects.filter(group__in=group_ids).order_by("group_id", "-id").distinct("group_id")
    return dict(rows.values_list("group_id", "at"))
