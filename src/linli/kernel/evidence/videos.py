"""Videos (MP4, QuickTime, 3GP): checked for wholeness; the served copy is theirs with the metadata blanked.

Encoding anew would cost minutes of processor time for each, so the pictures stay as they are. Position, device and
author lie in boxes of their own beside them; those are turned into free space of the same length, so that no offset
inside the file changes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from linli.kernel.evidence import refusals
from linli.kernel.evidence.pictures import Taken

BLANKED = frozenset({b"udta", b"meta", b"uuid"})
INSIDE = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
"""Boxes that hold boxes, and are looked into."""
POSITION = re.compile(rb"([+-]\d{1,2}\.\d+)([+-]\d{1,3}\.\d+)[+-/]")
"""ISO 6709 in decimal degrees, as phones write it."""
METADATA_READ_BYTES = 65_536
MOST_BOXES = 20_000
DEEPEST = 6
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Box:
    """``start`` of its header, ``body`` where the content begins, ``end`` the byte after it."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Video:
    taken: Taken
    blanks: tuple[Box, ...]


def read_video(source: BinaryIO) -> Video:
    """What must be blanked in ``source``, and where and when it was taken. Raises FileRefused when it is not whole."""
    size = source.seek(0, 2)
    boxes = list(_boxes(source, 0, size, room=[MOST_BOXES]))
    if not {b"moov", b"mdat"} <= {box.kind for box in boxes}:
        raise refusals.damaged()
    blanks = [box for box in boxes if box.kind in BLANKED]
    blanks += [box for box in boxes if box.kind == b"trak" and _is_metadata_track(source, box, boxes)]
    lon, lat = _position(source, blanks)
    return Video(Taken(lon, lat, _made_at(source, boxes)), tuple(blanks))


def without_metadata(source: BinaryIO, video: Video, *, piece: int = 262_144) -> Iterator[bytes]:
    """``source`` in pieces, same length, with the boxes of ``video.blanks`` turned into zeroed free space."""
    source.seek(0)
    at = 0
    while content := source.read(piece):
        edited = bytearray(content)
        for box in video.blanks:
            _write_over(edited, at, start=box.start + 4, content=b"free")
            first, last = max(box.body, at), min(box.end, at + len(edited))
            if first < last:
                edited[first - at : last - at] = bytes(last - first)
        at += len(content)
        yield bytes(edited)


def _write_over(piece: bytearray, at: int, *, start: int, content: bytes) -> None:
    """Write ``content``, meant for offset ``start`` of the file, into the ``piece`` that begins at offset ``at``."""
    for index, byte in enumerate(content, start - at):
        if 0 <= index < len(piece):
            piece[index] = byte


def _boxes(source: BinaryIO, start: int, end: int, *, room: list[int], depth: int = 0) -> Iterator[Box]:
    """Every box between two offsets, outer before inner; ``room`` counts down how many may still come."""
    while start < end:
        box = _box(source, start, end)
        room[0] -= 1
        if room[0] < 0 or depth > DEEPEST:
            raise refusals.damaged()
        yield box
        if box.kind in INSIDE:
            yield from _boxes(source, box.body, box.end, room=room, depth=depth + 1)
        start = box.end


def _box(source: BinaryIO, start: int, end: int) -> Box:
    source.seek(start)
    header = source.read(16)
    length, body = int.from_bytes(header[:4], "big"), start + 8
    if length == 1:
        length, body = int.from_bytes(header[8:16], "big"), start + 16
    elif length == 0:
        length = end - start
    if len(header) < 8 or start + length > end or start + length < body:
        raise refusals.damaged()
    return Box(header[4:8], start, body, start + length)


def _is_metadata_track(source: BinaryIO, track: Box, boxes: Iterable[Box]) -> bool:
    for box in boxes:
        if box.kind == b"hdlr" and track.start < box.start < track.end:
            source.seek(box.body + 8)
            return source.read(4) == b"meta"
    return False


def _position(source: BinaryIO, blanks: Iterable[Box]) -> tuple[float | None, float | None]:
    for box in blanks:
        source.seek(box.body)
        found = POSITION.search(source.read(min(box.end - box.body, METADATA_READ_BYTES)))
        if found and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
            return float(found[2]), float(found[1])
    return None, None


def _made_at(source: BinaryIO, boxes: Iterable[Box]) -> datetime | None:
    header = next((box for box in boxes if box.kind == b"mvhd"), None)
    if header is None:
        return None
    source.seek(header.body)
    content = source.read(12)
    width = 8 if content[:1] == b"\x01" else 4
    seconds = int.from_bytes(content[4 : 4 + width], "big")
    if not 0 < seconds < 2**33:
        return None
    made = EPOCH + timedelta(seconds=seconds)
    return made if made.year >= 1990 else None
