"""Finds texts that are nearly the same: one message that many accounts were given to paste.

Each text is the set of its runs of five letters; how alike two are is the share that they
have in common. MinHash finds the pairs worth comparing without comparing all with all.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

import numpy as np

from participation.watched import plain_words


RUN = 5
ALIKE = 0.7
# «I agree» is said by many who have never met.
SHORTEST = 40
BANDS, ROWS = 24, 4
PRIME = (1 << 31) - 1
# Of a bucket that holds very many, each is compared with its neighbours alone.
NEIGHBOURS = 40

_numbers = np.random.default_rng(20_261_123)
_FACTORS = _numbers.integers(1, PRIME, BANDS * ROWS, dtype=np.int64)
_TERMS = _numbers.integers(0, PRIME, BANDS * ROWS, dtype=np.int64)


def runs_of(text: str) -> frozenset[int]:
    """The runs of letters of a text as numbers; without accents, capitals, marks and disguises."""
    plain = " ".join(plain_words(text))
    if len(plain) < SHORTEST:
        return frozenset()
    pieces = (plain[place : place + RUN] for place in range(len(plain) - RUN + 1))
    return frozenset(
        int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=4).digest()) % PRIME
        for piece in pieces
    )


def alikeness(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def alike(texts: Sequence[str], times: Sequence[datetime], within: timedelta) -> list[list[int]]:
    """Groups of texts, by their places, that are nearly the same and were written close together."""
    runs = [runs_of(text) for text in texts]
    leader = list(range(len(texts)))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for one, other in _candidates(runs):
        if find(one) == find(other) or abs(times[one] - times[other]) > within:
            continue
        if alikeness(runs[one], runs[other]) >= ALIKE:
            leader[find(other)] = find(one)
    groups = defaultdict(list)
    for place in range(len(texts)):
        groups[find(place)].append(place)
    return [group for group in groups.values() if len(group) > 1]


def _candidates(runs: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band of their MinHash, each once."""
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, numbers in enumerate(runs):
        if not numbers:
            continue
        values = np.fromiter(numbers, dtype=np.int64, count=len(numbers))
        hashes = (values[:, None] * _FACTORS + _TERMS) % PRIME
        lowest = hashes.min(axis=0).reshape(BANDS, ROWS)
        for band, part in enumerate(lowest):
            buckets[band, part.tobytes()].append(place)
    seen: set[tuple[int, int]] = set()
    for places in buckets.values():
        if len(places) <= NEIGHBOURS:
            pairs = combinations(places, 2)
        else:
            pairs = zip(places, places[1:], strict=False)
        for pair in pairs:
            if pair not in seen:
                seen.add(pair)
                yield pair
