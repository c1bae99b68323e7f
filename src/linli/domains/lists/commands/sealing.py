"""Stamping: asked for and checked against the list at once, approved by kind, stamped by the keeper, given back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from linli.domains.lists.flow import SEAL_USE
from linli.domains.lists.models import Seal, SealUse
from linli.domains.lists.queries import seal_lookup
from linli.domains.lists.queries.seal_lookup import ALIAS, Line
from linli.domains.lists.queries.seal_reach import get_use
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import add_party, open_matter, start_clocks, take_command, wait_for_key
from linli.kernel.flow.given import Command, GivenFile
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.refusals import ResentDifferentlyRefused, StepRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.commands import contacts
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTACT_KEPT = timedelta(days=3 * 365)
"""How long the name of somebody for whom a paper was stamped is kept *(default)*."""
MOST_COPIES, MOST_PAGES = 200, 999
BLANK = ("空白",)
"""What a paper that is nothing yet is called."""


class SealRefused(Refused):
    """The stamp cannot be asked for or made like that; ``field`` names the input to mend."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a stamp as its form sends it.

    key     made when the form was first shown: sent again, it gets the first answer
    item    number of the line of the list it was looked up under; "": none was found
    name, phone  of the resident for whom it is, sealed apart; "" when it is the committee's own paper
    """

    key: UUID
    paper: str
    purpose: str
    item: str = ""
    copies: int = 1
    pages: int = 1
    resolution: str = ""
    seal: int | None = None
    is_blank: bool = False
    name: str = ""
    phone: str = ""
    files: Sequence[GivenFile] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What is given with a step; ``copies`` and ``pages`` as the keeper counted, ``seal`` where there are several."""

    note: str = ""
    files: Sequence[GivenFile] = ()
    command: UUID | None = None
    seen: int | None = None
    copies: int | None = None
    pages: int | None = None
    seal: int | None = None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the list says of a request; ``refused_as`` "" when it may go on."""

    line: Line | None
    refused_as: str = ""
    because: str = ""
    instead: str = ""


@whole
def ask(asked: Asked, *, unit: Unit, actor: Actor, at: datetime) -> SealUse:
    """Ask for a stamp of ``unit``. What the list does not allow is journalled as refused, with the reason.

    Raises SealRefused for what is not said properly; a refusal by the list is a matter in state ``refused``, no error.
    """
    if org.holds_right(actor, "ask_seal", unit, at) is None:
        raise StepRefused(_("您的岗位不能申请用印。"))
    wait_for_key(asked.key)
    if earlier := _earlier(asked, actor):
        return earlier
    said = _checked(asked)
    verdict = _verdict(said, unit)
    if not verdict.refused_as:
        _check_allowed(said, verdict)
    matter = _opened(said, verdict, unit=unit, actor=actor, at=at)
    use = SealUse.objects.create(
        matter=matter, seal=_wanted_seal(said, unit, verdict), item_id=verdict.line.item_id if verdict.line else None,
        wording_id=verdict.line.wording_id if verdict.line else None,
        decision=verdict.line.decision if verdict.line else "", approval=verdict.line.approval if verdict.line else "",
        paper=said.paper, purpose=said.purpose, copies=said.copies, pages=said.pages, resolution=said.resolution,
        refused_as=verdict.refused_as, refused_because=verdict.because[:400], instead=verdict.instead[:200],
    )  # fmt: skip
    if matter.state == "asked":
        start_clocks(matter, use, ["approve"], at=at)
    _keep_applicant(use, said, at=at)
    evidence.retain([file.file_id for file in said.files], until=None)
    return use


def _earlier(asked: Asked, actor: Actor) -> SealUse | None:
    """What was asked with this key before. Raises ResentDifferentlyRefused when it was something else."""
    use = SealUse.objects.select_related("matter").filter(pk=asked.key).first()
    if use is None:
        return None
    first = Entry.objects.filter(matter_id=use.pk, seq=1).get()
    if first.actor_id != actor.pk or first.changes.get("said") != _digest(asked):
        raise ResentDifferentlyRefused(_("同一编号的申请已经提交过，这次内容不同，未予受理。"))
    return use


def _digest(asked: Asked) -> str:
    said = [asked.paper, asked.purpose, asked.item, asked.copies, asked.pages, asked.resolution, asked.is_blank]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _checked(asked: Asked) -> Asked:
    """``asked`` with its texts cleaned. Raises SealRefused."""
    texts = {}
    for name, most in (("paper", 120), ("purpose", 200), ("resolution", 120)):
        text = clean(getattr(asked, name), most)
        if not text and name != "resolution":
            raise SealRefused(_("请写明在什么文件上盖章、做什么用。"), field=name)
        if found := personal_data_in(text):
            raise SealRefused(
                _("这里不要写电话、证件号：%(what)s。申请人写在“为谁办”里，会加密保存。") % {"what": "、".join(found)},
                field=name,
            )
        texts[name] = text
    if not (1 <= asked.copies <= MOST_COPIES):
        raise SealRefused(_("份数应在1到%(most)d之间。") % {"most": MOST_COPIES}, field="copies")
    if not (1 <= asked.pages <= MOST_PAGES):
        raise SealRefused(_("页数应在1到%(most)d之间。") % {"most": MOST_PAGES}, field="pages")
    return Asked(
        key=asked.key, item=asked.item.strip(), copies=asked.copies, pages=asked.pages, seal=asked.seal,
        is_blank=asked.is_blank, name=clean(asked.name, 40), phone=clean(asked.phone, 20), files=asked.files, **texts,
    )  # fmt: skip


def _verdict(said: Asked, unit: Unit) -> _Verdict:
    """What the list says. A paper that the list itself forbids stays forbidden, whichever line was chosen."""
    places = seal_lookup.places_of(unit.pk)
    chosen = seal_lookup.line_of(said.item, units=places) if said.item else None
    found = seal_lookup.lookup(said.paper, units=places)
    if said.is_blank or any(word in said.paper for word in BLANK):
        line = found.best if found.best and found.best.is_denied else chosen
        return _Verdict(
            line, "blank", _("空白纸张、空白介绍信和内容不全的表格一律不盖章。"), _("请先把内容写完整再来。")
        )
    if found.best and found.best.is_denied and found.tier <= ALIAS:
        chosen = found.best
    line = chosen or (found.best if not said.item else None)
    if line is None:
        return _Verdict(None, "off_list", seal_lookup.off_list_words())
    if line.is_denied:
        return _Verdict(line, "denied", line.reason or _("清单列明不能盖章。"), line.instead)
    return _Verdict(line)


def _check_allowed(said: Asked, verdict: _Verdict) -> None:
    assert verdict.line is not None  # only what is on the list is allowed
    if verdict.line.approval == "vote" and not said.resolution:
        raise SealRefused(_("这类用印须经居民会议或代表会议表决，请写明决议。"), field="resolution")
    if not any(file.kind == "draft" for file in said.files):
        raise SealRefused(_("请附上文稿的照片，审批的人要看内容。"), field="draft")


def _opened(said: Asked, verdict: _Verdict, *, unit: Unit, actor: Actor, at: datetime) -> Matter:
    state, line = "asked", verdict.line
    if verdict.refused_as:
        state = "refused"
    elif line is not None and line.approval == "none":
        state = "approved"
    changes = {
        "said": _digest(said), "item": line.code if line else "", "decision": line.decision if line else "",
        "approval": line.approval if line else "", "copies": said.copies, "pages": said.pages,
        "refused_as": verdict.refused_as, "instead": verdict.instead,
    }  # fmt: skip
    held = org.holds_right(actor, "ask_seal", unit, at)
    return open_matter(
        SEAL_USE, title=_("用印：%(paper)s") % {"paper": said.paper}, home=org.home_of(unit), unit=unit, actor=actor,
        at=at, key=said.key, words=said.purpose, state=state, role=held.role if held else "", note=verdict.because,
        changes=changes, files=said.files,
    )  # fmt: skip


def _wanted_seal(said: Asked, unit: Unit, verdict: _Verdict) -> Seal | None:
    """The seal asked for, or the only one there is; the keeper says it otherwise. Raises SealRefused."""
    if verdict.refused_as:
        return None
    seals = list(Seal.objects.filter(unit=unit, state__in=(Seal.State.IN_USE, Seal.State.OUT)))
    if said.seal is not None:
        chosen = next((seal for seal in seals if seal.pk == said.seal), None)
        if chosen is None:
            raise SealRefused(_("这枚印章不在用，请另选。"), field="seal")
        return chosen
    return seals[0] if len(seals) == 1 else None


def _keep_applicant(use: SealUse, said: Asked, *, at: datetime) -> None:
    """Seal who it is for: read only for a purpose, and every reading is kept."""
    if not (said.name or said.phone):
        return
    person = Actor.objects.create(kind=Actor.Kind.RESIDENT)
    contacts.keep_contact(person, name=said.name, phone=said.phone, keep_until=(at + CONTACT_KEPT).date())
    add_party(use.matter, person, "applicant", at=at)
    use.applicant = person
    use.save(update_fields=["applicant"])


def take(use: SealUse, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on ``use``. Raises StepRefused and its kin, SealRefused."""
    if name == "stamp":
        entry = stamp(use, given, actor=actor, at=at)
    else:
        entry = _step(use, name, given, actor=actor, at=at, changes=_changes(use, name, given, actor))
    evidence.retain([file.file_id for file in given.files], until=None)
    return entry


