"""Notices to put several hazards right, issued together to one responsible side: each by itself, each refusal named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.domains.safety.commands import hazard_steps
from linli.domains.safety.commands.hazard_steps import Given
from linli.domains.safety.models import Hazard
from linli.domains.safety.queries.hazard_bulk import MOST_AT_ONCE, is_together
from linli.domains.safety.queries.hazards import HazardNotFound, get_hazard
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor


class NoticesRefused(Refused):
    """Nothing was issued; ``str()`` is fit to show."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one hazard: the number of its notice, or why there is none."""

    number: str
    notice: str = ""
    refusal: str = ""


def issue(numbers: Sequence[str], given: Given, *, actor: Actor, at: datetime) -> list[Outcome]:
    """Issue a notice for each hazard of ``numbers``, in their order; what one refuses does not stop the others.

    given  goes to all; what is left out of it stays in each hazard as it was drawn up. Sent again under the same
           ``command``, each comes back with the notice it has.
    Hazards that are not of the first one's place or responsible body are refused: they need a notice of their own.

    Raises NoticesRefused (none, or too many).
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise NoticesRefused(_("请先勾选隐患。"))
    if len(wanted) > MOST_AT_ONCE:
        raise NoticesRefused(_("一次最多下发 %(most)d 份。") % {"most": MOST_AT_ONCE})
    first: Hazard | None = None
    outcomes = []
    for number in wanted:
        try:
            hazard = get_hazard(number, actor=actor)
        except HazardNotFound:
            outcomes.append(Outcome(number, refusal=_("没有这一隐患，或不在您的范围内。")))
            continue
        first = first or hazard
        outcomes.append(_one(hazard, first, given, actor=actor, at=at))
    return outcomes


def _one(hazard: Hazard, first: Hazard, given: Given, *, actor: Actor, at: datetime) -> Outcome:
    number = hazard.matter.number
    if not is_together(first, hazard):
        return Outcome(number, refusal=_("与第一项不是同一场所或同一责任单位，请另行下发。"))
    try:
        hazard_steps.act(hazard, "notify", given, actor=actor, at=at)
    except Refused as refusal:
        return Outcome(number, refusal=str(refusal))
    hazard.refresh_from_db(fields=["notice_number"])
    return Outcome(number, notice=hazard.notice_number)
