"""Photos: what they tell about time and place, and the copies that are served in their stead.

Decoding and encoding anew is what makes a served photo harmless: whatever else the file carried (a page, a script,
an archive, a position) is not in the pixels and so not in the copy.
"""

import io
import math
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO

import pi_heif  # type: ignore[import-untyped]  # ships no types
from PIL import ExifTags, Image, ImageCms, ImageOps

from linli.kernel.evidence import refusals
from linli.kernel.evidence.kinds import Kind
from linli.kernel.evidence.limits import Limits

pi_heif.register_heif_opener()

CHINA = timezone(timedelta(hours=8))
"""Assumed where a camera names no offset."""
JPEG_QUALITY = 82
WEBP_QUALITY = 82
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error)
"""What Pillow's decoders raise on broken input."""
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Taken:
    """Where (WGS84 degrees) and when the camera says it was; None where it does not say."""

    lon: float | None = None
    lat: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """``width`` and ``height`` as a person sees it, turned upright; ``view`` and ``thumb`` are ``content_type``."""

    width: int
    height: int
    taken: Taken
    content_type: str
    view: bytes
    thumb: bytes


def read_picture(source: BinaryIO, *, kind: Kind, limits: Limits) -> Picture:
    """Decode ``source`` and make its copies. An animation is served as its first frame.

    Raises FileRefused: too many pixels (seen in the header, before anything is decoded), or not a whole picture.
    """
    with _opened(source, kind=kind, limits=limits) as image:
        taken, turned = _taken(image.getexif()), _is_on_its_side(image)
        width, height = image.size
        upright = _upright(image, longest_px=limits.view_px)
    if turned:
        width, height = height, width
    view, content_type = _encoded(upright)
    upright.thumbnail((limits.thumb_px, limits.thumb_px), Image.Resampling.LANCZOS)
    thumb, _type = _encoded(upright)
    return Picture(width, height, taken, content_type, view, thumb)


@contextmanager
def _opened(source: BinaryIO, *, kind: Kind, limits: Limits) -> Iterator[Image.Image]:
    source.seek(0)
    try:
        with Image.open(source, formats=(kind.decoder,)) as image:
            if image.width * image.height > limits.pixels:
                raise refusals.too_many_pixels(limits.pixels)
            yield image
    except BOMB:
        raise refusals.too_many_pixels(limits.pixels) from None
    except UNREADABLE:
        raise refusals.damaged() from None


def _is_on_its_side(image: Image.Image) -> bool:
    return image.getexif().get(ExifTags.Base.Orientation, 1) in {5, 6, 7, 8}


def _upright(image: Image.Image, *, longest_px: int) -> Image.Image:
    """Plain RGB or RGBA in sRGB, at most ``longest_px`` long, freed from everything that is not a pixel.

    Made small before anything else, so that no second full-size copy is held in memory.
    """
    image.draft("RGB", (longest_px, longest_px))
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA"} else None
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    small = image if image.mode == wanted else image.convert(wanted)
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    small = ImageOps.exif_transpose(small)
    if profile:
        _to_srgb(small, profile)
    small.info.clear()
    return small


def _to_srgb(image: Image.Image, profile: bytes) -> None:
    try:
        origin = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(image, origin, ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, OSError):
        return  # A broken profile is no reason to refuse a photo; its colours are shown as they are.


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    """JPEG, which costs a tenth of WebP to make; WebP only where there is transparency to keep.

    Not progressive: that is an eighth smaller, but costs seven times as much, and a morning brings 4,000 photos.
    """
    buffer = io.BytesIO()
    if image.mode == "RGBA":
        image.save(buffer, "WEBP", quality=WEBP_QUALITY, method=2)
        return buffer.getvalue(), "image/webp"
    image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue(), "image/jpeg"


def _taken(exif: Image.Exif) -> Taken:
    try:
        gps, detail = exif.get_ifd(ExifTags.IFD.GPSInfo), exif.get_ifd(ExifTags.IFD.Exif)
    except UNREADABLE:
        return Taken()
    lat = _degrees(gps.get(2), gps.get(1), south_or_west="S", limit=90)
    lon = _degrees(gps.get(4), gps.get(3), south_or_west="W", limit=180)
    if lat is None or lon is None or (lat == 0 and lon == 0):
        lat = lon = None
    stamp = detail.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    return Taken(lon, lat, _moment(stamp, detail.get(ExifTags.Base.OffsetTimeOriginal)))


def _degrees(parts: object, side: object, *, south_or_west: str, limit: int) -> float | None:
    """Degrees from degrees, minutes and seconds; None when cameras or forgers wrote nonsense."""
    try:
        whole, minutes, seconds = (float(part) for part in parts)  # type: ignore[attr-defined]  # checked by the except
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = whole + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= limit:
        return None
    return -value if str(side).strip("\0 ").upper() == south_or_west else value


def _moment(stamp: object, offset: object) -> datetime | None:
    try:
        local = datetime.strptime(str(stamp).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=_zone(offset))
    except ValueError:
        return None
    return local.astimezone(UTC) if local.year >= 1990 else None


def _zone(offset: object) -> timezone:
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(offset).strip("\0 "))
    if not found or int(found[2]) > 14 or int(found[3]) > 59:
        return CHINA
    shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-shift if found[1] == "-" else shift)
