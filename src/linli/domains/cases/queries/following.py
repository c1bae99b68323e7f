"""The follow-up code of a report: made from its key, so nothing secret is stored and a resent report gets the same."""

import base64
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

MISREAD = str.maketrans("0189", "OIBG")
"""The code has letters and the digits 2–7 only; what people type for them otherwise."""


def code_for(key: UUID) -> str:
    """Ten characters that prove one has made the report, e.g. for its page without signing in."""
    digest = salted_hmac("linli.cases.following", str(key), algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode()[:10]


def is_code_of(key: UUID, code: str) -> bool:
    return constant_time_compare(code_for(key), code.strip().upper().translate(MISREAD))
