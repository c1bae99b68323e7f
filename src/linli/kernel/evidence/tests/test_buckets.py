"""Evidence in S3-compatible storage, against a small bucket of our own on this machine."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from linli.kernel.errors import NotFound
from linli.kernel.evidence import commands, deployed, queries
from linli.kernel.evidence.models import File

pytest.importorskip("obstore", reason="the optional package obstore is not installed")

KEY, SECRET = "linli", "not a real secret/+"


class Bucket(BaseHTTPRequestHandler):
    """As much of the S3 protocol as a store needs: put, get, delete, list, upload in parts; signatures checked."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes] = {}
    parts: dict[str, bytes] = {}
    broken = False

    def do_PUT(self) -> None:
        body = self._body()
        if not self._is_signed(body):
            return self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        name, query = self._asked()
        (self.parts if "partNumber" in query else self.objects)[name + query.get("partNumber", [""])[0]] = body
        return self._answer(200, b"", ETag='"etag"')

    def do_POST(self) -> None:
        body = self._body()
        name, query = self._asked()
        if "uploads" in query:
            return self._answer(
                200, b"<InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>"
            )
        if "delete" in query:
            named = [key for key in self.objects if f"<Key>{key}</Key>".encode() in body]
            gone = b"".join(f"<Deleted><Key>{key}</Key></Deleted>".encode() for key in named)
            for key in named:
                del self.objects[key]
            return self._answer(200, b"<DeleteResult>" + gone + b"</DeleteResult>")
        numbered = sorted((int(part.removeprefix(name)), part) for part in self.parts if part.startswith(name))
        self.objects[name] = b"".join(self.parts.pop(part) for _number, part in numbered)
        return self._answer(200, b"<CompleteMultipartUploadResult><ETag>etag</ETag></CompleteMultipartUploadResult>")

    def do_GET(self) -> None:
        name, query = self._asked()
        if not self._is_signed(b""):
            return self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        if "list-type" in query:
            return self._answer(200, self._listed(query.get("prefix", [""])[0]))
        if name not in self.objects:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self._answer(200, self.objects[name], ETag='"etag"')

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.objects.pop(self._asked()[0], None)
        self._answer(204, b"")

    def _asked(self) -> tuple[str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        bucket, _slash, name = unquote(parts.path).strip("/").partition("/")
        assert bucket == "evidence"
        return name, parse_qs(parts.query, keep_blank_values=True)

    def _listed(self, prefix: str) -> bytes:
        rows = "".join(
            f"<Contents><Key>{name}</Key><LastModified>2026-03-01T00:00:00.000Z</LastModified>"
            f"<ETag>e</ETag><Size>{len(body)}</Size></Contents>"
            for name, body in sorted(self.objects.items()) if name.startswith(prefix)
        )  # fmt: skip
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _is_signed(self, body: bytes) -> bool:
        """AWS Signature Version 4, computed anew from the secret."""
        given = self.headers["Authorization"]
        scope = given.split("Credential=")[1].split(",")[0].split("/")
        names = given.split("SignedHeaders=")[1].split(",")[0]
        parts = urlsplit(self.path)
        content = self.headers["x-amz-content-sha256"]
        if content not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
            return False
        query = "&".join(sorted(part if "=" in part else f"{part}=" for part in parts.query.split("&") if part))
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names.split(";"))
        request = "\n".join((self.command, parts.path, query, headers, names, content))
        told = "\n".join(
            (
                "AWS4-HMAC-SHA256",
                self.headers["x-amz-date"],
                "/".join(scope[1:]),
                hashlib.sha256(request.encode()).hexdigest(),
            )
        )
        key = f"AWS4{SECRET}".encode()
        for step in scope[1:]:
            key = hmac.digest(key, step.encode(), "sha256")
        return scope[0] == KEY and given.endswith(hmac.digest(key, told.encode(), "sha256").hex())

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Length": str(len(body)),
            "Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT",
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def bucket(store) -> Iterator[dict[str, bytes]]:
    """The objects of the bucket that is the store during the test."""
    Bucket.objects, Bucket.parts = {}, {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    deployed.install(
        store=f"s3+http://{KEY}:not%20a%20real%20secret%2F%2B@127.0.0.1:{server.server_port}/evidence/linli"
    )
    yield Bucket.objects
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_in_a_bucket_is_sealed_served_and_proved(bucket, receive, serve, made):
    content = made.picture(size=(640, 480), exif=made.exif())

    file = receive(content)

    answer, copy = serve(file)
    assert copy == bucket[f"linli/{file.served_key}"]
    assert answer.length == len(copy)
    assert content not in bucket[f"linli/{file.original_key}"]
    assert queries.is_original_intact(file.pk)
    assert len(bucket) == 3


def test_a_long_file_goes_to_the_bucket_in_parts(bucket, receive, made, serve):
    long = made.video() + made.box(b"mdat", bytes(range(256)) * 50_000)

    file = receive(long, "现场.mp4")

    assert len(serve(file)[1]) == len(long)
    assert queries.is_original_intact(file.pk)


def test_erasing_and_sweeping_reach_the_bucket(bucket, receive, made, django_capture_on_commit_callbacks):
    now = datetime.now(UTC)
    receive(made.picture(), retained_until=now)
    lost = receive(made.picture(size=(9, 9)))
    File.objects.filter(pk=lost.pk).delete()

    with django_capture_on_commit_callbacks(execute=True):
        assert commands.erase_expired(at=now) == 1
    assert len(bucket) == 3
    assert commands.sweep_orphans(at=now + timedelta(days=2)) == 3

    assert bucket == {}


def test_a_copy_lost_from_the_bucket_is_not_found(bucket, receive, made):
    file = receive(made.picture())
    bucket.clear()

    with pytest.raises(NotFound):
        queries.open_served(file.pk)
    assert not queries.is_original_intact(file.pk)


def test_a_wrong_secret_stores_nothing_and_leaves_no_row(bucket, receive, made, monkeypatch):
    monkeypatch.setitem(globals(), "SECRET", "another")

    with pytest.raises(commands.StorageRefused, match="暂时无法访问"):
        receive(made.picture())

    assert bucket == {}
    assert not File.objects.exists()
