"""Proposals as pages show them: line by line beside what is in force, with what may be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.flow import LIST_CHANGE
from linli.domains.lists.models import Change, MoveKind, Proposal
from linli.domains.lists.queries import comparing, reach
from linli.domains.lists.queries.comparing import Part
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.rows import Places, places_of, write_row
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import ListKind, Wording, WorkItem, WorkList
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.flow import journal
from linli.kernel.flow.journal import Look
from linli.kernel.flow.models import Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

PAGE = 30
MOST_LINES = 300
ROLES = ("list_keeper", "list_approver", "leader")
"""Who reads proposals of the lists their post is over."""
ORIGINS: dict[str, str | Promise] = {
    "page": _("页面拟定"), "sheet": _("表格导入"), "check": _("体检发现"), "admission": _("准入"),
}  # fmt: skip
STATES: dict[str, tuple[tuple[str, ...], str | Promise]] = {
    "draft": (("draft",), _("草拟中")),
    "waiting": (("proposed", "seconded"), _("待审批")),
    "published": (("published",), _("已发布")),
    "ended": (("refused", "withdrawn"), _("未批准或撤回")),
}
LOOKS = {"draft": "", "proposed": "warn", "seconded": "warn", "published": "ok", "refused": "late", "withdrawn": ""}
LOOK = Look(
    expected={"draft": ("submit",), "proposed": ("publish", "second"), "seconded": ("publish",)},
    grave=frozenset({"refuse", "withdraw", "send_back"}),
    icons={
        "open": "edit", "submit": "send", "second": "check", "publish": "circle-check", "send_back": "arrow-back-up",
        "refuse": "circle-x", "withdraw": "x",
    },
)  # fmt: skip


def changes_of(matter: Matter) -> int:
    """How many lines a proposal has: asked before it is submitted."""
    return Change.objects.filter(proposal=matter.pk).count()


def approval_steps_of(matter: Matter) -> int:
    """How many people apart approve: as the kind of list says."""
    return ListKind.objects.values_list("approval_steps", flat=True).get(lists__proposals=matter.pk)


def visible(actor: Actor) -> QuerySet[Proposal]:
    """The proposals of lists over which ``actor`` keeps, approves or leads."""
    paths = [held.over_path for held in org.posts_of(actor) if held.role in ROLES]
    if not paths:
        return Proposal.objects.none()
    return Proposal.objects.filter(worklist__in=_lists_below(paths))


def _lists_below(paths: Sequence[str]) -> QuerySet[WorkList]:
    found = WorkList.objects.none()
    for path in paths:
        found = found | WorkList.objects.filter(unit__path__startswith=path)
    return found


@dataclass(frozen=True, slots=True)
class ProposalLine:
    number: str
    reason: str
    list_name: str
    list_code: str
    state: str
    state_label: str
    look: str
    by: str
    opened_at: datetime
    due_at: datetime | None
    valid_from: date | None
    changes: int
    origin: str


@dataclass(frozen=True, slots=True)
class Desk:
    rows: tuple[ProposalLine, ...]
    after: str
    counts: Mapping[str, int]
    is_reader: bool


def desk(actor: Actor, *, state: str = "", worklist: str = "", after: str = "") -> Desk:
    """Newest first. Three SQL statements."""
    found = visible(actor)
    if worklist:
        found = found.filter(worklist__code=worklist)
    by_state = dict(found.values_list("matter__state").annotate(n=Count("pk")))
    counts = {name: sum(by_state.get(one, 0) for one in states) for name, (states, _label) in STATES.items()}
    if state in STATES:
        found = found.filter(matter__state__in=STATES[state][0])
    if (key := _key(after)) is not None:
        found = found.filter(pk__lt=key)
    rows = list(found.select_related("matter", "worklist").annotate(lines=Count("changes")).order_by("-pk")[: PAGE + 1])
    openers = _openers([row.pk for row in rows])
    shown = tuple(_line(row, openers.get(row.pk, "")) for row in rows[:PAGE])
    next_page = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return Desk(shown, next_page, counts, any(held.role in ROLES for held in org.posts_of(actor)))


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _openers(keys: Sequence[UUID]) -> dict[UUID, str]:
    rows = Matter.objects.filter(pk__in=keys, entries__seq=1).values_list("pk", "entries__actor__name")
    return dict(rows)


def _line(row: Any, by: str) -> ProposalLine:
    matter = row.matter
    return ProposalLine(
        matter.number, row.reason, row.worklist.name, row.worklist.code, matter.state,
        LIST_CHANGE.label_of(matter.state), LOOKS[matter.state], by, matter.opened_at, matter.due_at, row.valid_from,
        row.lines, str(ORIGINS.get(row.origin, row.origin)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line: ``parts`` what it changes against what is in force; of a conflict ``meanwhile`` what others changed."""

    no: int
    action: str
    label: str
    look: str
    code: str
    title: str
    heading: str
    reason: str
    move: str
    to: str
    to_code: str
    parts: tuple[Part, ...]
    is_conflict: bool
    meanwhile: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ProposalPage:
    key: UUID
    number: str
    reason: str
    list_name: str
    list_code: str
    list_id: int
    unit: str
    steps: int
    state: str
    state_label: str
    look: str
    valid_from: date | None
    seen_no: int
    origin: str
    lines: tuple[ChangeLine, ...]
    counts: Mapping[str, int]
    is_cut: bool
    conflicts: int
    may_edit: bool
    offers: tuple[journal.Offer, ...]
    story: tuple[journal.Line, ...]
    version: int | None
    due_at: datetime | None
    clock: journal.ClockLine
    digest: str
    seen: int


