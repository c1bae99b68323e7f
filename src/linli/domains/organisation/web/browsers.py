"""What a request tells of the browser it comes from."""

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.domains.organisation.commands.signing_in import Browser
from linli.web.rates import client_address

COOKIE = "linli_device"
TWO_YEARS = 2 * 365 * 24 * 3600
PROGRAMS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg/", "Edge"), ("HuaweiBrowser", "华为浏览器"),
    ("QQBrowser", "QQ 浏览器"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""Mark in the user agent → its name; the first that fits, for most also carry the marks of those below."""
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def browser_of(request: HttpRequest) -> Browser:
    """The browser as it is kept with a sign-in."""
    token = request.COOKIES.get(COOKIE, "")
    key = hashlib.sha256(token.encode()).digest() if TOKEN.fullmatch(token) else b""
    return Browser(client_address(request), name_of(request.headers.get("User-Agent", "")), key)


def name_of(user_agent: str) -> str:
    """``"Chrome · Windows"``; what is not recognised is called so."""
    program = next((name for mark, name in PROGRAMS if mark in user_agent), _("其他浏览器"))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{program} · {system}" if system else program


def with_device(request: HttpRequest) -> tuple[Browser, str]:
    """The browser, with a new secret for its cookie when it has none; the secret is "" when it has one."""
    found = browser_of(request)
    if found.device_key:
        return found, ""
    token = secrets.token_urlsafe(32)
    return Browser(found.address, found.device, hashlib.sha256(token.encode()).digest()), token


def remember_device(response: HttpResponse, token: str) -> None:
    if token:
        response.set_cookie(
            COOKIE, token, max_age=TWO_YEARS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
