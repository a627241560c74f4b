"""Cutting people into k parts by how they voted, though nobody has voted on everything."""

from __future__ import annotations

import numpy as np


ROUNDS = 50
# Two votes at the mean are added to each centre, so that few votes do not make it extreme.
SHRINK = 2.0


def partition(votes: np.ndarray, k: int) -> np.ndarray:
    """k-means on the votes that were given; each person's part, the largest first.

    Distance is measured over the statements a person has voted on, not over guesses for the
    others. It begins from where people stand along the main line of difference (the first
    principal component), so that no luck is in it.
    """
    labels = _along_main_line(votes, k)
    for _round in range(ROUNDS):
        moved = _nearest(votes, _centres(votes, labels, k))
        if (moved == labels).all():
            break
        labels = moved
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    return np.argsort(order)[labels]


def assign(votes: np.ndarray, others: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """The part of each person if parts are those that others were cut into."""
    return _nearest(votes, _centres(others, labels, k))


def coordinates(votes: np.ndarray, dimensions: int = 2) -> np.ndarray:
    """Where each person stands on the main lines of difference, whatever number of votes they gave.

    Who has not voted stands at the mean of a statement; that pulls people with few votes to
    the middle, so each is moved out again by the square root of the share they left out.
    """
    voted = ~np.isnan(votes)
    centred = np.nan_to_num(votes - np.nanmean(votes, axis=0))
    _left, _sizes, lines = np.linalg.svd(centred, full_matrices=False)
    lines = lines[:dimensions]
    # A line has no direction of its own: its largest part is made positive.
    signs = np.sign(lines[np.arange(len(lines)), np.abs(lines).argmax(axis=1)])
    stretch = np.sqrt(votes.shape[1] / np.maximum(1, voted.sum(axis=1)))
    return centred @ (lines * signs[:, None]).T * stretch[:, None]


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """How alike two cuts of the same people are: 1 the same, 0 as chance would."""
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), 1)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, first, second = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = first * second / pairs(np.array([len(one)]))
    highest = (first + second) / 2
    return 1.0 if highest == expected else (both - expected) / (highest - expected)


def _along_main_line(votes: np.ndarray, k: int) -> np.ndarray:
    """Cut the main line of difference so that people within the parts stand closest together."""
    points = coordinates(votes, max(1, k - 1))
    if k == 2:
        return _best_cut(points[:, 0])
    # More parts: the part whose people stand furthest apart is cut along its own main line.
    labels = _best_cut(points[:, 0])
    while labels.max() + 1 < k:
        parts = [points[labels == part] for part in range(labels.max() + 1)]
        spread = [((part - part.mean(axis=0)) ** 2).sum() for part in parts]
        widest = np.flatnonzero(labels == int(np.argmax(spread)))
        here = points[widest] - points[widest].mean(axis=0)
        line = np.linalg.svd(here, full_matrices=False)[2][0]
        labels[widest[_best_cut(here @ line) == 1]] = labels.max() + 1
    return labels


def _best_cut(line: np.ndarray) -> np.ndarray:
    """Two parts with the least squared distance to their means: k-means in one dimension, exactly."""
    order = np.argsort(line, kind="stable")
    sums = np.cumsum(line[order])[:-1]
    below = np.arange(1, len(line))
    above = len(line) - below
    between = sums**2 / below + (line.sum() - sums) ** 2 / above
    cut = int(np.argmax(between)) + 1
    labels = np.zeros(len(line), dtype=int)
    labels[order[cut:]] = 1
    return labels


def _centres(votes: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """The mean vote of each part on each statement, drawn a little to everybody's mean."""
    voted = ~np.isnan(votes)
    filled = np.nan_to_num(votes)
    everybody = filled.sum(axis=0) / np.maximum(1, voted.sum(axis=0))
    part = np.eye(k)[labels]
    sums, counts = part.T @ filled, part.T @ voted
    return (sums + SHRINK * everybody) / (counts + SHRINK)


def _nearest(votes: np.ndarray, centres: np.ndarray) -> np.ndarray:
    voted = ~np.isnan(votes)
    filled = np.nan_to_num(votes)
    # |v − c|² over the votes given, without what is the same for every centre.
    distance = voted @ (centres**2).T - 2 * filled @ centres.T
    return distance.argmin(axis=1)
