"""Hazards as listed: who sees which, the desk by state, a site's history, what one person has before them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.flow import HAZARD
from linli.domains.safety.models import Hazard, Listing
from linli.kernel.errors import NotFound
from linli.kernel.flow.inbox import Asked, Holder, counts, keys_of, number_or_words, page_keys
from linli.kernel.flow.models import Clock, Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org import territory
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import kept as tree

PAGE = 50
MOST_HOLDERS = 3000
OPEN = ("found", "graded", "notified", "rectifying", "rectified", "rechecked")
LOOKS = {
    "found": "", "graded": "brand", "notified": "warn", "rectifying": "warn", "rectified": "brand",
    "rechecked": "ok", "struck_off": "ok", "refuted": "", "handed_on": "",
}  # fmt: skip
TABS: dict[str, tuple[tuple[str, ...], str | Promise]] = {
    "open": (OPEN, _("未销号")),
    "found": (("found",), _("待定级")),
    "graded": (("graded",), _("待下发")),
    "rectifying": (("notified", "rectifying"), _("整改中")),
    "rectified": (("rectified",), _("待复查")),
    "rechecked": (("rechecked",), _("待销号")),
    "struck_off": (("struck_off",), _("已销号")),
    "other": (("refuted", "handed_on"), _("不成立、已转案件")),
}
"""Tab → its states and what it is called."""
SIDES: dict[str, str | Promise] = {"area": _("本辖区"), "unit": _("交我单位的"), "mine": _("我签收的")}


GRADES: list[tuple[str, str | Promise]] = list(Hazard.Grade.choices)
SOURCES: list[tuple[str, str | Promise]] = list(Hazard.Source.choices)


class HazardNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Narrow:
    """How the list is narrowed; empty parts do not narrow. ``since``/``until`` bound when it was found, half-open."""

    tab: str = "open"
    side: str = "area"
    grade: str = ""
    category: str = ""
    source: str = ""
    late: bool = False
    repeat: bool = False
    unit: int | None = None
    since: date | None = None
    until: date | None = None
    part: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One hazard as listed."""

    id: UUID
    number: str
    title: str
    category: str
    source: str
    grade: str
    grade_label: str
    is_major: bool
    is_proposed: bool
    is_repeat: bool
    is_listed: bool
    site: str
    site_code: str
    where: str
    unit: str
    state: str
    state_label: str
    look: str
    found_at: datetime
    due_at: datetime | None
    due_on: date | None
    started_at: datetime | None
    closed_at: datetime | None
    lon: float | None
    lat: float | None

    @property
    def may_be_issued(self) -> bool:
        """Graded, and waiting for its notice."""
        return self.state == "graded"


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    before: str
    after: str


def may_see(actor: Actor, matter: Matter) -> bool:
    """By a post over where it lies or over who holds it or once held it, as its finder or who took it over."""
    scope = org.covers(actor)
    units = [matter.home, matter.unit, *([matter.area.unit] if matter.area else [])]
    if any(scope.reaches(unit.path) for unit in units) or matter.assignee_id == actor.pk:
        return True
    entries = Entry.objects.filter(matter=matter)
    return entries.filter(Q(actor=actor, seq=1) | scope.below(path="unit__path")).exists()


def get_hazard(number: str, *, actor: Actor) -> Hazard:
    """Raises HazardNotFound for absent and hidden alike."""
    found = Hazard.objects.filter(matter__number=number).select_related(
        "matter__home", "matter__unit", "matter__area__unit", "matter__assignee", "matter__place", "object__site__kind",
        "item", "repeat_of__matter",
    )  # fmt: skip
    hazard = found.first()
    if hazard is None or not may_see(actor, hazard.matter):
        raise HazardNotFound(number)
    return hazard


def desk(
    actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime, after: str = "", before: str = "",
    limit: int = PAGE,
) -> Page:  # fmt: skip
    """One page of the desk for ``post``; two SQL statements."""
    asked = asked_for(actor, post, narrow, at=at)
    found = keys_of(asked, after=after, before=before, limit=limit)
    return Page(rows(found.keys), found.newer, found.older)


def tallies(actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime) -> dict[str, int]:
    """Tab → how many there are under the same filters, counted to a thousand each state; one statement."""
    everything = replace(narrow, tab="", late=False)
    by_state = counts(asked_for(actor, post, everything, at=at))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, (states, _label) in TABS.items()}


def figures(actor: Actor, post: Held | None, *, at: datetime, side: str = "area") -> dict[str, int]:
    """What stands out: overdue, major and open, waiting for me; each one statement."""
    return {
        "late": _sum(actor, post, Narrow(side=side, late=True), at),
        "major": _sum(actor, post, Narrow(side=side, grade="major"), at),
        "mine": _sum(actor, post, Narrow(side="mine"), at),
    }


def _sum(actor: Actor, post: Held | None, narrow: Narrow, at: datetime) -> int:
    return sum(counts(asked_for(actor, post, narrow, at=at)).values())


def asked_for(actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime) -> Asked:
    """What the desk asks of the inbox."""
    column, holders = holders_of(actor, post, narrow)
    states = TABS[narrow.tab][0] if narrow.tab in TABS else tuple(HAZARD.states)
    if narrow.late:
        states = tuple(state for state in states if state in OPEN)
    where, params = _where(narrow)
    return Asked(
        column=column, holders=holders, states=states,
        order="new" if narrow.tab in ("struck_off", "other", "") and not narrow.late else "due",
        joins="join safety_hazard z on z.matter_id = m.id", where=where, params=params,
        due_to=at if narrow.late else None,
    )  # fmt: skip


