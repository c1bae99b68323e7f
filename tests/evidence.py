"""Files for tests: small real photos, received as any other."""

import hashlib
import io
import random
from datetime import UTC, datetime

from PIL import Image

from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import GivenFile
from linli.kernel.org.models import Actor


def jpeg(seed: object = None) -> bytes:
    """A small real JPEG; another seed gives another picture."""
    shade = random.Random(str(seed)).randbytes(3)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), tuple(shade)).save(out, "JPEG")
    return out.getvalue()


def photo(actor: Actor, kind: str = "report", *, seed: object = None) -> GivenFile:
    """A photo received from ``actor``, ready to be given with a step."""
    raw = jpeg(seed if seed is not None else f"{actor.pk}{kind}")
    file = evidence.receive(
        io.BytesIO(raw), name=f"{kind}.jpg", claimed_sha256=hashlib.sha256(raw).hexdigest(), actor=actor,
        at=datetime(2026, 3, 2, 4, tzinfo=UTC),
    )  # fmt: skip
    return GivenFile(file.pk, file.sha256, kind)