def get_proposal(number: str, *, actor: Actor) -> Proposal:
    """Raises ListNotFound."""
    found = visible(actor).filter(matter__number=number).select_related(
        "matter__unit", "matter__home", "worklist__kind", "worklist__unit", "version"
    )  # fmt: skip
    proposal = found.first()
    if proposal is None:
        raise ListNotFound
    return proposal


def proposal_page(number: str, *, actor: Actor) -> ProposalPage:
    """One proposal, whole. A constant number of SQL statements."""
    proposal = get_proposal(number, actor=actor)
    matter, worklist = proposal.matter, proposal.worklist
    changes = list(proposal.changes.select_related("item", "to_unit", "to_item").order_by("no")[: MOST_LINES + 1])
    counts = dict(proposal.changes.values_list("action").annotate(n=Count("id")))
    lines = _lines(proposal, changes[:MOST_LINES])
    return ProposalPage(
        proposal.pk, matter.number, proposal.reason, worklist.name, worklist.code, worklist.pk, worklist.unit.name,
        worklist.kind.approval_steps, matter.state, LIST_CHANGE.label_of(matter.state), LOOKS[matter.state],
        proposal.valid_from, proposal.seen_no, str(ORIGINS.get(proposal.origin, proposal.origin)), lines,
        {action.value: counts.get(action, 0) for action in Change.Action}, len(changes) > MOST_LINES,
        sum(line.is_conflict for line in lines),
        matter.state == "draft" and reach.may(actor, "edit_lists", worklist.unit),
        tuple(journal.offers(actor, matter, LOOK)), tuple(journal.timeline(matter, LOOK, [])),
        proposal.version.no if proposal.version else None, matter.due_at, journal.clock_of(matter), proposal.digest,
        journal.last_seen(matter),
    )  # fmt: skip


def _lines(proposal: Proposal, changes: Sequence[Change]) -> tuple[ChangeLine, ...]:
    items = [c.item_id for c in changes if c.item_id is not None]
    seen = _seen(changes)
    is_open = not LIST_CHANGE.is_closed(proposal.matter.state)
    now = {w.item_id: w for w in Wording.objects.filter(item__in=items, until_no=None)} if is_open else seen
    wanted = {c.no: comparing.wording_of(Said(**c.said)) for c in changes if c.said}
    shown = [*seen.values(), *now.values(), *wanted.values()]
    titles = dict(BasisDocument.objects.filter(code__in=comparing.codes_in(shown)).values_list("code", "title"))
    side = _Side(places_of(proposal.worklist), titles, comparing.labels())
    return tuple(_change(c, seen.get(c.item_id or 0), now.get(c.item_id or 0), wanted.get(c.no), side) for c in changes)


def _seen(changes: Sequence[Change]) -> dict[int, Wording]:
    """Item → the wording its line was drawn up against."""
    wanted = {(c.item_id, c.seen) for c in changes if c.item_id is not None}
    rows = Wording.objects.filter(item__in=[item for item, _no in wanted])
    return {w.item_id: w for w in rows if (w.item_id, w.since_no) in wanted}


