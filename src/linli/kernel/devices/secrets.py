"""Secrets of phones, sealed under the newest master key: number of the key (4 bytes), then the wrapped secret."""

import hashlib
import secrets as random

from linli.kernel.org.sealing import keyring

SECRET_BYTES = 32


def new_token() -> str:
    """A bearer token of 256 bits; only its hash is kept."""
    return random.token_urlsafe(SECRET_BYTES)


def hash_of(token: str) -> bytes:
    """A token is random, so a plain SHA-256 of it cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()


def new_sealed() -> bytes:
    return sealed(random.token_bytes(SECRET_BYTES))


def sealed(secret: bytes) -> bytes:
    ring = keyring()
    return ring.newest.to_bytes(4, "big") + ring.wrap(secret)


def opened(kept: bytes) -> bytes:
    """Raises SealBroken."""
    return keyring().unwrap(kept[4:], int.from_bytes(kept[:4], "big"))


def key_no(kept: bytes) -> int:
    return int.from_bytes(kept[:4], "big")
