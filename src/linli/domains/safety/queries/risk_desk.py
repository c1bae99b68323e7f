"""All risks of a territory, the worst first; which are to be looked at again; counted by colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from linli.domains.safety.models import Colour, RiskPoint
from linli.domains.safety.queries import place
from linli.domains.safety.queries.place import RiskLine
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import below
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site

PAGE = 60


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    site: str
    unit: str
    risk: RiskLine


@dataclass(frozen=True, slots=True)
class Desk:
    """``counts``: colour → how many open; ``due``: how many are to be checked."""

    rows: Sequence[Line]
    counts: dict[str, int]
    due: int
    is_cut: bool


def _open(actor: Actor, unit: int | None, *, at: datetime) -> QuerySet[Any]:
    sites = registry.visible_sites(actor, at).exclude(state="closed")
    if unit is not None:
        sites = sites.filter(below((org.node_of(unit).path,), path="unit__path"))
    since = Coalesce("checked_on", TruncDate("assessed_at"))
    due = ExpressionWrapper(since + F("every_days") * timedelta(days=1), output_field=DateField())
    return RiskPoint.objects.filter(ended_at=None, object__site__in=sites.values("pk")).annotate(due=due)


def desk(actor: Actor, *, colour: str = "", unit: int | None = None, due: bool = False, at: datetime) -> Desk:
    """At most PAGE of the worst. Two queries."""
    risks, today = _open(actor, unit, at=at), timezone.localdate(at)
    wanted: dict[str, Any] = {one: Count("pk", filter=Q(colour=one)) for one in Colour.values}
    counts = risks.aggregate(due_now=Count("pk", filter=Q(due__lte=today)), **wanted)
    if colour:
        risks = risks.filter(colour=colour)
    if due:
        risks = risks.filter(due__lte=today)
    rank = {"red": 0, "orange": 1, "yellow": 2, "blue": 3}
    found = list(risks.select_related("object__site__unit", "assessed_by").order_by("-score", "id")[: PAGE + 1])
    found.sort(key=lambda row: (rank[row.colour], -row.score, row.pk))
    lines = [
        Line(row.object.site.code, row.object.site.name, row.object.site.unit.name, place.risk_line(row, at=at))
        for row in found[:PAGE]
    ]
    return Desk(lines, {one: counts[one] for one in Colour.values}, counts["due_now"], len(found) > PAGE)


def get_risk(code: str, risk_id: int, *, actor: Actor, at: datetime) -> tuple[Site, RiskPoint]:
    """A risk of a visible site. Raises SiteNotFound, NotFound."""
    site = registry.get_site(code, actor=actor, at=at)
    risk = RiskPoint.objects.filter(object_id=site.pk, pk=risk_id).first()
    if risk is None:
        raise NotFound
    return site, risk
