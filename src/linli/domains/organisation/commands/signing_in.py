"""Signing in: the password, the second factor, the session that follows and its end.

A wrong try must leave its mark, so what checks is not one transaction: it raises only after the mark is written.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from linli.domains.organisation.commands import barriers
from linli.domains.organisation.models import Attempt, KnownDevice, SignIn
from linli.kernel.errors import Refused
from linli.kernel.messages import commands as messages
from linli.kernel.org.models import Account, Actor

TOUCH = timedelta(minutes=1)
"""How exactly it is known when a session was last used."""


class SignInRefused(Refused):
    """Not signed in. Never says whether it was the name or the secret that was wrong."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a try comes from.

    device      browser and system in words, e.g. ``"Chrome · Windows"``
    device_key  SHA-256 of the secret in this browser's cookie, b"" without one
    """

    address: str
    device: str
    device_key: bytes = b""


def check_password(username: str, password: str, *, browser: Browser, at: datetime) -> Account:
    """The account with this name and password. Raises SignInRefused, TooManyRefused."""
    name = unicodedata.normalize("NFKC", username).strip()[:150]
    account = Account.objects.select_related("actor").filter(username=name).first()
    walls = [_own_wall(name, account, browser), barriers.before_address(browser.address)]
    try:
        barriers.pass_by(walls, at=at)
    except Refused:
        note(name, account, browser, method="password", outcome="blocked", at=at)
        raise
    if not _matches(account, password):
        barriers.build_up(walls, at=at)
        note(name, account, browser, method="password", outcome="wrong", at=at)
        raise SignInRefused(_("用户名或密码不对。"), field="password")
    assert account is not None
    check_open(account, browser, method="password", at=at)
    barriers.take_down(walls[:1])
    return account


def _own_wall(name: str, account: Account | None, browser: Browser) -> barriers.Wall:
    if account is not None and _is_known(account, browser):
        return barriers.before_device(account.pk, browser.device_key)
    return barriers.before_name(name)


def _is_known(account: Account, browser: Browser) -> bool:
    if not browser.device_key:
        return False
    return KnownDevice.objects.filter(account=account, key=browser.device_key).exists()


def _matches(account: Account | None, password: str) -> bool:
    if account is None or not account.has_usable_password():
        # As long as a real check takes, so that the time does not tell who has an account.
        make_password(password)
        return False
    return account.check_password(password)


def check_open(account: Account, browser: Browser, *, method: str, at: datetime) -> None:
    """Refuse a locked account, said only to who has proved to be its owner. Raises SignInRefused."""
    if not account.is_active:
        note(account.username, account, browser, method=method, outcome="locked", at=at)
        raise SignInRefused(_("账号已被锁定，请联系安全管理员。"))


def note(name: str, account: Account | None, browser: Browser, *, method: str, outcome: str, at: datetime) -> None:
    """Keep a try in the log."""
    digest = salted_hmac("linli.organisation.attempt", name, algorithm="sha256").digest()
    Attempt.objects.create(
        account=account, name_hash=digest, address=browser.address, method=method, outcome=outcome, at=at
    )


@transaction.atomic
def begin(account: Account, *, session_key: str, method: str, browser: Browser, at: datetime) -> SignIn:
    """Write down that a session has begun, and tell its owner of a browser never seen before."""
    note(account.username, account, browser, method=method, outcome="passed", at=at)
    is_first = not SignIn.objects.filter(account=account).exists()
    is_known = _is_known(account, browser)
    made = SignIn.objects.create(
        account=account, session_key=session_key, method=method, device=browser.device[:80],
        device_key=browser.device_key, address=browser.address, started_at=at, last_seen_at=at,
    )  # fmt: skip
    if browser.device_key:
        KnownDevice.objects.update_or_create(
            account=account, key=browser.device_key, defaults={"name": browser.device[:80], "last_at": at},
            create_defaults={"name": browser.device[:80], "first_at": at, "last_at": at},
        )  # fmt: skip
    if not (is_first or is_known) and account.actor.kind == Actor.Kind.STAFF:
        messages.notify([account.actor], "new_device", {"text": browser.device, "at": at}, at=at)
    return made


def touch(sign_in: int, *, at: datetime) -> None:
    """The session is in use."""
    SignIn.objects.filter(pk=sign_in, ended_at=None).update(last_seen_at=at)


@transaction.atomic
def end(sign_ins: "QuerySet[SignIn]", *, how: str, by: Actor | None, at: datetime) -> int:
    """End these sessions now, on whatever device; returns how many were open."""
    open_ones = sign_ins.filter(ended_at=None).select_for_update(of=("self",))
    keys = [row.session_key for row in open_ones]
    Session.objects.filter(session_key__in=keys).delete()
    return open_ones.update(ended_at=at, ended_how=how, ended_by=by, session_key="")


def end_one(sign_in: int, *, account: Account, how: str, by: Actor | None, at: datetime) -> int:
    """End one session of ``account``."""
    return end(SignIn.objects.filter(pk=sign_in, account=account), how=how, by=by, at=at)


def end_all(account: Account, *, but: int = 0, how: str, by: Actor | None, at: datetime) -> int:
    """End every session of ``account``, except the sign-in ``but``."""
    return end(SignIn.objects.filter(account=account).exclude(pk=but), how=how, by=by, at=at)


def end_stale(*, before: datetime, at: datetime) -> int:
    """Close the books on sessions last used before a time; returns how many."""
    return end(SignIn.objects.filter(last_seen_at__lt=before), how=SignIn.Ended.EXPIRED, by=None, at=at)
