"""Who comes in, how often, and with how much: all of it asked before anything of the body is read."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from linli.domains.field.api.problems import TooLargeRefused
from linli.kernel.devices import queries as devices
from linli.kernel.devices.queries import Phone
from linli.kernel.devices.refusals import TurnedAway
from linli.web.rates import Rate, client_address, use

SCHEME = "device"
LANGUAGE = "zh-hans"
UNKNOWN = Rate("field_unknown", 60, 60)
"""Tokens that do not count, from one address: an estate or a carrier may share it, so tries are only made dear."""


def token_of(request: HttpRequest) -> str:
    """The bearer token of ``Authorization: Device <token>``; "" without one."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip()[:200] if scheme.lower() == SCHEME else ""


def speak(request: HttpRequest) -> None:
    """Answer in the phone's language; there is no session to remember one."""
    wanted = request.headers.get("Accept-Language", "")
    translation.activate("en" if wanted[:2].lower() == "en" else LANGUAGE)


def come_in(request: HttpRequest, rate: Rate) -> tuple[Phone, datetime]:
    """The phone that asks, and when. Raises TurnedAway, TooManyRefused."""
    speak(request)
    at = timezone.now()
    try:
        device = devices.by_token(token_of(request), at=at)
    except TurnedAway:
        use(UNKNOWN, client_address(request), at=at)
        raise
    use(rate, str(device.pk), at=at)
    return device, at


def check_size(request: HttpRequest, most: int) -> None:
    """Raises TooLargeRefused before a byte of the body is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise TooLargeRefused(_("一次传的内容过大。"))
