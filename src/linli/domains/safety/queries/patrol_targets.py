"""The three classes of patrol targets (000-52) and key areas (001g-62): uncovered ones, overdue ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.safety.models import RoutePoint, SafetyObject
from linli.domains.safety.queries import target_classes
from linli.domains.safety.queries.patrol_log import territory
from linli.domains.safety.queries.route_desk import when_of, who_of
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.org import queries as org
from linli.kernel.org.scope import Held
from linli.kernel.registry.models import Site
from linli.web.times import when

PAGE = 50
MOST_ROWS = 5_000
LACKS: dict[str, str | Promise] = {
    "uncovered": gettext_lazy("没有路线覆盖"),
    "overdue": gettext_lazy("超过频次未巡"),
    "never": gettext_lazy("从未巡过"),
    "key_area": gettext_lazy("网格重点区域"),
}


@dataclass(frozen=True, slots=True)
class Narrow:
    target: str = ""
    lack: str = ""
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An object of a class with how often it is wanted, when it was last patrolled, which routes pass it."""

    site: UUID
    code: str
    name: str
    unit: str
    target: str
    keeper: str
    every_days: int | None
    last_at: datetime | None
    days_ago: int | None
    is_overdue: bool
    routes: tuple[tuple[int, str, str], ...]
    problems: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one class: how many there are, are covered by a route, are not, are overdue; how often they are wanted."""

    target: str
    label: str
    every_days: str
    total: int
    covered: int
    uncovered: int
    overdue: int
    source: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    after: str


def objects(post: Held | None, narrow: Narrow, *, at: datetime, after: str = "", limit: int = PAGE) -> Page:
    """One page of objects by their codes; four SQL statements."""
    found = _narrowed(_all(post, at), narrow, at)
    if after:
        found = found.filter(site__code__gt=after)
    kept = list(found.select_related("site__unit", "keeper").order_by("site__code")[: limit + 1])
    rows = _rows(kept[:limit], at)
    return Page(rows, rows[-1].code if len(kept) > limit else "")


def _all(post: Held | None, at: datetime) -> QuerySet[SafetyObject, Any]:
    """Objects in the territory with what they want: ``days`` and ``covered``."""
    units = territory(post)
    covered = RoutePoint.objects.filter(site=OuterRef("pk"), until=None, route__duty__ended_at=None)
    rows = SafetyObject.objects.filter(Q(keeper__isnull=False) | ~Q(target="") | Q(every_days__isnull=False))
    rows = rows.filter(site__unit__in=units).exclude(site__state=Site.State.CLOSED)
    return rows.annotate(covered=Exists(covered), days=Coalesce(F("every_days"), _by_class(units, at)))


def _by_class(units: Sequence[int], at: datetime) -> Case:
    homes = tuple(dict.fromkeys(org.home_id_of(unit) for unit in units))
    figures = target_classes.in_force(homes, on=timezone.localdate(at))
    cases = [
        When(home=home, target=target, then=Value(figure.every_days))
        for home, by_target in figures.items()
        for target, figure in by_target.items()
    ]
    return Case(*cases, default=None, output_field=IntegerField())


def _narrowed(rows: QuerySet[SafetyObject, Any], narrow: Narrow, at: datetime) -> QuerySet[SafetyObject, Any]:
    if narrow.target:
        rows = rows.filter(target=narrow.target)
    if narrow.unit is not None:
        rows = rows.filter(site__unit__path__startswith=org.node_of(narrow.unit).path)
    match narrow.lack:
        case "uncovered":
            return rows.filter(Q(("covered", False)))
        case "overdue":
            return rows.filter(_overdue(at))
        case "never":
            return rows.filter(last_patrol_at=None)
        case "key_area":
            return rows.filter(keeper__isnull=False)
    return rows


def _overdue(at: datetime) -> Q:
    span = ExpressionWrapper(F("days") * Value(timedelta(days=1), DurationField()), DurationField())
    since = ExpressionWrapper(Value(at, DateTimeField()) - span, DateTimeField())
    return Q(days__isnull=False) & (Q(last_patrol_at=None) | Q(last_patrol_at__lt=since))


def _rows(found: Sequence[Any], at: datetime) -> list[Row]:
    passing: dict[UUID, list[tuple[int, str, str]]] = {}
    points = RoutePoint.objects.filter(
        site__in=[one.pk for one in found], until=None, route__duty__ended_at=None
    ).select_related("route__duty__holder")
    for point in points.order_by("route"):
        duty = point.route.duty
        passing.setdefault(point.site_id, []).append((point.route_id, duty.title, f"{when_of(duty)} · {who_of(duty)}"))
    return [_row(one, passing.get(one.pk, []), at) for one in found]


def _row(one: Any, routes: Sequence[tuple[int, str, str]], at: datetime) -> Row:
    last = one.last_patrol_at
    is_overdue = one.days is not None and (last is None or last < at - timedelta(days=one.days))
    return Row(
        one.pk, one.site.code, one.site.name, one.site.unit.name, str(one.get_target_display()) if one.target else "",
        one.keeper.name if one.keeper else "", one.days, last, (at - last).days if last else None, is_overdue,
        tuple(routes), one.problems,
    )  # fmt: skip


def tallies(post: Held | None, *, at: datetime) -> list[Tally]:
    """The three classes of the territory, each with what is lacking; two SQL statements."""
    units = territory(post)
    homes = tuple(dict.fromkeys(org.home_id_of(unit) for unit in units))
    figures = target_classes.in_force(homes, on=timezone.localdate(at))
    rows = _all(post, at).exclude(target="").values("target").annotate(
        total=Count("pk"), on_route=Count("pk", filter=Q(covered=True)), overdue=Count("pk", filter=_overdue(at))
    )  # fmt: skip
    by_target = {row["target"]: row for row in rows}
    return [_tally(target, by_target.get(target.value), figures) for target in SafetyObject.Target]


def _tally(target: SafetyObject.Target, row: Any, figures: dict[int, dict[str, target_classes.Frequency]]) -> Tally:
    wanted = {by[target].every_days for by in figures.values() if target in by}
    sources = {by[target].source for by in figures.values() if target in by}
    total, covered = (row["total"], row["on_route"]) if row else (0, 0)
    return Tally(
        target.value, str(target.label), "–".join(str(n) for n in sorted(wanted)), total, covered, total - covered,
        row["overdue"] if row else 0, "；".join(sorted(one for one in sources if one)),
    )  # fmt: skip


def sheet(post: Held | None, narrow: Narrow, *, at: datetime) -> bytes:
    """The objects as a spreadsheet, at most ``MOST_ROWS``."""
    heads = [
        _("编号"), _("名称"), _("区域"), _("目标类别"), _("责任人"), _("巡查频次（天）"), _("最近巡查"),
        _("距今（天）"), _("超期"), _("巡查路线"),
    ]  # fmt: skip
    rows = objects(post, narrow, at=at, limit=MOST_ROWS).rows
    lines = (
        [
            row.code, row.name, row.unit, row.target, row.keeper, row.every_days or "",
            when(row.last_at) if row.last_at else "", "" if row.days_ago is None else row.days_ago,
            _("是") if row.is_overdue else "", "、".join(title for _key, title, _when in row.routes),
        ]
        for row in rows
    )  # fmt: skip
    return write_rows(heads, lines, kind="xlsx", title=_("巡查目标"))
