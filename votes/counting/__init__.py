"""Counting: from ballots, in whole numbers, explaining each decision. Imports nothing of the site.

A question and a ballot's answer to it are plain JSON, as the urn's definition and the public
package hold them:

    {"id": "q1", "kind": "multiple", "options": ["a", "b", "c"], "most": 2, "lots": ["c", "a", "b"]}

    single, yes_no      ["a"]             one option, or none (blank)
    multiple, approval  ["a", "c"]        a set, in the order of the question's options
    knapsack            ["a", "c"]        the same, and its costs are within the money
    ranked              ["c", "a"]        from the best on; not all need a place
    score, points       {"a": 3, "b": 0}  whole numbers
    open                "text"            read by people, not counted

What no rule allows is void. `lots` is the order drawn in public before opening: a tie that
decides something is settled by it, and without it the count stops and names who is tied. Where a
question has a `rule`, something else decides by it from the totals: no option wins here.

Not every ballot answers every question (votes/counting/asked.py).
"""

from votes.counting.answers import Void, blank, check, cost, is_blank, longest, most_at_once
from votes.counting.asked import Ballot, asked_in, ballot_of, ballots_of, places_of, settled
from votes.counting.results import (
    Given,
    TieWithoutLot,
    count,
    count_given,
    count_part,
    verdict,
)


__all__ = [
    "Ballot",
    "Given",
    "TieWithoutLot",
    "Void",
    "asked_in",
    "ballot_of",
    "ballots_of",
    "blank",
    "check",
    "cost",
    "count",
    "count_given",
    "count_part",
    "is_blank",
    "longest",
    "most_at_once",
    "places_of",
    "settled",
    "verdict",
]
