"""The second factor: an authenticator app, passkeys, and codes on paper for when both are out of reach."""

import base64
import os
import secrets
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from linli.domains.organisation.commands import barriers
from linli.domains.organisation.commands.signing_in import Browser, SignInRefused, note
from linli.domains.organisation.models import Passkey, RecoveryCode, Totp
from linli.kernel.errors import Refused
from linli.kernel.org.commands.changes import keep
from linli.kernel.org.models import Account, Actor
from linli.kernel.org.sealing import keyring

SECRET_BYTES = 20
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A phone's clock may be half a minute off, either way."""
CODES = 10
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look alike on paper."""
CODE_LENGTH = 10


class FactorRefused(Refused):
    """The second factor cannot be set up or changed like that."""


@transaction.atomic
def propose_totp(account: Account, *, at: datetime) -> str:
    """A new secret for an authenticator app (Base32); counts only once a code of it was given. Raises FactorRefused."""
    if Totp.objects.filter(account=account, confirmed_at__isnull=False).exists():
        raise FactorRefused(_("已经启用了验证器，请先停用再重新设置。"))
    kept = Totp.objects.filter(account=account).first()
    if kept is not None:
        return base64.b32encode(_secret(kept)).decode()
    secret = os.urandom(SECRET_BYTES)
    wrapped, key_no = keyring().wrap(secret), keyring().newest
    Totp.objects.create(account=account, secret_enc=wrapped, key_no=key_no, made_at=at)
    return base64.b32encode(secret).decode()


@transaction.atomic
def confirm_totp(account: Account, code: str, *, actor: Actor, at: datetime) -> list[str]:
    """Switch the app on with its first code; returns recovery codes to be written down, once. Raises FactorRefused."""
    row = Totp.objects.select_for_update().filter(account=account, confirmed_at=None).first()
    step = _step_of(row, code, at=at) if row else None
    if row is None or step is None:
        raise FactorRefused(_("验证码不对：请看验证器里最新的六位数字，并核对手机时间。"), field="code")
    row.confirmed_at, row.last_step = at, step
    row.save(update_fields=["confirmed_at", "last_step"])
    keep(account, "enable_totp", actor=actor, at=at)
    return renew_recovery_codes(account, actor=actor, at=at)


@transaction.atomic
def disable_totp(account: Account, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Do without the app; its recovery codes fall with it when no passkey is left."""
    Totp.objects.filter(account=account).delete()
    if not Passkey.objects.filter(account=account).exists():
        RecoveryCode.objects.filter(account=account).delete()
    keep(account, "disable_totp", actor=actor, at=at, reason=reason)


@transaction.atomic
def renew_recovery_codes(account: Account, *, actor: Actor, at: datetime) -> list[str]:
    """Ten new codes in place of the old ones, to be shown this once."""
    codes = ["".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH)) for _code in range(CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_digest(account, code)) for code in codes)
    keep(account, "renew_recovery_codes", actor=actor, at=at)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def check_second(account: Account, code: str, *, browser: Browser, at: datetime) -> str:
    """Prove oneself by a code of the app or one from paper; says which. Raises SignInRefused, TooManyRefused."""
    walls = [barriers.before_account(account.pk), barriers.before_address(browser.address)]
    barriers.pass_by(walls, at=at)
    plain = "".join(code.split()).replace("-", "").upper()
    method = _matched(account, plain, at=at)
    if not method:
        barriers.build_up(walls, at=at)
        note(account.username, account, browser, method="second", outcome="second_wrong", at=at)
        raise SignInRefused(_("验证码不对或已用过，请用最新的一个。"), field="code")
    barriers.take_down(walls[:1])
    return method


def _matched(account: Account, code: str, *, at: datetime) -> str:
    if len(code) == CODE_LENGTH and _use_recovery_code(account, code, at=at):
        return "recovery"
    row = Totp.objects.filter(account=account, confirmed_at__isnull=False).first()
    step = _step_of(row, code, at=at) if row else None
    if step is None:
        return ""
    # Two browsers with the same code at once: the second finds the step taken.
    return "totp" if Totp.objects.filter(pk=account.pk, last_step__lt=step).update(last_step=step) else ""


def _use_recovery_code(account: Account, code: str, *, at: datetime) -> bool:
    left = RecoveryCode.objects.filter(account=account, digest=_digest(account, code), used_at=None)
    return bool(left.update(used_at=at))


def _step_of(row: Totp, code: str, *, at: datetime) -> int | None:
    """Which of the steps around ``at`` the code belongs to; None for a wrong one."""
    generator = TOTP(_secret(row), 6, hashes.SHA1(), STEP_SECONDS)
    now = int(at.timestamp()) // STEP_SECONDS
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        try:
            generator.verify(code.encode(), step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def _secret(row: Totp) -> bytes:
    return keyring().unwrap(bytes(row.secret_enc), row.key_no)


def _digest(account: Account, code: str) -> bytes:
    return salted_hmac("linli.organisation.recovery", f"{account.pk}:{code}", algorithm="sha256").digest()


@transaction.atomic
def rewrap_secrets(*, limit: int = 500) -> int:
    """Wrap secrets of apps by the newest master key; returns how many are left. Call until 0, then drop old keys."""
    ring = keyring()
    stale = Totp.objects.exclude(key_no=ring.newest)
    for row in stale.select_for_update(skip_locked=True).order_by("account_id")[:limit]:
        row.secret_enc, row.key_no = ring.wrap(ring.unwrap(bytes(row.secret_enc), row.key_no)), ring.newest
        row.save(update_fields=["secret_enc", "key_no"])
    return stale.count()
