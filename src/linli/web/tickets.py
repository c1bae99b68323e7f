"""Tickets for live updates: a page asks here, signed in, what it may listen to; the live process trusts the signature.

The live process has a port of its own (see docs/decisions), so its address depends on the host the browser used.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.core import signing
from django.http import HttpRequest

SALT = "linli.live"
SECONDS = 300
"""How long a ticket opens the door; a connection once open stays open."""


class NotAdmitted(Exception):
    """A ticket that is forged, damaged or too old."""


@dataclass(slots=True)
class _Address:
    port: int = 0
    url: str = ""


_where = _Address()


def connect(*, port: int, url: str) -> None:
    """Where the live process is reached: at ``url`` if given (behind a proxy), else on the page's host at ``port``."""
    _where.port, _where.url = port, url


def issue(topics: list[str]) -> str:
    """A ticket that admits to ``topics``."""
    return signing.dumps(topics, salt=SALT, compress=True)


def admit(ticket: str) -> frozenset[str]:
    """The topics a ticket admits to. Raises NotAdmitted."""
    try:
        topics = signing.loads(ticket, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise NotAdmitted from error
    return frozenset(topics)


def source(request: HttpRequest) -> str:
    """The live process as a source for the Content-Security-Policy; empty when it is on our own origin or absent."""
    if _where.url or not _where.port:
        return ""
    scheme = "https" if request.is_secure() else "http"
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return f"{scheme}://{name}:{_where.port}"


def address(request: HttpRequest, topics: list[str]) -> str:
    """Where this page may listen to ``topics``; empty when there is no live process."""
    if not (_where.url or _where.port):
        return ""
    base = _where.url or f"{source(request)}/live"
    return f"{base}?ticket={quote(issue(topics))}"
