"""The secret address of somebody's calendar feed."""

import hashlib
import secrets
from datetime import datetime

from linli.kernel.duties.models import Feed
from linli.kernel.org.models import Actor

BYTES = 24


def renew_feed(*, actor: Actor, at: datetime) -> str:
    """A new secret for ``actor``'s feed; an earlier one no longer opens it. It is shown this once: we keep its hash."""
    token = secrets.token_urlsafe(BYTES)
    Feed.objects.update_or_create(actor=actor, defaults={"token_hash": hashed(token), "made_at": at})
    return token


def forget_feed(*, actor: Actor) -> None:
    """Close ``actor``'s feed."""
    Feed.objects.filter(actor=actor).delete()


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
