"""The public log of commitments: hashing as RFC 6962 (Certificate Transparency) does.

Whoever has the leaves computes the root again; whoever has one leaf and its path can be
shown that it is in; and a later log can be shown to continue an earlier one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The head of the tree over the leaves in their order; of none, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def path(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """What one needs besides a leaf to compute the root: from the leaf upwards."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if place < split:
        return [*path(leaves[:split], place), root(leaves[split:])]
    return [*path(leaves[split:], place - split), root(leaves[:split])]


def is_in(leaf: bytes, place: int, size: int, way: Sequence[bytes], head: bytes) -> bool:
    """Whether the path leads from the leaf at this place of a log of this size to the root."""
    if not 0 <= place < size:
        return False
    return _climb(leaf_hash(leaf), place, size, list(way)) == head


def _climb(at: bytes, place: int, size: int, way: list[bytes]) -> bytes | None:
    if size == 1:
        return at if not way else None
    if not way:
        return None
    split = _split(size)
    other = way.pop()
    if place < split:
        below = _climb(at, place, split, way)
        return below and node_hash(below, other)
    below = _climb(at, place - split, size - split, way)
    return below and node_hash(other, below)


def _split(size: int) -> int:
    """The largest power of two that is smaller."""
    return 1 << (size - 1).bit_length() - 1
