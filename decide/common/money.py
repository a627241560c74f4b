"""Money as it is kept, in whole céntimos, and as people read it."""

from __future__ import annotations

from decimal import Decimal

from decide.common import words


def soles(cents: int | None) -> str:
    """`S/ 1 250 000`, and `S/ 12 400,50` where there are céntimos; nothing of nothing."""
    return "" if cents is None or cents == "" else words.soles(Decimal(cents) / 100)
