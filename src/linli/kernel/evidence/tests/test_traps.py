"""Files made to harm: each is refused with a clear message, or made harmless, and nothing is left behind."""

import errno
import hashlib
import io
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linli.kernel.evidence import commands, storage
from linli.kernel.evidence.models import File

PAGE = b"<html><script>alert(1)</script></html>"


def leftovers(store: Path) -> list[str]:
    return [path.name for path in store.rglob("*") if path.is_file()]


def refuse(receive, content: bytes, match: str, store: Path, **more: object) -> None:
    with pytest.raises(commands.FileRefused, match=match):
        receive(content, **more)
    assert leftovers(store) == []
    assert not File.objects.exists()


def test_a_page_hidden_behind_a_photo_is_not_in_what_is_served(receive, made, serve):
    polyglot = made.picture(comment=PAGE) + PAGE

    file = receive(polyglot, "harmless.html")

    served, content = serve(file)
    assert b"<script>" not in content
    assert content.startswith(b"\xff\xd8\xff")
    assert served.content_type == "image/jpeg"
    assert served.disposition == 'inline; filename="harmless.jpg"'


def test_a_photo_that_is_also_an_archive_is_served_as_pixels_alone(receive, made, serve):
    polyglot = made.picture("PNG") + made.office()

    file = receive(polyglot)

    assert b"PK\x03\x04" not in serve(file)[1]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>",
        b"<!doctype html>" + PAGE,
        b"#!/bin/sh\nrm -rf /",
        b"MZ" + bytes(200),
        b"\x7fELF" + bytes(200),
        b"GIF8" + bytes(200),
        b"plain words",
        b"\xff",
    ],
)
def test_drawings_pages_scripts_and_programs_are_refused_whatever_they_are_called(receive, content, store):
    refuse(receive, content, "不支持这种文件", store, name="photo.jpg")


