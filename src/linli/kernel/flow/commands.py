"""Opening a matter and taking a step: the only two ways to set ``Matter.state``. The database refuses any other."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from linli.kernel.flow import clocks, mandates, registry, rows
from linli.kernel.flow.access import may_take, with_units
from linli.kernel.flow.context import Child, Context
from linli.kernel.flow.definition import Flow, Step
from linli.kernel.flow.given import Command, GivenFile
from linli.kernel.flow.models import Attachment, Entry, Link, Matter, Party, Place, Receipt, Words
from linli.kernel.flow.refusals import MatterNotFound, ResentDifferentlyRefused, StaleStepRefused, StepRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Area, Unit
from linli.kernel.text import personal_data_in, without_personal_data

__all__ = [
    "Command",
    "GivenFile",
    "MatterNotFound",
    "StaleStepRefused",
    "StepRefused",
    "attach",
    "link",
    "open_matter",
    "take",
]


def next_number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select flow_next_number(%s)", [at])
        return str(cursor.fetchone()[0])


@whole
def open_matter(
    flow: Flow, *, title: str, home: Unit, unit: Unit, actor: Actor, at: datetime, area: Area | None = None,
    assignee: Actor | None = None, parent: Matter | None = None, key: UUID | None = None, words: str = "",
    state: str = "", role: str = "", note: str = "", changes: Mapping[str, Any] | None = None,
    admission: int | None = None, files: Sequence[GivenFile] = (),
) -> Matter:  # fmt: skip
    """Open a matter and write the first line of its journal. Clocks are started by ``start_clocks`` of the caller.

    state      where it begins; must be the flow's start or one it also starts in
    admission  the admitted item it cites when it is opened for a committee or village from above

    Raises OffListRefused.
    """
    begin = state or flow.start
    if begin not in (flow.start, *flow.also_starts_in):
        raise ValueError(f"{flow.code} cannot begin in {begin}")
    matter = Matter.objects.create(
        id=key or new_key(), number=next_number(at), title=title[:120], flow=flow.code, flow_version=flow.version,
        state=begin, home=home, unit=unit, assignee=assignee, area=area, opened_at=at, parent=parent,
        closed_at=at if flow.is_closed(begin) else None,
    )  # fmt: skip
    entry = Entry.objects.create(
        matter=matter, step="open", source="", target=begin, actor=actor, role=role, unit=unit, assignee=assignee,
        taken_at=at, note=note, changes=dict(changes or {}), files=[f.sha256 for f in files],
    )  # fmt: skip
    attach(matter, files, seq=1)
    Words.objects.create(matter=matter, text=without_personal_data(f"{title} {words}".strip()))
    mandates.give(matter, actor=actor, at=at, admission=admission)
    _tell(entry, matter)
    return matter


def wait_for_key(key: UUID) -> None:
    """Let nobody else open a matter with ``key`` until this transaction ends, so that a second sender sees the first.

    Call inside a transaction, before looking whether the matter is there.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


@transaction.atomic
def start_clocks(matter: Matter, subject: object, kinds: Sequence[str], *, at: datetime) -> None:
    """Start ``kinds`` on a matter just opened and set its due time."""
    for kind in kinds:
        if limit := registry.limit_for(subject, matter, kind):
            clocks.start(matter, kind, limit, at=at)
    matter.due_at = clocks.soonest(matter)
    matter.save(update_fields=["due_at"])


def take(flow: Flow, name: str, subject: Any, *, actor: Actor, at: datetime, **given: Any) -> Entry:
    """Take step ``name`` on the matter of ``subject``: see ``Command`` for what may be given beside it.

    subject  domain row sharing its key with a Matter (or the Matter itself); re-read under the lock
    at       when it happened, as claimed: aware datetime, read from the clock by the caller

    Raises StepRefused, StaleStepRefused, ResentDifferentlyRefused, MatterNotFound.
    """
    return take_command(flow, subject, Command(name, actor, at, **given))


