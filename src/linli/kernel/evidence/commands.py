"""What can be done to evidence. Who may do it is decided by whatever the file is attached to."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import refusals
from linli.kernel.evidence.deployed import deployed
from linli.kernel.evidence.models import BasisDocument, File
from linli.kernel.evidence.receiving import SEALED_SUFFIX, Received, Stored, plain_name, received, stored
from linli.kernel.evidence.refusals import FileRefused, StorageRefused
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor

__all__ = [
    "FileRefused",
    "HoldRefused",
    "StorageRefused",
    "end_basis",
    "erase_expired",
    "hold",
    "receive",
    "register_basis",
    "release",
    "retain",
    "sweep_orphans",
]

ORPHAN_AGE = timedelta(days=1)
"""Older than any transaction: what is in the store this long without a row will never get one."""
SWEPT_AT_ONCE = 1_000


class HoldRefused(Refused):
    """A legal hold needs a reason, and a file that still exists."""


def receive(
    stream: BinaryIO,
    *,
    name: str,
    actor: Actor,
    at: datetime,
    claimed_sha256: str = "",
    file_id: UUID | None = None,
    retained_until: datetime | None = None,
) -> File:
    """Take a file in: check it, keep its original sealed, make the copy that will be served.

    stream          read to its end, once
    claimed_sha256  hex hash made by the sender before sending, or ""
    file_id         made by the sender; sent again with the same bytes, the first answer is given again
    retained_until  when it may be erased unless ``retain`` moves it; None keeps it. Give a date for files that are
                    sent before what they belong to, so that those never attached do not stay

    Raises FileRefused (see ``refusals``), StorageRefused.
    """
    here = deployed()
    with received(stream, claimed_sha256=claimed_sha256, here=here) as file:
        if earlier := _earlier(file_id, file, actor):
            return earlier
        made = None if _twin(file) else stored(file, here=here)
        row = File(
            id=file_id or new_key(),
            sha256=file.sha256,
            claimed_sha256=claimed_sha256.strip().lower(),
            original_name=plain_name(name, suffix=file.kind.suffix),
            size=file.size,
            created_by=actor,
            created_at=at,
            retained_until=retained_until,
        )
        kept = _registered(row, file, made)
    if made and made.original_key != kept.original_key:
        _discard(made.keys)
    return kept


@transaction.atomic
def _registered(row: File, file: Received, made: Stored | None) -> File:
    """Write ``row``, sharing the objects of a file with the same content where there is one.

    One at a time for one content and for one id: a twin must not be erased while it is being shared.
    """
    _lock(file.sha256, str(row.id))
    if earlier := _earlier(row.id, file, row.created_by):
        return earlier
    twin = _twin(file)
    found: File | Stored = twin or made or stored(file, here=deployed())
    row.family, row.content_type = found.family, found.content_type
    row.original_key, row.served_key, row.thumb_key = found.original_key, found.served_key, found.thumb_key
    row.served_type, row.width, row.height = found.served_type, found.width, found.height
    if isinstance(found, File):
        row.taken_lon, row.taken_lat, row.taken_at = found.taken_lon, found.taken_lat, found.taken_at
    else:
        row.taken_lon, row.taken_lat, row.taken_at = found.taken.lon, found.taken.lat, found.taken.at
    row.save(force_insert=True)
    return row


def _earlier(file_id: UUID | None, file: Received, actor: Actor) -> File | None:
    """What was received under this id before. Raises FileRefused when it was something else, or somebody else's."""
    earlier = File.objects.filter(pk=file_id).first() if file_id else None
    if earlier and (earlier.sha256 != file.sha256 or earlier.created_by_id != actor.pk):
        raise refusals.id_taken()
    return earlier


def _twin(file: Received) -> File | None:
    return File.objects.filter(sha256=file.sha256, erased_at=None).first()


def _lock(*names: str) -> None:
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"evidence {name}"])


def _discard(keys: Iterable[str]) -> None:
    store = deployed().store
    for key in keys:
        store.delete(key)


def retain(file_ids: Collection[UUID], *, until: datetime | None) -> None:
    """Keep these files until then (None: without end). Called by what they are attached to."""
    if file_ids:
        File.objects.filter(pk__in=file_ids, erased_at=None).update(retained_until=until)


def hold(file_id: UUID, *, reason: str) -> None:
    """Put a legal hold on a file: nothing erases it until ``release``. Raises HoldRefused, NotFound."""
    if not reason.strip():
        raise HoldRefused(_("请说明依法留存的理由。"), field="reason")
    _set_hold(file_id, reason.strip())


def release(file_id: UUID) -> None:
    """End the legal hold; the ordinary retention counts again. Raises NotFound."""
    _set_hold(file_id, "")


def _set_hold(file_id: UUID, reason: str) -> None:
    if not File.objects.filter(pk=file_id, erased_at=None).update(held_because=reason):
        raise NotFound


