"""Every request gets an id, one line in the log and its place in the counters."""

import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter, Histogram

log = structlog.get_logger("linli.requests")

ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What a caller's X-Request-ID may look like; anything else is replaced, so that nobody writes into our log."""
QUIET = ("/healthz", "/readyz", "/metrics")

REQUESTS = Counter("linli_requests", "Answers given", ["method", "route", "status"])
SECONDS = Histogram(
    "linli_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Observed:
    """The outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        request_id = request_id_of(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        if request.path_info not in QUIET:
            _note(request, status=response.status_code, seconds=perf_counter() - started)
        return response


def request_id_of(request: HttpRequest) -> str:
    """The caller's id if it has the shape of one, else a fresh one."""
    given = request.headers.get("X-Request-ID", "")
    return given if ACCEPTED.fullmatch(given) else uuid4().hex


def _note(request: HttpRequest, *, status: int, seconds: float) -> None:
    match = request.resolver_match
    route = match.route if match else "unknown"  # never the path: the counters must not grow with what callers invent
    method = request.method if request.method in METHODS else "OTHER"
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(route).observe(seconds)
    # The query string stays out: it may carry names and telephone numbers.
    log.info("request", method=method, path=request.path_info, status=status, ms=round(seconds * 1000, 1))