@whole
def take_command(flow: Flow, subject: Any, command: Command) -> Entry:
    """Lock, check, change, journal, clocks, react; all or nothing."""
    matter = command.held or _locked_below_parent(subject)
    asks = command.command if command.held is None else None
    if asks and (earlier := answered_before(matter, asks, command.digest())):
        return earlier
    step = _open_step(flow.at(matter.flow_version), matter, command)
    role = may_take(step, matter, command.actor, at=command.at)
    row = matter if isinstance(subject, Matter) else subject
    if row is subject and subject is not matter:
        rows.read_again(subject)
    for field, value in (command.changes or {}).items():
        setattr(row, field, value)
    context = _context(matter, step, command)
    _check(step, row, context, command)
    held_by, counted_at = matter.unit_id, _counted_at(matter, command)
    entry = _write(step, matter, row, command, role=role, at=counted_at)
    if matter.unit_id != held_by or (step.again and not mandates.stands(matter)):
        mandates.give(matter, actor=command.actor, at=command.at, admission=command.admission)
    clocks.move(step, matter, row, at=counted_at)
    _save(flow, step, matter, entry, at=counted_at)
    if command.changes and row is not matter:
        row.save(update_fields=list(command.changes))
    for react in registry.reactions_to(flow.code, step.name):
        react(entry)
    _tell(entry, matter, command)
    if isinstance(subject, Matter):
        subject.refresh_from_db()
    return entry


def lock(key: UUID) -> Matter:
    """The matter, locked for this transaction; its key may still be referred to, lest clocks that fire wait for us.

    Raises MatterNotFound.
    """
    matter = rows.read(Matter, "where id = %s for no key update", [key])
    if matter is None:
        raise MatterNotFound(key)
    return with_units(matter)


def _locked_below_parent(subject: Any) -> Matter:
    """The matter locked, its parent always first: a child's reaction may come to it, and a step of it to the child."""
    if isinstance(subject, Matter) and subject.parent_id:
        lock(subject.parent_id)
    return lock(subject.pk)


def answered_before(matter: Matter, command: UUID, said: bytes) -> Entry | None:
    """The entry ``command`` made on ``matter``, which is locked; None when it comes for the first time.

    Raises ResentDifferentlyRefused.
    """
    receipt = rows.read(Receipt, "where matter_id = %s and command = %s", [matter.pk, command])
    if receipt is None:
        return None
    if bytes(receipt.digest) != said:
        raise ResentDifferentlyRefused(_("同一编号的操作已经办过，这次内容不同，未予受理。"))
    return Entry.objects.get(matter=matter, seq=receipt.seq)


def _open_step(flow: Flow, matter: Matter, command: Command) -> Step:
    step = flow.step(command.name)
    if step is not None and matter.state in step.source:
        if command.seen is not None and (news := _news_since(flow, matter, command.seen)):
            raise StaleStepRefused(news)
        return step
    if command.seen is not None and (news := _news_since(flow, matter, command.seen)):
        raise StaleStepRefused(news)
    label = step.label if step else command.name
    raise StepRefused(_("“%(state)s”状态下不能“%(step)s”。") % {"state": flow.label_of(matter.state), "step": label})


def _news_since(flow: Flow, matter: Matter, seen: int) -> str:
    """What moved the matter after the page was drawn; "" when only remarks were added."""
    later = Entry.objects.filter(matter=matter, seq__gt=seen).select_related("actor").order_by("-seq")
    for entry in later:
        if entry.source != entry.target or (entry.assignee_id, entry.unit_id) != _held_at(matter, seen):
            step = flow.step(entry.step)
            return _("%(who)s 已于 %(when)s “%(step)s”，页面已过时，请刷新后再办。") % {
                "who": entry.actor.name,
                "when": timezone.localtime(entry.recorded_at).strftime("%m-%d %H:%M"),
                "step": step.label if step else entry.step,
            }
    return ""


def _held_at(matter: Matter, seq: int) -> tuple[UUID | None, int] | None:
    return Entry.objects.filter(matter=matter, seq=seq).values_list("assignee_id", "unit_id").first()


