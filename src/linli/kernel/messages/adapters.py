"""The ways out: each takes one message and hands it over, or says why not. Nothing here touches the database.

By default every channel goes to the console: no address outside is called unless the deployment names one.
"""

import hashlib
import hmac
import importlib
import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import structlog
from django.core.mail import EmailMessage, get_connection

from linli.kernel.org.masking import mask_email, mask_phone

log = structlog.get_logger("linli.messages")

TIMEOUT_SECONDS = 10
CHANNELS = ("email", "sms", "wecom", "dingtalk", "webhook")
GROUP_CHANNELS = frozenset({"wecom", "dingtalk", "webhook"})
"""Reach a group or a machine at an address of the deployment, not a person."""
WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message ready to go. ``address`` is "" for groups; ``reference`` lets the other side drop a repetition."""

    channel: str
    address: str
    subject: str
    body: str
    reference: str


class DeliveryFailed(Exception):
    """It did not go out. ``is_final``: trying again would not help."""

    def __init__(self, error: str, *, is_final: bool = False) -> None:
        super().__init__(error)
        self.is_final = is_final


Adapter = Callable[[Outgoing], None]


def masked(address: str) -> str:
    """An address as it may stand in a log."""
    return mask_email(address) if "@" in address else mask_phone(address)


def console(message: Outgoing) -> None:
    """Show the message where the program runs: the phone and mailbox of a demonstration."""
    log.info("message", channel=message.channel, to=masked(message.address), subject=message.subject, body=message.body)


def mail(message: Outgoing) -> None:
    """Through the mail server of Django's settings."""
    try:
        with get_connection(timeout=TIMEOUT_SECONDS) as connection:
            EmailMessage(message.subject, message.body, to=[message.address], connection=connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        raise DeliveryFailed(type(error).__name__, is_final=True) from None
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryFailed(type(error).__name__) from None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A gateway that moves is a mistake in the settings, not a place to send phone numbers to."""

    def redirect_request(self, *_args: object, **_named: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def gateway(url: str) -> Adapter:
    """POST as JSON to ``url``: {"id", "channel", "to", "subject", "text"}.

    url  may carry ``#secret``: then the body is signed, header ``X-Linli-Signature: sha256=<hex HMAC>``
    """
    target, _hash, secret = url.partition("#")

    def send(message: Outgoing) -> None:
        content = {
            "id": message.reference,
            "channel": message.channel,
            "to": message.address,
            "subject": message.subject,
            "text": message.body,
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if secret:
            headers["X-Linli-Signature"] = "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
        request = urllib.request.Request(target, body, headers, method="POST")  # scheme checked in adapter()
        try:
            with _opener.open(request, timeout=TIMEOUT_SECONDS):
                return
        except urllib.error.HTTPError as error:
            error.close()
            is_final = error.code < 500 and error.code not in WORTH_ANOTHER_TRY
            raise DeliveryFailed(f"HTTP {error.code}", is_final=is_final) from None
        except OSError as error:
            raise DeliveryFailed(type(error).__name__) from None

    return send


def group(url: str) -> Adapter:
    """Through apprise, which knows the robots of WeCom, DingTalk, Feishu and a hundred others by their address."""
    apprise: Any = importlib.import_module("apprise")  # a quarter of a second, and only for those who use it
    parts = urlsplit(url)
    timeouts = {"cto": [str(TIMEOUT_SECONDS)], "rto": [str(TIMEOUT_SECONDS)]}
    query = urlencode({**timeouts, **parse_qs(parts.query)}, doseq=True)
    robot = apprise.Apprise.instantiate(urlunsplit(parts._replace(query=query)))
    if robot is None:
        raise ValueError("no such kind of address for apprise")

    def send(message: Outgoing) -> None:
        if not robot.notify(title=message.subject, body=message.body):
            raise DeliveryFailed("NotTaken")

    return send


def adapter(route: str) -> Adapter:
    """The adapter for one line of the settings: ``console:``, ``mail:``, ``https://…`` or ``apprise:…``."""
    scheme, _colon, rest = route.partition(":")
    if scheme == "console":
        return console
    if scheme == "mail":
        return mail
    if scheme in {"http", "https"}:
        return gateway(route)
    if scheme == "apprise":
        return group(rest)
    raise ValueError(f"unknown way to send messages: {scheme}")


_adapters: dict[str, Adapter] = {}


def install(routes: Mapping[str, str]) -> None:
    """Use these ways from now on; channels not named go to the console. Raises ValueError."""
    if unknown := set(routes) - set(CHANNELS):
        raise ValueError(f"unknown channels {sorted(unknown)}")
    _adapters.clear()
    _adapters.update({channel: adapter(routes.get(channel, "console:")) for channel in CHANNELS})


def adapter_for(channel: str) -> Adapter:
    return _adapters.get(channel, console)
