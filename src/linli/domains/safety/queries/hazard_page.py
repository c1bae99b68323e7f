"""The page of one hazard, and what the form of one of its steps offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.safety.flow import HAZARD, LISTING
from linli.domains.safety.flow.guards import PLAN
from linli.domains.safety.models import Hazard, Listing
from linli.domains.safety.queries import hazard_links
from linli.domains.safety.queries.hazards import LOOKS, HazardNotFound, get_hazard
from linli.domains.safety.queries.listing_rules import may_propose
from linli.kernel.flow import journal
from linli.kernel.flow.mandates import is_bound, is_of_level
from linli.kernel.flow.models import Attachment, Matter
from linli.kernel.ledger.amounts import yuan
from linli.kernel.org.directory import directory
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.tree import Node

LOOK = journal.Look(
    expected={"found": ("grade_general",), "graded": ("notify",), "notified": ("take_over",),
              "rectifying": ("rectify",), "rectified": ("pass_recheck",), "rechecked": ("strike_off",)},
    grave=frozenset({"refute", "hand_on", "fail_recheck", "regrade", "reopen"}),
    icons={"open": "alert-triangle", "propose_major": "flag", "grade_general": "gavel", "grade_major": "urgent",
           "regrade": "arrow-back-up", "refute": "ban", "hand_on": "route", "control": "shield-check",
           "draw_up": "clipboard-list", "notify": "send", "take_over": "hand-stop", "extend": "hourglass",
           "urge": "bell", "urge_by_clock": "alarm", "rectify": "checks", "pass_recheck": "circle-check",
           "fail_recheck": "arrow-back-up", "strike_off": "check", "reopen": "rotate", "mended": "checks"},
    at_once=frozenset({"take_over", "strike_off"}), opened=gettext_lazy("发现"),
)  # fmt: skip
WHY: Mapping[str, str | Promise] = {
    "grade_general": gettext_lazy("危害和整改难度较小、发现后能立即整改排除的，定为一般隐患。"),
    "grade_major": gettext_lazy(
        "须全部或局部停产停业、经一段时间治理，或单位自身难以排除的，定为重大隐患。发现人不能单独定为重大。"
    ),
    "propose_major": gettext_lazy("您提请，由别人判定。"),
    "notify": gettext_lazy("五落实齐了才能下发：责任、措施、时限；重大隐患还要资金、预案、临时管控，并先挂牌。"),
    "rectify": gettext_lazy("写明做了什么，附整改后的照片；重大隐患须有治理方案六要素。"),
    "mended": gettext_lazy("当场整改的须有整改前、整改后照片，仍由别人复查。"),
    "pass_recheck": gettext_lazy("到现场看过再写；整改的人不能复查自己。"),
    "hand_on": gettext_lazy("不属安全隐患、但要有人办的，转为案件由中心派遣，两边互相可见。"),
    "control": gettext_lazy("整改完成前靠什么管住它：停用、围挡、专人看守。"),
}  # fmt: skip
PLAN_LABELS: Mapping[str, str | Promise] = {
    "goals": gettext_lazy("目标任务"), "methods": gettext_lazy("方法措施"), "funds": gettext_lazy("经费物资"),
    "bodies": gettext_lazy("机构人员"), "dates": gettext_lazy("时限要求"),
    "safety": gettext_lazy("安全措施和应急预案"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the five, or of the six: what it is, what was settled; "" still open."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ListingLine:
    number: str
    state_label: str
    look: str
    due_on: date
    is_closed: bool


@dataclass(frozen=True, slots=True)
class HazardPage:
    """Everything the page shows. ``seen``: number of the last entry of the journal."""

    number: str
    title: str
    text: str
    state: str
    state_label: str
    look: str
    is_closed: bool
    grade: str
    grade_label: str
    grade_basis: str
    proposed_major: str
    category: str
    item: str
    item_basis: str
    item_method: str
    item_angle: str
    source: str
    site: str
    site_code: str
    site_kind: str
    address: str
    area: str
    unit: str
    assignee: str
    found_at: datetime
    due_at: datetime | None
    due_on: date | None
    clock: journal.ClockLine
    five: tuple[Fact, ...]
    plan: tuple[Fact, ...]
    control: str
    notice_number: str
    outcome: str
    recheck: str
    on_spot: bool
    round: int
    repeat_of: str
    repeats: int
    inspection: UUID | None
    listings: tuple[ListingLine, ...]
    may_list: bool
    links: tuple[hazard_links.Linked, ...]
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    before: tuple[journal.Shown, ...]
    after: tuple[journal.Shown, ...]
    point: dict[str, object] | None
    seen: int
    command: UUID = field(default_factory=new_key)

    @property
    def is_major(self) -> bool:
        return self.grade == "major"

    @property
    def has_photos(self) -> bool:
        return bool(self.before or self.after)


def hazard_page(number: str, *, actor: Actor) -> HazardPage:
    """Raises HazardNotFound."""
    hazard = get_hazard(number, actor=actor)
    matter, item = hazard.matter, hazard.item
    site = hazard.object.site if hazard.object else None
    place = getattr(matter, "place", None)
    shown = journal.files_of(matter)
    lines = journal.timeline(matter, LOOK, shown)
    return HazardPage(
        number=matter.number, title=matter.title, text=hazard.text, state=matter.state,
        state_label=HAZARD.label_of(matter.state), look=LOOKS.get(matter.state, ""),
        is_closed=matter.closed_at is not None, grade=hazard.grade,
        grade_label=str(hazard.get_grade_display()) if hazard.grade else "", grade_basis=hazard.grade_basis,
        proposed_major=hazard.proposed_major, category=hazard.category, item=item.text if item else "",
        item_basis=item.basis if item else "", item_method=item.method if item else "",
        item_angle=item.angle if item else "", source=str(hazard.get_source_display()),
        site=site.name if site else "", site_code=site.code if site else "", site_kind=site.kind.name if site else "",
        address=place.address if place else "", area=matter.area.unit.name if matter.area else "",
        unit=matter.unit.name, assignee=matter.assignee.name if matter.assignee else "", found_at=matter.opened_at,
        due_at=None if matter.closed_at else matter.due_at, due_on=hazard.due_on, clock=journal.clock_of(matter),
        five=tuple(five_of(hazard)), plan=tuple(plan_of(hazard)), control=hazard.control,
        notice_number=hazard.notice_number, outcome=hazard.outcome, recheck=hazard.recheck, on_spot=hazard.on_spot,
        round=matter.round, repeat_of=hazard.repeat_of.matter.number if hazard.repeat_of else "",
        repeats=hazard.repeats.count(), inspection=hazard.inspection_id, listings=tuple(_listings(hazard)),
        may_list=may_propose(actor, hazard), links=tuple(hazard_links.links_of(matter)),
        offers=tuple(journal.offers(actor, matter, LOOK)), lines=tuple(lines),
        before=tuple(one for one in shown if one.kind == "before"),
        after=tuple(one for one in shown if one.kind == "after"), point=_point(hazard),
        seen=lines[0].seq if lines else 0,
    )  # fmt: skip


def five_of(hazard: Hazard) -> list[Fact]:
    """责任、措施、资金、时限、预案, each as settled so far."""
    funds = "" if hazard.funds_fen is None else _("%(yuan)s 元") % {"yuan": yuan(hazard.funds_fen)}
    body = " · ".join(part for part in (hazard.body, hazard.person) if part)
    return [
        Fact(_("责任"), body if hazard.body and hazard.person else ""),
        Fact(_("措施"), hazard.measures),
        Fact(_("资金"), funds),
        Fact(_("时限"), hazard.due_on.isoformat() if hazard.due_on else ""),
        Fact(_("预案"), hazard.contingency),
    ]


def plan_of(hazard: Hazard) -> list[Fact]:
    """The six elements, of a major hazard."""
    if hazard.grade != Hazard.Grade.MAJOR:
        return []
    return [Fact(str(PLAN_LABELS[key]), str(hazard.plan.get(key, ""))) for key in PLAN]


def _listings(hazard: Hazard) -> list[ListingLine]:
    looks = {"listed": "late", "delisting": "warn", "delisted": "ok", "proposed": "brand"}
    found = Listing.objects.filter(hazard=hazard).select_related("matter").order_by("-matter_id")
    return [
        ListingLine(
            row.matter.number, LISTING.label_of(row.matter.state), looks.get(row.matter.state, ""), row.due_on,
            row.matter.closed_at is not None,
        )
        for row in found
    ]  # fmt: skip


def _point(hazard: Hazard) -> dict[str, object] | None:
    place = getattr(hazard.matter, "place", None)
    if place is None or place.lon is None:
        return None
    matter = hazard.matter
    properties = {
        "id": matter.number, "title": matter.title, "look": "late" if hazard.grade == "major" else "warn",
        "number": matter.number, "url": "", "shape": "triangle",
    }  # fmt: skip
    feature = {
        "type": "Feature", "properties": properties,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
    }  # fmt: skip
    return {"type": "FeatureCollection", "features": [feature]}


@dataclass(frozen=True, slots=True)
class Choices:
    label: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step about to be taken. ``units``: to whom the notice may go; ``plan``: labels of the six elements."""

    hazard: Hazard
    number: str
    title: str
    state_label: str
    offer: journal.Offer
    why: str
    is_open: bool
    seen: int
    units: tuple[Choices, ...]
    text: str
    item: tuple[str, str, str]
    """Basis, method and angle of the item, each "" without one."""
    days: int | None
    is_major: bool
    command: UUID = field(default_factory=new_key)


