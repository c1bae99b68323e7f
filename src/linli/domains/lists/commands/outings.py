"""A seal taken out of its place: asked, approved, handed out by its keeper, brought back and checked, or lost."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from linli.domains.lists.commands.sealing import Given
from linli.domains.lists.flow import SEAL_OUT
from linli.domains.lists.models import Seal, SealEvent, SealOut
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import open_matter, take_command, wait_for_key
from linli.kernel.flow.given import Command
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.refusals import ResentDifferentlyRefused, StepRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.text import clean, personal_data_in

LONGEST_OUT = timedelta(days=30)
"""How long a seal may be out at most *(default)*."""


class OutingRefused(Refused):
    """The seal may not go out, or not come back, like that; ``field`` names the input to mend."""


@dataclass(frozen=True, slots=True)
class Outing:
    """What is asked. ``key`` is made when the form was first shown; ``companion`` goes along, two people together."""

    key: UUID
    seal: int
    purpose: str
    companion: UUID | None
    back_at: datetime | None


@whole
def ask(asked: Outing, *, actor: Actor, at: datetime) -> SealOut:
    """Ask to take a seal out. Sent again, it returns the first answer. Raises OutingRefused, StepRefused."""
    seal = Seal.objects.select_related("unit").filter(pk=asked.seal).first()
    if seal is None or org.holds_right(actor, "ask_seal", seal.unit, at) is None:
        raise StepRefused(_("您的岗位不能申请外带这枚印章。"))
    wait_for_key(asked.key)
    if earlier := _earlier(asked, actor):
        return earlier
    purpose, companion, back_at = _checked(asked, seal, actor, at)
    held = org.holds_right(actor, "ask_seal", seal.unit, at)
    matter = open_matter(
        SEAL_OUT, title=_("外带印章：%(seal)s") % {"seal": seal.name}, home=org.home_of(seal.unit), unit=seal.unit,
        actor=actor, at=at, key=asked.key, words=purpose, role=held.role if held else "",
        changes={"seal": seal.pk, "back_at": back_at.isoformat(), "said": _digest(asked)},
    )  # fmt: skip
    return SealOut.objects.create(matter=matter, seal=seal, purpose=purpose, companion=companion, back_at=back_at)


def _digest(asked: Outing) -> str:
    said = [asked.seal, asked.purpose, str(asked.companion), asked.back_at]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _earlier(asked: Outing, actor: Actor) -> SealOut | None:
    out = SealOut.objects.select_related("matter").filter(pk=asked.key).first()
    if out is None:
        return None
    first = Entry.objects.get(matter_id=out.pk, seq=1)
    if first.actor_id != actor.pk or first.changes.get("said") != _digest(asked):
        raise ResentDifferentlyRefused(_("同一编号的申请已经提交过，这次内容不同，未予受理。"))
    return out


def _checked(asked: Outing, seal: Seal, actor: Actor, at: datetime) -> tuple[str, Actor, datetime]:
    if seal.state != Seal.State.IN_USE:
        raise OutingRefused(_("“%(seal)s”现在是“%(state)s”，不能外带。") % _named(seal), field="seal")
    purpose = clean(asked.purpose, 200)
    if not purpose:
        raise OutingRefused(_("请写明带出去做什么。"), field="purpose")
    if personal_data_in(purpose):
        raise OutingRefused(_("这里不要写电话、证件号。"), field="purpose")
    person = Actor.objects.filter(pk=asked.companion, kind=Actor.Kind.STAFF).first() if asked.companion else None
    if person is None or person.pk == actor.pk:
        raise OutingRefused(_("外带须两人同行，请选择另一位同行人。"), field="companion")
    if asked.back_at is None or not at < asked.back_at <= at + LONGEST_OUT:
        raise OutingRefused(_("请写明归还时间，最长%(days)d天。") % {"days": LONGEST_OUT.days}, field="back_at")
    return purpose, person, asked.back_at


def _named(seal: Seal) -> dict[str, str]:
    return {"seal": seal.name, "state": str(seal.get_state_display())}


@whole
def take(out: SealOut, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on ``out``; the seal is held meanwhile and follows.

    Whoever asked has it while it is out, and is the one reminded of the hour. Raises StepRefused, OutingRefused.
    """
    seal = Seal.objects.select_for_update().get(pk=out.seal_id)
    before = Matter.objects.values_list("state", flat=True).get(pk=out.pk)
    changes: dict[str, Any] = {}
    if name in ("take_out", "bring_back") and seal.keeper_id != actor.pk:
        raise OutingRefused(_("这枚印章不由您保管，请保管员办理。"))
    taker: Actor | None = None
    if name == "take_out":
        changes = {"went_out_at": at}
        taker = Entry.objects.select_related("actor").get(matter_id=out.pk, seq=1).actor
    if name == "bring_back":
        changes = {"came_back_at": at}
    entry = take_command(
        SEAL_OUT, out,
        Command(name, actor, at, note=given.note, changes=changes, assignee=taker, seen=given.seen,
                command=given.command,
                said=hashlib.sha256(f"{name} {given.note}".encode()).digest()),
    )  # fmt: skip
    step = SEAL_OUT.step(name)
    if step is not None and before in step.source:  # else it was sent again, and the seal has moved on
        _move(seal, name, out, given.note, actor=actor, at=at)
    return entry


def _move(seal: Seal, name: str, out: SealOut, note: str, *, actor: Actor, at: datetime) -> None:
    """Bring the seal's own state after its outing."""
    if name == "take_out":
        if seal.state != Seal.State.IN_USE:
            raise OutingRefused(_("“%(seal)s”现在是“%(state)s”，不能外带。") % _named(seal))
        if out.back_at <= at:
            raise OutingRefused(_("已过约定的归还时间，请重新申请。"))
        seal.state = Seal.State.OUT
    elif name == "bring_back" and seal.state == Seal.State.OUT:
        seal.state = Seal.State.IN_USE
    elif name == "report_lost" and seal.state == Seal.State.OUT:
        seal.state, seal.stopped_at = Seal.State.LOST, at
        SealEvent.objects.create(
            seal=seal, kind=SealEvent.Kind.LOST, before_id=seal.keeper_id, after_id=seal.keeper_id,
            note=clean(note, 200), actor=actor, at=at,
        )  # fmt: skip
    seal.save(update_fields=["state", "stopped_at"])
