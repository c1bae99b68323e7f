"""Taking a step on a task: travelling on along the docking table, reporting, what it cost, refusal and arbitration."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

import orjson
from django.utils.translation import gettext as _

from linli.domains.lists.flow import TASK
from linli.domains.lists.models import Task
from linli.domains.lists.queries import docking
from linli.domains.lists.queries.citing import cited_by
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import Command, GivenFile, StepRefused, take_command
from linli.kernel.flow.models import Entry
from linli.kernel.flow.whole import whole
from linli.kernel.ledger import commands as ledger
from linli.kernel.ledger.amounts import yuan
from linli.kernel.ledger.models import Account
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Unit

MOST_HOURS = 10_000
MOST_YUAN = 10_000_000


class DockingRefused(StepRefused):
    """The docking table does not lead there; the message says where to instead."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gives with a step of a task or of a handing. ``fields``: what is particular to one step, as text.

    seen, command, is_late, arrived_at  see ``kernel.flow.given.Command``
    """

    note: str = ""
    unit: int | None = None
    admission: int | None = None
    files: Sequence[GivenFile] = ()
    seen: int | None = None
    command: UUID | None = None
    is_late: bool = False
    arrived_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def signed(self, name: str, actor: Actor) -> bytes:
        said = [
            name, actor.pk, self.note, self.unit, self.admission, [f.sha256 for f in self.files], dict(self.fields),
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()

    def number(self, name: str, most: float) -> float:
        """The number given as ``name``, 0 when empty. Raises StepRefused."""
        text = self.fields.get(name, "").strip()
        try:
            value = float(text or 0)
        except ValueError:
            value = -1
        if not 0 <= value <= most:
            raise StepRefused(_("请填写 0 到 %(most)g 之间的数。") % {"most": most}, field=name)
        return value


@dataclass(frozen=True, slots=True)
class _More:
    """What a step brings beside what was said."""

    changes: Mapping[str, object] = field(default_factory=dict)
    unit: Unit | None = None
    admission: int | None = None


@whole
def act(task: Task, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on ``task``. Raises StepRefused and its kin; files given with it stay for good."""
    more = _BEFORE.get(name, _nothing)(task, given, at)
    entry = take_command(
        TASK,
        task,
        Command(
            name, actor, at, note=given.note, changes=dict(more.changes) or None, files=given.files, unit=more.unit,
            seen=given.seen, command=given.command, admission=more.admission, said=given.signed(name, actor),
            is_late=given.is_late, arrived_at=given.arrived_at,
        ),
    )  # fmt: skip
    evidence.retain([file.file_id for file in given.files], until=None)
    if name == "confirm":
        _pay(task, entry, actor=actor, at=at)
    return entry


def _nothing(_task: Task, _given: Given, _at: datetime) -> _More:
    return _More()


def _hand_over(task: Task, given: Given, at: datetime) -> _More:
    """To the next layer, where the docking table leads; a committee is given it under what is admitted for it."""
    units = directory()
    if given.unit is None or given.unit not in units.tree.by_id:
        raise StepRefused(_("请选择承办单位。"), field="unit")
    task.matter.refresh_from_db(fields=["unit"])
    source, target = units.unit(task.matter.unit_id), units.unit(given.unit)
    table = docking.table_of(docking.district_of(source.id))
    if why := docking.refusal(source, target, docking.said_of(task.item), table):
        raise DockingRefused(why, field="unit")
    unit = Unit.objects.get(pk=target.id)
    chosen = given.admission or (task.batch.admission_id if task.batch else None)
    cited = cited_by(task.item_id, chosen, [unit], at=at)
    return _More({"layer": docking.layer_of(target)}, unit, cited.get(unit.pk))


def _report(task: Task, given: Given, at: datetime) -> _More:
    """What came of it, the hours it took and what it cost; the cost has to be covered, and is paid when confirmed."""
    hours, fen = given.number("hours_spent", MOST_HOURS), round(100 * given.number("cost_yuan", MOST_YUAN))
    if fen and (account := account_for(task, at)) is not None and account.balance_fen < fen:
        missing = yuan(fen - account.balance_fen)
        raise StepRefused(
            _("经费不够：%(account)s 还差 %(missing)s 元。") % {"account": account.name, "missing": missing},
            field="cost_yuan",
        )
    return _More({"outcome": given.note.strip()[:400], "hours_spent": hours or None, "cost_fen": fen})


_BEFORE: Mapping[str, Callable[[Task, Given, datetime], _More]] = {"hand_over": _hand_over, "report": _report}


def account_for(task: Task, at: datetime) -> Account | None:
    """The account from which work of the item is paid: of the unit that bears it, else of the nearest above."""
    if task.item is None:
        return None
    chain = directory().unit(task.matter.unit_id).chain
    rows = Account.objects.filter(
        purpose=task.item.code, kind=Account.Kind.HELD, year=at.year, unit__in=chain, closed_at=None
    )
    return min(rows, key=lambda row: (chain.index(row.unit_id), row.pk), default=None)


def _pay(task: Task, entry: Entry, *, actor: Actor, at: datetime) -> None:
    """Book what carrying it out cost, once, out of the item's money; without such money nothing is booked."""
    task.refresh_from_db()
    account = account_for(task, at) if task.cost_fen else None
    if account is None:
        return
    spent = ledger.open_account(
        f"{account.code[:70]}/spent", name=_("%(name)s（已付）") % {"name": account.name[:100]},
        unit=org.kept_unit(account.unit_id), kind="spent", year=account.year, purpose=account.purpose, actor=actor,
        at=at,
    )  # fmt: skip
    text = _("清单任务 %(number)s 办理支出") % {"number": task.matter.number}
    try:
        ledger.book(
            uuid5(task.pk, f"{entry.seq}"), "spend", {account: -task.cost_fen, spent: task.cost_fen}, text=text,
            actor=actor, at=at, matter=task.matter,
        )  # fmt: skip
    except ledger.BookingRefused as refusal:
        raise Refused(str(refusal)) from refusal
