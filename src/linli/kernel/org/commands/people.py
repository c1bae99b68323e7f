"""Register actors and open, change and close the accounts they sign in with."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.keys import SYSTEM_ID
from linli.kernel.org.masking import plain_number
from linli.kernel.org.models import Account, Actor


class AccountRefused(Refused):
    """The account cannot be opened or changed like that."""


@transaction.atomic
def register(name: str, *, kind: str = "staff", actor: Actor, at: datetime, reason: str = "") -> Actor:
    """Make a new actor; a resident's name belongs in ``Contact``, not here. Raises AccountRefused, RightRefused."""
    require(actor, "edit_accounts", None, at)
    if kind not in Actor.Kind.values:
        raise AccountRefused(_("不认识的人员类型“%(kind)s”。") % {"kind": kind}, field="kind")
    if kind == Actor.Kind.RESIDENT and name:
        raise AccountRefused(_("居民姓名应加密保存，不能作为显示名称。"), field="name")
    if kind != Actor.Kind.RESIDENT and not 0 < len(name.strip()) <= 80:
        raise AccountRefused(_("姓名应为1到80个字符。"), field="name")
    person = Actor.objects.create(kind=kind, name=name.strip())
    keep(person, "register", actor=actor, at=at, reason=reason, changes={"kind": kind})
    return person


def the_system() -> Actor:
    """The one actor that acts for the platform itself: clocks, imports, first set-up."""
    return Actor.objects.get_or_create(pk=SYSTEM_ID, defaults={"kind": Actor.Kind.SYSTEM, "name": "系统"})[0]


@transaction.atomic
def open_account(
    person: Actor,
    *,
    username: str,
    password: str | None,
    phone: str = "",
    email: str = "",
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Account:
    """Let ``person`` sign in.

    password  None when they sign in by code or passkey only

    Raises AccountRefused (name or phone taken, weak password), RightRefused.
    """
    require(actor, "edit_accounts", None, at)
    if not 0 < len(username.strip()) <= 150:
        raise AccountRefused(_("用户名应为1到150个字符。"), field="username")
    account = Account(actor=person, username=username.strip(), phone=plain_number(phone), email=email)
    _set_password(account, password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as conflict:
        raise AccountRefused(_conflict_in_words(str(conflict)), field="username") from conflict
    keep(account, "open_account", actor=actor, at=at, reason=reason, changes={"person": person.pk})
    return account


@transaction.atomic
def change_password(account: Account, password: str, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Set a new password: one's own, or another's with the right. Raises AccountRefused, RightRefused."""
    row = Account.objects.select_for_update().get(pk=account.pk)
    if actor.pk != row.actor_id:
        require(actor, "edit_accounts", None, at)
    _set_password(row, password)
    row.save(update_fields=["password"])
    keep(row, "change_password", actor=actor, at=at, reason=reason)


@transaction.atomic
def set_active(account: Account, active: bool, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Lock an account or open it again; what its owner did stays. Raises RightRefused."""
    require(actor, "edit_accounts", None, at)
    row = Account.objects.select_for_update().get(pk=account.pk)
    if row.is_active != active:
        row.is_active = active
        row.save(update_fields=["is_active"])
        keep(row, "set_active", actor=actor, at=at, reason=reason, changes={"is_active": [not active, active]})


def _set_password(account: Account, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, user=account)
    except ValidationError as weak:
        raise AccountRefused(" ".join(weak.messages), field="password") from weak
    account.set_password(password)


def _conflict_in_words(conflict: str) -> str:
    if "account_username_once" in conflict:
        return _("用户名已被使用。")
    if "account_phone_once" in conflict:
        return _("手机号已被其他账号使用。")
    return _("此人已有账号。")
