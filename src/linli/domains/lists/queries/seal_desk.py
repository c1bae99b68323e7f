"""The seal desk: what waits to be approved, stamped, given back; which seal is out, and which is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import SEAL_OUT, SEAL_USE
from linli.domains.lists.models import Seal, SealOut, SealUse
from linli.domains.lists.queries.seal_reach import visible_seals, visible_uses, within
from linli.kernel.flow.models import Entry
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

PAGE = 30
LOOKS = {
    "asked": "warn", "seconded": "warn", "approved": "accent", "stamped": "brand", "returned": "ok",
    "refused": "late", "annulled": "late", "out": "brand", "lost": "late",
}  # fmt: skip
TABS: Mapping[str, tuple[str | Promise, str, tuple[str, ...]]] = {
    "approve": (_("待审批"), "gavel", ("asked", "seconded")),
    "stamp": (_("待盖章"), "rubber-stamp", ("approved",)),
    "back": (_("待交还"), "arrow-back-up", ("stamped",)),
    "out": (_("印章外带"), "briefcase", ("asked", "approved", "out")),
    "done": (_("已办"), "checks", ("returned", "withdrawn", "annulled")),
    "refused": (_("不予盖章"), "ban", ("refused",)),
}
"""Tab → its name, its icon, states of requests it shows (of outings for ``out``)."""
COUNTED = ("approve", "stamp", "back", "out")
HINTS: Mapping[str, str | Promise] = {
    "approve": _("社区工作者提出的用印申请，按清单要人审批的，会出现在这里。"),
    "stamp": _("批准后的申请到这里，由印章保管员当面盖章、拍照、登记。"),
    "back": _("盖好章的文件交给经办人后，在这里登记交还。"),
    "out": _("印章要带出办公室的，先申请、再批准，到期未还会列在这里。"),
    "done": _("办完的用印都在这里，也在每月的登记簿里。"),
    "refused": _("清单不允许的、审批人不同意的，都记在这里，带着理由。"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    label: str
    icon: str
    count: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A request as listed. ``log`` is its number in the register, or ""."""

    number: str
    title: str
    line: str
    purpose: str
    unit: str
    state: str
    state_label: str
    look: str
    copies: int
    pages: int
    log: str
    why: str
    opened_at: datetime
    due_at: datetime | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class OutRow:
    """A seal asked for, approved or out. ``is_late``: it should be back."""

    number: str
    seal: str
    purpose: str
    taker: str
    companion: str
    unit: str
    state_label: str
    look: str
    back_at: datetime
    went_out_at: datetime | None
    is_out: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Desk:
    tabs: tuple[Tab, ...]
    tab: str
    label: str
    hint: str
    rows: tuple[Row, ...]
    outs: tuple[OutRow, ...]
    after: str
    late: int
    seals: int


def desk(actor: Actor, *, tab: str, after: str, at: datetime) -> Desk:
    """What ``actor`` sees under ``tab``; a handful of SQL statements, whatever the number of requests."""
    tab = tab if tab in TABS else "approve"
    counts = _counts(actor)
    late = _outs(actor).filter(matter__state="out", back_at__lt=at).count()
    tabs = tuple(
        Tab(code, str(label), icon, counts[code] if code in COUNTED else None, code == tab)
        for code, (label, icon, _states) in TABS.items()
    )
    rows: list[Row] = []
    outs: list[OutRow] = []
    more = ""
    if tab == "out":
        outs = out_rows(actor, at=at)
    else:
        rows, more = _page(visible_uses(actor).filter(matter__state__in=TABS[tab][2]), after)
    return Desk(
        tabs, tab, str(TABS[tab][0]), str(HINTS[tab]), tuple(rows), tuple(outs), more, late,
        visible_seals(actor).count(),
    )  # fmt: skip


def _counts(actor: Actor) -> dict[str, int]:
    open_states = [state for code in COUNTED for state in TABS[code][2]]
    uses = visible_uses(actor).filter(matter__state__in=open_states)
    found = dict(uses.values_list("matter__state").annotate(n=Count("pk")))
    by_tab = {code: sum(found.get(state, 0) for state in TABS[code][2]) for code in COUNTED}
    by_tab["out"] = _outs(actor).filter(matter__state__in=TABS["out"][2]).count()
    return by_tab


def waiting_for(actor: Actor) -> int:
    """How many requests and outings wait for somebody where ``actor`` stands; for the menu."""
    return sum(_counts(actor).values())


def _outs(actor: Actor) -> QuerySet[SealOut]:
    return SealOut.objects.filter(within(actor, "matter__unit"))


def out_rows(actor: Actor, *, at: datetime, seal: Seal | None = None) -> list[OutRow]:
    """Outings that are not over, those due soonest first; of one seal: all of them, newest first."""
    found = _outs(actor).select_related("matter__unit", "seal", "companion")
    if seal is not None:
        found = found.filter(seal=seal).order_by("-matter_id")
    else:
        found = found.filter(matter__state__in=TABS["out"][2]).order_by("back_at", "matter_id")
    rows = list(found[:PAGE])
    takers = _openers([row.pk for row in rows])
    return [_out(row, takers, at) for row in rows]


def _out(row: SealOut, takers: Mapping[UUID, str], at: datetime) -> OutRow:
    state = row.matter.state
    is_late = state == "out" and row.back_at < at
    return OutRow(
        row.matter.number, row.seal.name, row.purpose, takers.get(row.pk, ""),
        row.companion.name if row.companion else "", row.matter.unit.name, SEAL_OUT.label_of(state),
        "late" if is_late else LOOKS.get(state, ""), row.back_at, row.went_out_at, state == "out", is_late,
    )  # fmt: skip


def _openers(keys: Sequence[UUID]) -> dict[UUID, str]:
    """Who asked, by the first line of the journal."""
    first = Entry.objects.filter(matter__in=keys, seq=1).values_list("matter_id", "actor__name")
    return dict(first)


def _page(found: QuerySet[SealUse], after: str) -> tuple[list[Row], str]:
    """Newest first, by the number of the matter."""
    if after:
        found = found.filter(matter__number__lt=after[:24])
    rows = list(found.select_related("matter", "item__standing").order_by("-matter__number")[: PAGE + 1])
    more = rows[PAGE - 1].matter.number if len(rows) > PAGE else ""
    return [row_of(use) for use in rows[:PAGE]], more


def row_of(use: SealUse) -> Row:
    matter = use.matter
    return Row(
        matter.number, use.paper, use.item.standing.title if use.item else "", use.purpose,
        org.kept_unit(matter.unit_id).name, matter.state, SEAL_USE.label_of(matter.state), LOOKS.get(matter.state, ""),
        use.copies, use.pages, log_number(use), use.refused_because, matter.opened_at, matter.due_at,
        matter.closed_at is not None,
    )  # fmt: skip


def log_number(use: SealUse) -> str:
    """``2026-0007``: the number in the register of the seal and year; "" before it was stamped."""
    return f"{use.year}-{use.log_no:04}" if use.log_no is not None else ""
