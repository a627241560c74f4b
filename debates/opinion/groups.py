"""Whether people fall into groups of opinion, and only then, which.

Any votes, pure noise too, can be cut into groups that look like something. So first it is
asked whether the votes hang together more than chance makes them; then whether the cut is
large enough to speak of, and stays the same if some of the people had not come.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

import numpy as np

from debates.opinion.partition import adjusted_rand, assign, partition


MIN_PEOPLE = 40
MIN_VOTES_EACH = 7
MIN_STATEMENTS = 12
MIN_VOTES_ON_STATEMENT = 10
ALPHA = 0.05
# With 199 the smallest p is 0.005, and p < 0.05 lets chance through 9 times in 200.
SHUFFLES = 199
SMALLEST = 8
SMALLEST_SHARE = 0.10
BOOTSTRAPS = 40
STABLE = 0.6
MANY_PEOPLE = 120
MOST_GROUPS = 4


class Why(Enum):
    """Why no groups are told of. The page has a sentence for each."""

    FEW_PEOPLE = "few_people"
    FEW_STATEMENTS = "few_statements"
    CHANCE = "chance"
    TOO_SMALL = "too_small"
    UNSTABLE = "unstable"


@dataclass(frozen=True)
class Found:
    """The answer. `labels` has the group of each row of the votes, −1 for who has voted on too few."""

    people: int
    statements: int
    why_not: Why | None = None
    p: float | None = None
    stability: float | None = None
    labels: np.ndarray | None = None
    columns: np.ndarray | None = None

    @property
    def count(self) -> int:
        return 0 if self.labels is None else int(self.labels.max()) + 1


def find(votes: np.ndarray) -> Found:
    """Look for groups in votes of 1, −1, 0 for a pass and nan for none."""
    rows, columns = _enough(votes)
    people, statements = int(rows.sum()), int(columns.sum())
    # Too few of both: more statements would not help until more people have come.
    if people < MIN_PEOPLE and _voters(votes) < MIN_PEOPLE:
        return Found(people, statements, Why.FEW_PEOPLE)
    if statements < MIN_STATEMENTS:
        return Found(people, statements, Why.FEW_STATEMENTS)
    if people < MIN_PEOPLE:
        return Found(people, statements, Why.FEW_PEOPLE)

    # Always in the same order, so that the same votes give the same answer.
    given = votes[np.ix_(rows, columns)]
    order = np.lexsort(np.nan_to_num(given, nan=2).T)
    given = given[order]
    random = np.random.default_rng(_seed(given))
    p, dimensions = _beyond_chance(given, random)
    if p >= ALPHA:
        return Found(people, statements, Why.CHANCE, p)

    most = min(dimensions + 1, MOST_GROUPS) if people >= MANY_PEOPLE else 2
    why_not, stability = Why.TOO_SMALL, None
    for k in range(most, 1, -1):
        cut = partition(given, k)
        if min(np.bincount(cut, minlength=k)) < max(SMALLEST, SMALLEST_SHARE * people):
            why_not, stability = Why.TOO_SMALL, None
            continue
        stability = _stability(given, cut, k, random)
        if stability >= STABLE:
            labels = np.full(len(votes), -1)
            labels[np.flatnonzero(rows)[order]] = cut
            return Found(people, statements, None, p, stability, labels, columns)
        why_not = Why.UNSTABLE
    return Found(people, statements, why_not, p, stability)


def _voters(votes: np.ndarray) -> int:
    return int(((~np.isnan(votes)).sum(axis=1) >= MIN_VOTES_EACH).sum())


def _enough(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """People with enough votes and statements with enough of theirs, until both hold at once."""
    voted = ~np.isnan(votes)
    rows = np.ones(votes.shape[0], dtype=bool)
    columns = np.ones(votes.shape[1], dtype=bool)
    while True:
        people = rows & (voted[:, columns].sum(axis=1) >= MIN_VOTES_EACH)
        statements = (
            columns & (voted[people].sum(axis=0) >= MIN_VOTES_ON_STATEMENT) & _vary(votes[people])
        )
        if (people == rows).all() and (statements == columns).all():
            return rows, columns
        rows, columns = people, statements


def _vary(votes: np.ndarray) -> np.ndarray:
    """Statements on which not everybody says the same; the others tell nobody apart."""
    low = np.where(np.isnan(votes), np.inf, votes).min(axis=0, initial=np.inf)
    high = np.where(np.isnan(votes), -np.inf, votes).max(axis=0, initial=-np.inf)
    return high > low


def _seed(votes: np.ndarray) -> int:
    signs = np.ascontiguousarray(np.nan_to_num(votes, nan=2), dtype=np.int8)
    return int.from_bytes(hashlib.sha256(signs.tobytes()).digest()[:8])


def _standardised(votes: np.ndarray) -> np.ndarray:
    """Each statement with mean 0 and spread 1; who has not voted stands at its mean."""
    centred = votes - np.nanmean(votes, axis=0)
    centred /= np.nanstd(votes, axis=0)
    return np.nan_to_num(centred)


def _beyond_chance(votes: np.ndarray, random: np.random.Generator) -> tuple[float, int]:
    """How often chance alone makes the first eigenvalue as large, and how many stand out.

    Each statement's votes are shuffled among those who voted on it: who voted on what, and
    how each statement fared, stay as they are; only that the same people answer alike goes.
    It stops as soon as chance has done so too often for any answer but «chance».
    """
    standard = _standardised(votes)
    voted = ~np.isnan(votes)
    # The votes of each statement pushed to the top, and who gave them drawn in any order.
    packed = np.take_along_axis(standard, np.argsort(~voted, axis=0, kind="stable"), axis=0)
    real = _eigenvalues(standard)
    reached, done = np.zeros_like(real), 0
    while done < SHUFFLES and (1 + reached[0]) / (1 + SHUFFLES) < ALPHA:
        drawn = np.where(voted, random.random(votes.shape), 2.0).argsort(axis=0)
        mixed = np.empty_like(standard)
        np.put_along_axis(mixed, drawn, packed, axis=0)
        reached += _eigenvalues(mixed) >= real
        done += 1
    p_values = (1 + reached) / (1 + done)
    # As many as stand out one after the other, from the first on.
    standing_out = int(np.argmin(np.append(p_values < ALPHA, False)))
    return float(p_values[0]), standing_out


def _eigenvalues(standard: np.ndarray) -> np.ndarray:
    return np.linalg.eigvalsh(standard.T @ standard)[::-1]


def _stability(votes: np.ndarray, cut: np.ndarray, k: int, random: np.random.Generator) -> float:
    """How alike everybody is cut if it is done after people drawn again, some twice, some not.

    The mean of the adjusted Rand index between both cuts: 1 the same, 0 as by chance.
    """
    found = []
    for _draw in range(BOOTSTRAPS):
        drawn = votes[random.integers(len(votes), size=len(votes))]
        found.append(adjusted_rand(cut, assign(votes, drawn, partition(drawn, k), k)))
    return float(np.mean(found))
