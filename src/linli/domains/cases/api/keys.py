"""Who comes in: a program by its key, or a member of staff by the session of the pages."""

import threading
import time
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import SessionAuth
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from linli.domains.cases.queries.clients import Client, client_of
from linli.kernel.org.http import ActorRequest
from linli.web.api import speak

JSON_BYTES = 256_000
"""Largest body that is not an upload: 4,000 characters take 16,000 bytes at most, escaped 48,000."""


class ApiRequest(ActorRequest):
    """``client`` is the program that asks, or None when a person does."""

    client: Client | None


class TooOften(HttpError):
    """A program asks more often than agreed."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(429, _("调用过于频繁，请稍后再试。"))
        self.wait_seconds = wait_seconds


class ByKey(AuthBase):
    """``Authorization: Bearer <key>``."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "Key of a program, issued by `linli apikey issue`."

    def __call__(self, request: HttpRequest) -> Client | None:
        speak(request)
        check_shape(request)
        scheme, _blank, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        client = client_of(key.strip())
        if client is None or "rest" not in client.faces:
            return None
        admit(client)
        request.actor, request.client = client.actor, client  # type: ignore[attr-defined]  # ApiRequest adds them
        return client


class BySession(AuthBase):
    """The session of somebody signed in to the pages, with the token against forged requests when writing."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = SessionAuth.param_name

    def __call__(self, request: HttpRequest) -> bool:
        if getattr(request, "actor", None) is None:
            return False
        if check_csrf(request):
            raise HttpError(403, _("缺少或错误的 CSRF 令牌。"))
        request.client = None  # type: ignore[attr-defined]  # ApiRequest adds it
        return True


def check_shape(request: HttpRequest) -> None:
    """Refuse a body of the wrong kind or size before anything of it is read. Raises HttpError."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if request.content_type == "multipart/form-data":
        return
    if request.content_type != "application/json":
        raise HttpError(415, _("请用 application/json 提交。"))
    if int(request.META.get("CONTENT_LENGTH") or 0) > JSON_BYTES:
        raise HttpError(413, _("内容超过 %(kb)d KB。") % {"kb": JSON_BYTES // 1000})


@dataclass
class _Bucket:
    """Fills evenly up to a minute's worth; each request takes one."""

    left: float
    at: float


@dataclass
class _Buckets:
    """``sharers``: how many processes of the web server there are."""

    sharers: int = 1
    by_client: dict[int, _Bucket] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_buckets = _Buckets()


def share_among(processes: int) -> None:
    """Every process of the web server lets in its part of what was agreed."""
    _buckets.sharers = processes


def admit(client: Client) -> None:
    """Count one request of ``client`` in this process. Raises TooOften.

    Kept in memory, for a counter in the database would cost as much as the report itself: the agreed rate is shared
    out evenly among the web server's processes.
    """
    most = max(1.0, client.per_minute / _buckets.sharers)
    now = time.monotonic()
    with _buckets.lock:
        bucket = _buckets.by_client.setdefault(client.id, _Bucket(most, now))
        bucket.left = min(most, bucket.left + (now - bucket.at) * most / 60)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return
        wait = (1 - bucket.left) * 60 / most
    raise TooOften(max(1, round(wait + 0.5)))


def forget_counts() -> None:
    """Begin to count anew."""
    with _buckets.lock:
        _buckets.by_client.clear()
