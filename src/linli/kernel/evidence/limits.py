"""How large a file may be, by family. Values of a deployment; these are the defaults."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds checked before anything is decoded or unpacked.

    pixels            width × height of a picture; a 50-megapixel phone camera fits, a 100-megapixel bomb does not
    unpacked_bytes    sum of an office file's parts once unpacked
    unpacked_ratio    largest growth when unpacking, applied above ``unpacked_floor`` bytes: small text packs very well
    view_px, thumb_px longest side of the two served copies of a photo
    """

    photo_bytes: int = 20 * MEGABYTE
    video_bytes: int = 200 * MEGABYTE
    audio_bytes: int = 20 * MEGABYTE
    document_bytes: int = 50 * MEGABYTE
    pixels: int = 64_000_000
    unpacked_bytes: int = 300 * MEGABYTE
    unpacked_ratio: int = 100
    unpacked_floor: int = 10 * MEGABYTE
    unpacked_parts: int = 10_000
    view_px: int = 2560
    thumb_px: int = 320

    def bytes_of(self, family: str) -> int:
        """Largest size of a file of ``family``, in bytes."""
        of = {"photo": self.photo_bytes, "video": self.video_bytes, "audio": self.audio_bytes}
        return of.get(family, self.document_bytes)

    @property
    def largest_bytes(self) -> int:
        return max(self.photo_bytes, self.video_bytes, self.document_bytes)
