"""The whole answer, as it is kept and shown: sums and shapes, nothing of anybody alone.

What is kept can be read by everybody, so whatever leads to few people is left out here and
not on the page: parts of fewer than ten, and where anybody stands. Groups have a size to
the nearest five and an ellipse, which is made of a mean and a spread of at least eight people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from debates.opinion import cells, groups, segments
from debates.opinion.intervals import Share
from debates.opinion.partition import coordinates


# Goes up when the methods change, so that what was computed before is computed anew.
METHOD = 1
CODES = {"agree": 1.0, "disagree": -1.0, "pass": 0.0}
TELLING = 6
# So far apart, at least, is a statement that tells groups apart.
APART = 0.3


def analyse(
    votes: np.ndarray, statements: Sequence[int], people: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """`votes` has a row for each person, a column for each statement, CODES in it and nan for none."""
    return {
        "compared": _compared(segments.compare(votes, statements, people)),
        "groups": _groups(votes, statements, groups.find(votes)),
    }


def _compared(found: segments.Compared) -> dict[str, Any]:
    return {
        "tests": found.tests,
        "differences": [
            {
                "statement": c.statement,
                "dimension": c.dimension,
                "part": c.part,
                "share": _kept(c.share),
                "others": _kept(c.others),
                "p": round(c.p, 5),
            }
            for c in found.differences
        ],
        "shares": {
            str(statement): {
                dimension: {part: _kept(share) for part, share in parts.items()}
                for dimension, parts in dimensions.items()
            }
            for statement, dimensions in found.shares.items()
        },
    }


def _groups(votes: np.ndarray, statements: Sequence[int], found: groups.Found) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "why_not": found.why_not.value if found.why_not else None,
        "people": found.people,
        "statements": found.statements,
        "p": found.p,
        "stability": None if found.stability is None else round(found.stability, 2),
    }
    if found.labels is None:
        return kept
    shares = _by_group(votes, statements, found)
    apart = {statement: _distance(parts) for statement, parts in shares.items()}
    telling = sorted((s for s in shares if apart[s] >= APART), key=lambda s: (-apart[s], s))
    common = sorted((s for s in shares if _in_common(shares[s])), key=lambda s: (apart[s], s))
    sizes = np.bincount(found.labels[found.labels >= 0], minlength=found.count)
    return kept | {
        "sizes": [max(5, int(5 * round(size / 5))) for size in sizes],
        "shares": {
            str(statement): {str(group): _kept(share) for group, share in parts.items()}
            for statement, parts in shares.items()
        },
        "telling": telling[:TELLING],
        "common": common[:TELLING],
        "ellipses": _ellipses(votes, found),
    }


def _by_group(
    votes: np.ndarray, statements: Sequence[int], found: groups.Found
) -> dict[int, dict[str, Share]]:
    """How each group votes on each statement; only where every group can be shown."""
    shares = {}
    for column, statement in enumerate(statements):
        given = votes[:, column]
        voted = ~np.isnan(given)
        counts = {}
        for group in range(found.count):
            here = voted & (found.labels == group)
            counts[str(group)] = (int((given[here] == CODES["agree"]).sum()), int(here.sum()))
        parts = cells.shares(counts, int(voted.sum()))
        if len(parts) == found.count:
            shares[statement] = dict(sorted(parts.items()))
    return shares


def _distance(parts: Mapping[str, Share]) -> float:
    values = [share.value for share in parts.values()]
    return max(values) - min(values)


def _in_common(parts: Mapping[str, Share]) -> bool:
    """Whether surely more than half of each group agree."""
    return all(share.low > 0.5 for share in parts.values())


def _ellipses(votes: np.ndarray, found: groups.Found) -> list[dict[str, float]]:
    """Where each group stands and how wide it is (two deviations), on a square from −1 to 1."""
    here = found.labels >= 0
    labels = found.labels[here]
    points = coordinates(votes[np.ix_(here, found.columns)])
    drawn = []
    for group in range(found.count):
        own = points[labels == group]
        spread, axes = np.linalg.eigh(np.cov(own.T))
        short, long = 2 * np.sqrt(np.maximum(0, spread))
        angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
        drawn.append((*own.mean(axis=0), long, short, angle))
    scale = max(abs(place) + long for x, y, long, _short, _angle in drawn for place in (x, y))
    return [
        {
            "x": round(float(x / scale), 2),
            "y": round(float(y / scale), 2),
            "long": round(float(long / scale), 2),
            "short": round(float(short / scale), 2),
            "angle": round(angle),
        }
        for x, y, long, short, angle in drawn
    ]


def _kept(share: Share) -> list[float]:
    return [share.count, share.of, round(share.low, 3), round(share.high, 3)]
