"""How sure a share is, and whether two shares differ."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt
from typing import NamedTuple


Z = 1.96  # two-sided 95 %


class Share(NamedTuple):
    """A share with its interval: between `low` and `high` in 95 of 100 such samples."""

    count: int
    of: int
    value: float
    low: float
    high: float


def wilson(count: int, of: int) -> Share:
    """The Wilson interval, which stays sensible with few votes and near 0 and 1."""
    if of == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    value = count / of
    middle = (value + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * sqrt(value * (1 - value) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return Share(count, of, value, max(0.0, middle - half), min(1.0, middle + half))


def two_proportions(one: Share, other: Share) -> float:
    """The p-value of the pooled two-sided z test that both shares are the same."""
    total = one.of + other.of
    if not one.of or not other.of:
        return 1.0
    pooled = (one.count + other.count) / total
    spread = sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of))
    if spread == 0:
        return 1.0
    return erfc(abs(one.value - other.value) / spread / sqrt(2))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's correction over all tests made: each p-value as it counts among the others."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - rank)))
        corrected[place] = highest
    return corrected
