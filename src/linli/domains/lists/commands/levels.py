"""How many levels review, which units at each, how many opinions they need and how long they have: set as data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands import amending
from linli.domains.lists.models import ReviewLevel
from linli.domains.lists.queries.level_table import district_set_by
from linli.domains.lists.queries.review_levels import NOT_REVIEWING, Level, levels_of
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

MOST = 3
RIGHT = "review_admission"


class LevelsRefused(Refused):
    """Not what levels of review may look like."""


@transaction.atomic
def set_levels(district: Unit, levels: Sequence[Level], *, reason: str, actor: Actor, at: datetime) -> None:
    """From now on applications of ``district`` go through ``levels``; reviews that are open go on as they began.

    Raises LevelsRefused, AmendmentRefused.
    """
    if org.holds_right(actor, RIGHT, district, at) is None:
        raise LevelsRefused(_("审核层级由区级准入审核员设定。"))
    if not 1 <= len(levels) <= MOST:
        raise LevelsRefused(_("审核层级为一至三级。"))
    for level in levels:
        if level.unit_kind in NOT_REVIEWING or not level.unit_kind:
            raise LevelsRefused(_("居(村)委会等承担单位可以提出意见，但不作为审核层级。"), field="unit_kind")
        if not 1 <= level.days <= 120 or not 0 <= level.opinions <= 20:
            raise LevelsRefused(_("请填写合理的数。"), field="days")
    said = amending.asked(reason)
    Unit.objects.select_for_update(no_key=True).get(pk=district.pk)
    wanted = [Level(no, lv.unit_kind, lv.name.strip()[:60], lv.opinions, lv.days) for no, lv in enumerate(levels, 1)]
    before = levels_of(district)
    if tuple(wanted) == before:
        return
    ReviewLevel.objects.filter(district=district, valid_to=None).update(valid_to=at)
    ReviewLevel.objects.bulk_create(
        ReviewLevel(
            district=district, no=lv.no, unit_kind=lv.unit_kind, name=lv.name, opinions=lv.opinions, days=lv.days,
            made_by=actor, made_at=at,
        )
        for lv in wanted
    )  # fmt: skip
    amending.record(
        amending.LEVELS, district, _("审核层级"), before=_words(before), after=_words(wanted), reason=said, actor=actor,
        at=at,
    )  # fmt: skip


def _words(levels: Sequence[Level]) -> str:
    names = dict(Unit.Kind.choices)
    return "；".join(
        _("%(no)s. %(name)s（%(kind)s，意见%(opinions)s家，%(days)s个工作日）")
        % {"no": lv.no, "name": lv.name, "kind": names.get(lv.unit_kind, ""), "opinions": lv.opinions, "days": lv.days}
        for lv in levels
    )


def set_from(rows: Sequence[Mapping[str, Any]], *, reason: str, actor: Actor, at: datetime) -> None:
    """As ``set_levels`` for the actor's own district, from what a form says. Raises LevelsRefused, AmendmentRefused."""
    district = district_set_by(actor, at)
    if district is None:
        raise LevelsRefused(_("审核层级由区级准入审核员设定。"))
    levels = [
        Level(no, row["unit_kind"], row["name"] or _("第%(no)s级审核") % {"no": no}, row["opinions"] or 0,
              row["days"] or 10)
        for no, row in enumerate(rows, 1)
    ]  # fmt: skip
    set_levels(district, levels, reason=reason, actor=actor, at=at)
