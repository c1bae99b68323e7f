"""Where the bytes lie: folders on a disk, or a bucket of S3-compatible storage (``buckets``).

A key names an object that is written once and never changed. What is written is either whole and durable or not there.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from linli.kernel.errors import NotFound
from linli.kernel.evidence import refusals

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Store(Protocol):
    """Two kinds of place, one set of promises."""

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        """Write the object; durable on return. Raises StorageRefused when there is no room."""

    def open(self, key: str) -> tuple[BinaryIO, int]:
        """The object and its length in bytes. Raises NotFound."""

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens when it is already gone."""

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every object with the time it was written."""

    def sweep_unfinished(self, *, before: datetime) -> int:
        """Remove what interrupted writes left behind before ``before``; how many."""


class DiskStore:
    """Objects as files in two levels of folders below ``root``; written beside, made durable, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        target, unfinished = self.root / key, self.incoming / uuid4().hex
        try:
            _make_folder(self.incoming)
            _make_folder(target.parent)
            with unfinished.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
            _make_durable(target.parent)
        except OSError as error:
            if error.errno in FULL:
                raise refusals.storage_full() from error
            raise
        finally:
            unfinished.unlink(missing_ok=True)

    def open(self, key: str) -> tuple[BinaryIO, int]:
        try:
            file = (self.root / key).open("rb")
        except FileNotFoundError:
            raise NotFound from None
        return file, os.fstat(file.fileno()).st_size

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        for path in self.root.glob("??/??/*"):
            yield path.relative_to(self.root).as_posix(), _written_at(path)

    def sweep_unfinished(self, *, before: datetime) -> int:
        stale = [path for path in self.incoming.glob("*") if _written_at(path) < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def _make_folder(folder: Path) -> None:
    """Make ``folder``, and make its name survive a power cut."""
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for step in missing:
        _make_durable(step.parent)


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