def holders_of(actor: Actor, post: Held | None, narrow: Narrow) -> tuple[Holder, Sequence[object]]:
    """By which column somebody's hazards are found: their homes, else their areas, else their unit."""
    if narrow.side == "mine":
        return "assignee_id", (actor.pk,)
    if post is None:
        return "unit_id", ()
    units = tree.get()
    below = list(units.below(narrow_path(post, narrow)))
    if narrow.side == "unit":
        own = units.by_id[post.unit_id]
        return "unit_id", [node.id for node in units.below(own.path)][:MOST_HOLDERS]
    homes = [node.id for node in below if node.home_id == node.id]
    if homes:
        return "home_id", homes[:MOST_HOLDERS]
    areas = territory.kept.get().area_ids
    found = [area for node in below for area in areas.get(node.id, ())]
    if found:
        return "area_id", found[:MOST_HOLDERS]
    return "unit_id", [node.id for node in below][:MOST_HOLDERS]


def narrow_path(post: Held, narrow: Narrow) -> str:
    """The part of the tree looked at: the unit asked for, if the post reaches it."""
    node = tree.get().by_id.get(narrow.unit or 0)
    return node.path if node is not None and post.reaches(node.path) else post.over_path


PARTS = {
    "due": "(m.state in ('rechecked', 'struck_off') or z.due_on < (now() at time zone 'Asia/Shanghai')::date)",
    "done": "m.state in ('rechecked', 'struck_off')",
    "in_time": "m.state in ('rechecked', 'struck_off') and "
    "(z.due_on is null or (z.rectified_at at time zone 'Asia/Shanghai')::date <= z.due_on)",
    "repeat": "z.repeat_of_id is not null",
}
"""Parts of a figure that can be looked at one by one, as SQL on matter ``m`` and hazard ``z``; see decision 0038."""


def _where(narrow: Narrow) -> tuple[str, list[Any]]:
    parts, params = ["m.flow = 'hazard'"], list[Any]()
    for column, value in (("grade", narrow.grade), ("category", narrow.category), ("source", narrow.source)):
        if value:
            parts.append(f"z.{column} = %s")
            params.append(value)
    if narrow.repeat:
        parts.append(PARTS["repeat"])
    if narrow.part in PARTS:
        parts.append(f"{PARTS[narrow.part]} and m.state not in ('refuted', 'handed_on')")
    for day, sign in ((narrow.since, ">="), (narrow.until, "<")):
        if day is not None:
            parts.append(f"(m.opened_at at time zone 'Asia/Shanghai')::date {sign} %s")
            params.append(day)
    if text := narrow.text.strip():
        sql, given = number_or_words(text)
        parts.append(sql)
        params += given
    return " and ".join(parts), params


def rows(keys: Sequence[UUID]) -> list[Row]:
    """The lines for ``keys`` in their order; one query."""
    running = Clock.objects.filter(matter=OuterRef("pk"), stopped_at=None).order_by("due_at")
    listed = Listing.objects.filter(hazard=OuterRef("pk"), matter__state__in=("listed", "delisting"))
    found = (
        Hazard.objects.filter(pk__in=list(keys))
        .annotate(started=Subquery(running.values("starts_at")[:1]), listed=Subquery(listed.values("pk")[:1]))
        .select_related("matter__unit", "matter__area__unit", "matter__place", "object__site")
    )
    by_key = {hazard.pk: _row(hazard) for hazard in found}
    return [by_key[key] for key in keys if key in by_key]


def _row(hazard: Any) -> Row:
    matter: Matter = hazard.matter
    site = hazard.object.site if hazard.object else None
    place = getattr(matter, "place", None)
    return Row(
        id=hazard.pk, number=matter.number, title=matter.title, category=hazard.category,
        source=str(hazard.get_source_display()), grade=hazard.grade,
        grade_label=str(hazard.get_grade_display()) if hazard.grade else "", is_major=hazard.grade == "major",
        is_proposed=bool(hazard.proposed_major) and not hazard.grade, is_repeat=hazard.repeat_of_id is not None,
        is_listed=hazard.listed is not None, site=site.name if site else "", site_code=site.code if site else "",
        where=matter.area.unit.name if matter.area else (place.address if place else ""), unit=matter.unit.name,
        state=matter.state, state_label=HAZARD.label_of(matter.state), look=LOOKS.get(matter.state, ""),
        found_at=matter.opened_at, due_at=None if matter.closed_at else matter.due_at, due_on=hazard.due_on,
        started_at=hazard.started, closed_at=matter.closed_at, lon=place.lon if place else None,
        lat=place.lat if place else None,
    )  # fmt: skip


def of_site(site_id: UUID, *, most: int = 20) -> list[Row]:
    """The hazards of a safety object, newest first; two queries. Whoever sees the site sees them."""
    keys = Hazard.objects.filter(object_id=site_id).order_by("-matter_id").values_list("pk", flat=True)[:most]
    return rows(list(keys))


def open_of_sites(site_ids: Sequence[UUID], *, most: int = 200) -> list[Row]:
    """The hazards of these sites that are not over, major ones first; two queries."""
    found = Hazard.objects.filter(object_id__in=list(site_ids), matter__state__in=OPEN)
    keys = found.order_by("-grade", "-matter_id").values_list("pk", flat=True)[:most]
    return rows(list(keys))


MOST_ON_MAP = 1000


def on_map(actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime) -> list[Row]:
    """The same list as the desk shows, as far as it has positions, at most 1,000."""
    keys = page_keys(asked_for(actor, post, narrow, at=at), after=None, limit=MOST_ON_MAP)
    return [row for row in rows([key for key, _due in keys]) if row.lon is not None]
