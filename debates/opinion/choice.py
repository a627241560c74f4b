"""Which statement to put before somebody next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from math import log

from debates.opinion.lists import Tally


def learns(tally: Tally) -> float:
    """How much one more vote would teach, above 0 and at most 1.

    The square of the interval's width is what is not known yet: much with few votes, and with
    the same number of votes more the nearer they are to even. What divides people says most
    about who thinks alike, so it weighs up to twice; what many pass on weighs less.
    """
    unknown = (tally.agree.high - tally.agree.low) ** 2
    yes, no = tally.agrees + 1, tally.disagrees + 1
    divisive = 4 * yes * no / (yes + no) ** 2
    answered = 1 - tally.passes / (tally.votes + 2)
    return unknown * (1 + divisive) / 2 * answered


def in_order(person: int, tallies: Iterable[Tally]) -> list[int]:
    """The ids of the statements as this person is to see them.

    A draw by lot in which a statement that teaches twice as much is first twice as often: so
    neighbours see different ones at the same time, and none starves. The lot is drawn from the
    ids of person and statement: who comes back finds the same one waiting.
    """
    return [
        statement
        for _key, statement in sorted(
            (-log(_lot(person, tally.statement)) / learns(tally), tally.statement)
            for tally in tallies
        )
    ]


def _lot(person: int, statement: int) -> float:
    """A number between 0 and 1, never 0 itself, always the same for these two."""
    drawn = hashlib.sha256(f"{person}:{statement}".encode()).digest()[:8]
    return (int.from_bytes(drawn) + 1) / 2**64
