"""Short words a person and a desk exchange: a code to be found by, and the code of a receipt.

An officer never browses people: whoever wants to be helped shows a code, which works for
half an hour and once.
"""

from __future__ import annotations

import hmac
import secrets

from django.conf import settings
from django.core.cache import caches

from accounts.models import User


MINUTES = 30
# Without what is read wrongly: 0 O, 1 I L, 5 S, 8 B, U V.
ALPHABET = "234679ACDEFGHJKMNPQRTWXYZ"


def give(user: User) -> str:
    """The code by which a desk finds the account, the same until it is used or lapses."""
    cache = caches["people"]
    code = shown(user) or _random(8)
    cache.set(f"desk-code:{code}", user.pk, MINUTES * 60)
    cache.set(f"desk-code-of:{user.pk}", code, MINUTES * 60)
    return code


def shown(user: User) -> str:
    return caches["people"].get(f"desk-code-of:{user.pk}") or ""


def person_of(code: str) -> User | None:
    """Whose code it is; it goes on working until `used`."""
    pk = caches["people"].get(f"desk-code:{plain(code)}")
    return User.objects.filter(pk=pk, is_active=True).first() if pk else None


def used(user: User) -> None:
    code = shown(user)
    caches["people"].delete_many([f"desk-code:{code}", f"desk-code-of:{user.pk}"])


def receipt_code() -> str:
    """Sixteen signs, which nobody guesses."""
    return _random(16)


def receipt_hash(code: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"receipt:{plain(code)}".encode(), "sha256")


def plain(code: str) -> str:
    return "".join(char for char in code.upper() if char.isalnum() and char.isascii())[:40]


def spaced(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _sign in range(length))
