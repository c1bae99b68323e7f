"""Drawn pictures for the demonstration's evidence: a street before and after; plainly drawings, not photos."""

import hashlib
import io
import random
from datetime import datetime

from PIL import Image, ImageDraw

from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import GivenFile
from linli.kernel.org.models import Actor

SIZE = (960, 720)
SCENES = 6


def draw(scene: int, *, mended: bool) -> bytes:
    """One street scene as JPEG: a hole, rubbish or a dark lamp; or the same with it mended."""
    chance = random.Random(scene)
    image = Image.new("RGB", SIZE, (206, 222, 231))
    pen = ImageDraw.Draw(image)
    for left in range(0, 960, 160):
        top = chance.randint(90, 240)
        pen.rectangle((left, top, left + 148, 420), fill=(chance.randint(150, 200), chance.randint(150, 190), 165))
        for x in range(left + 16, left + 132, 36):
            for y in range(top + 20, 400, 48):
                pen.rectangle((x, y, x + 20, y + 28), fill=(235, 238, 226))
    pen.rectangle((0, 420, 960, 520), fill=(188, 182, 172))
    pen.rectangle((0, 520, 960, 720), fill=(96, 100, 106))
    for x in range(20, 960, 140):
        pen.rectangle((x, 612, x + 70, 622), fill=(232, 232, 224))
    (_hole, _rubbish, _lamp)[scene % 3](pen, mended=mended)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _hole(pen: ImageDraw.ImageDraw, *, mended: bool) -> None:
    pen.ellipse((380, 540, 560, 620), fill=(60, 62, 66) if mended else (12, 12, 14), outline=(150, 150, 150), width=6)
    if mended:
        for x in range(410, 540, 26):
            pen.line((x, 556, x, 604), fill=(120, 124, 130), width=5)
    else:
        pen.polygon(((330, 600), (360, 530), (390, 600)), fill=(238, 140, 40))


def _rubbish(pen: ImageDraw.ImageDraw, *, mended: bool) -> None:
    pen.rectangle((300, 380, 380, 500), fill=(44, 122, 92))
    if not mended:
        for n, colour in enumerate(((52, 52, 56), (240, 240, 240), (70, 90, 150), (160, 120, 80), (30, 30, 30))):
            pen.ellipse((380 + n * 42, 440 + n % 2 * 24, 440 + n * 42, 506 + n % 2 * 10), fill=colour)


def _lamp(pen: ImageDraw.ImageDraw, *, mended: bool) -> None:
    pen.rectangle((640, 120, 652, 500), fill=(70, 74, 80))
    pen.rectangle((560, 112, 652, 124), fill=(70, 74, 80))
    pen.ellipse((536, 108, 596, 140), fill=(255, 232, 140) if mended else (90, 92, 96))
    if mended:
        pen.polygon(((540, 140), (592, 140), (660, 420), (470, 420)), fill=(246, 238, 196))


def album(actor: Actor, *, at: datetime) -> list[tuple[GivenFile, GivenFile]]:
    """Before and after of each scene, received as any other evidence."""
    return [(_receive(scene, "before", actor, at), _receive(scene, "after", actor, at)) for scene in range(SCENES)]


def _receive(scene: int, kind: str, actor: Actor, at: datetime) -> GivenFile:
    raw = draw(scene, mended=kind == "after")
    digest = hashlib.sha256(raw).hexdigest()
    file = evidence.receive(io.BytesIO(raw), name=f"{kind}-{scene}.jpg", claimed_sha256=digest, actor=actor, at=at)
    return GivenFile(file.pk, file.sha256, kind, is_public=True)
