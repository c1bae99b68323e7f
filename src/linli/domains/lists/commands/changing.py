"""One line of a proposal from what a form or a sheet says of it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands.proposing import Going, Line, ProposalRefused, drop_line, latest, put_lines
from linli.domains.lists.models import Change, Proposal
from linli.domains.lists.queries.kept import kept
from linli.domains.lists.queries.proposals import unit_named
from linli.domains.lists.queries.rows import places_of, read_row
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Wording, WorkItem
from linli.kernel.catalog.terms import read
from linli.kernel.org.models import Actor


@transaction.atomic
def put_item(
    proposal: Proposal, cells: Mapping[str, str], *, item: WorkItem | None, line: Change | None, reason: str,
    actor: Actor,
) -> Change:  # fmt: skip
    """Put into a draft what ``cells`` say of ``item``, or of a new one; ``line`` is the one they replace.

    Raises ProposalRefused, TermsRefused; the field is the column.
    """
    wording = latest([item.pk]).get(item.pk) if item else None
    said = said_in(cells, proposal, wording)
    if wording is not None and is_same(said, wording):
        raise ProposalRefused(_("与现行写法没有不同。"))
    if line is not None and line.item_id is None:
        drop_line(proposal, line.no, actor=actor)
    return put_lines(proposal, [Line(item, said, reason)], actor=actor)[0]


def said_in(cells: Mapping[str, str], proposal: Proposal, wording: Wording | None) -> Said:
    """What a row says; parts it does not speak of stay as ``wording`` has them."""
    said = read_row(cells, places_of(proposal.worklist)).said
    if wording is None:
        return said
    return merged(said, wording, cells)


def merged(said: Said, wording: Wording, cells: Mapping[str, str]) -> Said:
    """``said`` with everything ``cells`` are silent about as ``wording`` has it."""
    return Said(
        said.title,
        said.heading if "class" in cells else wording.heading,
        said.keywords if "keywords" in cells else wording.keywords,
        kept(read(wording.terms), said.terms, cells),
        wording.position,
        said.source if "source" in cells else wording.source,
        said.confidence if "confidence" in cells else wording.confidence,
    )


def is_same(said: Said, wording: Wording) -> bool:
    """Whether nothing would change."""
    return (said.title, said.heading, list(said.keywords), read(said.terms), said.source, said.confidence) == (
        wording.title, wording.heading, wording.keywords, read(wording.terms), wording.source, wording.confidence
    )  # fmt: skip


def put_retirement(proposal: Proposal, item: WorkItem | None, given: Mapping[str, Any], *, actor: Actor) -> Change:
    """Put into a draft that ``item`` leaves, and where it goes: ``move``, ``to_unit`` (name), ``to_item`` (number), …

    Raises ProposalRefused.
    """
    if item is None:
        raise ProposalRefused(_("请先选择要退出的条目。"))
    unit = to_item = None
    if given["to_unit"] and (unit := unit_named(given["to_unit"].strip(), near=proposal.worklist.unit)) is None:
        raise ProposalRefused(_("没有叫“%(value)s”的单位。") % {"value": given["to_unit"]}, field="to_unit")
    if given["to_item"]:
        to_item = WorkItem.objects.filter(code=given["to_item"].strip().upper()).first()
        if to_item is None:
            raise ProposalRefused(_("没有编号为“%(value)s”的条目。") % {"value": given["to_item"]}, field="to_item")
    going = Going(given["move"], unit, to_item, given["to_text"])
    return put_lines(proposal, [Line(item, None, given["reason_of_line"], going)], actor=actor)[0]
