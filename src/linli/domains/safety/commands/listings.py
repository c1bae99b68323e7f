"""A major hazard under listed supervision (挂牌督办): proposed, listed in public, supervised, delisted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.commands.hazard_steps import Given
from linli.domains.safety.flow import LISTING
from linli.domains.safety.models import Hazard, Listing
from linli.domains.safety.queries.listing_rules import PROPOSE, has_open, is_ripe
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.access import may_take
from linli.kernel.flow.commands import (
    Command,
    StepRefused,
    answered_before,
    lock,
    open_matter,
    take_command,
    wait_for_key,
)
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, without_personal_data

LEVELS = ("street", "district")


class ListingRefused(Refused):
    """The hazard cannot be listed like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """level  whose listing it is; ``supervisor`` the unit that supervises

    public_text  what everybody may read; numbers of phones, papers and plates in it are starred
    """

    level: str
    public_text: str
    due_on: date
    supervisor: int | None = None
    is_public: bool = True


@whole
def propose(hazard: Hazard, given: Proposed, *, key: UUID, actor: Actor, at: datetime) -> Listing:
    """Propose that ``hazard`` be listed; a leader who is somebody else decides.

    key  made by the sender; sent again, nothing is proposed twice
    Raises ListingRefused, StepRefused, ResentDifferentlyRefused.
    """
    wait_for_key(key)
    if earlier := Listing.objects.select_related("matter").filter(pk=key).first():
        if not _is_same(earlier, hazard, given, actor):
            raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))
        return earlier
    matter = lock(hazard.pk)
    may_take(PROPOSE, matter, actor, at=at)
    hazard.refresh_from_db()
    supervisor = _check(hazard, matter, given, at)
    words = without_personal_data(given.public_text.strip())
    child = open_matter(
        LISTING, title=matter.title, home=matter.home, unit=matter.home, area=matter.area, actor=actor, at=at,
        parent=matter, key=key, words=words, changes={"level": given.level, "due_on": str(given.due_on)},
    )  # fmt: skip
    return Listing.objects.create(
        matter=child, hazard=hazard, level=given.level, public_text=words, due_on=given.due_on,
        is_public=given.is_public, supervisor=supervisor,
    )  # fmt: skip


def _is_same(earlier: Listing, hazard: Hazard, given: Proposed, actor: Actor) -> bool:
    """Whether this proposal is the one sent before, by the same person."""
    said = without_personal_data(given.public_text.strip())
    by_them = Entry.objects.filter(matter=earlier.pk, seq=1, actor=actor).exists()
    return by_them and (earlier.hazard_id, earlier.public_text) == (hazard.pk, said)


def _check(hazard: Hazard, matter: Matter, given: Proposed, at: datetime) -> Unit | None:
    """The unit that is to supervise, once everything else is in order."""
    _check_hazard(hazard, matter)
    _check_words(given, at)
    if given.supervisor is None:
        return None
    unit = Unit.objects.filter(pk=given.supervisor, valid_to=None).first()
    if unit is None:
        raise ListingRefused(_("没有这个单位，或已撤并。"), field="supervisor")
    return unit


def _check_hazard(hazard: Hazard, matter: Matter) -> None:
    if not is_ripe(hazard, matter):
        raise StepRefused(_("只有已定级、未整改完的重大隐患才能挂牌。"))
    if has_open(matter):
        raise StepRefused(_("这一隐患已提请挂牌或正在挂牌。"))


def _check_words(given: Proposed, at: datetime) -> None:
    if given.level not in LEVELS:
        raise ListingRefused(_("请选择挂牌层级。"), field="level")
    if not given.public_text.strip():
        raise ListingRefused(_("请写明向社会公开的内容。"), field="public_text")
    if given.due_on <= timezone.localdate(at):
        raise ListingRefused(_("整改期限须在今天之后。"), field="due_on")


@whole
def act(listing: Listing, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on ``listing``; its hazard is locked first, so that neither moves under the other."""
    lock(listing.hazard_id)
    matter, said = lock(listing.pk), given.signed(name, actor)
    if given.command and (earlier := answered_before(matter, given.command, said)):
        return earlier
    listing.refresh_from_db()
    listing.matter = matter
    entry = take_command(
        LISTING,
        listing,
        Command(
            name, actor, at, note=given.note, changes=_CHANGES.get(name, _nothing)(listing, given, at) or None,
            files=given.files, seen=given.seen, command=given.command, is_late=given.is_late,
            arrived_at=given.arrived_at, held=matter, said=said,
        ),
    )  # fmt: skip
    evidence.retain([file.file_id for file in given.files], until=None)
    return entry


def _nothing(_listing: Listing, _given: Given, _at: datetime) -> dict[str, Any]:
    return {}


def _list(listing: Listing, given: Given, at: datetime) -> dict[str, Any]:
    """Listed as proposed, or with the words and the day the leader put in their place."""
    changes: dict[str, Any] = {"listed_on": timezone.localdate(at)}
    if words := clean(without_personal_data(given.fields.get("public_text", "")), 400):
        changes["public_text"] = words
    return changes


def _delist(listing: Listing, given: Given, at: datetime) -> dict[str, Any]:
    return {"delisted_on": timezone.localdate(at)}


def _report_up(listing: Listing, given: Given, at: datetime) -> dict[str, Any]:
    return {"reported_up_at": at}


_CHANGES: Mapping[str, Callable[[Listing, Given, datetime], dict[str, Any]]] = {
    "list": _list,
    "delist": _delist,
    "report_up": _report_up,
}