def stepping(number: str, name: str, *, actor: Actor) -> Stepping:
    """Step ``name`` on the hazard ``number``. Raises HazardNotFound."""
    hazard = get_hazard(number, actor=actor)
    matter, item = hazard.matter, hazard.item
    step = HAZARD.at(matter.flow_version).step(name)
    if step is None:
        raise HazardNotFound(number)
    now = {offer.name: offer for offer in journal.offers(actor, matter, LOOK)}
    return Stepping(
        hazard=hazard, number=matter.number, title=matter.title, state_label=HAZARD.label_of(matter.state),
        offer=now.get(name) or journal.offer_of(step, LOOK), why=str(WHY.get(name, "")), is_open=name in now,
        seen=journal.last_seen(matter), units=tuple(takers(matter, actor)) if name == "notify" else (),
        text=hazard.text, item=(item.basis, item.method, item.angle) if item else ("", "", ""),
        days=item.days if item else None, is_major=hazard.grade == Hazard.Grade.MAJOR,
    )  # fmt: skip


BODIES = ("office", "centre", "station", "team")


def takers(matter: Matter, actor: Actor) -> list[Choices]:
    """Units that may be given the notice: of the place, of the street, of the district's departments.

    A committee only where nothing is pushed down to it: when the matter was opened at its own level.
    """
    known, now = directory(), matter.opened_at
    place = [known.unit(key) for key in known.unit(matter.area.unit_id).chain] if matter.area else []
    first = matter.entries.filter(seq=1).select_related("actor").first()
    of_level = first is not None and is_of_level(first.actor, now)
    near = [
        node for node in place
        if node.kind in ("grid", "committee", "village") and (of_level or not is_bound(_unit(node)))
    ]  # fmt: skip
    home = known.unit(matter.home_id)
    below = [node for node in known.tree.nodes if node.parent_id == home.id and node.valid_to is None]
    root = known.unit(int(home.path.split(".", 1)[0]))
    lines = [n for n in known.tree.nodes if n.parent_id == root.id and n.kind == "department" and n.valid_to is None]
    groups = [
        Choices(_("属地网格"), tuple(near)),
        Choices(_("街道部门与队伍"), tuple(node for node in below if node.kind in BODIES)),
        Choices(_("区级部门"), tuple(lines)),
    ]
    return [group for group in groups if group.nodes]


def _unit(node: Node) -> Unit:
    return Unit(pk=node.id, kind=node.kind)


def file_on(number: str, file_id: UUID, *, actor: Actor) -> UUID:
    """The file, if it is on a hazard ``actor`` may see. Raises HazardNotFound."""
    hazard = get_hazard(number, actor=actor)
    if not Attachment.objects.filter(matter=hazard.matter, file=file_id).exists():
        raise HazardNotFound(file_id)
    return file_id
