"""Passkeys: the two WebAuthn ceremonies, begun here and finished here; the state in between lies in the session."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from linli.domains.organisation.commands import barriers
from linli.domains.organisation.commands.factors import FactorRefused
from linli.domains.organisation.commands.signing_in import Browser, SignInRefused, check_open, note
from linli.domains.organisation.models import Passkey
from linli.kernel.org.commands.changes import keep
from linli.kernel.org.models import Account, Actor

NAME = "Linli 邻里"
MOST = 10
State = dict[str, Any]
NOT_A_PASSKEY = (ValueError, TypeError, KeyError, AttributeError, AssertionError)
"""What the library raises for an answer that is forged, damaged or of another ceremony."""


def _server(host: str) -> Fido2Server:
    """``host``: name under which the browser reached us, without a port; the passkey belongs to it."""
    return Fido2Server(PublicKeyCredentialRpEntity(name=NAME, id=host))


def begin_adding(account: Account, *, host: str) -> tuple[dict[str, Any], State]:
    """Options for the browser, and the state to keep until it answers. Raises FactorRefused."""
    held = [AttestedCredentialData(bytes(row.data)) for row in Passkey.objects.filter(account=account)]
    if len(held) >= MOST:
        raise FactorRefused(_("通行密钥最多 %(most)d 个，请先删去不用的。") % {"most": MOST})
    user = PublicKeyCredentialUserEntity(
        name=account.username, id=account.actor_id.bytes, display_name=account.actor.name
    )
    options, state = _server(host).register_begin(
        user, held, resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return dict(options), state


@transaction.atomic
def finish_adding(
    account: Account, answer: Mapping[str, Any], state: State, *, host: str, name: str, actor: Actor, at: datetime
) -> Passkey:
    """Keep a new passkey. Raises FactorRefused when the answer does not fit what was asked."""
    try:
        response = RegistrationResponse.from_dict(answer)
        made: AuthenticatorData = _server(host).register_complete(state, response)
        credential = made.credential_data
        transports = [str(one)[:20] for one in answer["response"].get("transports") or ()][:8]
    except NOT_A_PASSKEY as wrong:
        raise FactorRefused(_("通行密钥没有通过核对，请重试。")) from wrong
    assert credential is not None
    try:
        with transaction.atomic():
            row = Passkey.objects.create(
                account=account, name=name.strip()[:60] or _("通行密钥"), credential_id=credential.credential_id,
                data=bytes(credential), sign_count=made.counter, transports=transports, made_at=at,
            )  # fmt: skip
    except IntegrityError as twice:
        raise FactorRefused(_("这个通行密钥已经登记过。")) from twice
    keep(account, "add_passkey", actor=actor, at=at, changes={"passkey": row.pk})
    return row


@transaction.atomic
def remove(account: Account, passkey: int, *, actor: Actor, at: datetime) -> None:
    """Forget a passkey of ``account``; nothing happens when it is not there any more."""
    if Passkey.objects.filter(pk=passkey, account=account).delete()[0]:
        keep(account, "remove_passkey", actor=actor, at=at, changes={"passkey": passkey})


def begin_using(*, host: str) -> tuple[dict[str, Any], State]:
    """Options to sign in with any passkey the browser has for us; nobody has to be named first."""
    options, state = _server(host).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), state


def finish_using(answer: Mapping[str, Any], state: State, *, host: str, browser: Browser, at: datetime) -> Account:
    """The account whose passkey answered. Raises SignInRefused, TooManyRefused.

    The authenticator has checked its owner (finger, face or PIN), so this is both factors in one.
    """
    walls = [barriers.before_address(browser.address)]
    barriers.pass_by(walls, at=at)
    row = _answered(answer, state, host=host, at=at)
    if row is None:
        barriers.build_up(walls, at=at)
        note("", None, browser, method="passkey", outcome="wrong", at=at)
        raise SignInRefused(_("通行密钥没有通过核对，请重试或改用密码。"))
    check_open(row.account, browser, method="passkey", at=at)
    return row.account


@transaction.atomic
def _answered(answer: Mapping[str, Any], state: State, *, host: str, at: datetime) -> Passkey | None:
    try:
        response = AuthenticationResponse.from_dict(answer)
        rows = Passkey.objects.select_for_update(of=("self",)).select_related("account__actor")
        row = rows.filter(credential_id=response.raw_id).first()
        if row is None:
            return None
        _server(host).authenticate_complete(state, [AttestedCredentialData(bytes(row.data))], response)
        handle, count = response.response.user_handle, response.response.authenticator_data.counter
    except NOT_A_PASSKEY:
        return None
    if handle is not None and bytes(handle) != row.account.actor_id.bytes:
        return None
    if (count or row.sign_count) and count <= row.sign_count:
        # A copy of the key is about: the one that lags behind is refused.
        return None
    row.sign_count, row.used_at = count, at
    row.save(update_fields=["sign_count", "used_at"])
    return row
