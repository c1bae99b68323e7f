"""What residents do by themselves: send a report with photos, join one that is there, add to it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.commands.acting import Given, act, step, verb
from linli.domains.cases.commands.reporting import Caller, Report, ReportRefused, Taken, checked, report
from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries import nearby
from linli.domains.cases.queries.following import code_of, reporter_key
from linli.kernel.evidence import commands as evidence
from linli.kernel.evidence.models import File
from linli.kernel.flow.commands import GivenFile, StepRefused, add_party
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org.commands import contacts
from linli.kernel.org.models import Actor

PHOTOS_AT_MOST = 6
RECEIVED_AT_MOST = 20
"""Photos kept for one report before it is sent: those taken out again included."""
PIECE_BYTES = 262_144
UNSENT_KEPT = timedelta(days=2)
CONTACT_KEPT = timedelta(days=365)
"""How long an anonymous reporter's contact is kept *(default)*; said on the form."""
HASTENED_AGAIN = timedelta(days=1)
"""How long one waits before asking to hurry once more *(default)*; said on the follow-up page."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A report as a resident's page sends it.

    key      made when the form was first served: sent again, it gets the same answer
    lon, lat degrees in ``crs``
    photos   ids given by ``keep_photo`` for the same key
    """

    key: UUID
    text: str
    lon: float | None = None
    lat: float | None = None
    crs: str = "wgs84"
    accuracy_m: float | None = None
    address: str = ""
    area_unit: int | None = None
    category: str = ""
    photos: Sequence[UUID] = ()
    caller: Caller = field(default_factory=Caller)
    wants_answer: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it arrives: its bytes, its name, and its SHA-256 (hex) made on the phone, or ""."""

    stream: BinaryIO
    name: str
    sha256: str = ""


def keep_photo(key: UUID, photo: Photo, *, at: datetime, actor: Actor | None = None) -> UUID:
    """Receive a photo for the report ``key`` and return its id, the same when it is sent again.

    Never sent with a report, it is gone after two days. Raises FileRefused, ReportRefused.
    """
    person = actor or anonymous(key)
    file_id = photo_key(key, photo)
    unsent = File.objects.filter(created_by=person, retained_until__gt=at, erased_at=None).exclude(pk=file_id)
    if unsent.count() >= RECEIVED_AT_MOST:
        raise too_many_photos()
    kept = evidence.receive(
        photo.stream, name=photo.name, claimed_sha256=photo.sha256, actor=person, at=at,
        file_id=file_id, retained_until=at + UNSENT_KEPT,
    )  # fmt: skip
    if kept.family not in (File.Family.PHOTO, File.Family.VIDEO):
        raise ReportRefused(_("这里只能附照片或短视频。"), field="photo")
    return kept.pk


def photo_key(key: UUID, photo: Photo) -> UUID:
    """Id of a photo of the report ``key``, made of its content."""
    digest = hashlib.sha256(key.bytes)
    photo.stream.seek(0)
    while piece := photo.stream.read(PIECE_BYTES):
        digest.update(piece)
    photo.stream.seek(0)
    return UUID(bytes=digest.digest()[:16], version=5)


def too_many_photos() -> ReportRefused:
    return ReportRefused(_("照片太多了，最多 %(most)d 张。") % {"most": PHOTOS_AT_MOST}, field="photo")


def anonymous(key: UUID) -> Actor:
    """The actor behind the anonymous report ``key``; one and the same when it is sent again."""
    return Actor.objects.get_or_create(pk=reporter_key(key), defaults={"kind": Actor.Kind.RESIDENT})[0]


@transaction.atomic
def send(sent: Sent, *, at: datetime, actor: Actor | None = None) -> Taken:
    """Take a resident's report in. Raises ReportRefused, PlaceRefused, ResentDifferentlyRefused."""
    person = actor or anonymous(sent.key)
    photos = given_photos(person, sent.photos)
    taken = report(_report(sent, photos), at=at, actor=person, role="reporter")
    if not taken.is_resent:
        evidence.retain([p.file_id for p in photos], until=None)
        _keep_contact(person, sent.caller, actor=actor, at=at)
    return taken