def bomb_png(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than anybody should decode."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_000, 30_000])
def test_a_bomb_of_a_hundred_megapixels_is_refused_before_it_is_decoded(receive, store, side, monkeypatch):
    def never(*_args: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)

    refuse(receive, bomb_png(side, side), "尺寸过大", store)


def test_a_photo_cut_off_on_the_way_is_refused(receive, made, store):
    whole = made.picture(size=(640, 480))

    refuse(receive, whole[: len(whole) // 2], "不完整", store)


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\x00\x00\x00WEBPVP8 "])
def test_rubble_behind_the_first_bytes_of_a_photo_is_refused(receive, start, store):
    refuse(receive, start + bytes(range(256)) * 4, "不完整", store)


def test_rubble_in_a_heic_is_refused(receive, store):
    sample = (Path(__file__).parent / "samples" / "gps.heic").read_bytes()

    refuse(receive, sample[:200] + bytes(len(sample) - 200), "不完整", store)


def test_an_empty_file_is_refused(receive, store):
    refuse(receive, b"", "空的", store)


def test_a_photo_beyond_its_bound_is_refused_while_reading(receive, made, tight, store):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            Endless.given += size
            return b"\xff\xd8\xff" + bytes(size - 3)

    with pytest.raises(commands.FileRefused, match="文件过大"):
        commands.receive(Endless(), name="x", actor=None, at=None)

    assert Endless.given < 2_000_000
    assert leftovers(store) == []


def test_bytes_other_than_the_phone_claimed_are_refused(receive, made, store):
    refuse(receive, made.picture(), "校验值不一致", store, claimed_sha256="0" * 64)


def test_a_claim_that_is_no_hash_is_refused(receive, made, store):
    refuse(receive, made.picture(), "校验值格式", store, claimed_sha256="abc")


def test_a_document_that_unpacks_a_thousandfold_is_refused(receive, made, store):
    bomb = made.office(parts={"word/media/x.xml": bytes(40_000_000)})

    refuse(receive, bomb, "解压后过大", store)


def test_a_workbook_that_unpacks_beyond_the_bound_is_refused(receive, made, tight, store):
    refuse(receive, made.office("xl/workbook.xml", parts={"xl/a": bytes(6_000_000)}), "解压后过大", store)


def test_a_part_that_lies_about_its_size_is_refused(receive, made, store):
    honest = made.office(parts={"word/media/x.xml": bytes(3_000_000)})
    told = struct.pack("<I", 3_000_000)
    assert honest.count(told) >= 1

    refuse(receive, honest.replace(told, struct.pack("<I", 10)), "不完整", store)


def test_parts_that_share_their_bytes_are_refused(receive, made, store):
    """One packed part listed many times: the trick of bombs without nested archives."""
    content = made.office(parts={f"x{n}": os.urandom(5_000) if n == 0 else b"" for n in range(60)})
    archive = zipfile.ZipFile(io.BytesIO(content))
    big = next(part for part in archive.infolist() if part.filename == "x0")
    start = archive.start_dir
    listed = bytearray(content[start:])
    at = 0
    while (at := listed.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<III", listed, at + 16, big.CRC, big.compress_size, big.file_size)
        at += 46

    refuse(receive, content[:start] + bytes(listed), "解压后过大", store)


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "Basic/script-lb.xml", "xl/macrosheets/sheet1.xml"])
def test_office_files_with_programs_inside_are_refused(receive, made, part, store):
    refuse(receive, made.office(parts={part: b"x"}), "含有宏", store)


def test_an_archive_that_is_no_office_file_is_refused(receive, store):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.html", PAGE)

    refuse(receive, buffer.getvalue(), "不支持这种文件", store, name="report.docx")


def test_a_part_that_leads_outside_is_refused(receive, made, store):
    refuse(receive, made.office(parts={"../../etc/cron.d/x": b"x"}), "不完整", store)


@pytest.mark.parametrize(("stream", "match"), [("_VBA_PROJECT", "含有宏"), ("Nothing known", "不支持这种文件")])
def test_old_office_files_with_macros_or_of_unknown_kind_are_refused(receive, stream, match, store):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + f"{stream}\0".encode("utf-16-le")

    refuse(receive, content, match, store)


def test_a_pdf_without_its_end_is_refused(receive, store):
    refuse(receive, b"%PDF-1.7\n" + bytes(5_000), "不完整", store)


def test_a_video_without_its_end_is_refused(receive, made, store):
    refuse(receive, made.video()[:-50], "不完整", store)


def test_a_video_of_boxes_in_boxes_without_end_is_refused(receive, made, store):
    nested = b""
    for _ in range(3_000):
        nested = made.box(b"moov", nested)

    refuse(receive, made.box(b"ftyp", b"isom", bytes(4)) + nested, "不完整", store)


def test_a_full_disk_leaves_nothing_behind(receive, made, store, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)

    with pytest.raises(commands.StorageRefused, match="空间不足"):
        receive(made.picture())

    assert leftovers(store) == []
    assert not File.objects.exists()


def test_a_disk_that_fills_up_at_the_original_takes_the_copies_away_again(receive, made, store, monkeypatch):
    kept = storage.DiskStore.put

    def fills_up(self: storage.DiskStore, key: str, pieces: object) -> None:
        if key.endswith(".sealed"):
            raise commands.StorageRefused("full")
        kept(self, key, pieces)

    monkeypatch.setattr(storage.DiskStore, "put", fills_up)

    with pytest.raises(commands.StorageRefused):
        receive(made.picture())

    assert leftovers(store) == []


KILLED = """
import os, pathlib, sys
from linli.kernel.evidence import storage
store = storage.DiskStore(pathlib.Path(sys.argv[1]))
store.put("aa/bb/whole.view", [b"whole"])
storage.os.fsync = lambda _handle: os._exit(9)
store.put("aa/bb/half.view", [b"half"])
"""


def test_a_write_killed_half_way_is_never_visible_and_swept_later(store):
    """The process is gone between the last byte and the rename: no clean-up of ours runs."""
    killed = subprocess.run([sys.executable, "-c", KILLED, str(store)], check=False, timeout=60)
    assert killed.returncode == 9

    place = storage.DiskStore(store)
    assert [key for key, _at in place.listed()] == ["aa/bb/whole.view"]
    [half] = (store / "incoming").iterdir()
    os.utime(half, (0, 0))
    assert place.sweep_unfinished(before=datetime.now(UTC)) == 1
    assert leftovers(store) == ["whole.view"]


def test_the_hash_is_that_of_the_bytes_as_they_came(receive, made):
    content = made.picture(exif=made.exif())

    file = receive(content, claimed_sha256=hashlib.sha256(content).hexdigest().upper())

    assert file.sha256 == file.claimed_sha256 == hashlib.sha256(content).hexdigest()
