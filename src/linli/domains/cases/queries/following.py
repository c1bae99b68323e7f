"""Follow-up codes: made from keys, so nothing secret is stored and a report sent again gets the same code.

Who sent the report proves it by the code of the case; who joined it later has a code of their own, so that a joiner
cannot act for the first reporter.
"""

import base64
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from linli.kernel.flow.models import Party
from linli.kernel.org.models import Actor

MISREAD = str.maketrans("0189", "OIBG")
"""The code has letters and the digits 2–7 only; what people type for them otherwise."""


def code_for(key: UUID) -> str:
    """Ten characters that prove one has made the report, e.g. for its page without signing in."""
    return _code("linli.cases.following", str(key))


def caller_code(matter: UUID, actor: UUID) -> str:
    """The code of somebody who joined ``matter`` after it was reported."""
    return _code("linli.cases.joining", f"{matter}{actor}")


def is_code_of(key: UUID, code: str) -> bool:
    return constant_time_compare(code_for(key), plain_code(code))


def is_code_of_caller(matter: UUID, actor: UUID, code: str) -> bool:
    return constant_time_compare(caller_code(matter, actor), plain_code(code))


def code_of(matter: UUID, actor: Actor) -> str:
    """The follow-up code by which ``actor`` reaches ``matter``."""
    is_reporter = Party.objects.filter(matter_id=matter, actor=actor, role="reporter").exists()
    return code_for(matter) if is_reporter else caller_code(matter, actor.pk)


def plain_code(code: str) -> str:
    """``code`` as typed or copied from a message, in the form in which it is compared."""
    return "".join(code.split()).replace("-", "").upper().translate(MISREAD)


def reporter_key(report: UUID) -> UUID:
    """The key of the actor behind an anonymous report: the same whenever that report is sent again.

    A UUIDv7 with the report's own time; which report it belongs to cannot be told from it.
    """
    digest = salted_hmac("linli.cases.reporter", str(report), algorithm="sha256").digest()
    made = bytearray(report.bytes[:6] + digest[:10])
    made[6] = made[6] & 0x0F | 0x70
    made[8] = made[8] & 0x3F | 0x80
    return UUID(bytes=bytes(made))


def _code(salt: str, value: str) -> str:
    digest = salted_hmac(salt, value, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode()[:10]
