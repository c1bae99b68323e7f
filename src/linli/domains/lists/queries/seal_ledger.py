"""The ledger of seals as pages show it: which there are, one seal with its history, one outing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import SEAL_OUT
from linli.domains.lists.models import Seal, SealEvent, SealOut
from linli.domains.lists.queries.seal_desk import LOOKS, OutRow, out_rows
from linli.domains.lists.queries.seal_reach import SealNotFound, get_out, get_seal, visible_seals
from linli.kernel.flow import journal
from linli.kernel.org import queries as org
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.roles import BY_CODE

KINDS = Seal.Kind.choices
MOST_SEALS = 200
MOST_EVENTS = 200
STATE_LOOKS = {"in_use": "ok", "out": "brand", "stopped": "warn", "lost": "late", "destroyed": ""}
EVENT_ICONS = {
    "registered": "plus", "handed_over": "arrows-exchange", "stopped": "player-pause", "resumed": "player-play",
    "lost": "alert-triangle", "destroyed": "trash", "changed": "edit",
}  # fmt: skip

State = Seal.State
CHANGES: dict[str, tuple[tuple[str, ...], str]] = {
    "stopped": ((State.IN_USE,), State.STOPPED),
    "resumed": ((State.STOPPED,), State.IN_USE),
    "lost": ((State.IN_USE, State.STOPPED, State.OUT), State.LOST),
    "destroyed": ((State.STOPPED, State.LOST), State.DESTROYED),
}
"""Event → from which states it leads where. A seal in use is stopped before it is destroyed."""
VERBS: Mapping[str, tuple[str | Promise, str, str]] = {
    "stopped": (_("停用"), "player-pause", ""),
    "resumed": (_("恢复使用"), "player-play", ""),
    "lost": (_("报失"), "alert-triangle", "grave"),
    "destroyed": (_("登记销毁"), "trash", "grave"),
}
"""Event → what the button says, its icon and look."""


@dataclass(frozen=True, slots=True)
class SealRow:
    id: int
    name: str
    kind: str
    number: str
    unit: str
    place: str
    keeper: str
    state_label: str
    look: str
    stamps: int


def seals(actor: Actor) -> list[SealRow]:
    """The seals ``actor`` may look into, unit by unit; one SQL statement."""
    used = Count("uses", filter=Q(uses__log_no__isnull=False))
    rows = visible_seals(actor).select_related("unit", "keeper").annotate(stamps=used)
    return [
        SealRow(
            row.pk, row.name, str(row.get_kind_display()), row.number, row.unit.name, row.place,
            row.keeper.name if row.keeper else "", str(row.get_state_display()), STATE_LOOKS[row.state], row.stamps,
        )
        for row in rows.order_by("unit__path", "id")[:MOST_SEALS]
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventLine:
    label: str
    icon: str
    before: str
    after: str
    witness: str
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verb:
    name: str
    label: str
    icon: str
    look: str


@dataclass(frozen=True, slots=True)
class SealPage:
    """``verbs`` the changes open to whoever looks; ``may_hand_over`` and ``may_ask_out`` likewise."""

    row: Seal
    kind: str
    state_label: str
    look: str
    keeper: str
    image: UUID | None
    stamps: int
    events: tuple[EventLine, ...]
    outs: tuple[OutRow, ...]
    verbs: tuple[Verb, ...]
    may_hand_over: bool
    may_ask_out: bool


def seal_page(seal_id: int, *, actor: Actor, at: datetime) -> SealPage:
    """The seal with all that happened to it. Raises SealNotFound."""
    seal = get_seal(seal_id, actor=actor)
    keeps_ledger = org.holds_right(actor, "edit_seals", seal.unit, at) is not None
    is_ready = seal.state == State.IN_USE
    return SealPage(
        row=seal, kind=str(seal.get_kind_display()), state_label=str(seal.get_state_display()),
        look=STATE_LOOKS[seal.state], keeper=seal.keeper.name if seal.keeper else "", image=seal.image_id,
        stamps=seal.uses.exclude(log_no=None).count(), events=tuple(_events(seal)),
        outs=tuple(out_rows(actor, at=at, seal=seal)), verbs=tuple(_verbs(seal, actor, keeps_ledger)),
        may_hand_over=keeps_ledger and is_ready,
        may_ask_out=is_ready and org.holds_right(actor, "ask_seal", seal.unit, at) is not None,
    )  # fmt: skip


def _verbs(seal: Seal, actor: Actor, keeps_ledger: bool) -> list[Verb]:
    open_ones = [name for name, (sources, _target) in CHANGES.items() if seal.state in sources]
    mine = open_ones if keeps_ledger else [n for n in open_ones if n == "lost" and seal.keeper_id == actor.pk]
    return [Verb(name, str(VERBS[name][0]), VERBS[name][1], VERBS[name][2]) for name in mine]


def _events(seal: Seal) -> list[EventLine]:
    rows = SealEvent.objects.filter(seal=seal).select_related("before", "after", "witness", "actor")
    return [
        EventLine(
            str(row.get_kind_display()), EVENT_ICONS[row.kind], _name(row.before), _name(row.after),
            _name(row.witness), row.note, row.actor.name, row.at,
        )
        for row in rows.order_by("-at", "-id")[:MOST_EVENTS]
    ]  # fmt: skip


def _name(person: Actor | None) -> str:
    return person.name if person else ""


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str
    role: str


def keepers_of(unit: Unit, *, on: date) -> list[Person]:
    """Who is appointed as keeper of seals in ``unit``."""
    return _people(unit, on, roles=("seal_keeper",))


def colleagues_of(unit: Unit, *, on: date) -> list[Person]:
    """Who may stand witness or go along: everybody with a post in ``unit``, and those who approve above it."""
    return _people(unit, on)


def _people(unit: Unit, on: date, *, roles: tuple[str, ...] = ()) -> list[Person]:
    chain = org.node_of(unit.pk).chain
    held = Post.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, actor__kind="staff")
    if roles:
        held = held.filter(over__in=chain, role__in=roles)
    else:
        held = held.filter(Q(unit=unit) | Q(unit__in=chain, role__in=("leader", "list_approver")))
    rows = held.select_related("actor").order_by("actor__name", "id")[:100]
    people = {post.actor_id: Person(post.actor_id, post.actor.name, post.title or _role(post.role))
              for post in rows}  # fmt: skip
    return list(people.values())


def _role(code: str) -> str:
    role = BY_CODE.get(code)
    return str(role.label) if role else code


OUT_LOOK = journal.Look(
    expected={"asked": ("approve",), "approved": ("take_out",), "out": ("bring_back",)},
    grave=frozenset({"refuse", "withdraw", "report_lost"}),
    icons={"open": "briefcase", "approve": "gavel", "refuse": "ban", "take_out": "arrow-up", "bring_back": "check",
           "report_lost": "alert-triangle", "withdraw": "x"},
    at_once=frozenset({"approve", "take_out"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutPage:
    """An outing with its journal."""

    number: str
    seal: str
    seal_id: int
    unit: str
    purpose: str
    companion: str
    state_label: str
    look: str
    back_at: datetime
    went_out_at: datetime | None
    came_back_at: datetime | None
    is_closed: bool
    is_late: bool
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    seen: int
    command: UUID = field(default_factory=new_key)


def out_page(number: str, *, actor: Actor, at: datetime) -> OutPage:
    """The outing ``number``. Raises SealNotFound."""
    out = get_out(number, actor=actor)
    matter = out.matter
    lines = journal.timeline(matter, OUT_LOOK, ())
    is_late = matter.state == "out" and out.back_at < at
    return OutPage(
        number=matter.number, seal=out.seal.name, seal_id=out.seal_id, unit=matter.unit.name, purpose=out.purpose,
        companion=_name(out.companion), state_label=SEAL_OUT.label_of(matter.state),
        look="late" if is_late else LOOKS.get(matter.state, ""), back_at=out.back_at, went_out_at=out.went_out_at,
        came_back_at=out.came_back_at, is_closed=matter.closed_at is not None, is_late=is_late,
        offers=tuple(journal.offers(actor, matter, OUT_LOOK)), lines=tuple(lines), seen=lines[0].seq,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutStepping:
    out: SealOut
    number: str
    offer: journal.Offer
    seen: int
    command: UUID = field(default_factory=new_key)


def out_stepping(number: str, name: str, *, actor: Actor) -> OutStepping:
    """Step ``name`` on the outing ``number``. Raises SealNotFound."""
    out = get_out(number, actor=actor)
    step = SEAL_OUT.at(out.matter.flow_version).step(name)
    if step is None:
        raise SealNotFound
    now = {offer.name: offer for offer in journal.offers(actor, out.matter, OUT_LOOK)}
    return OutStepping(
        out, out.matter.number, now.get(name) or journal.offer_of(step, OUT_LOOK), journal.last_seen(out.matter)
    )


def image_of(seal_id: int, *, actor: Actor) -> UUID:
    """The imprint of a seal ``actor`` may look into. Raises SealNotFound."""
    seal = get_seal(seal_id, actor=actor)
    if seal.image_id is None:
        raise SealNotFound
    return seal.image_id
