"""Signatures of the urn: on each receipt, and on each head of the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey


RECEIPT = b"decide-la-libertad/receipt/1"
HEAD = b"decide-la-libertad/head/1"
OUTCOME = b"decide-la-libertad/outcome/1"


class Head(NamedTuple):
    """What a checkpoint says: so many commitments, this root, after that head, at this moment."""

    number: int
    size: int
    root: bytes
    previous: bytes
    at: datetime


def sign_receipt(key: bytes, digest: bytes, promise: bytes, day: date) -> bytes:
    """64 bytes: that the urn took a ballot with this commitment on this day."""
    return SigningKey(key).sign(_receipt(digest, promise, day)).signature


def receipt_holds(public: bytes, digest: bytes, promise: bytes, day: date, sign: bytes) -> bool:
    return _holds(public, _receipt(digest, promise, day), sign)


def sign_head(key: bytes, digest: bytes, head: Head) -> bytes:
    return SigningKey(key).sign(_head(digest, head)).signature


def head_holds(public: bytes, digest: bytes, head: Head, sign: bytes) -> bool:
    return _holds(public, _head(digest, head), sign)


def sign_outcome(key: bytes, statement: bytes) -> bytes:
    return SigningKey(key).sign(OUTCOME + statement).signature


def _receipt(digest: bytes, promise: bytes, day: date) -> bytes:
    return RECEIPT + digest + promise + day.isoformat().encode()


def _head(digest: bytes, head: Head) -> bytes:
    numbers = head.number.to_bytes(8, "big") + head.size.to_bytes(8, "big")
    moment = head.at.isoformat(timespec="microseconds").encode()
    return HEAD + digest + numbers + head.root + head.previous + moment


def _holds(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True
