"""Bring somebody in: registered, with an account and a password that is shown once and changed at first use."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.domains.organisation.commands.guarding import TEMPORARY_LENGTH, TEMPORARY_LETTERS
from linli.domains.organisation.models import Standing
from linli.kernel.org.commands import people
from linli.kernel.org.models import Actor


@dataclass(frozen=True, slots=True)
class Engaged:
    """A person who can sign in now; ``password`` is known nowhere else."""

    person: Actor
    username: str
    password: str


@transaction.atomic
def engage(
    *, name: str, username: str, phone: str = "", email: str = "", reason: str, actor: Actor, at: datetime
) -> Engaged:
    """Register a member of staff and open their account. Raises AccountRefused, RightRefused."""
    person = people.register(name, actor=actor, at=at, reason=reason)
    return open_for(person, username=username, phone=phone, email=email, reason=reason, actor=actor, at=at)


@transaction.atomic
def open_for(
    person: Actor, *, username: str, phone: str = "", email: str = "", reason: str, actor: Actor, at: datetime
) -> Engaged:
    """Open an account for somebody registered already. Raises AccountRefused, RightRefused."""
    password = "".join(secrets.choice(TEMPORARY_LETTERS) for _letter in range(TEMPORARY_LENGTH))
    account = people.open_account(
        person, username=username, password=password, phone=phone, email=email, actor=actor, at=at, reason=reason
    )
    Standing.objects.create(account=account, must_change=True, changed_at=at)
    return Engaged(person, account.username, password)
