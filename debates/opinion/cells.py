"""Which parts of the people may be told apart, so that nobody can be worked out.

A part is shown from ten people on. What is left over when all shown parts are taken from
the total must be nobody or ten as well; otherwise one subtraction would tell how those few
voted, so the smallest shown part is left out too, until it holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from debates.opinion.intervals import Share, wilson


MIN_PEOPLE = 10


def shown(sizes: Mapping[str, int], total: int) -> list[str]:
    """The parts that may be shown beside each other and beside the total, largest first."""
    parts = sorted(
        (part for part, size in sizes.items() if size >= MIN_PEOPLE),
        key=lambda part: (-sizes[part], part),
    )
    while parts and 0 < total - sum(sizes[part] for part in parts) < MIN_PEOPLE:
        parts.pop()
    return parts if len(parts) > 1 else []


def shares(votes: Mapping[str, tuple[int, int]], total: int) -> dict[str, Share]:
    """The share of each part that may be shown, of (how many agree, how many voted)."""
    parts = shown({part: of for part, (_count, of) in votes.items()}, total)
    return {part: wilson(*votes[part]) for part in parts}
