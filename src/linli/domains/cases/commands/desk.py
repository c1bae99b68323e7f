"""What people at the desk do beside single steps: steps with files from a page, filters kept, many cases at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.commands.acting import Given, act
from linli.domains.cases.commands.children import act_on_child
from linli.domains.cases.models import Case, SavedFilter
from linli.domains.cases.queries.seeing import get_case
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.whole import whole
from linli.kernel.org.models import Actor

MOST_FILTERS = 20
MOST_AT_ONCE = 100


class DeskRefused(Refused): ...


@whole
def take(subject: Case | Matter, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take a step from a page, on a case or on a matter under one; the files given with it stay for good."""
    if isinstance(subject, Case):
        entry = act(subject, name, given, actor=actor, at=at)
    else:
        entry = act_on_child(subject, name, given, actor=actor, at=at)
    evidence.retain([file.file_id for file in given.files], until=None)
    return entry


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case of many; ``refusal`` is "" when it was done."""

    number: str
    refusal: str = ""

    @property
    def is_done(self) -> bool:
        return not self.refusal


def take_many(numbers: Sequence[str], name: str, given: Given, *, actor: Actor, at: datetime) -> list[Outcome]:
    """The same step on many cases, each by itself: what one refuses does not stop the others."""
    if not numbers:
        raise DeskRefused(_("请先勾选案件。"))
    if len(numbers) > MOST_AT_ONCE:
        raise DeskRefused(_("一次最多办 %(most)d 件。") % {"most": MOST_AT_ONCE})
    return [_take_one(number, name, given, actor=actor, at=at) for number in dict.fromkeys(numbers)]


def _take_one(number: str, name: str, given: Given, *, actor: Actor, at: datetime) -> Outcome:
    try:
        act(get_case(number, actor=actor), name, given, actor=actor, at=at)
    except Refused as refusal:
        return Outcome(number, str(refusal))
    except NotFound:
        return Outcome(number, _("没有这个案件，或不在您的范围内。"))
    return Outcome(number)


@transaction.atomic
def save_filter(name: str, query: str, *, actor: Actor, at: datetime) -> SavedFilter:
    """Keep a filter of the workbench under ``name``; the same name replaces the earlier one. Raises DeskRefused."""
    label = name.strip()
    if not 0 < len(label) <= 40:
        raise DeskRefused(_("请给筛选起个名字(最多 40 字)。"), field="name")
    if len(query) > 600:
        raise DeskRefused(_("筛选条件太多，不能保存。"))
    mine = SavedFilter.objects.select_for_update().filter(actor=actor)
    if len(mine) >= MOST_FILTERS and not any(one.name == label for one in mine):
        raise DeskRefused(_("最多保存 %(most)d 个筛选，请先删除不用的。") % {"most": MOST_FILTERS})
    kept, _made = SavedFilter.objects.update_or_create(
        actor=actor, name=label, defaults={"query": query, "made_at": at}
    )
    return kept


def drop_filter(key: int, *, actor: Actor) -> None:
    """Forget one's own filter. Raises NotFound for anybody else's."""
    if not SavedFilter.objects.filter(pk=key, actor=actor).delete()[0]:
        raise NotFound(key)


def send(number: str, to: str, *, actor: Actor, at: datetime) -> Outcome:
    """Send a case to a unit (``"unit:12"``) or a person (``"person:<id>"``), taking it in first where that is open.

    One transaction: whatever is refused on the way leaves the case as it was.
    """
    try:
        _send(get_case(number, actor=actor), to, actor=actor, at=at)
    except Refused as refusal:
        return Outcome(number, str(refusal))
    except NotFound:
        return Outcome(number, _("没有这个案件，或不在您的范围内。"))
    return Outcome(number)


BEFORE_SENDING = {"reported": "accept", "accepted": "file"}
"""What a case needs first, by its state."""


@whole
def _send(case: Case, to: str, *, actor: Actor, at: datetime) -> None:
    kind, _colon, key = to.partition(":")
    state = case.matter.state
    while (name := BEFORE_SENDING.get(state)) is not None:
        state = act(case, name, Given(), actor=actor, at=at).target
    try:
        if kind == "person":
            act(case, "assign", Given(assignee=UUID(key)), actor=actor, at=at)
        else:
            act(case, "dispatch", Given(unit=int(key)), actor=actor, at=at)
    except ValueError:
        raise DeskRefused(_("请选择派给谁。")) from None
