"""Documents: PDF, OFD and office files. They are checked and bounded, not made anew, and served as attachments only."""

import struct
import zipfile
import zlib
from typing import BinaryIO

from linli.kernel.evidence import refusals
from linli.kernel.evidence.kinds import COMPOUND, PACKED, Kind
from linli.kernel.evidence.limits import Limits

PDF_TAIL_BYTES = 2048
"""A whole PDF ends in %%EOF, give or take what mail programs append."""
MACROS = ("/vbaproject.bin", "/vbadata.xml", "/macrosheets/", "/basic/", "/scripts/", "/activex/")
"""Parts of packed office files that carry programs."""
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, struct.error)

_OPENXML = "application/vnd.openxmlformats-officedocument."
_BY_MAIN_PART = {
    "word/document.xml": Kind("document", _OPENXML + "wordprocessingml.document", ".docx"),
    "xl/workbook.xml": Kind("document", _OPENXML + "spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": Kind("document", _OPENXML + "presentationml.presentation", ".pptx"),
    "OFD.xml": Kind("document", "application/ofd", ".ofd"),
}
_OPENDOCUMENT = "application/vnd.oasis.opendocument."
_BY_MIMETYPE = {
    _OPENDOCUMENT + "text": Kind("document", _OPENDOCUMENT + "text", ".odt"),
    _OPENDOCUMENT + "spreadsheet": Kind("document", _OPENDOCUMENT + "spreadsheet", ".ods"),
    _OPENDOCUMENT + "presentation": Kind("document", _OPENDOCUMENT + "presentation", ".odp"),
}
_BY_STREAM = {
    "WordDocument": Kind("document", "application/msword", ".doc"),
    "Workbook": Kind("document", "application/vnd.ms-excel", ".xls"),
    "PowerPoint Document": Kind("document", "application/vnd.ms-powerpoint", ".ppt"),
}
KINDS = (*_BY_MAIN_PART.values(), *_BY_MIMETYPE.values(), *_BY_STREAM.values())
_COMPOUND_MACROS = ("_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros")


def read_document(source: BinaryIO, *, kind: Kind, limits: Limits) -> Kind:
    """What exactly ``source`` is. Raises FileRefused: damaged, unpacks too large, carries macros, no office file."""
    if kind is PACKED:
        return _packed(source, limits)
    if kind is COMPOUND:
        return _compound(source)
    size = source.seek(0, 2)
    source.seek(max(0, size - PDF_TAIL_BYTES))
    if b"%%EOF" not in source.read():
        raise refusals.damaged()
    return kind


def _packed(source: BinaryIO, limits: Limits) -> Kind:
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            _refuse_bomb(archive, size=source.seek(0, 2), limits=limits)
            kind = _packed_kind(archive)
            # Unpacks every part within its declared size and compares the checksum: a part that lied about its
            # size, a truncated one and one that overlaps another all fail here.
            if archive.testzip() is not None:
                raise refusals.damaged()
            return kind
    except UNREADABLE:
        raise refusals.damaged() from None


def _refuse_bomb(archive: zipfile.ZipFile, *, size: int, limits: Limits) -> None:
    parts = archive.infolist()
    packed, unpacked = sum(part.compress_size for part in parts), sum(part.file_size for part in parts)
    if len(parts) > limits.unpacked_parts or unpacked > limits.unpacked_bytes or packed > size:
        raise refusals.unpacks_too_large()
    if unpacked > limits.unpacked_floor and unpacked > limits.unpacked_ratio * size:
        raise refusals.unpacks_too_large()


def _packed_kind(archive: zipfile.ZipFile) -> Kind:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if any(part.flag_bits & 0x1 for part in parts) or any(_leads_outside(name) for name in names):
        raise refusals.damaged()
    if any(mark in "/" + name.lower() for name in names for mark in MACROS):
        raise refusals.carries_macros()
    for main_part, kind in _BY_MAIN_PART.items():
        if main_part in names:
            return kind
    if names and names[0] == "mimetype" and parts[0].file_size < 100:
        found = _BY_MIMETYPE.get(archive.read("mimetype").decode("ascii", "replace").strip())
        if found:
            return found
    raise refusals.unknown_kind()


def _leads_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def _compound(source: BinaryIO) -> Kind:
    """Told by the stream names in its directory, which are UTF-16 and not compressed."""
    source.seek(0)
    content = source.read()
    if any(_named(stream, content) for stream in _COMPOUND_MACROS):
        raise refusals.carries_macros()
    for stream, kind in _BY_STREAM.items():
        if _named(stream, content):
            return kind
    raise refusals.unknown_kind()


def _named(stream: str, content: bytes) -> bool:
    return (stream + "\0").encode("utf-16-le") in content
