"""One place with everything a page says of it: what, where, who answers for it, its plan, its risks, its history."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models import Colour, Drill, Plan, Responsibility, RiskPoint, SafetyObject
from linli.domains.safety.queries import target_classes
from linli.domains.safety.queries.responsibility_holders import KINDS, Holder, holders_of
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.registry import queries as registry
from linli.kernel.registry.attributes import shown
from linli.kernel.registry.models import Site

VERBS: dict[str, tuple[str | Promise, str]] = {
    "register": (_("登记"), "plus"), "amend": (_("修改登记"), "pencil"), "move": (_("更正位置"), "map-pin"),
    "pause": (_("停业(停用)"), "player-pause"), "resume": (_("恢复"), "player-play"),
    "close": (_("注销"), "archive"),
    "reopen": (_("恢复登记"), "refresh"), "new_tag": (_("更换标牌"), "refresh"),
    "watch": (_("安全管理设定"), "shield-check"),
    "hand": (_("明确责任人"), "user-check"), "hand_over": (_("责任交接"), "arrows-exchange"),
    "end_duty": (_("解除责任"), "circle-x"), "draft_plan": (_("起草方案"), "file-text"),
    "approve_plan": (_("方案批准执行"), "circle-check"), "withdraw_plan": (_("撤回方案"), "x"),
    "drill": (_("登记演练"), "flag"), "assess": (_("风险评估"), "alert-triangle"),
    "end_risk": (_("风险解除"), "circle-check"),
    "check_risk": (_("风险检查"), "eye"), "follow_unit": (_("随单位调整划转"), "sitemap"),
}  # fmt: skip
MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history."""

    label: str
    icon: str
    at: datetime
    who: str
    reason: str
    more: str


@dataclass(frozen=True, slots=True)
class RiskLine:
    id: int
    name: str
    accident: str
    method_label: str
    sum_words: str
    score: float
    colour: str
    colour_label: str
    control_label: str
    measures: str
    responsible: str
    every_days: int
    checked_on: date | None
    due_on: date
    is_due: bool
    assessed_at: datetime
    assessed_by: str
    ended_at: datetime | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    id: Any
    no: int
    state: str
    state_label: str
    look: str
    valid_to: date | None
    days_left: int | None
    drafted_by: str
    drafted_at: datetime
    approved_by: str
    approved_at: datetime | None
    reason: str
    drill_every_days: int
    last_drill_at: datetime | None
    drill_due_on: date | None
    is_drill_due: bool


@dataclass(frozen=True, slots=True)
class Place:
    """``object`` None: not (yet) under safety management. ``may_…`` say which buttons there are."""

    site: Site
    kind: str
    unit_chain: list[str]
    attributes: list[tuple[str, str]]
    state_label: str
    look: str
    object: SafetyObject | None
    target_label: str
    colour_label: str
    every_days: int | None
    keeper: str
    holders: list[Holder]
    blanks: int
    plan: PlanLine | None
    draft: PlanLine | None
    risks: list[RiskLine]
    parts: list[Site]
    history: list[Event]
    drills: list[Drill]
    may_keep: bool
    may_approve: bool
    may_open_contacts: bool
    points: dict[str, Any]


def place(code: str, *, actor: Actor, at: datetime) -> Place:
    """Raises SiteNotFound."""
    site = registry.get_site(code, actor=actor, at=at)
    one = SafetyObject.objects.select_related("keeper", "home").filter(pk=site.pk).first()
    today = timezone.localdate(at)
    holders = list(holders_of([site.pk], on=today)[site.pk].values()) if one else []
    plans = plan_lines(site, at=at) if one else []
    unit = org.kept_unit(site.unit_id)
    figures = target_classes.in_force([one.home_id], on=today) if one else {}
    return Place(
        site, site.kind.name, [org.node_of(unit_id).name for unit_id in org.node_of(site.unit_id).chain[:3]],
        shown(site.attributes, site.kind.schema), str(Site.State(site.state).label),
        {"in_use": "ok", "paused": "warn"}.get(site.state, ""), one,
        str(SafetyObject.Target(one.target).label) if one and one.target else "",
        str(Colour(one.colour).label) if one and one.colour else "",
        target_classes.every_days_of(one, figures) if one else None,
        one.keeper.name if one and one.keeper else "", holders, sum(holder.is_blank for holder in holders),
        next((plan for plan in plans if plan.state == "in_force"), None),
        next((plan for plan in plans if plan.state == "draft"), None),
        risk_lines(site, at=at) if one else [],
        list(site.parts.exclude(state="closed").select_related("kind").order_by("code")[:MOST_PARTS]),
        [_event(change) for change in registry.history(site)],
        list(Drill.objects.filter(plan__object_id=site.pk).select_related("plan").order_by("-held_at")[:20]),
        registry.may_keep(actor, site.unit_id, at),
        org.holds_right(actor, "approve_plans", unit, at) is not None,
        org.holds_right(actor, "read_contact", unit, at) is not None, _point(site, one),
    )  # fmt: skip


