"""How far an opening has come, for the screens that wait for it. Nothing depends on it."""

from __future__ import annotations

import time
from typing import NamedTuple

from django.core.cache import cache

from votes.models import Urn


KEPT = 24 * 60 * 60  # seconds
STALE = 45  # seconds without a word: whoever opened it may have stopped


class Underway(NamedTuple):
    """So many ballots of so many, or why it stopped."""

    done: int
    of: int
    told_at: float
    problem: str = ""

    @property
    def is_stale(self) -> bool:
        return time.time() - self.told_at > STALE

    @property
    def runs(self) -> bool:
        return not self.problem and not self.is_stale


def of(urn: Urn) -> Underway | None:
    found = cache.get(_name(urn))
    return Underway(*found) if found else None


def tell(urn: Urn, done: int, of: int) -> None:
    cache.set(_name(urn), (done, of, time.time(), ""), KEPT)


def fail(urn: Urn, problem: str) -> None:
    cache.set(_name(urn), (0, 0, time.time(), problem), KEPT)


def _name(urn: Urn) -> str:
    return f"votes:opening:{urn.pk}"