@dataclass(frozen=True, slots=True)
class _Side:
    places: Places
    titles: Mapping[str, str]
    labels: Mapping[str, object]

    def parts(self, before: Wording | None, after: Wording | None) -> tuple[Part, ...]:
        left, right = (comparing.cells_of(one, self.places, self.titles) for one in (before, after))
        return tuple(comparing.differences(left, right, self.labels))


_LOOKS = {"add": "ok", "alter": "warn", "retire": "late"}


def _change(
    change: Change, seen: Wording | None, now: Wording | None, wanted: Wording | None, side: _Side
) -> ChangeLine:
    said = wanted or now or seen
    is_conflict = change.item_id is not None and (now is None or now.since_no != change.seen)
    parts = () if change.action == Change.Action.RETIRE else side.parts(now or seen, wanted)
    return ChangeLine(
        change.no, change.action, str(Change.Action(change.action).label), _LOOKS[change.action],
        change.item.code if change.item else "", said.title if said else "", said.heading if said else "",
        change.reason, str(MoveKind(change.move).label) if change.move else "",
        change.to_unit.name if change.to_unit else change.to_text, change.to_item.code if change.to_item else "",
        parts, is_conflict, side.parts(seen, now) if is_conflict else (),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineForm:
    """What the form of one line begins with and offers."""

    cells: Mapping[str, str]
    headings: tuple[str, ...]
    departments: tuple[str, ...]
    bodies: tuple[str, ...]
    bases: tuple[tuple[str, str], ...]
    is_seal: bool
    item: WorkItem | None
    line: Change | None


def line_form(worklist: WorkList, *, item: WorkItem | None, line: Change | None) -> LineForm:
    """Filled with what the line says, else with what the item says last."""
    places = places_of(worklist)
    wording = Wording.objects.filter(item=item, until_no=None).first() if item else None
    if line is not None and line.said:
        wording = comparing.wording_of(Said(**line.said))
    cells = write_row(item.code if item else "", wording, places) if wording else {}
    headings = Wording.objects.filter(worklist=worklist, until_no=None).values_list("heading", flat=True).distinct()
    bases = BasisDocument.objects.exclude(code="").order_by("id").values_list("code", "title")[:500]
    return LineForm(
        cells, tuple(sorted(headings)), tuple(places.departments.values()),
        tuple(name for _layer, name in places.bodies.values()), tuple(bases), worklist.kind_id == "seal", item, line,
    )  # fmt: skip


def own_drafts(worklist: WorkList, *, actor: Actor) -> list[tuple[str, str]]:
    """Number and reason of the drafts of ``worklist`` that ``actor`` may go on with."""
    rows = visible(actor).filter(worklist=worklist, matter__state="draft").select_related("matter").order_by("-pk")
    return [(row.matter.number, row.reason) for row in rows[:20]]


def unit_named(code: str, *, near: Unit) -> Unit | None:
    """The unit of the same district with this code or name."""
    root = near.path.split(".", 1)[0]
    rows = Unit.objects.filter(path__startswith=f"{root}.")
    return rows.filter(code=code).first() or rows.filter(name=code).first()


MOVES: tuple[tuple[str, str | Promise], ...] = tuple(
    (kind.value, kind.label) for kind in MoveKind if kind != MoveKind.RETURN
)
"""Ways in which an item may leave a list."""


def asked_line(proposal: Proposal, *, no: str, item: str) -> LineForm:
    """The form of line ``no``, of the item numbered ``item``, or of a new item. Raises ListNotFound."""
    line = None
    if no.isdigit():
        line = proposal.changes.select_related("item").filter(no=int(no)).first()
        if line is None:
            raise ListNotFound
    found = line.item if line else None
    if item and line is None:
        found = WorkItem.objects.filter(code=item, worklist=proposal.worklist_id).first()
        if found is None:
            raise ListNotFound
        line = proposal.changes.select_related("item").filter(item=found).first()
    return line_form(proposal.worklist, item=found, line=line)


def going_of(line: Change | None) -> dict[str, str]:
    """Where a retirement goes, as its form says it."""
    if line is None or line.action != Change.Action.RETIRE:
        return {}
    return {
        "move": line.move, "to_unit": line.to_unit.name if line.to_unit else "", "to_text": line.to_text,
        "to_item": line.to_item.code if line.to_item else "", "reason_of_line": line.reason,
    }  # fmt: skip


def address_of(number: str) -> str:
    return reverse("lists:proposal", args=[number])
