"""What people agree on and what divides them, statement by statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from debates.opinion.intervals import Share, wilson


MIN_VOTES = 10
# Surely more than six of ten on one side; surely one of five or more on each.
CONSENSUS = 0.6
DIVISION = 0.2


class Standing(Enum):
    """What can be said of a statement with the votes it has."""

    FEW = "few"
    UNCLEAR = "unclear"
    CONSENSUS = "consensus"
    DIVISION = "division"


@dataclass(frozen=True)
class Tally:
    """The votes of one statement. Passing counts: who passes does not agree."""

    statement: int
    agrees: int
    disagrees: int
    passes: int

    @property
    def votes(self) -> int:
        return self.agrees + self.disagrees + self.passes

    @property
    def agree(self) -> Share:
        return wilson(self.agrees, self.votes)

    @property
    def disagree(self) -> Share:
        return wilson(self.disagrees, self.votes)

    @property
    def neither(self) -> Share:
        return wilson(self.passes, self.votes)

    @property
    def standing(self) -> Standing:
        if self.votes < MIN_VOTES:
            return Standing.FEW
        smaller, larger = sorted((self.agree, self.disagree), key=lambda share: share.low)
        if smaller.low >= DIVISION:
            return Standing.DIVISION
        if larger.low >= CONSENSUS:
            return Standing.CONSENSUS
        return Standing.UNCLEAR


def consensus(tallies: Iterable[Tally]) -> list[Tally]:
    """The surest first: by the lower end of the larger side's interval."""
    found = [tally for tally in tallies if tally.standing is Standing.CONSENSUS]
    return sorted(found, key=lambda t: (-max(t.agree.low, t.disagree.low), t.statement))


def division(tallies: Iterable[Tally]) -> list[Tally]:
    """The most divided first: by the lower end of the smaller side's interval."""
    found = [tally for tally in tallies if tally.standing is Standing.DIVISION]
    return sorted(found, key=lambda t: (-min(t.agree.low, t.disagree.low), t.statement))
