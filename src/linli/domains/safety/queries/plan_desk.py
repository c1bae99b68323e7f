"""Which objects have no plan, a draft, one that ends soon or has ended, or a drill overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models import Drill, Plan, SafetyObject
from linli.kernel.org.models import Actor
from linli.kernel.registry import queries as registry

SOON = timedelta(days=30)
PAGE = 50
TABS: dict[str, str | Promise] = {
    "missing": _("没有方案"), "expired": _("已到期"), "expiring": _("30天内到期"), "draft": _("待审批草稿"),
    "drill": _("演练逾期"), "in_force": _("执行中"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """An object with its plan. ``no`` of the version in force, else of the draft."""

    code: str
    name: str
    kind: str
    unit: str
    is_crowded: bool
    no: int | None
    plan_id: Any
    valid_to: date | None
    last_drill_at: datetime | None
    drafted_by: str


@dataclass(frozen=True, slots=True)
class Desk:
    rows: Sequence[Line]
    after: str
    counts: dict[str, int]


def _objects(actor: Actor, *, at: datetime) -> QuerySet[SafetyObject]:
    """Crowded places must have a plan; other objects count when they have one."""
    sites = registry.visible_sites(actor, at).exclude(state="closed").values("pk")
    mine = Plan.objects.filter(object=OuterRef("pk"))
    on = mine.filter(state=Plan.State.IN_FORCE)
    drafts = mine.filter(state=Plan.State.DRAFT)
    last = Drill.objects.filter(plan__object=OuterRef("pk")).order_by().values("plan__object")
    known = SafetyObject.objects.filter(site__in=sites).annotate(
        on_id=Subquery(on.values("pk")[:1]), on_no=Subquery(on.values("no")[:1]),
        on_to=Subquery(on.values("valid_to")[:1]), on_from=Subquery(on.values("approved_at")[:1]),
        on_drill=Subquery(on.values("drill_every_days")[:1]), draft_id=Subquery(drafts.values("pk")[:1]),
        draft_no=Subquery(drafts.values("no")[:1]), draft_by=Subquery(drafts.values("drafted_by__name")[:1]),
        drilled=Subquery(last.annotate(m=Max("held_at")).values("m")[:1]),
    )  # fmt: skip
    return known.annotate(since=Coalesce("drilled", "on_from"))


def _conditions(*, at: datetime) -> dict[str, Q]:
    today = timezone.localdate(at)
    limit = ExpressionWrapper(Value(at) - F("on_drill") * timedelta(days=1), output_field=DateTimeField())
    return {
        "missing": Q(is_crowded=True, on_id=None), "expired": Q(on_to__lte=today),
        "expiring": Q(on_to__gt=today, on_to__lte=today + SOON), "draft": Q(draft_id__isnull=False),
        "drill": Q(on_id__isnull=False, since__lte=limit), "in_force": Q(on_to__gt=today),
    }  # fmt: skip


def desk(actor: Actor, tab: str, *, at: datetime, after: str = "") -> Desk:
    """One tab, by code. Two queries."""
    conditions = _conditions(at=at)
    objects = _objects(actor, at=at)
    counts = objects.aggregate(**{name: Count("pk", filter=condition) for name, condition in conditions.items()})
    rows = objects.filter(conditions[tab]).select_related("site__kind", "site__unit").order_by("site__code")
    found = list((rows.filter(site__code__gt=after) if after else rows)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return Desk([_line(row) for row in found], found[-1].site.code if more else "", counts)


def _line(row: Any) -> Line:
    site = row.site
    return Line(
        site.code, site.name, site.kind.name, site.unit.name, row.is_crowded, row.on_no or row.draft_no,
        row.on_id or row.draft_id, row.on_to, row.drilled, row.draft_by or "",
    )  # fmt: skip


def waiting_for(actor: Actor, *, at: datetime) -> int:
    """Drafts that wait for approval in the territory, for the menu. One query."""
    sites = registry.visible_sites(actor, at).values("pk")
    drafts = Plan.objects.filter(state=Plan.State.DRAFT, object__site__in=sites).exclude(drafted_by=actor)
    return drafts.count()
