"""Counting: from ballots, in whole numbers, explaining each decision. Imports nothing of the site.

A question and a ballot's answer to it are plain JSON, as the urn's definition and the public
package hold them:

    {"id": "q1", "kind": "multiple", "options": ["a", "b", "c"], "most": 2, "lots": ["c", "a", "b"]}

    single, yes_no      ["a"]             one option, or none (blank)
    multiple, approval  ["a", "c"]        a set, in the order of the question's options
    ranked              ["c", "a"]        from the best on; not all need a place
    score, points       {"a": 3, "b": 0}  whole numbers
    open                "text"            read by people, not counted

What no rule allows is void. `lots` is the order drawn in public before opening: a tie that
decides something is settled by it, and without it the count stops and names who is tied.
"""

from votes.counting.answers import Void, check, is_blank, longest
from votes.counting.results import (
    Given,
    TieWithoutLot,
    count,
    count_given,
    count_part,
    verdict,
)


__all__ = [
    "Given",
    "TieWithoutLot",
    "Void",
    "check",
    "count",
    "count_given",
    "count_part",
    "is_blank",
    "longest",
    "verdict",
]
