"""Whether parts of the people that anybody knows of (a district, women) see a statement otherwise.

They are known before anybody votes, so that a test of their difference is honest, which
one between groups found in the same votes is not. Holm's correction is over all tests made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from debates.opinion import cells
from debates.opinion.intervals import Share, holm, two_proportions, wilson


ALPHA = 0.05
AGREE = 1


@dataclass(frozen=True)
class Comparison:
    """How one part of the people sees a statement, and how the others do."""

    statement: int
    dimension: str
    part: str
    share: Share
    others: Share
    p: float  # corrected


@dataclass(frozen=True)
class Compared:
    tests: int
    differences: list[Comparison]
    # Of each statement and dimension, the parts that may be shown.
    shares: dict[int, dict[str, dict[str, Share]]]


def compare(
    votes: np.ndarray, statements: Sequence[int], people: Mapping[str, Sequence[str]]
) -> Compared:
    """`votes` has a row for each person and a column for each statement (see analysis.CODES).

    `people` tells of each dimension to which part each person belongs, "" if they do not say.
    Only those parts are compared that may be shown: each with the other shown ones together,
    and if there are two, once.
    """
    shares: dict[int, dict[str, dict[str, Share]]] = {}
    made: list[Comparison] = []
    for column, statement in enumerate(statements):
        given = votes[:, column]
        voted = ~np.isnan(given)
        for dimension, parts in people.items():
            found = cells.shares(_counts(given, voted, parts), int(voted.sum()))
            if not found:
                continue
            shares.setdefault(statement, {})[dimension] = found
            made += _tests(statement, dimension, found)
    corrected = holm([comparison.p for comparison in made])
    differences = [
        Comparison(c.statement, c.dimension, c.part, c.share, c.others, p)
        for c, p in zip(made, corrected, strict=True)
        if p < ALPHA
    ]
    differences.sort(key=lambda c: (c.p, c.statement, c.dimension, c.part))
    return Compared(len(made), differences, shares)


def _counts(
    given: np.ndarray, voted: np.ndarray, parts: Sequence[str]
) -> dict[str, tuple[int, int]]:
    belongs = np.asarray(parts, dtype=object)
    found = {}
    for part in sorted({part for part in parts if part}):
        here = voted & (belongs == part)
        found[part] = (int((given[here] == AGREE).sum()), int(here.sum()))
    return found


def _tests(statement: int, dimension: str, found: Mapping[str, Share]) -> list[Comparison]:
    parts = list(found)
    made = []
    for part in parts[:1] if len(parts) == 2 else parts:
        rest = [share for other, share in found.items() if other != part]
        others = wilson(sum(share.count for share in rest), sum(share.of for share in rest))
        p = two_proportions(found[part], others)
        made.append(Comparison(statement, dimension, part, found[part], others, p))
    return made
