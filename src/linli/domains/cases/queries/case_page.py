"""Everything the page of one case shows, gathered in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case, Occurrence, Revisit, Urge
from linli.domains.cases.queries import wording
from linli.domains.cases.queries.family import Child, Relative, about, children_of, relatives_of
from linli.domains.cases.queries.figure import figure_of
from linli.domains.cases.queries.map import look_of
from linli.domains.cases.queries.offering import ICONS, Offer, offers_for
from linli.domains.cases.queries.onward import Onward, ways_for
from linli.domains.cases.queries.rows import Mark, case_marks
from linli.domains.cases.queries.seeing import CaseNotFound, get_case, get_matter
from linli.domains.cases.queries.timeline import Line, Photo, photos_of, timeline
from linli.kernel.flow.models import Attachment, Clock, Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.queries.contacts import Masked, masked
from linli.kernel.text import personal_data_in, without_personal_data

KINDS = ("report", "before", "after", "check")
"""Photos in the order of what they show: as reported, before and after handling, as checked."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about a case: what it is called and what it is; ``wide`` takes the whole line."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class StageMark:
    label: str
    look: str


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A clock of the case; ``why`` names the row of the list that gave the limit, ``run`` counts within the round."""

    label: str
    due_at: datetime
    starts_at: datetime
    stopped_at: datetime | None
    is_held: bool
    extended: int
    round: int
    run: int
    why: str


@dataclass(frozen=True, slots=True)
class CallerLine:
    """One person who reported the case. ``can_read``: there is something to read in plain, for who gives a purpose."""

    actor_id: UUID
    name: str
    phone: str
    at: datetime
    wants_answer: bool
    text: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    can_read: bool
    grade: str
    earlier: list["EarlierLine"]


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """What a caller was told in a round that a reopening ended."""

    round: int
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class UrgeLine:
    level: str
    reason: str
    made_by: str
    made_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    answer_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RevisitLine:
    made_by: str
    made_at: datetime
    reached: bool
    satisfaction: str
    note: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """The whole page. ``seen`` is the number of the last journal entry: steps taken from here carry it."""

    number: str
    title: str
    description: str
    can_read_words: bool
    state: str
    state_label: str
    look: str
    seen: int
    is_closed: bool
    due_at: datetime | None
    started_at: datetime | None
    is_held: bool
    marks: tuple[Mark, ...]
    facts: tuple[Fact, ...]
    stages: tuple[StageMark, ...]
    offers: list[Offer]
    photos: list[Photo]
    lines: list[Line]
    clocks: list[ClockFace]
    children: list[Child]
    relatives: list[Relative]
    callers: list[CallerLine]
    urges: list[UrgeLine]
    revisits: list[RevisitLine]
    point: dict[str, Any] | None
    figure: dict[str, Any]
    onward: list[Onward]


def case_page(number: str, *, actor: Actor, at: datetime) -> CasePage:
    """The page of case ``number`` as ``actor`` may see it. Raises CaseNotFound."""
    case = get_case(number, actor=actor)
    matter = case.matter
    may_read, shown = may_read_contacts(actor, matter, at=at), without_personal_data(case.description)
    photos = photos_of(matter)
    lines = timeline(matter, photos, icons=ICONS)
    clocks = clocks_of(matter)
    relatives = relatives_of(matter, actor)
    running = [one for one in clocks if not one.stopped_at and not one.is_held]
    return CasePage(
        number=matter.number,
        title=matter.title,
        description=shown if shown != matter.title else "",
        can_read_words=may_read and bool(personal_data_in(case.description)),
        state=matter.state,
        state_label=wording.state(matter.flow, matter.state),
        look=wording.look_of(matter.state),
        seen=lines[0].seq if lines else 0,
        is_closed=matter.closed_at is not None,
        due_at=matter.due_at,
        started_at=min((one.starts_at for one in running), default=None),
        is_held=any(one.is_held for one in clocks),
        marks=tuple(_marks(case)),
        facts=tuple(facts_of(case)),
        stages=stages_of(matter),
        offers=offers_for(actor, matter),
        photos=sorted(photos, key=lambda photo: KINDS.index(photo.kind) if photo.kind in KINDS else len(KINDS)),
        lines=lines,
        clocks=clocks,
        children=children_of(matter, actor),
        relatives=relatives,
        onward=ways_for(actor, matter, [one.kind for one in relatives]),
        callers=callers_of(matter, may_read=may_read),
        urges=urges_of(matter),
        revisits=revisits_of(matter),
        point=point_of(case, at=at),
        figure=figure_of(matter, (line.target for line in lines)),
    )


def facts_of(case: Case) -> list[Fact]:
    """What is known of the case, in the order people ask."""
    matter = case.matter
    place = getattr(matter, "place", None)
    beat = org.police_beat_of(matter.area.unit) if matter.area else None
    category = f"{case.category} {wording.category(case.category)}" if case.category else _("未分类")
    found = [
        Fact(_("分类"), " · ".join(filter(None, (category, case.condition)))),
        Fact(_("地点"), (without_personal_data(place.address) if place else "") or _("未写明")),
        Fact(_("网格"), _grid(matter, is_outside=bool(place and place.is_outside))),
        Fact(_("警务区"), beat.name if beat else ""),
        Fact(_("来源"), " · ".join(filter(None, (wording.listed("sources", case.source), _channel(case))))),
        Fact(_("发现层级"), wording.listed("discovery_levels", case.found_level)),
        Fact(_("领域"), wording.sphere(case.sphere)),
        Fact(_("五小类别"), wording.listed("five_kinds", case.small_kind)),
        Fact(_("承办"), " · ".join(filter(None, (matter.unit.name, matter.assignee.name if matter.assignee else "")))),
        Fact(_("责任单位"), case.lead.name if case.lead else _("派遣规则没有指明")),
        Fact(_("派遣依据"), case.why),
        Fact(_("处置分类"), wording.listed("disposal_classes", str(case.disposal_class or ""))),
        Fact(_("联动"), str(wording.LINKAGES.get(case.linkage, ""))),
        Fact(_("应急等级"), wording.emergency(case.emergency) if case.emergency else ""),
        Fact(_("指挥单位"), case.commander.name if case.commander else ""),
        Fact(_("监督对象"), case.about_unit.name if case.about_unit else ""),
        Fact(_("外部编号"), " ".join(filter(None, (case.outer_system, case.outer_number)))),
        Fact(_("处置结果"), case.outcome, wide=True),
        Fact(_("结案类型"), wording.listed("results", case.result_code)),
        Fact(_("满意度"), wording.satisfaction(case.satisfaction)),
        Fact(_("免附照片"), case.proof_waived, wide=True),
    ]
    return [fact for fact in found if fact.value]


def _grid(matter: Matter, *, is_outside: bool) -> str:
    if is_outside:
        return _("网格之外,由 %(unit)s 判定") % {"unit": matter.home.name}
    return " · ".join(filter(None, (matter.area.name if matter.area else "", matter.home.name)))


def _channel(case: Case) -> str:
    channel = str(wording.CHANNELS.get(case.channel, case.channel))
    return _("%(channel)s 代报") % {"channel": channel} if case.on_behalf else channel


def _marks(case: Case) -> list[Mark]:
    return case_marks(
        emergency=case.emergency, is_pressing=case.is_pressing, is_sensitive=case.is_sensitive, urges=case.urges,
        returns=case.returns, reworks=case.reworks, callers=case.callers, is_demo=case.is_demo,
        rounds=case.matter.round,
    )  # fmt: skip


def stages_of(matter: Matter) -> tuple[StageMark, ...]:
    """The six stages, those passed and the present one marked."""
    order = list(wording.STAGES)
    now = order.index(CASE.stages[matter.state])
    is_over = matter.closed_at is not None
    return tuple(
        StageMark(str(label), "done" if place < now or (is_over and place == now) else "now" if place == now else "")
        for place, label in enumerate(wording.STAGES.values())
    )


def clocks_of(matter: Matter) -> list[ClockFace]:
    """Clocks of this round, the running ones first."""
    found = Clock.objects.filter(matter=matter, round=matter.round).order_by("stopped_at", "due_at", "run")
    faces = [
        ClockFace(
            label=str(wording.CLOCKS.get(one.kind, one.kind)), due_at=one.due_at, starts_at=one.starts_at,
            stopped_at=one.stopped_at, is_held=one.paused_at is not None and one.stopped_at is None,
            extended=one.extended, round=one.round, run=one.run, why=one.why if one.why != "default" else "",
        )
        for one in found
    ]  # fmt: skip
    return sorted(faces, key=lambda face: face.stopped_at is not None)


def callers_of(matter: Matter, *, may_read: bool) -> list[CallerLine]:
    """Everybody who reported it, the first first, contacts masked; three queries."""
    rows = Occurrence.objects.filter(matter=matter).select_related("answered_by").prefetch_related("earlier")
    found = list(rows.order_by("at", "id"))
    contacts = masked([one.actor_id for one in found])
    return [_caller(one, contacts.get(one.actor_id), may_read=may_read) for one in found]


def _caller(one: Occurrence, contact: Masked | None, *, may_read: bool) -> CallerLine:
    known = contact or Masked()
    name = known.name or (_("已销毁") if known.erased else _("未留姓名"))
    return CallerLine(
        actor_id=one.actor_id, name=name, phone=known.phone, at=one.at, wants_answer=one.wants_answer,
        text=without_personal_data(one.text),
        answer=one.answer, answered_at=one.answered_at,
        answered_by=one.answered_by.name if one.answered_by else "",
        can_read=may_read and bool(known.name or known.phone or known.email),
        grade=wording.satisfaction(one.satisfaction),
        earlier=[
            EarlierLine(told.round, told.answer, told.answered_at)
            for told in sorted(one.earlier.all(), key=lambda told: told.round)
            if told.answer
        ],
    )  # fmt: skip


def urges_of(matter: Matter) -> list[UrgeLine]:
    found = Urge.objects.filter(matter=matter).select_related("made_by", "answered_by").order_by("-made_at")
    return [
        UrgeLine(
            level=str(wording.URGE_LEVELS.get(one.level, one.level)), reason=one.reason, made_by=one.made_by.name,
            made_at=one.made_at, answer=one.answer, answered_at=one.answered_at,
            answered_by=one.answered_by.name if one.answered_by else "", answer_due_at=one.answer_due_at,
        )
        for one in found
    ]  # fmt: skip


def revisits_of(matter: Matter) -> list[RevisitLine]:
    found = Revisit.objects.filter(matter=matter).select_related("made_by").order_by("-made_at")
    return [
        RevisitLine(one.made_by.name, one.made_at, one.reached, wording.satisfaction(one.satisfaction), one.note)
        for one in found
    ]


def point_of(case: Case, *, at: datetime) -> dict[str, Any] | None:
    """The position as GeoJSON for the map, or None without one."""
    place = getattr(case.matter, "place", None)
    if place is None or place.lon is None:
        return None
    matter = case.matter
    look = look_of(matter.due_at, matter.closed_at, matter.state, at=at)
    properties = {"id": matter.number, "title": matter.title, "look": look}
    feature = {
        "type": "Feature", "id": matter.number, "properties": properties,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
    }  # fmt: skip
    return {"type": "FeatureCollection", "features": [feature]}


def last_seen(matter: Matter) -> int:
    """Number of the last journal entry."""
    found = Entry.objects.filter(matter=matter).aggregate(last=Max("seq"))["last"]
    return int(found or 0)


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A child, or major information by itself, on a page of its own."""

    id: UUID
    number: str
    title: str
    label: str
    about: str
    state_label: str
    look: str
    seen: int
    unit: str
    assignee: str
    due_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None
    parent_number: str
    parent_title: str
    offers: list[Offer]
    lines: list[Line]
    clocks: list[ClockFace]


