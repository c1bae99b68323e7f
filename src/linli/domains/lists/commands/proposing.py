"""A change of a list: drawn up line by line, submitted, approved by others, published as the next version."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.flow import LIST_CHANGE
from linli.domains.lists.models import Change, Move, MoveKind, Proposal, Standing
from linli.domains.lists.queries import prohibited
from linli.domains.lists.queries.reach import ListNotFound, may
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, ListRefused, Said
from linli.kernel.catalog.models import Wording, WorkItem, WorkList
from linli.kernel.catalog.terms import read
from linli.kernel.flow.commands import Command, open_matter, take_command, wait_for_key
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
RIGHT = "edit_lists"
MOST_LINES = 5_000


class ProposalRefused(ListRefused):
    """The proposal may not be changed or published in this way."""


class ConflictRefused(ProposalRefused):
    """Items say something else than when the proposal was drawn up; ``codes`` names them."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(_("拟定之后已有改动，请重新核对：%(codes)s。") % {"codes": "、".join(codes[:10])})
        self.codes = tuple(codes)


@dataclass(frozen=True, slots=True)
class Going:
    """Where a retired item goes."""

    move: str = ""
    unit: Unit | None = None
    item: WorkItem | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One wanted change. ``said`` None retires ``item``; ``item`` None adds."""

    item: WorkItem | None = None
    said: Said | None = None
    reason: str = ""
    going: Going = field(default_factory=Going)

    @property
    def action(self) -> str:
        if self.item is None:
            return Change.Action.ADD
        return Change.Action.ALTER if self.said is not None else Change.Action.RETIRE


@whole
def draft(
    worklist: WorkList, *, reason: str, actor: Actor, at: datetime, key: UUID, origin: str = "page",
    valid_from: date | None = None,
) -> Proposal:  # fmt: skip
    """Begin a proposal; sent again with the same ``key`` it is the first one.

    valid_from  None: the day on which it is published
    Raises ProposalRefused; ListNotFound for who may not keep this list.
    """
    _only_keepers(worklist, actor)
    if not reason.strip():
        raise ProposalRefused(_("请写明变更理由。"), field="reason")
    wait_for_key(key)
    if (known := Proposal.objects.filter(pk=key).first()) is not None:
        return known
    title = _("%(list)s：%(reason)s") % {"list": worklist.name, "reason": reason.strip()}
    matter = open_matter(
        LIST_CHANGE, title=title[:120], home=org.home_of(worklist.unit), unit=worklist.unit, actor=actor, at=at,
        key=key, words=reason.strip()[:400], role="list_keeper",
    )  # fmt: skip
    return Proposal.objects.create(
        matter=matter, worklist=worklist, seen_no=_last_no(worklist), reason=reason.strip()[:400],
        valid_from=valid_from, origin=origin,
    )  # fmt: skip


def _only_keepers(worklist: WorkList, actor: Actor) -> None:
    if not may(actor, RIGHT, worklist.unit):
        raise ListNotFound


def _last_no(worklist: WorkList) -> int:
    return worklist.versions.aggregate(last=Max("no"))["last"] or 0


def latest(items: Sequence[int]) -> dict[int, Wording]:
    """Item → what it says last, in force or coming."""
    return {w.item_id: w for w in Wording.objects.filter(item__in=items, until_no=None).select_related("item")}


@transaction.atomic
def put_lines(proposal: Proposal, lines: Sequence[Line], *, actor: Actor) -> list[Change]:
    """Put ``lines`` into a draft; a line about an item that has one already takes its place.

    Raises ProposalRefused.
    """
    _open_draft(proposal, actor)
    current = latest([line.item.pk for line in lines if line.item is not None])
    items = [line.item.pk for line in lines if line.item]
    old = {c.item_id: c for c in proposal.changes.filter(item__in=items)}
    last = proposal.changes.aggregate(last=Max("no"))["last"] or 0
    if proposal.changes.count() + len(lines) > MOST_LINES:
        raise ProposalRefused(_("一次变更最多%(most)d处。") % {"most": MOST_LINES})
    rows = []
    for no, line in enumerate(lines, start=last + 1):
        row = _row(proposal, line, current)
        kept = old.get(row.item_id) if row.item_id else None
        row.no, row.pk = (kept.no, kept.pk) if kept else (no, None)
        rows.append(row)
    Change.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    Change.objects.bulk_update([row for row in rows if row.pk is not None], CHANGED, batch_size=500)
    return rows


CHANGED = ("action", "seen", "said", "reason", "move", "to_unit", "to_item", "to_text")


def _row(proposal: Proposal, line: Line, current: Mapping[int, Wording]) -> Change:
    wording = current.get(line.item.pk) if line.item else None
    if line.item is not None and (wording is None or wording.worklist_id != proposal.worklist_id):
        raise ProposalRefused(_("%(code)s已不在这份清单上。") % {"code": line.item.code})
    if line.said is not None:
        _check(line.said)
    going = line.going if line.action == Change.Action.RETIRE else Going()
    _check_going(line, going)
    return Change(
        proposal=proposal, action=line.action, item=line.item, seen=wording.since_no if wording else 0,
        said=stored_said(line.said) if line.said else {}, reason=line.reason.strip()[:400], move=going.move,
        to_unit=going.unit, to_item=going.item, to_text=going.text.strip()[:120],
    )  # fmt: skip


def _check(said: Said) -> None:
    if not said.title.strip():
        raise ProposalRefused(_("请填写名称。"), field="name")
    read(dict(said.terms))


def _check_going(line: Line, going: Going) -> None:
    if line.action != Change.Action.RETIRE:
        return
    if going.move not in MoveKind.values or going.move == MoveKind.RETURN:
        raise ProposalRefused(_("请选择退出的方式。"), field="move")
    named = going.unit or going.item or going.text.strip()
    if going.move not in (MoveKind.ABOLISH, MoveKind.REDUCE) and not named:
        raise ProposalRefused(_("请写明去向。"), field="to_text")
    if going.item is not None and line.item is not None and going.item.pk == line.item.pk:
        raise ProposalRefused(_("不能并入自己。"), field="to_item")
    if not line.reason.strip():
        raise ProposalRefused(_("请写明退出的理由。"), field="reason")


def stored_said(said: Said) -> dict[str, Any]:
    """As kept with a line."""
    return {
        "title": said.title.strip(), "heading": said.heading, "keywords": list(said.keywords),
        "terms": orjson.loads(orjson.dumps(dict(said.terms))), "position": said.position, "source": said.source,
        "confidence": said.confidence,
    }  # fmt: skip


def said_of(change: Change) -> Said | None:
    return Said(**change.said) if change.said else None


def _open_draft(proposal: Proposal, actor: Actor) -> None:
    matter = Matter.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    _only_keepers(proposal.worklist, actor)
    if matter.state != "draft":
        raise ProposalRefused(_("只有草拟中的变更可以改动；已报批的请先退回。"))


@transaction.atomic
def drop_line(proposal: Proposal, no: int, *, actor: Actor) -> None:
    """Take a line out of a draft."""
    _open_draft(proposal, actor)
    proposal.changes.filter(no=no).delete()


@transaction.atomic
def see_again(proposal: Proposal, no: int, *, actor: Actor) -> None:
    """Having compared with what an item says by now, stand by the line as it is written."""
    _open_draft(proposal, actor)
    change = proposal.changes.select_related("item").get(no=no)
    wording = latest([change.item_id]).get(change.item_id) if change.item_id else None
    if wording is None:
        raise ProposalRefused(_("%(code)s已不在这份清单上。") % {"code": change.item.code if change.item else ""})
    change.seen = wording.since_no
    change.save(update_fields=["seen"])


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with a step; ``seen`` is the last journal entry on the page, ``command`` makes it safe to resend."""

    note: str = ""
    seen: int | None = None
    command: UUID | None = None


