"""What administrators do to accounts: lock and open, end sessions, take the second factor away, set a new password."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.organisation.commands import barriers, signing_in
from linli.domains.organisation.models import Passkey, RecoveryCode, SignIn, Standing, Totp
from linli.domains.organisation.queries import charge, sign_ins
from linli.kernel.devices import commands as devices
from linli.kernel.errors import Refused
from linli.kernel.org.commands import people
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.models import Account, Actor

TEMPORARY_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
TEMPORARY_LENGTH = 14


class GuardRefused(Refused):
    """Not without a reason, and not to oneself."""


def _check(account: Account, *, actor: Actor, reason: str, at: datetime, right: str = sign_ins.GUARD) -> None:
    require(actor, right, None, at)
    if not reason.strip():
        raise GuardRefused(_("请写明理由，理由会记入日志。"), field="reason")
    if account.actor_id == actor.pk:
        raise GuardRefused(_("不能对自己的账号这样做，请由另一位管理员办理。"))
    if not charge.is_over(actor, account.actor, right, at=at):
        raise GuardRefused(_("此人在您负责的范围以外另有岗位，请由上级管理员办理。"))


@transaction.atomic
def lock(account: Account, *, actor: Actor, reason: str, at: datetime) -> None:
    """Lock an account and end all its sessions. Raises RightRefused, GuardRefused."""
    _check(account, actor=actor, reason=reason, at=at)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    signing_in.end_all(account, how=SignIn.Ended.LOCKED, by=actor, at=at)
    devices.end_tokens(account.actor, at=at)
    keep(account, "lock", actor=actor, at=at, reason=reason)


@transaction.atomic
def unlock(account: Account, *, actor: Actor, reason: str, at: datetime) -> None:
    """Open a locked account again, and take down what wrong tries have built up before it."""
    _check(account, actor=actor, reason=reason, at=at)
    Account.objects.filter(pk=account.pk).update(is_active=True)
    barriers.take_down([barriers.before_name(account.username), barriers.before_account(account.pk)])
    keep(account, "unlock", actor=actor, at=at, reason=reason)


@transaction.atomic
def revoke(account: Account, *, actor: Actor, reason: str, at: datetime) -> int:
    """End every session of an account; returns how many."""
    _check(account, actor=actor, reason=reason, at=at)
    ended = signing_in.end_all(account, how=SignIn.Ended.REVOKED, by=actor, at=at)
    devices.end_tokens(account.actor, at=at)
    keep(account, "revoke_sessions", actor=actor, at=at, reason=reason, changes={"sessions": ended})
    return ended


@transaction.atomic
def reset_second(account: Account, *, actor: Actor, reason: str, at: datetime) -> None:
    """Take away app, passkeys and recovery codes of somebody who lost them; their sessions end too."""
    _check(account, actor=actor, reason=reason, at=at)
    for model in (Totp, Passkey, RecoveryCode):
        model.objects.filter(account=account).delete()
    signing_in.end_all(account, how=SignIn.Ended.REVOKED, by=actor, at=at)
    keep(account, "reset_second_factor", actor=actor, at=at, reason=reason)


@transaction.atomic
def give_password(account: Account, *, actor: Actor, reason: str, at: datetime) -> str:
    """A new password for somebody who forgot theirs, shown once; they must change it when they use it."""
    _check(account, actor=actor, reason=reason, at=at, right=sign_ins.EDIT)
    password = "".join(secrets.choice(TEMPORARY_LETTERS) for _letter in range(TEMPORARY_LENGTH))
    people.change_password(account, password, actor=actor, at=at, reason=reason)
    Standing.objects.update_or_create(account=account, defaults={"must_change": True, "changed_at": at})
    signing_in.end_all(account, how=SignIn.Ended.CHANGED, by=actor, at=at)
    devices.end_tokens(account.actor, at=at)
    return password


@transaction.atomic
def change_own_password(account: Account, *, old: str, new: str, sign_in: int, actor: Actor, at: datetime) -> None:
    """Change one's password; every other session ends. Raises GuardRefused, AccountRefused."""
    if not account.check_password(old):
        raise GuardRefused(_("现在的密码不对。"), field="old")
    if old == new:
        raise GuardRefused(_("新密码不能和现在的一样。"), field="new")
    people.change_password(account, new, actor=actor, at=at)
    Standing.objects.update_or_create(account=account, defaults={"must_change": False, "changed_at": at})
    signing_in.end_all(account, but=sign_in, how=SignIn.Ended.CHANGED, by=actor, at=at)
    devices.end_tokens(account.actor, at=at)
