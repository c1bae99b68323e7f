"""Taking in what a phone did without network: in its order, each once, each by itself."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.devices import verbs
from linli.kernel.devices.commands import failing
from linli.kernel.devices.models import Device, Sent
from linli.kernel.devices.punctuality import Judged, Limits, drift_of, judge
from linli.kernel.devices.queries.limits import in_force, pick
from linli.kernel.devices.verbs import Done, FieldRefused, Made
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import queries as evidence
from linli.kernel.flow.given import GivenFile
from linli.kernel.flow.refusals import StaleStepRefused
from linli.kernel.flow.whole import KeptRefused

log = logging.getLogger(__name__)

WAIT = "wait"
NO_AT_MOST = 2**53 - 1
"""The largest whole number that a phone's script can count to."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A command as it came in, its shape checked, nothing else.

    taken_at  the phone's clock; ``after`` the earlier command it builds upon
    """

    id: UUID
    no: int
    name: str
    taken_at: datetime
    about: str = ""
    after: UUID | None = None
    seen: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[GivenFile] = ()

    def digest(self) -> bytes:
        """What makes two commands the same: everything that was done, not when it was sent."""
        said = [
            self.name, self.about, self.after, self.seen, dict(self.fields), self.taken_at.isoformat(),
            [[f.file_id, f.sha256, f.kind] for f in self.files],
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()


@dataclass(frozen=True, slots=True)
class Sending:
    """One contact of a phone: who, its clock and ours."""

    device: Device
    sent_at: datetime
    at: datetime

    @property
    def drift_ms(self) -> int:
        return round(drift_of(sent_at=self.sent_at, arrived_at=self.at).total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class Told:
    """What the phone is told of one command. ``state``: accepted, refused, conflict, or wait: nothing was kept."""

    id: UUID
    state: str
    message: str = ""
    number: str = ""
    url: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_late: bool = False
    field: str = ""


def receive(sending: Sending, commands: Sequence[Arrived], *, app: str = "", waiting: int = 0) -> list[Told]:
    """Carry out ``commands`` in the order in which they were made, each in a transaction of its own.

    waiting  how many more the phone says it holds

    One sent before is given its first answer; one that is refused, or fails here, does not stop the next.
    """
    limits = in_force(timezone.localdate(sending.at))
    told = {one.id: _received(sending, one, limits) for one in sorted(commands, key=lambda one: one.no)}
    waiting += sum(1 for one in told.values() if one.state == WAIT)
    _note_contact(sending, app=app, waiting=waiting)
    return [told[key] for key in dict.fromkeys(one.id for one in commands)]


def _note_contact(sending: Sending, *, app: str, waiting: int) -> None:
    row, drift = sending.device, sending.drift_ms
    row.seen_at, row.drift_ms = sending.at, drift
    row.worst_drift_ms = max(row.worst_drift_ms, drift, key=abs)
    row.app_version, row.waiting = app[:40] or row.app_version, waiting
    row.save(update_fields=["seen_at", "drift_ms", "worst_drift_ms", "app_version", "waiting"])


def _received(sending: Sending, one: Arrived, limits: list[tuple[str, Limits]]) -> Told:
    try:
        with transaction.atomic():
            _one_at_a_time(sending.device)
            return _answered(sending, one) or _taken(sending, one, pick(limits, one.name))
    except Exception as error:  # At the edge: a defect of ours must neither stop those behind it nor lose this one.
        log.exception("field command %s %s failed", one.name, one.id)
        return _failed(sending, one, pick(limits, one.name), error)


def _failed(sending: Sending, one: Arrived, limits: Limits, error: Exception) -> Told:
    """Kept by the phone and tried again; after some tries refused, and shown to those in charge of phones."""
    try:
        with transaction.atomic():
            _one_at_a_time(sending.device)
            if failing.count(one.id, one.name, device=sending.device, error=error, at=sending.at):
                words = _("平台出错，多次没有办成，管理员可以看到这一条（%(id)s）。内容都在手机里，可以稍后重发。")
                told = Told(one.id, Sent.State.FAILED, words % {"id": str(one.id)[-8:]})
                return _kept(sending, one, _judged(sending, one, limits), told)
    except DatabaseError:
        log.exception("field command %s %s could not be given up", one.name, one.id)
    return Told(one.id, WAIT, _("服务器暂时办不了，已留在手机里，稍后会再传。"))


def _one_at_a_time(device: Device) -> None:
    """Two connections of one phone at once take turns, whole commands at a time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"device {device.pk}"])


def _answered(sending: Sending, one: Arrived) -> Told | None:
    """The first answer to a command that came before; None for a new one."""
    row = Sent.objects.select_related("device").filter(pk=one.id).first()
    if row is None:
        return None
    if row.device.actor_id != sending.device.actor_id or bytes(row.digest) != one.digest():
        return Told(one.id, Sent.State.REFUSED, _("同一编号的操作已经办过，这次内容不同，未予受理。"), field="id")
    return _told(row)


