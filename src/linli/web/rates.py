"""How often somebody may use a public page: counted in the database, so that all processes count together.

What is counted is a keyed hash, so neither addresses nor telephone numbers are kept.
"""

import ipaddress
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.web import times

COUNT = """
insert into web_rate as r (key, used, until) values (%(key)s, 1, %(until)s)
on conflict (key) do update set
  used = case when r.until <= %(at)s then 1 else r.used + 1 end,
  until = case when r.until <= %(at)s then excluded.until else r.until end
returning used, until
"""
FORGET = "delete from web_rate where key in (select key from web_rate where until < %s limit 500)"
FORGET_SHARE = 0.01
"""One use in a hundred clears away what is over; no job is needed for it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``most`` uses of ``name`` by one and the same in ``seconds``, from the first use on."""

    name: str
    most: int
    seconds: int


class TooManyRefused(Refused):
    """Used too often; ``wait_seconds`` until it may be used again. Answered with 429."""

    def __init__(self, message: object, *, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


def use(rate: Rate, who: str, *, at: datetime) -> None:
    """Count one use by ``who`` (an address, a browser, a number). Raises TooManyRefused beyond the rate."""
    key = salted_hmac(f"linli.web.rates.{rate.name}", who, algorithm="sha256").digest()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "at": at, "until": at + timedelta(seconds=rate.seconds)})
        used, until = cursor.fetchone()
        if random.random() < FORGET_SHARE:
            cursor.execute(FORGET, [at])
    if used > rate.most:
        raise too_many(until - at)


def too_many(wait: timedelta) -> TooManyRefused:
    """The refusal that says when to try again."""
    seconds = max(1, int(wait.total_seconds()))
    words = times.span(wait) if seconds >= 60 else _("%(n)d 秒") % {"n": seconds}
    return TooManyRefused(_("操作太频繁了，请 %(span)s后再试。") % {"span": words}, wait_seconds=seconds)


def use_by_request(request: HttpRequest, *, browser: Rate, address: Rate) -> None:
    """Count one use by this browser and by its network address, which a whole estate may share."""
    at = timezone.now()
    use(address, client_address(request), at=at)
    if token := request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""):
        use(browser, token, at=at)


def client_address(request: HttpRequest) -> str:
    """The network address that asks: IPv4, or the /64 network of IPv6, behind as many proxies as are configured."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXIES:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        text = chain[-settings.PROXIES] if len(chain) >= settings.PROXIES else text
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text[:60]
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)
