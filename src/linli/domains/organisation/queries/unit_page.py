"""Everything on one unit: facts, rights of its level, parallel trees, posts, areas, units below, changes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from linli.domains.organisation.queries import change_lines, unit_tree
from linli.domains.organisation.queries.change_lines import ChangeLine
from linli.domains.organisation.queries.reach import get_unit, reach_of
from linli.domains.organisation.queries.unit_tree import UnitLine
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org import roles
from linli.kernel.org.models import Actor, Area, Post, Unit, UnitLink
from linli.kernel.org.queries import grids
from linli.kernel.org.queries.posts import day_of


@dataclass(frozen=True, slots=True)
class Tie:
    """A link to a unit beside the tree, told from this unit's side."""

    id: int
    kind: str
    other_id: int
    other: str
    outward: bool
    since: date | None


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post with who holds it; ``over`` when it counts for another unit than where it is."""

    id: int
    actor_id: str
    person: str
    role: str
    title: str
    unit_id: int
    unit: str
    over: str
    since: date
    until: date | None
    deputy: bool
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class AreaLine:
    id: int
    code: str
    name: str
    kind: str
    hectares: float
    version: int
    schematic: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    """open_work  matters held or answered for by the unit itself that are not closed
    rights  what a unit of its level may do, in words
    """

    unit: Unit
    kind: str
    level: str
    tree: str
    way: tuple[tuple[int, str], ...]
    rights: tuple[str, ...]
    ties: tuple[Tie, ...]
    posts: tuple[PostLine, ...]
    areas: tuple[AreaLine, ...]
    children: tuple[UnitLine, ...]
    changes: tuple[ChangeLine, ...]
    open_work: int
    staffing: grids.Staffing | None
    without_officer: tuple[tuple[int, str], ...]
    is_ended: bool
    may_edit: bool
    may_appoint: bool


def unit_page(unit_id: int, *, actor: Actor, at: datetime) -> UnitPage:
    """Raises NotFound."""
    unit, on = get_unit(unit_id, actor=actor, at=at), day_of(at)
    staffing = grids.staffing(unit, on=on) if unit.kind in ("district", "street", "committee", "village") else None
    is_ended = unit.valid_to is not None and unit.valid_to <= on
    return UnitPage(
        unit=unit,
        kind=str(unit.get_kind_display()),
        level=str(unit.get_level_display()),
        tree=str(unit.get_tree_display()),
        way=tuple((one.pk, one.name) for one in reversed(org.above(unit)[1:])),
        rights=_rights(unit.level),
        ties=tuple(_ties(unit, on)),
        posts=tuple(posts_in(Post.objects.filter(Q(unit=unit) | Q(over=unit)), on=on)),
        areas=tuple(_area(area) for area in Area.objects.filter(unit=unit, valid_to=None).order_by("kind", "code")),
        children=tuple(unit_tree.below(unit.pk, actor=actor, at=at, with_ended=True)),
        changes=tuple(change_lines.changes_of((f"unit:{unit.pk}",))),
        open_work=open_work(unit),
        staffing=staffing,
        without_officer=_names(staffing.uncovered if staffing else ()),
        is_ended=is_ended,
        may_edit=not is_ended and org.holds_right(actor, "edit_units", unit, at) is not None,
        may_appoint=not is_ended and org.holds_right(actor, "edit_posts", unit, at) is not None,
    )


def open_work(unit: Unit) -> int:
    """Matters that move to a successor when the unit ends."""
    return Matter.objects.filter(Q(unit=unit) | Q(home=unit), closed_at=None).count()


def posts_in(rows: QuerySet[Post], *, on: date) -> list[PostLine]:
    """Posts in force on ``on`` or later, in one statement; ``rows`` is a queryset of posts."""
    current = rows.filter(Q(until=None) | Q(until__gt=on)).select_related("actor", "unit", "over")
    return [post_line(post, on=on) for post in current.order_by("role", "since", "id")[:300]]


def post_line(post: Post, *, on: date) -> PostLine:
    role = roles.BY_CODE.get(post.role)
    return PostLine(
        post.pk,
        str(post.actor_id),
        post.actor.name,
        str(role.label) if role else post.role,
        post.title,
        post.unit_id,
        post.unit.name,
        post.over.name if post.over_id != post.unit_id else "",
        post.since,
        post.until,
        post.deputy,
        post.until is not None and post.until <= on,
    )


def export_rows(actor: Actor, at: datetime) -> list[list[str]]:
    """The units ``actor`` sees, in force, one row each."""
    names = ("code", "name", "kind", "level", "tree", "division_code", "parent__code", "valid_from")
    ids = reach_of(actor, at).unit_ids()
    rows = Unit.objects.filter(org.in_force(day_of(at)), pk__in=ids).order_by("path").values_list(*names)
    return [["" if value is None else str(value) for value in row] for row in rows]


def _rights(level: str) -> tuple[str, ...]:
    if level not in roles.LEVELS:
        return ()
    return tuple(str(roles.RIGHTS[right]) for right in sorted(roles.LEVELS[level][1]))


def _ties(unit: Unit, on: date) -> list[Tie]:
    links = UnitLink.objects.filter(org.in_force(on), Q(unit=unit) | Q(other=unit)).select_related("unit", "other")
    return [
        Tie(
            link.pk,
            str(link.get_kind_display()),
            link.other_id if link.unit_id == unit.pk else link.unit_id,
            link.other.name if link.unit_id == unit.pk else link.unit.name,
            link.unit_id == unit.pk,
            link.valid_from,
        )
        for link in links.order_by("kind", "id")[:300]
    ]


def _area(area: Area) -> AreaLine:
    return AreaLine(
        area.pk, area.code, area.name, str(area.get_kind_display()), area.area_m2 / 10_000, area.version, area.schematic
    )


def _names(unit_ids: tuple[int, ...]) -> tuple[tuple[int, str], ...]:
    rows = Unit.objects.filter(pk__in=unit_ids[:100]).order_by("code").values_list("pk", "name")
    return tuple(rows)