def _context(matter: Matter, step: Step, command: Command) -> Context:
    """What the step's guards and its separation of duties ask for; a step without them asks for nothing."""
    is_guarded = bool(step.guards)
    needs_files = is_guarded or any(need.startswith("files") for need in step.needs)
    kinds: Iterable[str] = ()
    if needs_files:
        kinds = Attachment.objects.filter(matter=matter, round=matter.round).values_list("kind", flat=True)
    return Context(
        at=command.at,
        actor_id=command.actor.pk,
        state=matter.state,
        round=matter.round,
        note=command.note,
        children=_children(matter) if is_guarded else (),
        takers=_takers(matter) if is_guarded or step.not_by else {},
        files=frozenset(kinds) | {f.kind for f in command.files},
        answers=registry.answers_for(matter) if is_guarded else {},
    )


def _children(matter: Matter) -> tuple[Child, ...]:
    found = Matter.objects.filter(parent=matter).values_list("flow", "state")
    return tuple(Child(code, state, registry.flow(code).is_closed(state)) for code, state in found)


def _takers(matter: Matter) -> dict[str, frozenset[UUID]]:
    takers: dict[str, set[UUID]] = {}
    own = Entry.objects.filter(matter=matter).values_list("step", "actor_id")
    below = Entry.objects.filter(matter__parent=matter).exclude(step="open").values_list("step", "actor_id")
    for step, actor in own.union(below):
        takers.setdefault(step, set()).add(actor)
    return {step: frozenset(actors) for step, actors in takers.items()}


