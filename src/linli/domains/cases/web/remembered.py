"""Which reports this browser has sent: keys in a signed cookie, so that people find them again without signing in."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "linli_mine"
SALT = "linli.cases.mine"
AT_MOST = 40
A_YEAR = 365 * 24 * 3600


def reports(request: HttpRequest) -> list[UUID]:
    """Keys of the reports sent from here, newest first; none when the cookie is missing or not ours."""
    try:
        kept: list[str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=A_YEAR)
        return [UUID(text) for text in kept]
    except (signing.BadSignature, ValueError, TypeError):
        return []


def remember(request: HttpRequest, response: HttpResponse, key: UUID) -> None:
    """Put ``key`` first in what this browser keeps."""
    keep(response, [key, *(one for one in reports(request) if one != key)])


def keep(response: HttpResponse, keys: Sequence[UUID]) -> None:
    """Replace what this browser keeps; nothing is left of the cookie when there is nothing to keep."""
    if not keys:
        response.delete_cookie(COOKIE)
        return
    value = signing.dumps([key.hex for key in keys[:AT_MOST]], salt=SALT, compress=True)
    response.set_cookie(
        COOKIE, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
