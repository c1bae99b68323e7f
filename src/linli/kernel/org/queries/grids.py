"""Whether a territory is well divided and staffed: the four principles, grids without officers, staff per grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import shapely
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.kernel.org import bounds
from linli.kernel.org.geometry import parsed
from linli.kernel.org.models import Area, Post, Unit, UnitLink
from linli.kernel.org.partition import compactness, cover, farthest_m, overlaps
from linli.kernel.org.queries.units import in_force
from linli.kernel.org.scope import below
from linli.kernel.org.tree import ids_in

OFFICER_ROLES = ("grid_officer", "grid_head", "grid_deputy")
UNIT_LEVEL_KINDS = ("committee", "village", "company", "association")
LEAST_COMPACT = 0.2
FARTHEST_M = 3_000
MOST_UNEVEN = 3.0
"""Defaults of the check: a grid more stretched, farther across, or uneven than this is reported."""


@dataclass(frozen=True, slots=True)
class Principle:
    """One of the four; ``figures`` are what it was judged by, ``findings`` what is wrong, in words."""

    code: str
    label: str
    figures: dict[str, float]
    findings: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class GridCheck:
    """completeness 完整性, convenience 便利性, balance 均衡性, difference 差异性; in that order."""

    grids: int
    principles: tuple[Principle, ...] = field(default=())

    @property
    def holds(self) -> bool:
        return self.grids > 0 and all(principle.holds for principle in self.principles)


def grid_check(parent: Area, *, kind: str = "governance_grid", on: date) -> GridCheck:
    """Judge the grids of ``kind`` inside ``parent`` (by the units they belong to) by the four principles.

    Source: 001g-01; size bounds from the standards list of grid types.
    """
    path = Unit.objects.values_list("path", flat=True).get(pk=parent.unit_id)
    inside = Area.objects.filter(in_force(on), below((path,), path="unit__path"), kind=kind).exclude(pk=parent.pk)
    grids = list(inside.order_by("code"))
    return GridCheck(
        len(grids),
        (_completeness(parent, grids), _convenience(grids), _balance(grids), _difference(grids)),
    )


def _completeness(parent: Area, grids: Sequence[Area]) -> Principle:
    shapes = [parsed(grid.boundary) for grid in grids]
    covered = cover(parsed(parent.boundary), shapes)
    pairs = overlaps(shapes)
    findings = [
        _("%(one)s与%(two)s重叠%(m2)d平方米")
        % {"one": grids[pair.first].name, "two": grids[pair.second].name, "m2": pair.shared_m2}
        for pair in pairs
    ]
    if covered.gap_m2 > 0:
        findings.append(_("%(m2)d平方米没有网格") % {"m2": covered.gap_m2})
    if covered.outside_m2 > 0:
        findings.append(_("%(m2)d平方米在辖区之外") % {"m2": covered.outside_m2})
    figures = {
        "covered_share": round(covered.share, 4),
        "gap_m2": round(covered.gap_m2),
        "outside_m2": round(covered.outside_m2),
        "overlap_m2": round(sum(pair.shared_m2 for pair in pairs)),
    }
    return Principle("completeness", _("完整性"), figures, tuple(findings))


def _convenience(grids: Sequence[Area]) -> Principle:
    findings, farthest, least = [], 0.0, 1.0
    for grid in grids:
        shape = parsed(grid.boundary)
        reach, compact = farthest_m(shape, grid.centre_lon, grid.centre_lat), compactness(shape)
        farthest, least = max(farthest, reach), min(least, compact)
        if shapely.get_num_geometries(shape) > 1:
            findings.append(_("%(grid)s由不相连的几块组成") % {"grid": grid.name})
        if compact < LEAST_COMPACT:
            findings.append(_("%(grid)s过于狭长") % {"grid": grid.name})
        if reach > FARTHEST_M:
            findings.append(_("%(grid)s从中心到边界%(m)d米，不便巡查") % {"grid": grid.name, "m": reach})
    figures = {"farthest_m": round(farthest), "least_compact": round(least, 3)}
    return Principle("convenience", _("便利性"), figures, tuple(findings))


def _balance(grids: Sequence[Area]) -> Principle:
    """By residents, else households, else area: the first that is known for every grid that serves residents."""
    served = [grid for grid in grids if grid.grid_type != "exclusive"]
    measure = next(
        (name for name in ("residents", "households") if served and all(getattr(g, name) for g in served)), ""
    )
    loads = [float(getattr(grid, measure or "area_m2")) for grid in served]
    if len(loads) < 2:
        return Principle("balance", _("均衡性"), {}, ())
    ratio = max(loads) / min(loads)
    findings = []
    if ratio > MOST_UNEVEN:
        most, least = served[loads.index(max(loads))], served[loads.index(min(loads))]
        findings.append(
            _("最大的%(most)s是最小的%(least)s的%(ratio).1f倍")
            % {"most": most.name, "least": least.name, "ratio": ratio}
        )
    return Principle("balance", _("均衡性"), {"ratio": round(ratio, 2)}, tuple(findings))


def _difference(grids: Sequence[Area]) -> Principle:
    """Each grid is of a type, and keeps to what that type asks for."""
    findings = []
    for grid in grids:
        if not grid.grid_type:
            findings.append(_("%(grid)s没有划分类型") % {"grid": grid.name})
        found = bounds.size_warnings(
            grid.kind, grid.grid_type, area_m2=grid.area_m2, households=grid.households, residents=grid.residents
        )
        findings.extend(f"{grid.name}:{warning}" for warning in found)
    types = {grid.grid_type for grid in grids if grid.grid_type}
    return Principle("difference", _("差异性"), {"types": len(types)}, tuple(findings))


@dataclass(frozen=True, slots=True)
class Staffing:
    """grids in force, officers (people, each once), officers per grid (None without grids), grids without any."""

    grids: int
    officers: int
    per_grid: float | None
    uncovered: tuple[int, ...]


def staffing(unit: Unit, *, on: date) -> Staffing:
    """How the grids in and below ``unit`` are staffed on ``on``. An officer of several grids covers each of them.

    A post over a unit above covers no grid: 004-79 asks for an officer of each grid. Source: M34.
    """
    grids = Unit.objects.filter(in_force(on), below((unit.path,)), kind=Unit.Kind.GRID)
    keys = set(grids.values_list("pk", flat=True))
    posts = Post.objects.filter(_held(on), role__in=OFFICER_ROLES, over__in=grids)
    held = list(posts.values_list("over_id", "actor_id"))
    officers = {actor for _over, actor in held}
    uncovered = tuple(sorted(keys - {over for over, _actor in held}))
    return Staffing(len(keys), len(officers), len(officers) / len(keys) if keys else None, uncovered)


def posts_per_actor(unit: Unit, *, on: date, least: int = 2) -> list[tuple[str, str, int]]:
    """(actor id, name, posts) of those who hold at least ``least`` posts in and below ``unit``, most first."""
    held = Post.objects.filter(_held(on), below((unit.path,), path="unit__path")).values("actor_id", "actor__name")
    counted = held.annotate(posts=Count("id")).filter(posts__gte=least).order_by("-posts", "actor_id")
    return [(str(row["actor_id"]), row["actor__name"], row["posts"]) for row in counted]


def units_by_level(unit: Unit, *, on: date) -> dict[str, int]:
    """Units in force in and below ``unit`` at each of the four levels of authority (level → number)."""
    units = Unit.objects.filter(in_force(on), below((unit.path,))).exclude(level="")
    counted = dict(units.values_list("level").annotate(n=Count("id")))
    return {level: counted.get(level, 0) for level in Unit.Level.values}


def units_by_kind(unit: Unit, *, on: date) -> dict[str, int]:
    """Units in force in and below ``unit``, kind → number."""
    units = Unit.objects.filter(in_force(on), below((unit.path,)))
    return dict(units.values_list("kind").annotate(n=Count("id")).order_by("kind"))


def inside_grid(grid: Unit, *, on: date) -> list[Unit]:
    """The unit level of a grid: committees, companies and associations below it, or members of it."""
    members = UnitLink.objects.filter(in_force(on), other=grid, kind=UnitLink.Kind.MEMBER_OF).values("unit_id")
    lower = below((grid.path,)) | Q(pk__in=members)
    return list(Unit.objects.filter(in_force(on), lower, kind__in=UNIT_LEVEL_KINDS).order_by("kind", "code"))


def members_of(unit: Unit, *, on: date) -> list[Unit]:
    """Units tied to ``unit`` as members: departments, development zones, companies of an operation centre."""
    links = UnitLink.objects.filter(in_force(on), other=unit, kind=UnitLink.Kind.MEMBER_OF)
    return [link.unit for link in links.select_related("unit").order_by("unit__code")]


def commanded_by(unit: Unit, *, on: date) -> list[Unit]:
    """Whom ``unit`` answers to beside its parent: the other end of its double lines."""
    links = UnitLink.objects.filter(in_force(on), unit=unit, kind=UnitLink.Kind.DOUBLE_LINE)
    return [link.other for link in links.select_related("other").order_by("other__code")]


def without_kind_below(units: Iterable[Unit], kind: str, *, on: date) -> list[Unit]:
    """Those of ``units`` that have no unit of ``kind`` below them (streets without a centre, say); one query."""
    wanted = list(units)
    inside = Unit.objects.filter(in_force(on), below(unit.path for unit in wanted), kind=kind)
    having = {above for path in inside.values_list("path", flat=True) for above in ids_in(path)[:-1]}
    return [unit for unit in wanted if unit.pk not in having]


def _held(on: date) -> Q:
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