def _changes(use: SealUse, name: str, given: Given, actor: Actor) -> dict[str, Any]:
    if name != "refuse":
        return {}
    is_keeper = org.holds(actor, "committee_head", org.kept_unit(use.matter.unit_id)) is None
    as_ = SealUse.Refusal.KEEPER if is_keeper else SealUse.Refusal.APPROVER
    return {"refused_as": str(as_), "refused_because": given.note.strip()[:400]}


def _step(
    use: SealUse, name: str, given: Given, *, actor: Actor, at: datetime, changes: dict[str, Any], said: bytes = b""
) -> Entry:
    command = Command(
        name, actor, at, note=given.note, changes=changes, files=given.files, seen=given.seen, command=given.command,
        said=said,
    )  # fmt: skip
    return take_command(SEAL_USE, use, command)


@whole
def stamp(use: SealUse, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Stamp and enter it in the register: the next number of the seal and year, while the seal itself is held.

    copies, pages  as the keeper counted them; they must be what was approved
    Raises SealRefused, StepRefused.
    """
    seal = _held_seal(use, given, actor)
    for name, label in (("copies", _("份数")), ("pages", _("页数"))):
        counted, approved = getattr(given, name), getattr(use, name)
        if counted is not None and counted != approved:
            raise SealRefused(
                _("%(what)s不符：批准 %(approved)d，现有 %(counted)d。请核对；要改的请撤回重新申请。")
                % {"what": label, "approved": approved, "counted": counted},
                field=name,
            )
    year = at.astimezone(SHANGHAI).year
    last = SealUse.objects.filter(seal=seal, year=year).aggregate(last=Max("log_no"))["last"] or 0
    changes = {
        "seal_id": seal.pk, "year": year, "log_no": last + 1, "stamped_at": at, "stamped_by_id": actor.pk,
    }  # fmt: skip
    said = [seal.pk, given.note, given.copies, given.pages, sorted(f.sha256 for f in given.files)]
    digest = hashlib.sha256(orjson.dumps(said)).digest()
    return _step(use, "stamp", given, actor=actor, at=at, changes=changes, said=digest)


def _held_seal(use: SealUse, given: Given, actor: Actor) -> Seal:
    """The seal to stamp with, locked; it must lie in its place and be in the hands of ``actor``. Raises SealRefused."""
    wanted = given.seal or use.seal_id
    seals = Seal.objects.select_for_update().filter(unit=use.matter.unit_id)
    seal = seals.filter(pk=wanted).first() if wanted else None
    if seal is None:
        raise SealRefused(_("请选择用哪一枚印章。"), field="seal")
    if seal.state != Seal.State.IN_USE:
        raise SealRefused(
            _("“%(seal)s”现在是“%(state)s”，不能用印。") % {"seal": seal.name, "state": seal.get_state_display()},
            field="seal",
        )
    if seal.keeper_id != actor.pk:
        raise SealRefused(_("这枚印章不由您保管，请保管员盖章。"), field="seal")
    return seal


@transaction.atomic
def read_applicant(number: str, *, purpose: str, actor: Actor, at: datetime) -> tuple[str, str]:
    """Name and phone of whom a paper was stamped for; the reading is kept. Raises SealNotFound, Refused."""
    use = get_use(number, actor=actor)
    if use.applicant is None:
        raise SealRefused(_("这件没有登记申请人。"))
    name = contacts.read_contact(use.applicant, "name", purpose=purpose, actor=actor, at=at)
    phone = contacts.read_contact(use.applicant, "phone", purpose=purpose, actor=actor, at=at)
    return name, phone