def matter_page(number: str, *, actor: Actor) -> MatterPage:
    """The page of a matter under a case. Raises CaseNotFound."""
    matter = matter_numbered(number, actor=actor)
    lines = timeline(matter, photos_of(matter), icons=ICONS)
    clocks = clocks_of(matter)
    return MatterPage(
        id=matter.pk, number=matter.number, title=matter.title, label=wording.flow(matter.flow), about=about(matter),
        state_label=wording.state(matter.flow, matter.state), look=wording.look_of(matter.state),
        seen=lines[0].seq if lines else 0, unit=matter.unit.name,
        assignee=matter.assignee.name if matter.assignee else "", due_at=matter.due_at,
        started_at=min((one.starts_at for one in clocks if not one.stopped_at), default=None),
        closed_at=matter.closed_at, parent_number=matter.parent.number if matter.parent else "",
        parent_title=matter.parent.title if matter.parent else "",
        offers=offers_for(actor, matter), lines=lines, clocks=clocks,
    )  # fmt: skip


def matter_numbered(number: str, *, actor: Actor) -> Matter:
    """A matter under a case by its number. Raises CaseNotFound for absent and hidden alike."""
    key = Matter.objects.filter(number=number).exclude(flow=CASE.code).values_list("id", flat=True).first()
    if key is None:
        raise CaseNotFound(number)
    return get_matter(key, actor=actor)