@whole
def act(proposal: Proposal, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name``; publishing makes the version. Raises StepRefused, ProposalRefused, ConflictRefused."""
    changes: dict[str, Any] = {}
    # Whoever publishes first has the list; the next one finds what it says by then.
    worklist = WorkList.objects.select_for_update().select_related("kind", "unit").get(pk=proposal.worklist_id)
    if name in EXAMINED and not LIST_CHANGE.is_closed(Matter.objects.get(pk=proposal.pk).state):
        changes = {"digest": _examined(proposal, worklist, is_fresh=name == "submit", at=at)}
    entry = take_command(
        LIST_CHANGE, proposal,
        Command(name, actor, at, note=given.note, changes=changes, seen=given.seen, command=given.command,
                said=_signed(name, given, actor)),
    )  # fmt: skip
    if name == "publish" and not worklist.versions.filter(proposal=proposal.pk).exists():
        _publish(proposal, worklist, actor=actor, at=at)
    return entry


EXAMINED = ("submit", "second", "publish")


def _signed(name: str, given: Given, actor: Actor) -> bytes:
    return hashlib.sha256(orjson.dumps([name, str(actor.pk), given.note])).digest()


def _examined(proposal: Proposal, worklist: WorkList, *, is_fresh: bool, at: datetime) -> str:
    """What the lines say, as a digest; refused when they meet with what changed meanwhile or what is forbidden."""
    changes = list(proposal.changes.select_related("item").order_by("no"))
    if conflicts := [c.item.code for c in conflicting(changes) if c.item]:
        raise ConflictRefused(conflicts)
    refuse_prohibited(worklist, changes, at=at)
    digest = lines_digest(changes)
    if not is_fresh and digest != Proposal.objects.values_list("digest", flat=True).get(pk=proposal.pk):
        raise ProposalRefused(_("报批之后内容有变，请退回重新报批。"))
    return digest


def lines_digest(changes: Sequence[Change]) -> str:
    """SHA-256 over all lines: what was submitted is what is approved."""
    lines = [
        [c.no, c.action, c.item_id, c.seen, c.said, c.reason, c.move, c.to_unit_id, c.to_item_id, c.to_text]
        for c in changes
    ]
    return hashlib.sha256(orjson.dumps(lines, option=orjson.OPT_SORT_KEYS)).hexdigest()


def conflicting(changes: Sequence[Change]) -> list[Change]:
    """Lines whose item says something else by now than when the line was drawn up, or nothing."""
    current = latest([c.item_id for c in changes if c.item_id is not None])
    found = []
    for change in changes:
        wording = current.get(change.item_id or 0)
        if change.item_id is not None and (wording is None or wording.since_no != change.seen):
            found.append(change)
    return found


def refuse_prohibited(worklist: WorkList, changes: Sequence[Change], *, at: datetime) -> None:
    """Raises ProposalRefused for a line that would give the bearer what it may not be given (003-03)."""
    classes = prohibited.prohibitions(worklist, on=at.astimezone(SHANGHAI).date())
    for change in changes:
        said = change.said
        name = prohibited.barred(classes, said["terms"].get("duty_class", ""), said["title"]) if said else ""
        if name:
            raise ProposalRefused(
                _("“%(title)s”属于“%(name)s”，不得列入%(list)s。")
                % {"title": said["title"], "name": name, "list": worklist.name}
            )


def _publish(proposal: Proposal, worklist: WorkList, *, actor: Actor, at: datetime) -> None:
    changes = list(proposal.changes.select_related("item").order_by("no"))
    today = at.astimezone(SHANGHAI).date()
    version, items = catalog.publish_list(
        worklist,
        [ItemChange(c.action, c.item, said_of(c)) for c in changes],  # type: ignore[arg-type]  # one of three words
        valid_from=max(proposal.valid_from or today, today), reason=proposal.reason, actor=actor, at=at,
        proposal=proposal.pk,
    )  # fmt: skip
    Move.objects.bulk_create(
        [
            Move(
                item=item, worklist=worklist, version=version, kind=c.move, on=version.valid_from,
                from_unit=worklist.unit, to_unit_id=c.to_unit_id, to_item_id=c.to_item_id, to_text=c.to_text,
                reason=c.reason,
            )
            for c, item in zip(changes, items, strict=True)
            if c.action == Change.Action.RETIRE
        ],
        batch_size=500,
    )  # fmt: skip
    Proposal.objects.filter(pk=proposal.pk).update(version=version)
    proposal.version = version
    stand_anew(worklist, at=at, items=[item.pk for item in items])


def stand_those_due(*, at: datetime) -> int:
    """Bring up to date the lists of which a version's day has come; returns how many. For a job."""
    day = at.astimezone(SHANGHAI).date()
    lists = WorkList.objects.filter(closed_at=None).annotate(
        no=Max("versions__no", filter=Q(versions__valid_from__lte=day))
    )
    behind = [one for one in lists.select_related("kind", "unit") if _is_behind(one.pk, one.no or 0)]
    for worklist in behind:
        stand_anew(worklist, at=at)
    return len(behind)


def _is_behind(worklist: int, no: int) -> bool:
    """Whether a row says what ended by version ``no``, or waits for what has begun."""
    rows = Standing.objects.filter(worklist=worklist)
    over = Q(wording__until_no__lte=no)
    begun = Q(wording=None, state=Standing.State.COMING, item__wordings__since_no__lte=no)
    return rows.filter(over | begun).exists()
