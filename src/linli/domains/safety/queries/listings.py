"""Listed major hazards (挂牌督办): the board for staff, one listing's page, and what everybody may read."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.safety.flow import HAZARD, LISTING
from linli.domains.safety.models import Listing
from linli.kernel.errors import NotFound
from linli.kernel.flow import journal
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import below
from linli.kernel.org.tree import Node
from linli.kernel.text import without_personal_data

MOST = 200
DELISTED_SHOWN = timedelta(days=365)
"""How long a delisted one stays on the public board *(default)*."""
LOOKS = {"proposed": "brand", "listed": "late", "delisting": "warn", "delisted": "ok", "refused": ""}
LEVELS: dict[str, str | Promise] = {"street": gettext_lazy("街道挂牌"), "district": gettext_lazy("区级挂牌")}
TABS: dict[str, tuple[tuple[str, ...], str | Promise]] = {
    "open": (("proposed", "listed", "delisting"), gettext_lazy("待批与在挂")),
    "delisted": (("delisted",), gettext_lazy("已摘牌")),
    "refused": (("refused",), gettext_lazy("不予挂牌")),
}
LOOK = journal.Look(
    expected={"proposed": ("list",), "listed": ("ask_delisting",), "delisting": ("delist",)},
    grave=frozenset({"refuse", "keep_listed"}),
    icons={"open": "flag", "list": "flag", "refuse": "ban", "report_up": "arrow-up", "supervise": "eye",
           "urge_by_clock": "alarm", "ask_delisting": "send", "delist": "circle-check",
           "keep_listed": "arrow-back-up"},
    opened=gettext_lazy("提请挂牌"),
)  # fmt: skip


class ListingNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Row:
    """One listing on the board."""

    number: str
    title: str
    level: str
    text: str
    hazard: str
    hazard_state: str
    unit: str
    supervisor: str
    state: str
    state_label: str
    look: str
    due_on: date
    due_at: datetime | None
    listed_on: date | None
    delisted_on: date | None
    is_public: bool
    reported_up_at: datetime | None
    is_late: bool


def visible_listings(actor: Actor) -> QuerySet[Listing]:
    """Listings of the street or the place that ``actor``'s posts reach, or held by their units."""
    scope = org.covers(actor)
    near = scope.below(path="matter__home__path") | scope.below(path="matter__area__unit__path")
    near |= scope.below(path="hazard__matter__unit__path") | scope.below(path="supervisor__path")
    found = Listing.objects.filter(pk__in=Listing.objects.filter(near).values("pk"))
    return found.select_related("matter__home", "matter__area__unit", "hazard__matter__unit", "supervisor")


def board(actor: Actor, tab: str, *, at: datetime) -> list[Row]:
    """The newest 200 of a tab, those due soonest first; two queries."""
    states = TABS.get(tab, TABS["open"])[0]
    found = visible_listings(actor).filter(matter__state__in=states).order_by("due_on", "pk")[:MOST]
    return [_row(row, at) for row in found]


def tallies(actor: Actor) -> dict[str, int]:
    found = list(visible_listings(actor).values_list("matter__state", flat=True)[: MOST * 5])
    return {tab: sum(state in states for state in found) for tab, (states, _label) in TABS.items()}


def _row(row: Listing, at: datetime) -> Row:
    matter, hazard = row.matter, row.hazard.matter
    is_open = matter.closed_at is None
    return Row(
        matter.number, matter.title, str(LEVELS.get(row.level, row.level)), row.public_text, hazard.number,
        _hazard_state(hazard), hazard.unit.name, row.supervisor.name if row.supervisor else matter.home.name,
        matter.state, LISTING.label_of(matter.state), LOOKS.get(matter.state, ""), row.due_on,
        matter.due_at if is_open else None, row.listed_on, row.delisted_on, row.is_public, row.reported_up_at,
        is_open and row.due_on < timezone.localdate(at),
    )  # fmt: skip