def _told(row: Sent) -> Told:
    """To the phone it is all the same whose fault it was."""
    state = Sent.State.REFUSED if row.state == Sent.State.FAILED else row.state
    return Told(row.pk, state, is_late=row.is_late, **row.answer)


def _taken(sending: Sending, one: Arrived, limits: Limits) -> Told:
    """Carry out a new command and keep the answer; or say that it has to wait."""
    earlier = Sent.objects.filter(pk=one.after, device__actor=sending.device.actor).first() if one.after else None
    if one.after and earlier is None:
        return Told(one.id, WAIT, _("前一步还没有传到。"))
    judged = _judged(sending, one, limits)
    if earlier is not None and earlier.state != Sent.State.ACCEPTED:
        words = _("前一步未受理：%(why)s") % {"why": earlier.answer.get("message", "")}
        return _kept(sending, one, judged, Told(one.id, Sent.State.REFUSED, words, field="after"))
    try:
        if not _has_files(sending, one):
            return Told(one.id, WAIT, _("照片或附件还没有传到。"))
        with transaction.atomic():
            told = _as_told(one, verbs.verb(one.name)(_made(sending, one, judged)))
    except (Refused, NotFound) as refusal:
        told = _refused(one, refusal)
    return _kept(sending, one, judged, told)


def _judged(sending: Sending, one: Arrived, limits: Limits) -> Judged:
    return judge(
        claimed=one.taken_at, sent_at=sending.sent_at, arrived_at=sending.at, before=_clock_before(sending, one),
        limits=limits,
    )  # fmt: skip


def _clock_before(sending: Sending, one: Arrived) -> datetime | None:
    """What the phone's clock said before: before the first time, for what was refused and is sent once more."""
    earlier = Sent.objects.filter(device=sending.device, no__lt=one.no).order_by("-no")
    before: datetime | None = earlier.values_list("taken_at", flat=True).first()
    if before is None or before <= one.taken_at:
        return before
    first = earlier.filter(name=one.name, taken_at=one.taken_at).exclude(state=Sent.State.ACCEPTED).last()
    return before if first is None else earlier.filter(no__lt=first.no).values_list("taken_at", flat=True).first()


def _has_files(sending: Sending, one: Arrived) -> bool:
    """Whether everything that belongs to it has arrived. Raises FieldRefused when something else came in its place."""
    if not one.files:
        return True
    hashes = evidence.hashes_from(sending.device.actor_id, [f.file_id for f in one.files])
    missing = [file.file_id for file in one.files if file.file_id not in hashes]
    differs = any(hashes.get(file.file_id, file.sha256) != file.sha256 for file in one.files)
    if differs or evidence.are_any_taken(missing):
        raise FieldRefused(_("收到的文件与手机上的不一致，请重新拍摄后另报。"), field="files")
    return not missing


def _made(sending: Sending, one: Arrived, judged: Judged) -> Made:
    return Made(
        id=one.id, name=one.name, actor=sending.device.actor, about=one.about, fields=one.fields,
        files=tuple(one.files), seen=one.seen, taken_at=judged.taken_at, at=sending.at, is_late=judged.is_late,
    )  # fmt: skip


def _as_told(one: Arrived, done: Done) -> Told:
    # Through JSON once: what is kept must be what is told, the first time as well as later.
    facts = orjson.loads(orjson.dumps(dict(done.facts), default=str))
    return Told(one.id, Sent.State.ACCEPTED, str(done.message), done.number, done.url, facts)


def _refused(one: Arrived, refusal: Refused | NotFound) -> Told:
    if isinstance(refusal, KeptRefused):
        # Written down by ``whole`` already, but undone with the command.
        refusal.record()
    if isinstance(refusal, NotFound):
        return Told(one.id, Sent.State.REFUSED, _("没有找到，或不在您的范围内。"), field="about")
    state = Sent.State.CONFLICT if isinstance(refusal, StaleStepRefused) else Sent.State.REFUSED
    return Told(one.id, state, str(refusal), field=refusal.field)


def _kept(sending: Sending, one: Arrived, judged: Judged, told: Told) -> Told:
    answer = {
        "message": told.message, "number": told.number, "url": told.url, "facts": dict(told.facts),
        "field": told.field,
    }  # fmt: skip
    row = Sent(
        id=one.id, device=sending.device, no=_free_number(sending, one), name=one.name[:60], after_id=one.after,
        about=one.about[:60], digest=one.digest(), taken_at=one.taken_at, sent_at=sending.sent_at,
        recorded_at=sending.at, drift_ms=judged.drift_ms, delay_s=judged.delay_s, is_late=judged.is_late,
        state=told.state, answer=answer,
    )  # fmt: skip
    row.save(force_insert=True)
    return _told(row)


def _free_number(sending: Sending, one: Arrived) -> int:
    """Its place in the order; the next free one where a phone that lost its count used a number twice."""
    of_phone = Sent.objects.filter(device=sending.device)
    if not of_phone.filter(no=one.no).exists():
        return one.no
    return int(of_phone.aggregate(Max("no"))["no__max"]) + 1
