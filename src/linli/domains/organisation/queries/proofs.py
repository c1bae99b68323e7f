"""With what an account proves itself, and whether a second proof is asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.domains.organisation.models import Passkey, RecoveryCode, Standing, Totp
from linli.kernel.errors import NotFound
from linli.kernel.org.models import Account, Actor


@dataclass(frozen=True, slots=True)
class Held:
    """A passkey as listed to its owner."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proofs:
    """has_password  may sign in by password
    has_app       an authenticator app is switched on
    codes_left    recovery codes not used yet
    must_change   the password was set by somebody else
    """

    has_password: bool
    has_app: bool
    passkeys: Sequence[Held]
    codes_left: int
    must_change: bool
    changed_at: datetime | None

    @property
    def has_second(self) -> bool:
        return self.has_app or bool(self.passkeys)


def proofs_of(account: Account) -> Proofs:
    standing = Standing.objects.filter(account=account).first()
    keys = Passkey.objects.filter(account=account).order_by("id")
    return Proofs(
        has_password=account.has_usable_password(),
        has_app=has_app(account),
        passkeys=[Held(key.pk, key.name, key.made_at, key.used_at) for key in keys],
        codes_left=RecoveryCode.objects.filter(account=account, used_at=None).count(),
        must_change=bool(standing and standing.must_change),
        changed_at=standing.changed_at if standing else None,
    )


def has_app(account: Account) -> bool:
    return Totp.objects.filter(account=account, confirmed_at__isnull=False).exists()


def needs_second(account: Account) -> bool:
    """True when the password alone does not let this account in."""
    return has_app(account) or Passkey.objects.filter(account=account).exists()


def account_of(actor: Actor) -> Account:
    """The account ``actor`` signs in with. Raises NotFound."""
    found = Account.objects.select_related("actor").filter(actor=actor).first()
    if found is None:
        raise NotFound
    return found


def account_by_id(account_id: int) -> Account:
    """An account that is half signed in. Raises NotFound."""
    found = Account.objects.select_related("actor").filter(pk=account_id).first()
    if found is None:
        raise NotFound
    return found
