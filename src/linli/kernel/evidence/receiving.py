"""From a stream of unknown bytes to checked copies in storage. Nothing here touches the database."""

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from linli.kernel.errors import Refused
from linli.kernel.evidence import refusals
from linli.kernel.evidence.deployed import Deployed
from linli.kernel.evidence.documents import read_document
from linli.kernel.evidence.kinds import HEAD_BYTES, M4A, Kind, kind_of
from linli.kernel.evidence.originals import sealed
from linli.kernel.evidence.pictures import Taken, read_picture
from linli.kernel.evidence.sounds import read_sound
from linli.kernel.evidence.storage import FULL
from linli.kernel.evidence.videos import read_video, without_metadata
from linli.kernel.org.keys import new_key

PIECE_BYTES = 262_144
IN_MEMORY_BYTES = 2_000_000
NAME_LENGTH = 200
SHA256 = re.compile(r"[0-9a-f]{64}")
SEALED_SUFFIX = ".sealed"
NOT_SAID = Taken()


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived: its bytes in a nameless temporary file that vanishes with the process."""

    body: BinaryIO
    sha256: str
    size: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Stored:
    """What was found in the file and where its two or three objects lie."""

    family: str
    content_type: str
    original_key: str
    served_key: str
    served_type: str
    thumb_key: str = ""
    width: int | None = None
    height: int | None = None
    taken: Taken = NOT_SAID

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.original_key, self.served_key, self.thumb_key)))


@contextmanager
def received(stream: BinaryIO, *, claimed_sha256: str, here: Deployed) -> Iterator[Received]:
    """Read ``stream`` to its end or its bound, hashing on the way.

    Raises FileRefused: empty, unknown kind, too large, not the bytes the sender claimed.
    """
    claim = claimed_sha256.strip().lower()
    if claim and not SHA256.fullmatch(claim):
        raise refusals.claim_malformed()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as body:
        sha256, size, kind = _copied(stream, body, here=here)  # type: ignore[arg-type]  # a file in all but its type
        if claim and claim != sha256:
            raise refusals.changed_on_the_way()
        yield Received(body, sha256, size, kind)  # type: ignore[arg-type]  # as above


def _copied(stream: BinaryIO, body: BinaryIO, *, here: Deployed) -> tuple[str, int, Kind]:
    digest, size, kind = hashlib.sha256(), 0, None
    head = _at_least(stream, HEAD_BYTES)
    piece = head
    while piece:
        kind = kind or kind_of(head)
        if kind is None:
            raise refusals.unknown_kind()
        size += len(piece)
        if size > here.limits.bytes_of(kind.family):
            raise refusals.too_large(here.limits.bytes_of(kind.family))
        digest.update(piece)
        _write(body, piece)
        piece = stream.read(PIECE_BYTES)
    if kind is None:
        raise refusals.empty()
    return digest.hexdigest(), size, kind


def _at_least(stream: BinaryIO, wanted: int) -> bytes:
    """The first ``wanted`` bytes or more; a stream from the network may give fewer at once."""
    head = b""
    while len(head) < wanted and (piece := stream.read(PIECE_BYTES)):
        head += piece
    return head


def _write(body: BinaryIO, piece: bytes) -> None:
    try:
        body.write(piece)
    except OSError as error:
        if error.errno in FULL:
            raise refusals.storage_full() from error
        raise


def stored(file: Received, *, here: Deployed) -> Stored:
    """Check ``file`` by its kind and put its sealed original and its served copy into the store.

    Raises FileRefused, StorageRefused; then nothing is left in the store.
    """
    name = new_key().hex
    stem = f"{name[-2:]}/{name[-4:-2]}/{name}"
    makers = {"photo": _photo, "video": _video, "audio": _audio, "document": _document}
    found, copies = makers[file.kind.family](file, stem, here)
    done: list[str] = []
    try:
        for key, pieces in (*copies, (found.original_key, sealed(_pieces(file.body)))):
            here.store.put(key, pieces)
            done.append(key)
    except Refused:
        with suppress(Refused):  # Where the store is out of reach, the sweep removes them later.
            for key in done:
                here.store.delete(key)
        raise
    return found


Copies = tuple[tuple[str, Iterable[bytes]], ...]


def _photo(file: Received, stem: str, here: Deployed) -> tuple[Stored, Copies]:
    picture = read_picture(file.body, kind=file.kind, limits=here.limits)
    found = Stored(
        family="photo",
        content_type=file.kind.content_type,
        original_key=stem + SEALED_SUFFIX,
        served_key=stem + ".view",
        served_type=picture.content_type,
        thumb_key=stem + ".thumb",
        width=picture.width,
        height=picture.height,
        taken=picture.taken,
    )
    return found, ((found.served_key, (picture.view,)), (found.thumb_key, (picture.thumb,)))


def _video(file: Received, stem: str, _here: Deployed) -> tuple[Stored, Copies]:
    video, content_type = read_video(file.body), file.kind.content_type
    found = Stored("video", content_type, stem + SEALED_SUFFIX, stem + ".view", content_type, taken=video.taken)
    return found, ((found.served_key, without_metadata(file.body, video)),)


def _audio(file: Received, stem: str, _here: Deployed) -> tuple[Stored, Copies]:
    content_type = file.kind.content_type
    found = Stored("audio", content_type, stem + SEALED_SUFFIX, stem + ".view", content_type)
    if file.kind == M4A:
        return found, ((found.served_key, without_metadata(file.body, read_video(file.body))),)
    read_sound(file.body, kind=file.kind)
    return found, ((found.served_key, _pieces(file.body)),)


def _document(file: Received, stem: str, here: Deployed) -> tuple[Stored, Copies]:
    content_type = read_document(file.body, kind=file.kind, limits=here.limits).content_type
    found = Stored("document", content_type, stem + SEALED_SUFFIX, stem + ".view", content_type)
    return found, ((found.served_key, _pieces(file.body)),)


def _pieces(body: BinaryIO) -> Iterator[bytes]:
    body.seek(0)
    while piece := body.read(PIECE_BYTES):
        yield piece


def plain_name(name: str, *, suffix: str) -> str:
    """``name`` without folders and control characters, never empty, at most 200 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return shown[-NAME_LENGTH:] or "file" + suffix
