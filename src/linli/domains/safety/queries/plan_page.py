"""One version of a plan, and two side by side."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.domains.safety.models import Drill, Plan
from linli.domains.safety.queries import place
from linli.domains.safety.queries.place import PlanLine
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A version with its object. ``may_approve``: somebody else's draft, and the right."""

    site: Site
    plan: Plan
    line: PlanLine
    versions: list[PlanLine]
    drills: list[Drill]
    phone: str
    may_keep: bool
    may_approve: bool
    may_end: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One field in two versions. ``rows``: (look, left, right); look is "", add, drop or alter."""

    label: str
    rows: list[tuple[str, str, str]]

    @property
    def is_changed(self) -> bool:
        return any(look for look, _left, _right in self.rows)


def plan_page(code: str, no: int, *, actor: Actor, at: datetime) -> PlanPage:
    """Raises SiteNotFound, NotFound."""
    site = registry.get_site(code, actor=actor, at=at)
    plan = (
        Plan.objects.select_related("drafted_by", "approved_by", "file", "object").filter(object=site.pk, no=no).first()
    )
    if plan is None:
        raise NotFound
    versions = place.plan_lines(site, at=at)
    unit = org.kept_unit(site.unit_id)
    approves = org.holds_right(actor, "approve_plans", unit, at) is not None
    keeps = registry.may_keep(actor, site.unit_id, at)
    is_draft = plan.state == Plan.State.DRAFT
    return PlanPage(
        site, plan, next(line for line in versions if line.no == no), versions,
        list(Drill.objects.filter(plan=plan).select_related("recorded_by").order_by("-held_at")[:50]),
        org.phone_for(site.unit_id), keeps, approves and is_draft and not plan.is_written_by(actor),
        (keeps and is_draft) or (approves and plan.state == Plan.State.IN_FORCE), plan.is_written_by(actor),
    )  # fmt: skip


def compare(code: str, left: int, right: int, *, actor: Actor, at: datetime) -> tuple[Site, list[Part]]:
    """Field by field, line by line. Raises as ``plan_page``."""
    site = registry.get_site(code, actor=actor, at=at)
    found = {plan.no: plan for plan in Plan.objects.filter(object=site.pk, no__in=(left, right))}
    if left not in found or right not in found:
        raise NotFound
    before, after = _fields(found[left]), _fields(found[right])
    return site, [Part(label, list(_beside(before[label], after[label]))) for label in before]


def _fields(plan: Plan) -> dict[str, str]:
    return {
        _("管控措施"): plan.measures, _("应急预案"): plan.emergency,
        _("核定容量"): str(plan.capacity or ""),
        _("岗位分工"): "\n".join(f"{one['post']}：{one['duty']}" for one in plan.posts),
        _("应急物资"): plan.resources, _("演练间隔（天）"): str(plan.drill_every_days),
    }  # fmt: skip


def _beside(left: str, right: str) -> Iterable[tuple[str, str, str]]:
    before, after = left.splitlines(), right.splitlines()
    for verb, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        look = {"equal": "", "insert": "add", "delete": "drop", "replace": "alter"}[verb]
        for n in range(max(b - a, d - c)):
            yield look, before[a + n] if a + n < b else "", after[c + n] if c + n < d else ""


def words_of(site_id: UUID) -> dict[str, object]:
    """What a new draft begins with: the open draft, else the version last in force, else nothing."""
    plans = Plan.objects.filter(object=site_id).exclude(state=Plan.State.WITHDRAWN).order_by("-no")
    plan = plans.filter(state=Plan.State.DRAFT).first() or plans.first()
    if plan is None:
        return {}
    return {
        "measures": plan.measures, "emergency": plan.emergency, "capacity": plan.capacity,
        "posts": "\n".join(f"{one['post']}：{one['duty']}" for one in plan.posts), "resources": plan.resources,
        "drill_every_days": plan.drill_every_days,
    }  # fmt: skip
