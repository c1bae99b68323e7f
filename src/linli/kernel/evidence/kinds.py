"""What a file is, told from its first bytes. Names and declared types are not believed."""

from dataclasses import dataclass

HEAD_BYTES = 64
"""How much of a file ``kind_of`` needs to see."""


@dataclass(frozen=True, slots=True)
class Kind:
    """decoder  name of the one Pillow decoder that may open it; "" when it is not a picture."""

    family: str
    content_type: str
    suffix: str
    decoder: str = ""


JPEG = Kind("photo", "image/jpeg", ".jpg", "JPEG")
PNG = Kind("photo", "image/png", ".png", "PNG")
GIF = Kind("photo", "image/gif", ".gif", "GIF")
WEBP = Kind("photo", "image/webp", ".webp", "WEBP")
HEIC = Kind("photo", "image/heic", ".heic", "HEIF")
AVIF = Kind("photo", "image/avif", ".avif", "AVIF")
MP4 = Kind("video", "video/mp4", ".mp4")
QUICKTIME = Kind("video", "video/quicktime", ".mov")
THREE_GP = Kind("video", "video/3gpp", ".3gp")
WEBM = Kind("audio", "audio/webm", ".weba")
"""A voice note as browsers of phones record it; ``sounds`` refuses one that holds pictures."""
OGG = Kind("audio", "audio/ogg", ".ogg")
M4A = Kind("audio", "audio/mp4", ".m4a")
PDF = Kind("document", "application/pdf", ".pdf")
PACKED = Kind("document", "application/zip", ".zip")
"""A zip that claims to be an office file; ``documents`` tells which, or refuses it."""
COMPOUND = Kind("document", "application/x-ole-storage", ".ole")
"""An office file of before 2007; ``documents`` tells which, or refuses it."""

ALL = (JPEG, PNG, GIF, WEBP, HEIC, AVIF, MP4, QUICKTIME, THREE_GP, WEBM, OGG, M4A, PDF)

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"\x1a\x45\xdf\xa3", WEBM),
    (b"OggS", OGG),
    (b"PK\x03\x04", PACKED),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", COMPOUND),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_MP4_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV"})


def kind_of(head: bytes) -> Kind | None:
    """The kind that starts with ``head``; None for everything that is not accepted as evidence."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    return None


def _by_brand(head: bytes) -> Kind | None:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    main, others = head[8:12], {head[at : at + 4] for at in range(16, length - 3, 4)}
    if main in {b"avif", b"avis"} or (main == b"mif1" and b"avif" in others):
        return AVIF
    if main in _HEIC_BRANDS:
        return HEIC
    if main == b"qt  ":
        return QUICKTIME
    if main == b"M4A ":
        return M4A
    if main.startswith((b"3gp", b"3g2")):
        return THREE_GP
    return MP4 if main in _MP4_BRANDS else None
