"""Counting a participatory budget: whole céntimos and exact fractions. Imports nothing of the site.

    election = Election(
        money=250_000_00,
        works=[Work("w1", 120_000_00), Work("w2", 80_000_00)],
        ballots=[(["w1", "w2"], 3), (["w2"], 1)],  # an answer, and how many gave it
        kind="approval",
        lots=["w2", "w1"],
    )
    count(election, {"method": "greedy", "variant": "skip"})

An answer is a collection of works (approval; knapsack, which is counted alike) or points for
works ({"w1": 3}). A ballot is a set. Ballots that choose nothing are ballots: their share of
the money is nobody else's. What the rules mean, and what ties do: docs/decisions/0090.

`lots` is the order drawn in public before opening. Where a tie decides which works are funded
and no lot was drawn, the count stops and names who is tied.
"""

from budgets.counting.election import BadElection, Election, TieWithoutLot, Work
from budgets.counting.results import count
from budgets.counting.rules import BadRule, complete, usual_increment


__all__ = [
    "BadElection",
    "BadRule",
    "Election",
    "TieWithoutLot",
    "Work",
    "complete",
    "count",
    "usual_increment",
]
