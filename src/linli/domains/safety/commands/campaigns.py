"""Special inspections (专项检查): which kinds of sites of a unit are gone through by when, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Campaign
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import StepRefused, wait_for_key
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.models import SiteKind
from linli.kernel.text import clean

RIGHT = "plan_patrols"


class CampaignRefused(Refused):
    """The campaign cannot be held like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """kinds  codes of the kinds of sites it goes through; none: all. ``field``: 消防, 燃气 …"""

    unit: int
    title: str
    starts_on: date
    ends_on: date
    kinds: Sequence[str] = ()
    field: str = ""
    demands: str = ""


@transaction.atomic
def begin(given: NewCampaign, *, key: UUID, actor: Actor, at: datetime) -> Campaign:
    """Start a campaign; the same ``key`` again gives the one of the first time. Raises CampaignRefused, StepRefused."""
    wait_for_key(key)
    if earlier := Campaign.objects.filter(pk=key).first():
        if (earlier.unit_id, earlier.made_by_id) != (given.unit, actor.pk):
            raise CampaignRefused(_("这个编号已用于别的记录。"))
        return earlier
    unit = Unit.objects.filter(pk=given.unit, valid_to=None).first()
    if unit is None or unit.tree != "territorial":
        raise CampaignRefused(_("请选择开展专项检查的区域。"), field="unit")
    _require(actor, unit, at)
    if not given.title.strip():
        raise CampaignRefused(_("请填写专项检查名称。"), field="title")
    if given.ends_on < given.starts_on or given.ends_on < timezone.localdate(at):
        raise CampaignRefused(_("结束日期不能早于开始日期和今天。"), field="ends_on")
    kinds = list(SiteKind.objects.filter(pk__in=given.kinds))
    if len(kinds) != len(set(given.kinds)):
        raise CampaignRefused(_("没有这一类场所。"), field="kinds")
    campaign = Campaign.objects.create(
        id=key, unit=unit, title=clean(given.title, 120), field=clean(given.field, 60), starts_on=given.starts_on,
        ends_on=given.ends_on, demands=clean(given.demands, 1000), made_by=actor, made_at=at,
    )  # fmt: skip
    campaign.kinds.set(kinds)
    return campaign


@transaction.atomic
def close(key: UUID, *, summary: str, actor: Actor, at: datetime) -> Campaign:
    """End it, with what came of it in words. Raises CampaignRefused, StepRefused."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=key).first()
    if campaign is None or campaign.closed_at is not None:
        raise CampaignRefused(_("没有这一专项检查，或已结束。"))
    _require(actor, campaign.unit, at)
    if not summary.strip():
        raise CampaignRefused(_("请写明小结。"), field="summary")
    campaign.closed_at, campaign.summary = at, clean(summary, 1000)
    campaign.save(update_fields=["closed_at", "summary"])
    return campaign


def _require(actor: Actor, unit: Unit, at: datetime) -> None:
    if org.holds_right(actor, RIGHT, unit, at) is None:
        raise StepRefused(_("您的岗位不在%(unit)s编排检查。") % {"unit": unit.name})