def plan_lines(site: Site, *, at: datetime) -> list[PlanLine]:
    """The versions, newest first."""
    rows = Plan.objects.filter(object_id=site.pk).select_related("drafted_by", "approved_by").order_by("-no")[:100]
    drills: dict[Any, datetime] = {}
    for plan_id, held_at in Drill.objects.filter(plan__object_id=site.pk).values_list("plan_id", "held_at"):
        drills[plan_id] = max(held_at, drills.get(plan_id, held_at))
    return [plan_line(row, max(drills.values(), default=None), at=at) for row in rows]


def plan_line(row: Plan, last_drill_at: datetime | None, *, at: datetime) -> PlanLine:
    """``last_drill_at``: of any version; a new version does not start the clock of drills anew."""
    today = timezone.localdate(at)
    left = (row.valid_to - today).days if row.valid_to else None
    is_on = row.state == Plan.State.IN_FORCE
    start = last_drill_at or row.approved_at
    due = timezone.localdate(start) + timedelta(days=row.drill_every_days) if is_on and start else None
    return PlanLine(
        row.pk, row.no, row.state, str(Plan.State(row.state).label), _plan_look(row.state, left), row.valid_to, left,
        row.drafted_by.name, row.drafted_at, row.approved_by.name if row.approved_by else "", row.approved_at,
        row.reason, row.drill_every_days, last_drill_at, due, due is not None and due <= today,
    )  # fmt: skip


def _plan_look(state: str, left: int | None) -> str:
    if state != "in_force":
        return "warn" if state == "draft" else ""
    if left is None or left <= 0:
        return "late"
    return "warn" if left <= 30 else "ok"


def risk_lines(site: Site, *, at: datetime, ended: bool = False) -> list[RiskLine]:
    """Open risks, the worst first; or those that ended, newest first."""
    rows = RiskPoint.objects.filter(object_id=site.pk, ended_at__isnull=not ended).select_related("assessed_by")
    return [risk_line(row, at=at) for row in rows.order_by("-ended_at" if ended else "-score", "id")[:200]]


def risk_line(row: RiskPoint, *, at: datetime) -> RiskLine:
    due = (row.checked_on or timezone.localdate(row.assessed_at)) + timedelta(days=row.every_days)
    factors = [row.likelihood, *([row.exposure] if row.exposure is not None else []), row.severity]
    return RiskLine(
        row.pk, row.name, row.accident, str(RiskPoint.Method(row.method).label),
        " × ".join(f"{factor:g}" for factor in factors) + f" = {row.score:g}", row.score, row.colour,
        str(Colour(row.colour).label), str(RiskPoint.Control(row.control).label), row.measures, row.responsible,
        row.every_days, row.checked_on, due, due <= timezone.localdate(at), row.assessed_at, row.assessed_by.name,
        row.ended_at, row.end_reason,
    )  # fmt: skip


def _event(change: Any) -> Event:
    label, icon = VERBS.get(change.verb, (change.verb, "pencil"))
    return Event(str(label), icon, change.at, change.actor.name, change.reason, _more(change.verb, change.changes))


def _more(verb: str, changes: dict[str, Any]) -> str:
    """What a change was about, as far as words of its own say it."""
    if "risk" in changes:
        return str(changes["risk"])
    if "no" in changes:
        return f"v{changes['no']}"
    if changes.get("kind") in KINDS:
        return str(Responsibility.Kind(changes["kind"]).label)
    if verb == "amend" and "name" in changes:
        return " → ".join(changes["name"])
    return ""


def _point(site: Site, one: SafetyObject | None) -> dict[str, Any]:
    look = one.colour if one and one.colour else "ok"
    feature = {
        "type": "Feature",
        "properties": {"id": str(site.pk), "number": site.code, "title": site.name, "look": look, "shape": "circle"},
        "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
    }
    return {"type": "FeatureCollection", "features": [feature]}
