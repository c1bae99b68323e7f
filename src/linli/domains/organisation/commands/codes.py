"""Residents sign in by a code sent to their telephone, or not at all."""

import base64
import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from linli.domains.organisation.commands.signing_in import Browser, SignInRefused, check_open
from linli.domains.organisation.models import OneTimeCode
from linli.kernel.errors import Refused
from linli.kernel.messages import commands as messages
from linli.kernel.org.commands.contacts import keep_contact
from linli.kernel.org.masking import plain_number
from linli.kernel.org.models import Account, Actor
from linli.kernel.org.sealing import SealBroken, keyring

MOBILE = re.compile(r"1[3-9]\d{9}")
VALID = timedelta(minutes=5)
TRIES = 5


class PhoneRefused(Refused):
    """Not a number a code can be sent to."""


def checked_phone(phone: str) -> str:
    """The digits of a mobile number. Raises PhoneRefused."""
    digits = plain_number(phone)
    if not MOBILE.fullmatch(digits):
        raise PhoneRefused(_("请填写 11 位手机号。"), field="phone")
    return digits


def sealed_phone(digits: str) -> str:
    """A number in a form that may wait in a session."""
    return base64.b64encode(keyring().wrap(digits.encode())).decode()


def opened_phone(sealed: str) -> str:
    """What ``sealed_phone`` was given; "" when it was sealed by a key that is gone."""
    ring = keyring()
    for number in ring.numbers:
        try:
            return ring.unwrap(base64.b64decode(sealed), number).decode()
        except (SealBroken, ValueError):
            continue
    return ""


@transaction.atomic
def send_code(phone: str, *, language: str, at: datetime) -> None:
    """Send six digits to ``phone``; an earlier code counts no more. Says nothing about whether the number is known.

    Raises PhoneRefused. How often is for the caller to bound.
    """
    digits = checked_phone(phone)
    index = keyring().phone_index(digits)
    code = f"{secrets.randbelow(10**6):06}"
    OneTimeCode.objects.filter(phone_index=index, used_at=None, expires_at__gt=at).update(expires_at=at)
    OneTimeCode.objects.create(phone_index=index, digest=_digest(index, code), made_at=at, expires_at=at + VALID)
    messages.send_to_address(
        digits, channel="sms", code="one_time_code", at=at, expires_at=at + VALID, language=language,
        context={"code": code, "minutes": int(VALID.total_seconds() // 60)},
    )  # fmt: skip


def check_code(phone: str, code: str, *, browser: Browser, at: datetime) -> Account:
    """The resident whose telephone got ``code``; after five tries it counts no more.

    Raises SignInRefused, PhoneRefused.
    """
    digits = checked_phone(phone)
    index = keyring().phone_index(digits)
    row = OneTimeCode.objects.filter(phone_index=index, used_at=None, expires_at__gt=at).order_by("-id").first()
    # Counted before it is compared, so that many at once have no more tries than one after the other.
    counted = row and OneTimeCode.objects.filter(pk=row.pk, tries__lt=TRIES).update(tries=F("tries") + 1)
    if row is None or not counted or not constant_time_compare(bytes(row.digest), _digest(index, code.strip())):
        raise SignInRefused(_("验证码不对或已失效，请核对，或重新获取。"), field="code")
    if not OneTimeCode.objects.filter(pk=row.pk, used_at=None).update(used_at=at):
        raise SignInRefused(_("验证码不对或已失效，请核对，或重新获取。"), field="code")
    account = _account_of(digits)
    check_open(account, browser, method="code", at=at)
    return account


@transaction.atomic
def _account_of(digits: str) -> Account:
    """The account of the resident with this number; made when they come for the first time."""
    indexes = keyring().phone_indexes(digits)
    known = Account.objects.select_related("actor").filter(actor__kind=Actor.Kind.RESIDENT)
    account = known.filter(actor__contact__phone_index__in=indexes).order_by("id").first()
    if account is not None:
        return account
    person = Actor.objects.create(kind=Actor.Kind.RESIDENT)
    keep_contact(person, phone=digits)
    # The number itself stands only in the sealed contact.
    made = Account(actor=person, username=f"resident-{person.pk.hex}")
    made.set_unusable_password()
    made.save()
    return made


def _digest(index: bytes, code: str) -> bytes:
    return salted_hmac("linli.organisation.code", index.hex() + code, algorithm="sha256").digest()


def forget_old(*, at: datetime) -> int:
    """Remove codes that are over; returns how many."""
    return OneTimeCode.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]
