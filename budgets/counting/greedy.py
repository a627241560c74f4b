"""By votes: the works in their order, each funded if the money left is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from budgets.counting.election import Tally


@dataclass(frozen=True)
class Turn:
    work: str
    left: int  # before its turn
    chosen: bool


def by_votes(tally: Tally, works: list[str], left: int, variant: str) -> list[Turn]:
    """The turns of the works, which come in their order. Without skipping, the first that does
    not fit is the last to have one."""
    turns = []
    for work in works:
        fits = tally.costs[work] <= left
        turns.append(Turn(work, left, fits))
        if fits:
            left -= tally.costs[work]
        elif variant == "no_skip":
            break
    return turns


def ties(
    tally: Tally, works: list[str], turns: list[Turn], variant: str
) -> Iterator[dict[str, Any]]:
    """Works with the same votes, and whether another order of them would have funded others.

    That is so if one of them has the money when it comes first, and not all that have can be
    paid; without skipping, if not all of them can.
    """
    left = {turn.work: turn.left for turn in turns}

    def tie(tied: list[str], by: str) -> dict[str, Any]:
        money = left[tied[0]]
        costs = [tally.costs[work] for work in tied]
        fitting = [cost for cost in costs if cost <= money]
        wanted = costs if variant == "no_skip" else fitting
        decides = bool(fitting) and sum(wanted) > money
        return {"tied": sorted(tied), "won": tied[0], "by": by, "decides": decides}

    for _votes, group in groupby(works, key=lambda work: tally.votes[work]):
        same = list(group)
        if same[0] in left and tally.costs[same[0]] < tally.costs[same[-1]]:
            yield tie(same, "cost")
        for _cost, alike in groupby(same, key=lambda work: tally.costs[work]):
            tied = list(alike)
            if tied[0] in left and len(tied) > 1:
                yield tie(tied, "lot")
