"""A store of its own for every test, and files made on the spot."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from linli.kernel.evidence import commands, deployed, queries
from linli.kernel.evidence.limits import Limits
from linli.kernel.evidence.models import File
from linli.kernel.org.models import Actor

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
OPENXML_TYPES = b'<?xml version="1.0"?><Types/>'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """The folder that is the store during the test."""
    before = deployed.deployed()
    deployed.install(store=str(tmp_path / "store"))
    yield tmp_path / "store"
    deployed._now[:] = [before]


@pytest.fixture
def tight(store: Path) -> Limits:
    """Small bounds, so that tests need not make large files."""
    limits = Limits(photo_bytes=30_000, document_bytes=60_000, pixels=1_000_000, unpacked_bytes=5_000_000)
    deployed.install(store=str(store), limits=limits)
    return limits


@pytest.fixture
def hua(db: None) -> Actor:
    return Actor.objects.create(kind="staff", name="华")


@pytest.fixture
def receive(store: Path, hua: Actor):
    """Receive bytes as Hua at noon."""

    def _receive(content: bytes, name: str = "现场.jpg", **more: object) -> File:
        return commands.receive(io.BytesIO(content), name=name, **{"actor": hua, "at": NOON, **more})

    return _receive


@pytest.fixture
def serve():
    """The answer for a served copy, and its bytes."""

    def _serve(file: File, variant: str = "view") -> tuple[queries.ServedFile, bytes]:
        answer = queries.open_served(file.pk, variant=variant)
        with answer.stream as stream:
            return answer, stream.read()

    return _serve


def picture(form: str = "JPEG", *, size: tuple[int, int] = (64, 48), mode: str = "RGB", **save: object) -> bytes:
    """A picture with a gradient, so that it does not pack to nothing."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, form, **save)
    return buffer.getvalue()


def exif(
    *, turned: int = 1, lat: tuple[float, float, float] = (31, 13, 12.34), at: str = "2026:03:02 12:00:00"
) -> bytes:
    """EXIF as a phone in Shanghai writes it."""
    found = Image.Exif()
    found[0x0112] = turned
    found.get_ifd(0x8825).update(
        {1: "N", 2: tuple(map(IFDRational, lat)), 3: "E", 4: tuple(map(IFDRational, (121, 25, 43.21)))}
    )
    found.get_ifd(0x8769).update({0x9003: at, 0x9011: "+08:00"})
    return found.tobytes()


def office(main_part: str = "word/document.xml", *, parts: dict[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", OPENXML_TYPES)
        archive.writestr(main_part, b"<w:document>text</w:document>")
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def video(*, brand: bytes = b"isom") -> bytes:
    """The boxes of an MP4 from a phone: made at NOON, in Shanghai, on a named device."""
    made = int((NOON - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    header = box(b"mvhd", bytes(4), made.to_bytes(4, "big"), bytes(92))
    place = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7+31.2201+121.4287/"), box(b"\xa9mod", b"Sample phone"))
    sound = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), b"soun", bytes(12))))
    notes = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), b"meta", bytes(12), b"secret track")))
    return (
        box(b"ftyp", brand, bytes(4), b"mp42")
        + box(b"moov", header, sound, notes, place)
        + box(b"mdat", b"frames" * 99)
    )


@pytest.fixture
def made() -> SimpleNamespace:
    """Makers of files, so that test modules need not import from here."""
    return SimpleNamespace(picture=picture, exif=exif, office=office, box=box, video=video)
