"""What is known of files, and the one way to their bytes. The caller has checked that the reader may see the matter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from django.db.models import Q
from django.utils.http import content_disposition_header

from linli.kernel.errors import NotFound
from linli.kernel.evidence import documents, kinds
from linli.kernel.evidence.deployed import deployed
from linli.kernel.evidence.models import BasisDocument, File
from linli.kernel.evidence.originals import hash_of_sealed
from linli.kernel.org.sealing import SealBroken

SHOWN_INLINE = frozenset({"image/jpeg", "image/webp"})
"""Only what we encoded ourselves is ever shown in a page; everything else is handed over as an attachment."""
SUFFIXES = {kind.content_type: kind.suffix for kind in (*kinds.ALL, *documents.KINDS)}


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A copy ready to be sent. ``stream`` must be closed by whoever sends it.

    length       bytes
    disposition  value of Content-Disposition
    """

    stream: BinaryIO
    content_type: str
    etag: str
    length: int
    disposition: str

    @property
    def headers(self) -> dict[str, str]:
        """Everything the answer must carry; nothing in it can run, whatever a browser makes of it."""
        return {
            "Content-Type": self.content_type,
            "Content-Length": str(self.length),
            "Content-Disposition": self.disposition,
            "ETag": self.etag,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=86400, immutable",
        }


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What pages show of a file. ``is_erased``: only its hash is left."""

    id: UUID
    name: str
    family: str
    content_type: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    taken_lon: float | None
    taken_lat: float | None
    taken_at: datetime | None
    has_thumb: bool
    is_erased: bool


def open_served(file_id: UUID, *, variant: str = "view") -> ServedFile:
    """The served copy of a file: ``view``, or ``thumb`` for photos. Raises NotFound."""
    file = File.objects.filter(pk=file_id, erased_at=None).first()
    key = {"view": file.served_key, "thumb": file.thumb_key}.get(variant, "") if file else ""
    if file is None or not key:
        raise NotFound
    stream, length = deployed().store.open(key)
    inline = file.served_type in SHOWN_INLINE
    name = file.original_name.rpartition(".")[0] or file.original_name
    disposition = content_disposition_header(not inline, name + SUFFIXES.get(file.served_type, ""))
    return ServedFile(stream, file.served_type, f'"{file.id.hex}-{variant}"', length, disposition or "attachment")


def files(file_ids: Collection[UUID]) -> dict[UUID, FileFacts]:
    """Facts of these files by id, in one query; unknown ids are left out."""
    return {file.pk: _facts(file) for file in File.objects.filter(pk__in=file_ids)}


def _facts(file: File) -> FileFacts:
    return FileFacts(
        id=file.pk,
        name=file.original_name,
        family=file.family,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        width=file.width,
        height=file.height,
        taken_lon=file.taken_lon,
        taken_lat=file.taken_lat,
        taken_at=file.taken_at,
        has_thumb=bool(file.thumb_key),
        is_erased=file.erased_at is not None,
    )


def hashes_of(file_ids: Sequence[UUID]) -> list[str]:
    """SHA-256 (hex) of the originals, in the order asked, for the journal. Raises NotFound when one is unknown."""
    known = dict(File.objects.filter(pk__in=file_ids).values_list("pk", "sha256"))
    if len(known) != len(set(file_ids)):
        raise NotFound
    return [known[file_id] for file_id in file_ids]


def hashes_from(actor_id: UUID, file_ids: Collection[UUID]) -> dict[UUID, str]:
    """SHA-256 (hex) of those of these files that ``actor_id`` sent and that are still kept."""
    rows = File.objects.filter(pk__in=file_ids, created_by_id=actor_id, erased_at=None)
    return dict(rows.values_list("pk", "sha256"))


def are_any_taken(file_ids: Collection[UUID]) -> bool:
    """Whether one of these numbers was used for a file before, by whomever, kept or not."""
    return bool(file_ids) and File.objects.filter(pk__in=file_ids).exists()


def is_original_intact(file_id: UUID) -> bool:
    """Whether the sealed original still opens and is the file whose hash was kept. Raises NotFound."""
    file = File.objects.filter(pk=file_id, erased_at=None).first()
    if file is None:
        raise NotFound
    try:
        stream, _length = deployed().store.open(file.original_key)
        with stream:
            return hash_of_sealed(stream) == file.sha256
    except (SealBroken, NotFound):
        return False


@dataclass(frozen=True, slots=True)
class Basis:
    """A basis document as shown beside the rules that rest on it."""

    id: int
    kind: str
    title: str
    number: str
    issuer: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    file_id: UUID | None


def basis_documents(*, on: date, text: str = "", most: int = 100) -> list[Basis]:
    """Those in force on a day, newest first; ``text`` is looked for in title, number and issuer."""
    rows = BasisDocument.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on)
    )
    if text:
        rows = rows.filter(Q(title__contains=text) | Q(number__contains=text) | Q(issuer__contains=text))
    return [_basis(row) for row in rows.order_by("-issued_on", "-id")[:most]]


def get_basis(basis_id: int) -> Basis:
    """Raises NotFound."""
    row = BasisDocument.objects.filter(pk=basis_id).first()
    if row is None:
        raise NotFound
    return _basis(row)


def _basis(row: BasisDocument) -> Basis:
    return Basis(
        id=row.pk,
        kind=str(row.get_kind_display()),
        title=row.title,
        number=row.number,
        issuer=row.issuer,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        file_id=row.file_id,
    )
