"""Words that trustees have typed and that wait for those of the others.

They lie in the database, sealed. Half of what unseals them derives from the site's settings, the
other half is in the memory of the cache and gone after some hours: so neither the database with
its journal and its copies, nor they together with the settings, ever give a key. If the cache
loses its half, the trustees type their words once more.
"""

from __future__ import annotations

import secrets
from functools import partial

from django.core.cache import BaseCache, caches
from django.db import transaction
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from votes import keys
from votes.models import KeyCeremony, KeyShare


KEPT = 6 * 60 * 60  # seconds: longer than a ceremony takes


def seal(ceremony: KeyCeremony, words: list[str]) -> bytes:
    """Needs the ceremony's `poll.urn`. What was sealed under a half now lost stays lost."""
    _memory().add(_name(ceremony), secrets.token_bytes(32), KEPT)
    half = _memory().get(_name(ceremony))
    return bytes(_box(ceremony, half).encrypt(" ".join(words).encode()))


def unseal(ceremony: KeyCeremony, handed: bytes) -> list[str] | None:
    """The words, unless the cache's half is lost."""
    half = _memory().get(_name(ceremony))
    if half is None:
        return None
    try:
        return _box(ceremony, half).decrypt(bytes(handed)).decode().split()
    except CryptoError:
        return None


def of(ceremony: KeyCeremony) -> dict[int, list[str]]:
    """By the trustee's id, the words that are there and can be read."""
    found = {}
    for share in KeyShare.objects.filter(ceremony=ceremony).exclude(handed=None):
        if words := unseal(ceremony, share.handed):
            found[share.trustee_id] = words
    return found


def is_readable(ceremony: KeyCeremony) -> bool:
    """Whether the cache still has its half."""
    return _memory().get(_name(ceremony)) is not None


def forget(ceremony: KeyCeremony) -> None:
    """Empty what was handed in, and once that is so, its key."""
    handed = KeyShare.objects.filter(ceremony=ceremony).exclude(handed=None)
    handed.update(handed=None, handed_at=None)
    transaction.on_commit(partial(_memory().delete, _name(ceremony)))


def _box(ceremony: KeyCeremony, half: bytes) -> SecretBox:
    return SecretBox(keys.handed_secret(ceremony.poll.urn, half))


def _memory() -> BaseCache:
    """Not the one whose keys hold the scope: after the commit there is none."""
    return caches["people"]


def _name(ceremony: KeyCeremony) -> str:
    return f"votes:handed:{ceremony.municipality_id}:{ceremony.pk}"
