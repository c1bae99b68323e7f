"""From a finding to a change: one press drafts what would put it right, for somebody else to approve."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands import proposing
from linli.domains.lists.commands.checking import CheckRefused
from linli.domains.lists.commands.proposing import Going, Line
from linli.domains.lists.models import Finding, Proposal
from linli.domains.lists.queries import corrections
from linli.domains.lists.queries.executions import SHANGHAI
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit


@transaction.atomic
def mend(finding: Finding, *, actor: Actor, at: datetime) -> Proposal:
    """Put the correction of ``finding`` into one's open draft of corrections of that list, begun if there is none.

    Pressed twice it stays one line. Raises CheckRefused, ProposalRefused; ListNotFound for who may not keep the list.
    """
    held = Finding.objects.select_for_update(of=("self",)).select_related(
        "item__standing", "worklist__unit", "worklist__kind", "other"
    ).get(pk=finding.pk)  # fmt: skip
    if held.gone_at is not None:
        raise CheckRefused(_("这条体检结果已经消除。"))
    if held.proposal is not None and held.proposal.matter.closed_at is None:
        return held.proposal
    proposal = _open_draft(held, actor) or proposing.draft(
        held.worklist, reason=_("清单体检改正"), actor=actor, at=at, key=new_key(), origin="check"
    )
    line = proposal.changes.filter(item=held.item).first()
    said = (proposing.said_of(line) if line else None) or corrections.said_now(held.item_id)
    if said is None:
        raise CheckRefused(_("这一事项已退出清单。"))
    made = corrections.correction(held, said, today=at.astimezone(SHANGHAI).date())
    going = Going(made.move, item=made.to_item, text=made.to_text)
    proposing.put_lines(proposal, [Line(held.item, made.said, made.reason, going)], actor=actor)
    held.proposal = proposal
    held.save(update_fields=["proposal"])
    return proposal


def _open_draft(finding: Finding, actor: Actor) -> Proposal | None:
    """The draft of corrections of this list that ``actor`` has open; the list's unit is held, lest two be begun."""
    Unit.objects.select_for_update(no_key=True).get(pk=finding.worklist.unit_id)
    return Proposal.objects.filter(
        worklist=finding.worklist, origin="check", matter__state="draft", matter__entries__seq=1,
        matter__entries__actor=actor,
    ).first()  # fmt: skip
