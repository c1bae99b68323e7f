"""What every part of the REST interface shares: how an error is told, and in which language."""

from django.http import HttpRequest
from django.utils import translation
from ninja import Schema

LANGUAGE = "zh-hans"


class Problem(Schema):
    """What went wrong (RFC 9457). ``field`` is the input to mend, ``errors`` all of them."""

    type: str
    status: int
    title: str
    detail: str | None = None
    field: str | None = None
    number: str | None = None
    errors: list[dict[str, str]] | None = None


PROBLEMS = {frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429}): Problem}
READ_PROBLEMS = {frozenset({400, 401, 403, 404, 422, 429}): Problem}
OPEN_PROBLEMS = {frozenset({400, 404, 422, 429}): Problem}
"""Of what is read without a key."""


def speak(request: HttpRequest) -> None:
    """Answer in English when the program prefers it; the cheap form of what pages do by middleware."""
    wanted = request.headers.get("Accept-Language", "")
    translation.activate("en" if wanted[:2].lower() == "en" else LANGUAGE)
