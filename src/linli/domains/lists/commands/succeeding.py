"""When a unit ends, what was admitted there goes on at its successor; its own lists close and its seals stop."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from linli.domains.lists.models import Seal, SealEvent
from linli.kernel.catalog.admitted import standing
from linli.kernel.catalog.commands import Decided, admit, end_admission
from linli.kernel.catalog.models import Admission, WorkList
from linli.kernel.org.models import Actor, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def pass_on(ended: Unit, successor: Unit | None, actor: Actor, at: datetime) -> None:
    """Follow the end of ``ended``: see the module. Lists stay readable; numbers are never given again."""
    for admission in standing(at).filter(unit=ended).select_related("item"):
        if successor is not None:
            _carry_over(admission, successor, actor, at)
        end_admission(admission, actor=actor, at=at, reason=_("%(unit)s已撤并") % {"unit": ended.name})
    WorkList.objects.filter(unit=ended, closed_at=None).update(closed_at=at)
    for seal in Seal.objects.filter(unit=ended, state__in=(Seal.State.IN_USE, Seal.State.OUT)):
        Seal.objects.filter(pk=seal.pk).update(state=Seal.State.STOPPED, stopped_at=at)
        SealEvent.objects.create(
            seal=seal, kind=SealEvent.Kind.STOPPED, before_id=seal.keeper_id, note=_("单位撤并，停止使用"), actor=actor,
            at=at,
        )  # fmt: skip


def _carry_over(admission: Admission, successor: Unit, actor: Actor, at: datetime) -> None:
    """The same at ``successor``, from today until the same day, unless it holds there already."""
    today = at.astimezone(SHANGHAI).date()
    there = standing(at).filter(unit=successor, item=admission.item_id, title=admission.title)
    if there.exists() or (admission.valid_to is not None and admission.valid_to <= today):
        return
    decided = Decided(
        successor, admission.kind, today, admission.valid_to, admission.conditions, admission.amount_fen,
        admission.decision,
    )  # fmt: skip
    admit(admission.item, decided, actor=actor, at=at, title=admission.title)
