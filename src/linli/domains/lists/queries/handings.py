"""Handings to organisations: a list, one by one, when the next look is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import HANDING
from linli.domains.lists.models import Handing, Monitoring, Standing
from linli.domains.lists.queries import reach
from linli.domains.lists.queries.giving import ItemLine
from linli.kernel.errors import NotFound
from linli.kernel.flow import journal
from linli.kernel.ledger.amounts import yuan
from linli.kernel.org import queries as org
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor
from linli.kernel.text import bigrams

PAGE = 40
MOST_WATCHED = 1000
MONTHS = {Handing.Every.MONTHLY: 1, Handing.Every.QUARTERLY: 3}
KINDS: Mapping[str, str | Promise] = {"association": _("社会组织"), "company": _("物业等企业")}
EVERY = Handing.Every.choices
LOOKS = {"proposed": "", "decided": "brand", "contracted": "brand", "handed_over": "ok", "refused": "late"}
LOOK = journal.Look(
    expected={"proposed": ("decide",), "decided": ("contract",), "contracted": ("hand_over",),
              "handed_over": ("monitor",)},
    grave=frozenset({"refuse", "end"}),
    icons={"open": "plus", "decide": "gavel", "refuse": "ban", "contract": "file-text", "hand_over": "send",
           "monitor": "eye", "end": "x"},
)  # fmt: skip


class HandingNotFound(NotFound): ...


@dataclass(frozen=True, slots=True)
class Row:
    """One handing as listed. ``next_on``: when it is to be looked at again; ``is_late``: that day has passed."""

    number: str
    title: str
    item: str
    to_name: str
    to_kind: str | Promise
    state: str
    state_label: str
    look: str
    contract_no: str
    amount: str
    since: date | None
    until: date | None
    last_on: date | None
    next_on: date | None
    is_late: bool


def visible_handings(actor: Actor) -> QuerySet[Handing]:
    rows = Handing.objects.filter(org.covers(actor).below(path="matter__home__path"))
    return rows.select_related("matter__home", "matter__unit", "item__standing", "to_unit")


def get_handing(number: str, *, actor: Actor) -> Handing:
    """Raises HandingNotFound for absent and hidden alike."""
    found = visible_handings(actor).filter(matter__number=number).first()
    if found is None:
        raise HandingNotFound(number)
    return found


def listed(actor: Actor, *, state: str = "", late: bool = False, after: str = "", on: date) -> tuple[list[Row], str]:
    """The next page, newest first; ``late``: only those whose look is overdue. Two SQL statements."""
    found = visible_handings(actor).annotate(last=Max("monitorings__on"))
    if state in HANDING.states:
        found = found.filter(matter__state=state)
    if late:
        watched = found.filter(matter__state="handed_over").order_by("matter__number")[:MOST_WATCHED]
        return [row for row in (_row(one, on) for one in watched) if row.is_late], ""
    if after:
        found = found.filter(matter__number__lt=after)
    rows = [_row(one, on) for one in found.order_by("-matter__number")[: PAGE + 1]]
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else ""


def overdue_looks(actor: Actor, *, on: date) -> int:
    return len(listed(actor, late=True, on=on)[0])


def next_look(handing: Handing, last: date | None) -> date | None:
    """When it is to be looked at next; None unless it is being carried out."""
    begun = last or handing.since
    if handing.matter.state != "handed_over" or begun is None:
        return None
    return months_later(begun, MONTHS[Handing.Every(handing.monitor_every)])


def months_later(day: date, months: int) -> date:
    """The same day of a later month, its last where it has fewer days."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _row(one: Handing, on: date) -> Row:
    last: date | None = getattr(one, "last", None)
    due = next_look(one, last)
    matter = one.matter
    return Row(
        matter.number, one.item.standing.title, one.item.code, one.to_name, KINDS.get(one.to_kind, one.to_kind),
        matter.state, HANDING.label_of(matter.state), LOOKS.get(matter.state, ""), one.contract_no,
        yuan(one.amount_fen) if one.amount_fen else "", one.since, one.until, last, due, bool(due and due < on),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """One look at how it is carried out."""

    on: date
    is_kept: bool
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class HandingPage:
    row: Row
    reason: str
    every: str
    unit: str
    due_at: datetime | None
    is_closed: bool
    looks: tuple[Look, ...]
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    seen: int
    command: UUID = field(default_factory=new_key)


def handing_page(number: str, *, actor: Actor) -> HandingPage:
    """Raises HandingNotFound."""
    one = get_handing(number, actor=actor)
    looks = Monitoring.objects.filter(handing=one).select_related("actor").order_by("-on", "-id")[:100]
    one.last = looks[0].on if looks else None  # type: ignore[attr-defined]  # as the list annotates it
    lines = journal.timeline(one.matter, LOOK, [])
    return HandingPage(
        _row(one, timezone.localdate()), one.reason, str(one.get_monitor_every_display()), one.matter.home.name,
        one.matter.due_at, one.matter.closed_at is not None,
        tuple(Look(look.on, look.is_kept, look.text, look.actor.name) for look in looks),
        tuple(journal.offers(actor, one.matter, LOOK)), tuple(lines), lines[0].seq if lines else 0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stepping:
    handing: Handing
    number: str
    title: str
    state_label: str
    offer: journal.Offer
    seen: int
    command: UUID = field(default_factory=new_key)


def stepping(number: str, name: str, *, actor: Actor) -> Stepping:
    """Step ``name`` on a handing, open or not. Raises HandingNotFound."""
    one = get_handing(number, actor=actor)
    step = HANDING.at(one.matter.flow_version).step(name)
    if step is None:
        raise HandingNotFound(number)
    offer = next((o for o in journal.offers(actor, one.matter, LOOK) if o.name == name), journal.offer_of(step, LOOK))
    return Stepping(
        one, number, one.matter.title, HANDING.label_of(one.matter.state), offer, journal.last_seen(one.matter)
    )


def items_for(actor: Actor, text: str) -> Sequence[ItemLine]:
    """Items of the stations' and committees' lists that may be handed over, by words or number."""
    kinds = ("station", "committee", "autonomy", "assist", "internal", "matters")
    rows = Standing.objects.filter(worklist__in=reach.visible_lists(actor), kind__in=kinds, wording__isnull=False)
    if words := text.strip():
        rows = rows.filter(code__startswith=words.upper()) | rows.filter(grams__contains=bigrams(words) or ["\0"])
    found = rows.select_related("worklist").order_by("code")[:20]
    return [ItemLine(row.code, row.title, row.heading, row.worklist.name) for row in found]


def may_propose(actor: Actor) -> bool:
    return any(org.holds_right(actor, right) is not None for right in ("edit_lists", "give_tasks"))
