"""Voice notes as browsers record them (WebM and Ogg with Opus or Vorbis): sound alone, and known from its head.

What a browser records carries neither position nor device, so the served copy is the recording itself.
"""

from typing import BinaryIO

from linli.kernel.evidence import refusals
from linli.kernel.evidence.kinds import OGG, Kind

HEAD_BYTES = 65_536
"""Where a recording says what is in it."""


def read_sound(source: BinaryIO, *, kind: Kind) -> None:
    """Return when ``source`` holds sound and nothing else. Raises FileRefused."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if kind == OGG:
        is_sound = b"OpusHead" in head or b"\x01vorbis" in head
    else:
        is_sound = b"webm" in head[:64] and (b"A_OPUS" in head or b"A_VORBIS" in head) and b"V_" not in head[:4096]
    if not is_sound:
        raise refusals.unknown_kind()