def file_on(number: str, file_id: UUID, *, actor: Actor) -> UUID:
    """``file_id``, when it lies on matter ``number`` or on one of its children. Raises CaseNotFound."""
    key = Matter.objects.filter(number=number).values_list("pk", flat=True).first()
    if key is None:
        raise CaseNotFound(number)
    matter = get_matter(key, actor=actor)
    family = [matter.pk, *Matter.objects.filter(parent=matter).values_list("pk", flat=True)]
    if not Attachment.objects.filter(matter__in=family, file=file_id).exists():
        raise CaseNotFound(number)
    return file_id


def caller_on(number: str, caller: UUID, *, actor: Actor) -> tuple[Matter, Actor]:
    """Case ``number`` and a person who reported it. Raises CaseNotFound."""
    matter = get_case(number, actor=actor).matter
    found = Occurrence.objects.filter(matter=matter, actor=caller).select_related("actor").first()
    if found is None:
        raise CaseNotFound(number)
    return matter, found.actor


def may_read_contacts(actor: Actor, matter: Matter, *, at: datetime) -> bool:
    """Whether a post with that right reaches the street, the unit or the grid of ``matter``."""
    units = (matter.home, matter.unit, *([matter.area.unit] if matter.area else []))
    return any(org.holds_right(actor, "read_contact", unit, at) for unit in units)