def _hazard_state(hazard: Matter) -> str:
    return HAZARD.label_of(hazard.state)


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Everything the page shows."""

    row: Row
    clock: journal.ClockLine
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    seen: int
    command: UUID = field(default_factory=new_key)


def get_listing(number: str, *, actor: Actor) -> Listing:
    """Raises ListingNotFound for absent and hidden alike."""
    found = visible_listings(actor).filter(matter__number=number).first()
    if found is None:
        raise ListingNotFound(number)
    return found


def listing_page(number: str, *, actor: Actor, at: datetime) -> ListingPage:
    """Raises ListingNotFound."""
    listing = get_listing(number, actor=actor)
    lines = journal.timeline(listing.matter, LOOK, journal.files_of(listing.matter))
    return ListingPage(
        _row(listing, at), journal.clock_of(listing.matter), tuple(journal.offers(actor, listing.matter, LOOK)),
        tuple(lines), lines[0].seq if lines else 0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stepping:
    listing: Listing
    number: str
    title: str
    state_label: str
    offer: journal.Offer
    is_open: bool
    seen: int
    command: UUID = field(default_factory=new_key)


def stepping(number: str, name: str, *, actor: Actor) -> Stepping:
    """Step ``name`` on the listing ``number``. Raises ListingNotFound."""
    listing = get_listing(number, actor=actor)
    matter = listing.matter
    step = LISTING.at(matter.flow_version).step(name)
    if step is None:
        raise ListingNotFound(number)
    now = {offer.name: offer for offer in journal.offers(actor, matter, LOOK)}
    return Stepping(
        listing, matter.number, matter.title, LISTING.label_of(matter.state),
        now.get(name) or journal.offer_of(step, LOOK), name in now, journal.last_seen(matter),
    )  # fmt: skip


def supervisors(home_id: int) -> list[tuple[str, str]]:
    """Who may be named as supervising: the street, the district and its departments."""
    known = directory()
    home = known.unit(home_id)
    root = known.unit(int(home.path.split(".", 1)[0]))
    lines = [n for n in known.tree.nodes if n.parent_id == root.id and n.kind == "department" and n.valid_to is None]
    nodes: list[Node] = list(dict.fromkeys([home, root, *lines]))
    return [(str(node.id), node.name) for node in nodes]


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A listing as everybody reads it: no names of persons, the place only as street and neighbourhood."""

    text: str
    level: str
    where: str
    supervisor: str
    listed_on: date
    due_on: date
    delisted_on: date | None
    is_late: bool
    state: str
    look: str


def on_public_board(*, at: datetime, near: int | None = None) -> list[OpenRow]:
    """Listed now, the soonest due first, then those delisted within a year; one query, at most 200.

    near  a unit: only those of its district
    """
    now = timezone.localdate(at)
    current = Q(matter__state__in=("listed", "delisting"))
    recent = Q(matter__state="delisted", delisted_on__gt=now - DELISTED_SHOWN)
    found = Listing.objects.filter(current | recent, is_public=True, listed_on__isnull=False)
    node = directory().tree.by_id.get(near or 0)
    if node is not None:
        found = found.filter(below([node.path.split(".", 1)[0] + "."], path="matter__home__path"))
    found = found.select_related("matter__home", "matter__area__unit__parent", "supervisor")
    rows = list(found.order_by("-delisted_on", "due_on", "pk")[:MOST])
    rows.sort(key=lambda row: (row.delisted_on is not None, row.due_on))
    return [_open_row(row, now) for row in rows]


def _open_row(row: Listing, today: date) -> OpenRow:
    is_over = row.delisted_on is not None
    is_late = not is_over and row.due_on < today
    state, look = (_("已摘牌"), "ok") if is_over else (_("已超期"), "late") if is_late else (_("整改中"), "warn")
    return OpenRow(
        without_personal_data(row.public_text), str(LEVELS.get(row.level, row.level)), _roughly(row.matter),
        row.supervisor.name if row.supervisor else row.matter.home.name, row.listed_on or today, row.due_on,
        row.delisted_on, is_late, state, look,
    )  # fmt: skip


def _roughly(matter: Matter) -> str:
    """Street and neighbourhood, never the address."""
    unit = matter.area.unit if matter.area else None
    near = unit.parent if unit is not None and unit.kind == "grid" else unit
    names = [matter.home.name, near.name if near is not None and near.pk != matter.home_id else ""]
    return " · ".join(name for name in names if name)
