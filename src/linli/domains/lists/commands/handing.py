"""Matters carried out by an organisation under contract: proposed, decided, contracted, handed over, looked after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.flow import HANDING
from linli.domains.lists.models import Handing, Monitoring
from linli.kernel.catalog.models import WorkItem
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import Command, StepRefused, open_matter, start_clocks, take_command, wait_for_key
from linli.kernel.flow.models import Entry
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

MOST_YUAN = 100_000_000
KINDS = ("association", "company")
RIGHTS = ("edit_lists", "give_tasks")
"""Either lets somebody propose for the unit whose list the item stands on."""


class HandingRefused(Refused):
    """Not with this item, or not like this."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is to be handed to whom, and why. ``to_unit`` when the organisation is registered here."""

    item: WorkItem
    to_name: str
    to_kind: str
    reason: str
    monitor_every: str = Handing.Every.QUARTERLY
    to_unit: Unit | None = None


@whole
def propose(given: Proposed, *, key: UUID, actor: Actor, at: datetime) -> Handing:
    """Propose that an organisation carry out an item. ``key``: sent again, the first is the answer.

    Raises HandingRefused, ResentDifferentlyRefused.
    """
    wait_for_key(key)
    if earlier := Handing.objects.filter(pk=key).select_related("matter").first():
        if (earlier.item_id, earlier.to_name) != (given.item.pk, given.to_name.strip()):
            raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))
        return earlier
    unit = given.item.worklist.unit
    if not any(org.holds_right(actor, right, unit) for right in RIGHTS):
        raise HandingRefused(_("您不能提出这份清单上事项的转移。"))
    _check(given)
    matter = open_matter(
        HANDING, title=_("转移：%(title)s") % {"title": given.item.standing.title}, home=unit, unit=unit, actor=actor,
        at=at, key=key, note=given.reason, words=given.to_name,
    )  # fmt: skip
    handing = Handing.objects.create(
        matter=matter, item=given.item, to_unit=given.to_unit, to_name=given.to_name.strip()[:80],
        to_kind=given.to_kind, reason=clean(given.reason, 400), monitor_every=given.monitor_every,
    )  # fmt: skip
    start_clocks(matter, handing, ("decide",), at=at)
    return handing


def _check(given: Proposed) -> None:
    if given.item.standing.retired_on is not None:
        raise HandingRefused(_("这一事项已不在清单上。"), field="item")
    if not given.to_name.strip():
        raise HandingRefused(_("请写明承接单位。"), field="to_name")
    if given.to_kind not in KINDS:
        raise HandingRefused(_("请选择承接单位的种类。"), field="to_kind")
    if not given.reason.strip():
        raise HandingRefused(_("请写明理由。"), field="reason")
    if found := personal_data_in(f"{given.to_name} {given.reason}"):
        raise HandingRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="reason")
    standing = Handing.objects.filter(item=given.item, matter__closed_at=None).exists()
    if standing:
        raise HandingRefused(_("这一事项已在转移办理中，或已由别的单位承接。"), field="item")


@whole
def act(handing: Handing, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on ``handing``. Raises StepRefused and its kin."""
    changes = _CHANGES.get(name, _nothing)(handing, given)
    before = Monitoring.objects.filter(handing=handing).count()
    entry = take_command(
        HANDING, handing,
        Command(
            name, actor, at, note=given.note, changes=dict(changes) or None, seen=given.seen, command=given.command,
            said=given.signed(name, actor),
        ),
    )  # fmt: skip
    if name == "monitor" and not _is_told(handing, entry, before):
        Monitoring.objects.create(
            handing=handing, on=_day(given, "on") or timezone.localdate(at), is_kept=given.fields.get("is_kept") == "1",
            text=entry.note[:400], actor=actor, made_at=at,
        )  # fmt: skip
    return entry


def _is_told(handing: Handing, entry: Entry, before: int) -> bool:
    """Whether the look this entry tells of is written down already: its form was sent twice."""
    looks = Entry.objects.filter(matter=handing.pk, step="monitor").count()
    return before >= looks


def _nothing(_handing: Handing, _given: Given) -> Mapping[str, object]:
    return {}


def _contract(handing: Handing, given: Given) -> Mapping[str, object]:
    """Number, amount and term of the contract."""
    number = clean(given.fields.get("contract_no", ""), 60)
    if not number:
        raise StepRefused(_("请填写合同编号。"), field="contract_no")
    since, until = _day(given, "since"), _day(given, "until")
    if since is None or until is None or since >= until:
        raise StepRefused(_("请填写合同期限，结束须晚于开始。"), field="until")
    fen = round(100 * given.number("amount_yuan", MOST_YUAN))
    return {"contract_no": number, "amount_fen": fen, "since": since, "until": until}


_CHANGES: Mapping[str, Callable[[Handing, Given], Mapping[str, object]]] = {"contract": _contract}


def _day(given: Given, name: str) -> date | None:
    text = given.fields.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise StepRefused(_("日期写作 2026-11-22 的样子。"), field=name) from None
