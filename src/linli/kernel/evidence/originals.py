"""Sealing of originals: AES-256-GCM in pieces, so that a video of any length is sealed without being held in memory.

Each original has a key of its own, wrapped by the newest master key. Pieces are numbered and the last one is marked
in their nonces, so that a piece moved, dropped, repeated or cut off at the end does not open.

Layout: magic, number of the master key (4 bytes), wrapped key (60), nonce prefix (7), then pieces of PIECE_BYTES + 16.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.kernel.org.sealing import SealBroken, keyring, new_data_key

MAGIC = b"LNLO1\0"
PIECE_BYTES = 262_144
TAG_BYTES = 16
PREFIX_BYTES = 7
KEY_AT = len(MAGIC) + 4
PREFIX_AT = KEY_AT + 60
HEADER_BYTES = PREFIX_AT + PREFIX_BYTES


def sealed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """``pieces`` (of any sizes) sealed under a fresh key."""
    ring, key, prefix = keyring(), new_data_key(), os.urandom(PREFIX_BYTES)
    header = MAGIC + ring.newest.to_bytes(4, "big") + ring.wrap(key) + prefix
    cipher = AESGCM(key)
    yield header
    waiting, count = bytearray(), 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE_BYTES:
            yield cipher.encrypt(_nonce(prefix, count, last=False), bytes(waiting[:PIECE_BYTES]), header)
            del waiting[:PIECE_BYTES]
            count += 1
    yield cipher.encrypt(_nonce(prefix, count, last=True), bytes(waiting), header)


def opened(source: BinaryIO) -> Iterator[bytes]:
    """The original in pieces. Raises SealBroken, possibly after pieces that were still in order."""
    header = source.read(HEADER_BYTES)
    if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
        raise SealBroken("not a sealed original")
    number, prefix = int.from_bytes(header[len(MAGIC) : KEY_AT], "big"), header[PREFIX_AT:]
    cipher, count = AESGCM(keyring().unwrap(header[KEY_AT:PREFIX_AT], number)), 0
    piece = source.read(PIECE_BYTES + TAG_BYTES)
    while piece:
        following = source.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(prefix, count, last=not following), piece, header)
        except InvalidTag:
            raise SealBroken(f"piece {count} is not what was sealed") from None
        piece, count = following, count + 1
    if not count:
        raise SealBroken("cut off before the first piece")


def hash_of_sealed(source: BinaryIO) -> str:
    """SHA-256 (hex) of the original that was sealed into ``source``. Raises SealBroken."""
    digest = hashlib.sha256()
    for piece in opened(source):
        digest.update(piece)
    return digest.hexdigest()


def _nonce(prefix: bytes, count: int, *, last: bool) -> bytes:
    return prefix + count.to_bytes(4, "big") + bytes([last])
