"""The emergency channel: a task may be given at once, for days, and is justified afterwards or falls away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from linli.domains.lists.flow import EMERGENCY
from linli.domains.lists.models import Emergency
from linli.kernel.catalog.commands import worklists
from linli.kernel.catalog.commands.worklists import Decided
from linli.kernel.catalog.models import Admission
from linli.kernel.errors import Refused
from linli.kernel.flow import mandates
from linli.kernel.flow.commands import open_matter, start_clocks, take, wait_for_key
from linli.kernel.flow.models import Entry
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
RIGHT = "declare_emergency"
MOST_DAYS = 30
MOST_COMMITTEES = 300


class EmergencyRefused(Refused):
    """Not declared like this."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What may be asked at once, of whom and for how many days, and why it cannot wait."""

    title: str
    reason: str
    units: Sequence[Unit]
    days: int


@whole
def declare(declared: Declared, *, key: UUID, actor: Actor, at: datetime) -> Emergency:
    """Let tasks be given outside the lists for a while; sent again with the same key, the first is the answer.

    Raises EmergencyRefused.
    """
    wait_for_key(key)
    if (earlier := Emergency.objects.filter(pk=key).first()) is not None:
        return earlier
    title, reason = _words(declared)
    units = _bearers(declared, actor, at)
    held = org.holds_right(actor, RIGHT, at=at)
    assert held is not None
    unit = org.kept_unit(held.unit_id)
    matter = open_matter(
        EMERGENCY, title=title, home=org.home_of(org.kept_unit(held.over_id)), unit=unit, actor=actor, at=at, key=key,
        role=held.role, note=reason,
    )  # fmt: skip
    today = at.astimezone(SHANGHAI).date()
    until = today + timedelta(days=declared.days)
    emergency = Emergency.objects.create(matter=matter, reason=reason, until=until)
    for bearer in units:
        decided = Decided(bearer, Admission.Kind.EMERGENCY, today, until, conditions=reason, decision=matter.pk)
        worklists.admit(None, decided, actor=actor, at=at, title=title)
    start_clocks(matter, emergency, ("ratify",), at=at)
    return emergency


def _words(declared: Declared) -> tuple[str, str]:
    title, reason = clean(declared.title, 120), clean(declared.reason, 400)
    if not title:
        raise EmergencyRefused(_("请写明要做什么。"), field="title")
    if len(reason) < 5:
        raise EmergencyRefused(_("请写明为什么不能等到准入审核之后。"), field="reason")
    for name, text in (("title", title), ("reason", reason)):
        if found := personal_data_in(text):
            raise EmergencyRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=name)
    return title, reason


def _bearers(declared: Declared, actor: Actor, at: datetime) -> list[Unit]:
    units = list({unit.pk: unit for unit in declared.units}.values())
    if not units:
        raise EmergencyRefused(_("请选择居(村)委会。"), field="units")
    if len(units) > MOST_COMMITTEES:
        raise EmergencyRefused(_("一次最多%(most)s个居(村)委会。") % {"most": MOST_COMMITTEES}, field="units")
    if not 1 <= declared.days <= MOST_DAYS:
        raise EmergencyRefused(_("应急下派最长%(most)s天。") % {"most": MOST_DAYS}, field="days")
    for unit in units:
        if org.holds_right(actor, RIGHT, unit, at) is None:
            raise EmergencyRefused(_("%(unit)s不在您的应急权限内。") % {"unit": unit.name}, field="units")
        if not mandates.is_bound(unit):
            raise EmergencyRefused(_("%(unit)s不受清单约束，不需要应急通道。") % {"unit": unit.name}, field="units")
    return units


def ratify(
    emergency: Emergency, note: str, *, actor: Actor, at: datetime, seen: int | None = None,
    command: UUID | None = None,
) -> Entry:  # fmt: skip
    """It was right to give it; it holds until its day. Raises StepRefused."""
    return take(EMERGENCY, "ratify", emergency, actor=actor, at=at, note=note, seen=seen, command=command)


def reject(
    emergency: Emergency, reason: str, *, actor: Actor, at: datetime, seen: int | None = None,
    command: UUID | None = None,
) -> Entry:  # fmt: skip
    """It was not: nothing more may be given under it. Raises StepRefused."""
    return take(EMERGENCY, "reject", emergency, actor=actor, at=at, note=reason, seen=seen, command=command)


def end_with_it(entry: Entry) -> None:
    """Reaction: what was rejected, or never justified, can no longer be cited."""
    why = _("应急下派未获追认") if entry.step == "reject" else _("应急下派逾期未补办")
    for admission in Admission.objects.filter(decision=entry.matter_id, ended_at=None).order_by("pk"):
        worklists.end_admission(admission, actor=entry.actor, at=entry.taken_at, reason=why)
