"""What a receipt promises: that a ballot with exactly these choices is in the urn.

C = SHA-256 over domain, digest of the urn's definition, nonce and the choices in canonical
JSON, each with its length before it, so that no two different ballots read the same. The
verifier that ships with the results computes the same without importing this.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any


DOMAIN = b"decide-la-libertad/ballot/1"
NONCE = 16
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
CODE_LENGTH = 10  # 50 bits: two of a million ballots share one in fewer than 1 of 2,000 urns


class NotCanonical(Exception):
    """Something that two programs could write in two ways, such as a fraction in floating point."""


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8; of text, integers, lists and such alone."""
    _refuse(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _refuse(value: Any) -> None:
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("keys are text")
        for inner in value.values():
            _refuse(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse(inner)
    elif value is not None and not isinstance(value, str | bool | int):
        raise NotCanonical(f"{type(value).__name__} has no single form")


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE)


def commitment(digest: bytes, nonce: bytes, choices: Any) -> bytes:
    """32 bytes that promise the choices and tell nothing of them without the nonce."""
    return hashlib.sha256(preimage(digest, nonce, choices)).digest()


def preimage(digest: bytes, nonce: bytes, choices: Any) -> bytes:
    """What is hashed: whoever has it computes the commitment with any tool for SHA-256."""
    parts = (DOMAIN, digest, nonce, canonical(choices))
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def short_code(promise: bytes) -> str:
    """The commitment as people read it aloud: «7KQ2F-M3D0A»."""
    number = int.from_bytes(promise[:8], "big") >> (64 - 5 * CODE_LENGTH)
    letters = [CODE_LETTERS[(number >> (5 * place)) & 31] for place in reversed(range(CODE_LENGTH))]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def promises_with(code: str) -> tuple[bytes, bytes] | None:
    """The first and the last commitment that such a code may stand for, however it was typed."""
    plain = "".join(code.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    if len(plain) != CODE_LENGTH or not set(plain) <= set(CODE_LETTERS):
        return None
    number = 0
    for letter in plain:
        number = number << 5 | CODE_LETTERS.index(letter)
    rest = 64 - 5 * CODE_LENGTH
    first, last = number << rest, (number + 1 << rest) - 1
    return first.to_bytes(8, "big") + bytes(24), last.to_bytes(8, "big") + b"\xff" * 24