def _check(step: Step, subject: Any, context: Context, command: Command) -> None:
    for need in step.needs:
        _check_need(need, context, command)
    if found := personal_data_in(command.note):
        raise StepRefused(_("意见里不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="note")
    barred = set().union(*(context.takers.get(name, frozenset()) for name in step.not_by))
    if command.actor.pk in barred:
        raise StepRefused(_("经办此件的人不能“%(step)s”：处置与监督分离。") % {"step": step.label})
    for guard in step.guards:
        if refusal := guard(subject, context):
            raise StepRefused(refusal)


def _check_need(need: str, context: Context, command: Command) -> None:
    kind, _colon, what = need.partition(":")
    if kind in ("note", "reason") and not command.note.strip():
        raise StepRefused(_("请写明理由。") if kind == "reason" else _("请写明情况。"), field="note")
    if kind == "unit" and command.unit is None:
        raise StepRefused(_("请选择承办单位。"), field="unit")
    if kind == "assignee" and command.assignee is None:
        raise StepRefused(_("请选择经办人。"), field="assignee")
    if kind == "files" and (what not in context.files if what else not context.files):
        raise StepRefused(_("请附上照片或文件作为证据。"), field="files")


def _counted_at(matter: Matter, command: Command) -> datetime:
    """The time by which clocks are moved: as claimed, but never before what happened to the matter last.

    A claim outside the limits counts from when it was heard of. What was done without network may be told after
    somebody else's later step: clocks that this step started are not stopped before they began.
    """
    if command.arrived_at is None:
        return command.at
    if command.is_late:
        return command.arrived_at
    last = Entry.objects.filter(matter=matter).order_by("-seq").values_list("is_late", "taken_at", "recorded_at")[:1]
    newest = max((recorded if is_late else taken for is_late, taken, recorded in last), default=command.at)
    return min(max(command.at, newest), command.arrived_at)


def _write(
    step: Step, matter: Matter, subject: Any, command: Command, *, role: str, at: datetime
) -> Entry:  # fmt: skip
    if command.unit is not None and command.unit.pk != matter.unit_id:
        matter.unit, matter.assignee = command.unit, None
    if step.frees:
        matter.assignee = None
    if command.assignee is not None:
        matter.assignee = command.assignee
    if step.again:
        clocks.move(Step(step.name, (), "", (), again=True), matter, subject, at=at)
        matter.round += 1
        matter.closed_at = None
    kept = {**(command.changes or {}), **(command.beside or {})}
    entry = rows.insert(
        Entry,
        {
            "matter_id": matter.pk, "round": matter.round, "step": step.name, "source": matter.state,
            "target": step.leads_to(matter.state), "actor_id": command.actor.pk, "role": role,
            "unit_id": matter.unit_id, "assignee_id": matter.assignee_id, "taken_at": command.at,
            "is_late": command.is_late, "note": command.note.strip(), "changes": Jsonb(_plain(kept)),
            "files": Jsonb([f.sha256 for f in command.files]),
        },
    )  # fmt: skip
    entry.matter, entry.actor, entry.unit = matter, command.actor, matter.unit
    attach(matter, command.files, seq=entry.seq)
    return entry


def _plain(changes: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = orjson.loads(orjson.dumps(dict(changes), default=str))
    return kept


SAVE = """
update flow_matter set state = %s, unit_id = %s, assignee_id = %s, closed_at = %s, round = %s,
    due_at = (select min(due_at) from flow_clock where matter_id = %s and stopped_at is null and paused_at is null)
where id = %s returning due_at
"""


def _save(flow: Flow, step: Step, matter: Matter, entry: Entry, *, at: datetime) -> None:
    matter.state = entry.target
    if flow.is_closed(entry.target) and matter.closed_at is None:
        matter.closed_at = at
    with rows.ready() as cursor:
        cursor.execute(
            SAVE,
            [
                matter.state, matter.unit_id, matter.assignee_id, matter.closed_at, matter.round, matter.pk, matter.pk,
            ],
        )  # fmt: skip
        (matter.due_at,) = cursor.fetchone()


TELL = "insert into flow_outbox (matter_id, kind, payload) values (%s, %s, %s)"
RECEIPT = f"""
with receipt as (insert into flow_receipt (matter_id, command, digest, seq) values (%s, %s, %s, %s))
{TELL}
"""


def _tell(entry: Entry, matter: Matter, command: Command | None = None) -> None:
    """Say what happened to whoever listens; and, to a sender that named its command, what came of it if it asks."""
    payload = {"seq": entry.seq, "actor": str(entry.actor_id), "unit": matter.unit_id, "home": matter.home_id}
    event: list[Any] = [matter.pk, f"{matter.flow}.{entry.step}", Jsonb(payload)]
    with rows.ready() as cursor:
        if command is None or command.command is None:
            cursor.execute(TELL, event)
        else:
            cursor.execute(RECEIPT, [matter.pk, command.command, command.digest(), entry.seq, *event])


def attach(matter: Matter, files: Sequence[GivenFile], *, seq: int) -> None:
    if not files:
        return
    Attachment.objects.bulk_create(
        [
            Attachment(
                matter=matter, file_id=f.file_id, kind=f.kind, seq=seq, round=matter.round, is_public=f.is_public
            )
            for f in files
        ],
        ignore_conflicts=True,
    )


def add_party(matter: Matter, actor: Actor, role: str, *, at: datetime) -> None:
    Party.objects.get_or_create(matter=matter, actor=actor, role=role, defaults={"since": at})


@transaction.atomic
def link(matter: Matter, other: Matter, kind: str, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Say that two matters belong together. Both stay, each answered for itself."""
    if matter.pk == other.pk:
        raise StepRefused(_("不能与自身关联。"))
    Link.objects.get_or_create(
        matter=matter, other=other, kind=kind, defaults={"made_by": actor, "made_at": at, "note": note[:200]}
    )


def forget_words(matter: Matter, instead: str) -> None:
    """Put ``instead`` in the place of everything a matter is known and searched by; its position stays."""
    Matter.objects.filter(pk=matter.pk).update(title=instead)
    Words.objects.filter(pk=matter.pk).update(text=instead)
    Place.objects.filter(pk=matter.pk).update(address="")


def forget_outbox(ids: Sequence[int]) -> None:
    """Drop lines of the outbox that have been told."""
    with rows.ready() as cursor:
        cursor.execute("delete from flow_outbox where id = any(%s)", [list(ids)])
