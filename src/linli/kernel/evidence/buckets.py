"""Evidence in S3-compatible storage (MinIO, Ceph, OSS, COS…). Needs the optional package ``obstore``."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import unquote, urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from linli.kernel.errors import NotFound
from linli.kernel.evidence import refusals

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

log = structlog.get_logger("linli.evidence")

LISTED_AT_ONCE = 1_000
CONNECT_TIMEOUT = timedelta(seconds=5)
SILENCE_TIMEOUT = timedelta(seconds=20)
REQUEST_TIMEOUT = timedelta(minutes=10)
"""For the whole of one request: a video of 200 MB over a slow line."""


class BucketStore:
    """Objects of one bucket. The service makes an object visible only once it is whole and stored.

    url  ``s3+https://KEY:SECRET@host[:port]/bucket[/prefix]``; ``s3+http`` for a service on the same machine
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        scheme = parts.scheme.removeprefix("s3+")
        bucket, _slash, prefix = parts.path.strip("/").partition("/")
        port = f":{parts.port}" if parts.port else ""
        self.store = S3Store(
            bucket,
            prefix=prefix or None,
            endpoint=f"{scheme}://{parts.hostname}{port}",
            access_key_id=unquote(parts.username or ""),
            secret_access_key=unquote(parts.password or ""),
            region="us-east-1",  # What S3-compatible services sign with when they have no regions.
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": scheme == "http",
                "timeout": REQUEST_TIMEOUT,
                "read_timeout": SILENCE_TIMEOUT,
                "connect_timeout": CONNECT_TIMEOUT,
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
        )

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        with _reached("put"):
            obstore.put(self.store, key, iter(pieces))

    def open(self, key: str) -> tuple[BinaryIO, int]:
        try:
            found = obstore.get(self.store, key)
        except (NotFoundError, FileNotFoundError):
            raise NotFound from None
        pieces = (bytes(piece) for piece in found.stream())
        return cast("BinaryIO", io.BufferedReader(_Pieces(pieces))), found.meta["size"]

    def delete(self, key: str) -> None:
        with suppress(NotFoundError, FileNotFoundError), _reached("delete"):
            obstore.delete(self.store, key)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        for page in obstore.list(self.store, chunk_size=LISTED_AT_ONCE):
            for found in page:
                yield found["path"], found["last_modified"]

    def sweep_unfinished(self, *, before: datetime) -> int:
        """Nothing to do: an unfinished upload is never visible, and services expire its parts by a bucket rule."""
        del before
        return 0


@contextmanager
def _reached(verb: str) -> Iterator[None]:
    """A service that cannot be reached is no fault of the program, nor of the person sending a file."""
    try:
        yield
    except NotFoundError:
        raise
    except BaseError as error:
        log.exception("evidence.bucket_failed", verb=verb)
        raise refusals.storage_away() from error


class _Pieces(io.RawIOBase):
    """Pieces as they arrive, read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, room: "WriteableBuffer") -> int:
        self.rest = self.rest or next(self.pieces, b"")
        view = memoryview(room).cast("B")
        given = min(len(view), len(self.rest))
        view[:given], self.rest = self.rest[:given], self.rest[given:]
        return given
