"""Personal data sealed with AES-256-GCM.

Each person has a data key, wrapped by a numbered master key; erasing it makes every copy unreadable, backups too.
A phone number is found again by a keyed hash (HMAC-SHA-256), never by its plain form.
Plain functions: no database, so that the path that takes reports in can seal in its own statement.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.kernel.org.masking import plain_number

NONCE_BYTES = 12
_WRAP = b"linli data key"


class SealBroken(Exception):
    """Ciphertext, key and purpose do not belong together: a bug, a lost key, or tampering."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A person's contact as stored: columns of ``Contact``. Empty fields stay empty."""

    name_enc: bytes
    phone_enc: bytes
    email_enc: bytes
    phone_index: bytes
    data_key_enc: bytes
    key_no: int


class Keyring:
    """Master keys by number; the highest seals, all of them open.

    text  ``"1:hex64,2:hex64"``
    """

    def __init__(self, text: str) -> None:
        self._keys: Mapping[int, bytes] = MappingProxyType(dict(_numbered(part) for part in text.split(",")))
        self.newest = max(self._keys)
        self._wraps = {no: AESGCM(_derived(key, b"wrap")) for no, key in self._keys.items()}
        self._index_keys = {no: _derived(key, b"phone index") for no, key in self._keys.items()}

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(self._keys))

    def wrap(self, data_key: bytes) -> bytes:
        """``data_key`` sealed by the newest master key."""
        return _encrypt(self._wraps[self.newest], data_key, _WRAP)

    def unwrap(self, wrapped: bytes, key_no: int) -> bytes:
        """The data key again. Raises SealBroken when key ``key_no`` is missing or another."""
        if key_no not in self._wraps:
            raise SealBroken(f"master key {key_no} is not among {self.numbers}")
        return _decrypt(self._wraps[key_no], wrapped, _WRAP)

    def sign(self, text: bytes, purpose: bytes, key_no: int) -> bytes:
        """HMAC-SHA-256 of ``text`` under a key for ``purpose`` alone, made of a master key. Raises SealBroken."""
        if key_no not in self._keys:
            raise SealBroken(f"master key {key_no} is not among {self.numbers}")
        return hmac.digest(_derived(self._keys[key_no], purpose), text, hashlib.sha256)

    def phone_index(self, phone: str, key_no: int | None = None) -> bytes:
        """Keyed hash of a phone number however it is written; ``b""`` when it has no digits."""
        digits = plain_number(phone)
        if not digits:
            return b""
        key = self._index_keys[self.newest if key_no is None else key_no]
        return hmac.digest(key, digits.encode(), hashlib.sha256)

    def phone_indexes(self, phone: str) -> list[bytes]:
        """The hash under every key, for searching while a rotation is under way."""
        return [self.phone_index(phone, no) for no in self.numbers] if plain_number(phone) else []


class _Held:
    ring: Keyring | None = None


def use_keys(text: str) -> None:
    """Take the master keys of this deployment; called once at start, by ``config``."""
    _Held.ring = Keyring(text)


def keyring() -> Keyring:
    """The master keys in use. Raises SealBroken before ``use_keys``."""
    if _Held.ring is None:
        raise SealBroken("no master keys were given at start")
    return _Held.ring


def new_data_key() -> bytes:
    """A fresh key of one person or one file."""
    return os.urandom(32)


def seal(data_key: bytes, plain: bytes, purpose: str) -> bytes:
    """``plain`` sealed for ``purpose`` (nonce and tag included); opens only with the same key and purpose."""
    return _encrypt(AESGCM(data_key), plain, purpose.encode())


def unseal(data_key: bytes, sealed: bytes, purpose: str) -> bytes:
    """What ``seal`` was given. Raises SealBroken."""
    return _decrypt(AESGCM(data_key), sealed, purpose.encode())


def seal_contact(name: str = "", phone: str = "", email: str = "") -> Sealed:
    """Name, phone and e-mail of one person under a fresh key of their own. Takes some 20 µs."""
    ring, data_key = keyring(), os.urandom(32)
    cipher = AESGCM(data_key)

    def sealed(text: str, field: bytes) -> bytes:
        return _encrypt(cipher, text.encode(), field) if text else b""

    return Sealed(
        name_enc=sealed(name, b"name"),
        phone_enc=sealed(phone, b"phone"),
        email_enc=sealed(email, b"email"),
        phone_index=ring.phone_index(phone),
        data_key_enc=ring.wrap(data_key),
        key_no=ring.newest,
    )


def _numbered(part: str) -> tuple[int, bytes]:
    number, _, text = part.strip().partition(":")
    key = bytes.fromhex(text)
    if len(key) != 32:
        raise ValueError(f"master key {number} must be 64 hexadecimal digits")
    return int(number), key


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"linli " + purpose, hashlib.sha256)


def _encrypt(cipher: AESGCM, plain: bytes, purpose: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, purpose)


def _decrypt(cipher: AESGCM, sealed: bytes, purpose: bytes) -> bytes:
    try:
        return cipher.decrypt(bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:]), purpose)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken("cannot be opened with this key for this purpose") from broken