def _report(sent: Sent, photos: Sequence[GivenFile]) -> Report:
    return Report(
        id=sent.key, text=sent.text, lon=sent.lon, lat=sent.lat, crs=sent.crs, accuracy_m=sent.accuracy_m,
        address=sent.address, area_unit=sent.area_unit, category=sent.category, caller=sent.caller,
        wants_answer=sent.wants_answer, files=photos,
    )  # fmt: skip


def given_photos(person: Actor, keys: Sequence[UUID]) -> list[GivenFile]:
    """Photos ``person`` sent before, in their order. Raises ReportRefused when one is not theirs."""
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > PHOTOS_AT_MOST:
        raise too_many_photos()
    known = dict(File.objects.filter(pk__in=wanted, created_by=person, erased_at=None).values_list("pk", "sha256"))
    if len(known) != len(wanted):
        raise ReportRefused(_("有照片已失效，请重新选择照片。"), field="photo")
    return [GivenFile(key, known[key], "report") for key in wanted]


def _keep_contact(person: Actor, caller: Caller, *, actor: Actor | None, at: datetime) -> None:
    """Seal what an anonymous reporter chose to leave; who is signed in has a contact already."""
    if actor is None and caller.is_named:
        until = (at + CONTACT_KEPT).date()
        contacts.keep_contact(person, name=caller.name, phone=caller.phone, email=caller.email, keep_until=until)


@transaction.atomic
def join(case_id: UUID, sent: Sent, *, at: datetime, actor: Actor | None = None) -> Taken:
    """Count as one more caller of a case nearby instead of reporting it once more; answered like the first.

    Raises ReportRefused when the case is not one of those shown for this report.
    """
    given = checked(_report(sent, ()), at=at)
    near = nearby.joinable(given.text, lon=given.lon, lat=given.lat, crs=given.crs, at=at)
    if case_id not in {one.id for one in near}:
        raise ReportRefused(_("这件事已经办结或不在附近，请直接上报。"))
    matter = Matter.objects.select_for_update().get(pk=case_id)
    person = actor or anonymous(sent.key)
    _occurrence, is_new = Occurrence.objects.get_or_create(
        matter=matter, actor=person,
        defaults={"at": at, "wants_answer": sent.wants_answer, "text": given.text},
    )  # fmt: skip
    if is_new:
        add_party(matter, person, "caller", at=at)
        _keep_contact(person, sent.caller, actor=actor, at=at)
        case = Case.objects.select_for_update().get(pk=matter.pk)
        case.callers = Occurrence.objects.filter(matter=matter).count()
        case.save(update_fields=["callers"])
    return Taken(matter.pk, matter.number, code_of(matter.pk, person), not is_new)


@verb("hasten")
def hasten(case: Case, given: Given, actor: Actor, at: datetime) -> Entry:
    """Ask for it to be hurried, once a day each: those who hold it and the desk hear of it. Raises StepRefused."""
    mine = Entry.objects.filter(matter_id=case.pk, step="hasten", actor=actor)
    if mine.filter(taken_at__gt=at - HASTENED_AGAIN).exists():
        raise StepRefused(_("今天已经催过了，办理的人已收到。一天后可以再催。"))
    return step(case, "hasten", given, actor, at)


@transaction.atomic
def supplement(case: Case, given: Given, *, photos: Sequence[UUID] = (), actor: Actor, at: datetime) -> Entry:
    """Add words or photos to one's report while it is open. Raises StepRefused, ReportRefused."""
    added = given_photos(actor, photos)
    if not added and not given.note.strip():
        raise ReportRefused(_("请写一句话或加一张照片。"), field="note")
    entry = act(case, "supplement", replace(given, files=added), actor=actor, at=at)
    evidence.retain([p.file_id for p in added], until=None)
    return entry


def erase_own_contact(person: Actor, *, at: datetime) -> None:
    """Destroy what an anonymous reporter left of themselves, at their own wish. Raises NotFound."""
    contacts.erase_contact(person, actor=person, at=at, reason=_("本人要求删除"))
