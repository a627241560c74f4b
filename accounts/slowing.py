"""An address from which many wrong documents come is slowed down, never locked out.

A whole village may share one address, so that after a wrong try the next one waits a
little, and each time longer, up to a minute. Right ones cost nothing.
"""

from __future__ import annotations

import math
import time
from hashlib import sha256

from django.core.cache import caches


FREE = 10
LONGEST = 60
REMEMBERED = 60 * 60


def seconds_to_wait(address: str) -> int:
    """How long this address has to wait before its next try; 0 if it need not."""
    until = caches["people"].get(_key(address, "until"), 0)
    return max(math.ceil(until - time.time()), 0)


def note_wrong(address: str) -> None:
    """Remember a wrong try from here."""
    cache = caches["people"]
    key = _key(address, "wrong")
    cache.add(key, 0, REMEMBERED)
    try:
        wrong = cache.incr(key)
    except ValueError:  # it lapsed this very moment
        return
    if wrong > FREE:
        wait = min(2 ** (wrong - FREE), LONGEST)
        cache.set(_key(address, "until"), time.time() + wait, wait)


def _key(address: str, what: str) -> str:
    return f"residence:{sha256(address.encode()).hexdigest()}:{what}"
