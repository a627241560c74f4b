"""Trending: each act counts less as time passes, half as much after a week.

All of them fade at the same pace, so their order never changes by itself. The sum is
therefore written as if seen from one fixed day, as a logarithm of base two in weeks: a
thing without news need not be written again, and an index keeps the order.
"""

from __future__ import annotations

from datetime import UTC, datetime


EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
HALF_LIFE = 7 * 24 * 3600  # seconds
REMEMBERED = 12  # weeks, after which an act is worth less than a 4,000th


def at(moment: datetime) -> float:
    """The trend of something published then, without any act yet."""
    return (moment - EPOCH).total_seconds() / HALF_LIFE