def erase_expired(*, at: datetime, most: int = 500) -> int:
    """Erase the bytes of files whose retention has ended; the row with its hash stays as a tombstone.

    Returns how many. Objects shared with a file that is still kept stay for that one.
    """
    expired = File.objects.filter(
        erased_at=None, retained_until__isnull=False, retained_until__lte=at, held_because=""
    ).order_by("retained_until")
    return sum(_erased(file_id, at=at) for file_id in list(expired.values_list("pk", flat=True)[:most]))


@transaction.atomic
def _erased(file_id: UUID, *, at: datetime) -> bool:
    # The content first, the row second: the same order as in receive().
    _lock(File.objects.values_list("sha256", flat=True).get(pk=file_id))
    file = File.objects.select_for_update().get(pk=file_id)
    if file.erased_at or file.held_because or file.retained_until is None or file.retained_until > at:
        return False
    keys = tuple(filter(None, (file.original_key, file.served_key, file.thumb_key)))
    is_shared = File.objects.filter(original_key=file.original_key, erased_at=None).exclude(pk=file_id).exists()
    file.original_key = file.served_key = file.thumb_key = file.original_name = ""
    file.taken_lon = file.taken_lat = file.taken_at = None
    file.erased_at = at
    file.save()
    if not is_shared:
        # Only once the row says so for good. A stop in between leaves orphans, and those are swept.
        transaction.on_commit(lambda: _discard(keys), robust=True)
    return True


def sweep_orphans(*, at: datetime) -> int:
    """Remove what no row speaks of: left by a stop between storing and committing. Returns how many objects.

    Keys are never used twice, so what is old and unknown stays unknown.
    """
    store = deployed().store
    removed = store.sweep_unfinished(before=at - ORPHAN_AGE)
    old = [key for key, written_at in store.listed() if written_at < at - ORPHAN_AGE]
    for start in range(0, len(old), SWEPT_AT_ONCE):
        some = old[start : start + SWEPT_AT_ONCE]
        known = set(
            File.objects.filter(original_key__in={_original_key(key) for key in some}).values_list(
                "original_key", flat=True
            )
        )
        orphans = [key for key in some if _original_key(key) not in known]
        _discard(orphans)
        removed += len(orphans)
    return removed


def _original_key(key: str) -> str:
    """Key of the original that lies beside ``key``; all objects of one file share a stem."""
    return key.rpartition(".")[0] + SEALED_SUFFIX


def register_basis(
    *,
    kind: str,
    title: str,
    actor: Actor,
    at: datetime,
    code: str = "",
    field: str = "",
    number: str = "",
    issuer: str = "",
    issued_on: date | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    note: str = "",
    source: str = "",
    confidence: str = "",
    file_id: UUID | None = None,
) -> BasisDocument:
    """Enter a policy, regulation or standard that rules rest on.

    code   short name by which lists refer to it; "" when nothing does
    field  which part of the standards library it belongs to, or ""
    Raises Refused.
    """
    number, issuer, code = number.strip(), issuer.strip(), code.strip()
    if kind not in BasisDocument.Kind.values:
        raise Refused(_("请选择依据的类别。"), field="kind")
    if field and field not in BasisDocument.Field.values:
        raise Refused(_("请选择标准库的类别。"), field="field")
    if not title.strip():
        raise Refused(_("请填写依据的名称。"), field="title")
    if valid_from and valid_to and valid_from >= valid_to:
        raise Refused(_("失效日期应晚于生效日期。"), field="valid_to")
    if number and BasisDocument.objects.filter(issuer=issuer, number=number).exists():
        raise Refused(_("这个文号已经登记。"), field="number")
    if code and BasisDocument.objects.filter(code=code).exists():
        raise Refused(_("这个代码已经有依据使用。"), field="code")
    return BasisDocument.objects.create(
        kind=kind, title=title.strip()[:200], code=code[:40], field=field, number=number[:80], issuer=issuer[:120],
        issued_on=issued_on, valid_from=valid_from, valid_to=valid_to, note=note[:400], source=source[:200],
        confidence=confidence[:10], file_id=file_id, registered_by=actor, registered_at=at,
    )  # fmt: skip


def end_basis(document: BasisDocument, *, valid_to: date, note: str) -> None:
    """Say from which day on ``document`` no longer holds, and why (``note``). Raises Refused."""
    if not note.strip():
        raise Refused(_("请写明失效的原因。"), field="note")
    if document.valid_from and document.valid_from >= valid_to:
        raise Refused(_("失效日期应晚于生效日期。"), field="valid_to")
    text = "；".join(part for part in (document.note, note.strip()) if part)
    BasisDocument.objects.filter(pk=document.pk).update(valid_to=valid_to, note=text[:400])
