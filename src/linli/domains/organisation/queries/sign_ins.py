"""Who is signed in where, for the person and for the security administrator."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.organisation.models import Attempt, Passkey, SignIn, Totp
from linli.domains.organisation.queries import charge
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Account, Actor

METHODS: dict[str, "str | Promise"] = {
    "password": _("密码"),
    "password+totp": _("密码和验证器"),
    "password+recovery": _("密码和备用码"),
    "passkey": _("通行密钥"),
    "code": _("短信验证码"),
}
OUTCOMES: dict[str, "str | Promise"] = {
    "passed": _("成功"),
    "wrong": _("密码不对"),
    "second_wrong": _("验证码不对"),
    "blocked": _("次数过多被拦"),
    "locked": _("账号已锁定"),
}
GUARD = "guard_accounts"
"""The right to lock accounts, end sessions and take second factors away."""
EDIT = "edit_accounts"
"""The right to open accounts and to give passwords."""
LISTED = 20
FOUND = 50


@dataclass(frozen=True, slots=True)
class Open:
    """A session that is open now. ``address`` is masked."""

    id: int
    device: str
    address: str
    method: str
    started_at: datetime
    last_seen_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A try to sign in, as told to the owner of the account."""

    at: datetime
    method: str
    outcome: str
    is_good: bool
    address: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """An account as its guardian sees it."""

    id: int
    username: str
    name: str
    is_active: bool
    last_at: datetime | None
    sessions: int
    has_second: bool


def masked(address: str) -> str:
    """``203.0.113.9`` → ``203.0.*.*``; of IPv6 the first two groups."""
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return "—"
    if network.version == 4:
        return ".".join(str(network.network_address).split(".")[:2]) + ".*.*"
    return ":".join(str(network.network_address).split(":")[:2]) + ":…"


def open_sessions(account: Account, *, current: int = 0) -> list[Open]:
    """Sessions that still open the door, this one first, then the one used last."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    rows = SignIn.objects.filter(Exists(alive), account=account, ended_at=None).order_by("-last_seen_at")
    found = [
        Open(r.pk, r.device, masked(r.address), str(METHODS.get(r.method, r.method)), r.started_at, r.last_seen_at,
             r.pk == current)
        for r in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.is_current)


def attempts(account: Account) -> list[Past]:
    """The last tries to sign in to ``account``."""
    rows = Attempt.objects.filter(account=account).order_by("-at")[:LISTED]
    return [
        Past(r.at, str(METHODS.get(r.method, "")), str(OUTCOMES.get(r.outcome, r.outcome)), r.outcome == "passed",
             masked(r.address))
        for r in rows
    ]  # fmt: skip


def may_guard(actor: Actor) -> bool:
    """Locks accounts, ends sessions, takes second factors away."""
    return org.holds_right(actor, GUARD) is not None


def may_give_password(actor: Actor) -> bool:
    return org.holds_right(actor, EDIT) is not None


def guarded(actor: Actor, *, text: str = "", only: str = "") -> Sequence[Guarded]:
    """Accounts of staff in charge by name or user name, at most 50. Raises NotFound for who guards no accounts.

    only  locked, or "" for all
    """
    rows = _in_charge(actor)
    if text.strip():
        rows = rows.filter(Q(username__icontains=text.strip()) | Q(actor__name__icontains=text.strip()))
    if only == "locked":
        rows = rows.filter(is_active=False)
    rows = rows.annotate(
        sessions=Count("sign_ins", filter=Q(sign_ins__ended_at=None)),
        has_second=Exists(Totp.objects.filter(account=OuterRef("pk"), confirmed_at__isnull=False))
        | Exists(Passkey.objects.filter(account=OuterRef("pk"))),
    )
    shown = rows.order_by(F("last_login").desc(nulls_last=True), "id")[:FOUND]
    return [Guarded(r.pk, r.username, r.actor.name, r.is_active, r.last_login, r.sessions, r.has_second) for r in shown]


def get_guarded(account_id: int, *, actor: Actor) -> Account:
    """One account of staff in charge. Raises NotFound, for accounts of another subtree too."""
    found = _in_charge(actor).filter(pk=account_id).first()
    if found is None:
        raise NotFound
    return found


def _in_charge(actor: Actor) -> QuerySet[Account]:
    """Accounts of people with a post in the subtree ``actor`` guards, and of people who never had one."""
    scope = charge.charge_of(actor, GUARD, EDIT, at=timezone.now())
    mine = charge.people(scope, person="actor") | charge.without_post(person="actor")
    return Account.objects.filter(mine, actor__kind=Actor.Kind.STAFF).select_related("actor")
