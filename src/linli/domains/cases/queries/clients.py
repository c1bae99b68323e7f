"""Which program a key belongs to: from memory, looked up anew at most once a second."""

import hashlib
import threading
import time
from dataclasses import dataclass, field
from hmac import compare_digest

from linli.domains.cases.models import ApiClient
from linli.kernel.org.models import Actor

LOOKS_EVERY_S = 1.0
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may come in, as the interfaces need it. ``actor`` is who it acts as."""

    id: int
    name: str
    prefix: str
    actor: Actor
    unit_id: int
    systems: tuple[str, ...]
    faces: frozenset[str]
    sources: tuple[str, ...]
    per_minute: int
    key_hash: bytes = field(repr=False, default=b"")


@dataclass
class _Held:
    by_prefix: dict[str, Client] = field(default_factory=dict)
    next_look: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_held = _Held()


def client_of(key: str) -> Client | None:
    """The program whose key this is, unless it was revoked more than a second ago; None for any other text."""
    prefix, dot, secret = key.partition(".")
    if not dot or len(key) > LONGEST_KEY:
        return None
    client = _clients().get(prefix)
    if client is None or not compare_digest(client.key_hash, hash_of(secret)):
        return None
    return client


def hash_of(secret: str) -> bytes:
    """A plain hash will do: the secret is 256 random bits, nobody guesses it."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def forget() -> None:
    """Look anew at the next question."""
    _held.next_look = 0.0


def all_clients() -> list[ApiClient]:
    """Every program that ever had a key, revoked ones too, for the list of an administrator."""
    return list(ApiClient.objects.select_related("unit").order_by("id"))


def _clients() -> dict[str, Client]:
    now = time.monotonic()
    if now >= _held.next_look and _held.lock.acquire(blocking=not _held.next_look):
        try:
            if now >= _held.next_look:
                _held.by_prefix = _load()
                _held.next_look = now + LOOKS_EVERY_S
        finally:
            _held.lock.release()
    return _held.by_prefix


def _load() -> dict[str, Client]:
    rows = ApiClient.objects.filter(revoked_at=None).select_related("actor")
    return {
        row.prefix: Client(
            row.pk, row.name, row.prefix, row.actor, row.unit_id, tuple(row.systems), frozenset(row.faces),
            tuple(row.sources), row.per_minute, bytes(row.key_hash),
        )
        for row in rows
    }  # fmt: skip
