"""The inner envelope: choices sealed to the urn's public key, all of one length.

X25519 sealed boxes (PyNaCl): whoever seals needs no key of their own, and nobody opens them
without the private one, which does not exist in one piece while the urn is open.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from votes.commitments import canonical


OVERHEAD = 48  # an ephemeral key and a tag (crypto_box_seal)
STEP = 256  # lengths are whole multiples, so that small differences of the rules do not show


class TooLong(Exception):
    """The choices do not fit what the urn's definition allows."""


class CannotOpen(Exception):
    """The envelope was not sealed for this key, or was altered."""


class Content(NamedTuple):
    nonce: bytes
    choices: Any


def sealed_length(longest: Any) -> int:
    """Bytes of every sealed ballot of an urn whose longest possible choices are these."""
    inside = 4 + len(_content(bytes(16), longest))
    return -(-inside // STEP) * STEP + OVERHEAD


def seal(public_key: bytes, nonce: bytes, choices: Any, length: int) -> bytes:
    """The choices and their nonce, padded and sealed; exactly `length` bytes."""
    inside = _content(nonce, choices)
    room = length - OVERHEAD
    if 4 + len(inside) > room:
        raise TooLong
    padded = len(inside).to_bytes(4, "big") + inside.ljust(room - 4, b"\0")
    return bytes(SealedBox(PublicKey(public_key)).encrypt(padded))


def unseal(private_key: bytes, sealed: bytes) -> Content:
    return opened(SealedBox(PrivateKey(private_key)), sealed)


def opened(box: SealedBox, sealed: bytes) -> Content:
    """The same for many, with a box made once: what makes it costs half of what opening does."""
    try:
        padded = box.decrypt(sealed)
        length = int.from_bytes(padded[:4], "big")
        if length > len(padded) - 4 or padded[4 + length :].strip(b"\0"):
            raise CannotOpen
        inside = json.loads(padded[4 : 4 + length])
        return Content(bytes.fromhex(inside["nonce"]), inside["choices"])
    except (CryptoError, ValueError, KeyError, TypeError) as problem:
        raise CannotOpen from problem


def _content(nonce: bytes, choices: Any) -> bytes:
    return canonical({"choices": choices, "nonce": nonce.hex()})
