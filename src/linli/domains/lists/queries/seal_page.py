"""One request for a stamp as its page shows it, and what the form of each step asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import SEAL_USE
from linli.domains.lists.models import Seal, SealUse
from linli.domains.lists.queries.seal_desk import LOOKS, log_number
from linli.domains.lists.queries.seal_lookup import APPROVALS
from linli.domains.lists.queries.seal_reach import SealNotFound, get_use, may_read_applicant
from linli.kernel.catalog import terms
from linli.kernel.catalog.terms import DECISIONS
from linli.kernel.flow import journal
from linli.kernel.flow.models import Attachment
from linli.kernel.org import queries as org
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor

LOOK = journal.Look(
    expected={"asked": ("approve",), "seconded": ("approve",), "approved": ("stamp",),
              "stamped": ("give_back",)},
    grave=frozenset({"refuse", "annul", "withdraw"}),
    icons={"open": "writing", "second": "user-check", "approve": "gavel", "refuse": "ban", "stamp": "rubber-stamp",
           "give_back": "arrow-back-up", "annul": "trash", "withdraw": "x"},
    at_once=frozenset({"give_back"}),
)  # fmt: skip
WHY: Mapping[str, str | Promise] = {
    "second": _("代表一委同意；另一委由另一个人批准。"),
    "approve": _("核对清单、文稿和材料；提出申请的人不能自己批准。"),
    "refuse": _("理由会记入台账，申请人看得到。"),
    "stamp": _("当面盖章，数清份数和页数，给盖好章的页面拍照；系统给出登记号。"),
    "annul": _("登记号保留，写明为什么作废。"),
}
FILE_LABELS: Mapping[str, str | Promise] = {"draft": _("文稿"), "stamped": _("盖章页")}


@dataclass(frozen=True, slots=True)
class SealChoice:
    id: int
    name: str
    keeper: str
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Applicant:
    """For whom it is, masked; ``may_read`` in plain, for a purpose."""

    name: str
    phone: str
    may_read: bool


@dataclass(frozen=True, slots=True)
class UsePage:
    """Everything the page shows."""

    number: str
    paper: str
    purpose: str
    unit: str
    state: str
    state_label: str
    look: str
    closed_at: datetime | None
    log: str
    copies: int
    pages: int
    resolution: str
    code: str
    line: str
    decision_label: str
    approval_label: str
    papers: tuple[str, ...]
    reason: str
    refused_as: str
    refused_because: str
    instead: str
    seal: str
    seal_id: int | None
    stamped_by: str
    stamped_at: datetime | None
    applicant: Applicant | None
    opened_at: datetime
    due_at: datetime | None
    clock: journal.ClockLine
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    files: tuple[journal.Shown, ...]
    seen: int
    command: UUID = field(default_factory=new_key)


def use_page(number: str, *, actor: Actor) -> UsePage:
    """The request ``number``. Raises SealNotFound."""
    use = get_use(number, actor=actor)
    matter, said = use.matter, terms.read(use.wording.terms) if use.wording else None
    shown = journal.files_of(matter)
    lines = journal.timeline(matter, LOOK, shown)
    return UsePage(
        number=matter.number, paper=use.paper, purpose=use.purpose, unit=matter.unit.name, state=matter.state,
        state_label=SEAL_USE.label_of(matter.state), look=LOOKS.get(matter.state, ""),
        closed_at=matter.closed_at, log=log_number(use), copies=use.copies, pages=use.pages,
        resolution=use.resolution, code=use.item.code if use.item else "",
        line=use.wording.title if use.wording else "", decision_label=str(DECISIONS.get(use.decision, "")),
        approval_label=str(APPROVALS.get(use.approval, "")), papers=said.papers if said else (),
        reason=said.reason if said else "", refused_as=str(use.get_refused_as_display()) if use.refused_as else "",
        refused_because=use.refused_because, instead=use.instead, seal=use.seal.name if use.seal else "",
        seal_id=use.seal_id, stamped_by=use.stamped_by.name if use.stamped_by else "", stamped_at=use.stamped_at,
        applicant=_applicant(use, actor), opened_at=matter.opened_at, due_at=matter.due_at,
        clock=journal.clock_of(matter), offers=tuple(_offers(use, actor)), lines=tuple(lines),
        files=tuple(shown), seen=lines[0].seq if lines else 0,
    )  # fmt: skip


def _offers(use: SealUse, actor: Actor) -> list[journal.Offer]:
    """What may be done now; of the two ways to agree only the one the list asks for."""
    takes_two = use.approval == "two_committees"
    hidden = "approve" if takes_two and use.matter.state == "asked" else "" if takes_two else "second"
    found = [offer for offer in journal.offers(actor, use.matter, LOOK) if offer.name != hidden]
    if takes_two and found and found[0].name == "second":
        found[0] = replace(found[0], look="primary")
    return found


def _applicant(use: SealUse, actor: Actor) -> Applicant | None:
    if use.applicant_id is None:
        return None
    known = org.masked([use.applicant_id])[use.applicant_id]
    return Applicant(known.name, known.phone, may_read_applicant(actor, use.matter.unit))


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step about to be taken. ``seals`` to choose from when stamping."""

    use: SealUse
    number: str
    state_label: str
    offer: journal.Offer
    why: str
    seen: int
    seals: tuple[SealChoice, ...]
    command: UUID = field(default_factory=new_key)


def stepping(number: str, name: str, *, actor: Actor) -> Stepping:
    """Step ``name`` on the request ``number``. Raises SealNotFound."""
    use = get_use(number, actor=actor)
    step = SEAL_USE.at(use.matter.flow_version).step(name)
    if step is None:
        raise SealNotFound
    now = {offer.name: offer for offer in journal.offers(actor, use.matter, LOOK)}
    seals = seals_of(use.matter.unit_id) if name == "stamp" else []
    return Stepping(
        use, use.matter.number, SEAL_USE.label_of(use.matter.state), now.get(name) or journal.offer_of(step, LOOK),
        str(WHY.get(name, "")), journal.last_seen(use.matter), tuple(seals),
    )  # fmt: skip


def seals_of(unit_id: int) -> list[SealChoice]:
    """The seals of a unit that are not gone; those in their place are ready."""
    gone = (Seal.State.LOST, Seal.State.DESTROYED)
    rows = Seal.objects.filter(unit=unit_id).exclude(state__in=gone).select_related("keeper").order_by("id")
    return [
        SealChoice(row.pk, row.name, row.keeper.name if row.keeper else "", row.state == Seal.State.IN_USE)
        for row in rows
    ]


def file_on(number: str, file_id: UUID, *, actor: Actor) -> UUID:
    """The file, if it is on a request ``actor`` may see. Raises SealNotFound."""
    use = get_use(number, actor=actor)
    if not Attachment.objects.filter(matter=use.matter, file=file_id).exists():
        raise SealNotFound
    return file_id
