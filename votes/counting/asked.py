"""Which questions a ballot answers: those asked where its voter lives, and of a group one at most.

    {"id": "q2", "districts": ["130601"], "group": "works", …}

A question without districts is asked of all. What is not asked has no answer in a ballot, which
is something else than a blank one. Papers are not told apart by where somebody lives: any ballot
that somebody somewhere is asked is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any, NamedTuple

from votes.counting.answers import is_blank


ELSEWHERE = ""


class Ballot(NamedTuple):
    """What a ballot of one place has to answer, and what it may answer."""

    needed: frozenset[str]
    possible: frozenset[str]

    def fits(self, answered: Collection[str]) -> bool:
        return self.needed <= set(answered) <= self.possible


def asked_in(questions: list[dict[str, Any]], place: str) -> list[dict[str, Any]]:
    """The questions for somebody who lives there, in their order."""
    return [one for one in questions if not one.get("districts") or place in one["districts"]]


def ballot_of(questions: list[dict[str, Any]], place: str) -> Ballot:
    asked = asked_in(questions, place)
    return Ballot(
        frozenset(one["id"] for one in asked if not one.get("group")),
        frozenset(one["id"] for one in asked),
    )


def places_of(questions: list[dict[str, Any]]) -> list[str]:
    """Each district that a question names, and somewhere else: no two ask more than these."""
    return [ELSEWHERE, *sorted({code for one in questions for code in one.get("districts", [])})]


def ballots_of(questions: list[dict[str, Any]]) -> list[Ballot]:
    """Every ballot there is, once."""
    return list(dict.fromkeys(ballot_of(questions, place) for place in places_of(questions)))


def settled(questions: list[dict[str, Any]], answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of one ballot as they count: if two of a group are answered, both are void.

    A question of the group that was left blank beside another one is not that voter's.
    """
    of_groups = {one["id"]: one["group"] for one in questions if one.get("group")}
    if not of_groups:
        return answers
    present = Counter(of_groups[name] for name in answers if name in of_groups)
    marked = Counter(
        of_groups[name]
        for name, answer in answers.items()
        if name in of_groups and (answer is None or not is_blank(answer))
    )
    found = {}
    for name, answer in answers.items():
        group = of_groups.get(name)
        if group is None or present[group] == 1:
            found[name] = answer
        elif answer is None or not is_blank(answer):
            found[name] = answer if marked[group] == 1 else None
    return found
