"""The count, said so that each work finds in it why it is funded or not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from budgets.counting import greedy
from budgets.counting.counted import Counted
from budgets.counting.election import Election, Tally, TieWithoutLot, tally
from budgets.counting.equal import shares
from budgets.counting.rules import complete


Result = dict[str, Any]


def count(
    election: Election,
    rule: dict[str, Any],
    progress: Callable[[int], None] | None = None,
    withdrawn: Collection[str] = (),
) -> Result:
    """Count an election by a rule: plain JSON, whole numbers, fractions as [above, below].

    `progress` is told the number of increments tried, after each. `withdrawn` works leave every
    ballot; who chose nothing else has still voted.
    """
    rule = complete(rule)
    book = tally(election, withdrawn)
    # Without skipping, whatever does not fit ends the count. Elsewhere it stands in nobody's way.
    works = book.candidates(rule["threshold"], dear=rule.get("variant") == "no_skip")
    if rule["method"] == "mes":
        counted = shares(book, works, rule, progress)
    else:
        counted = _by_votes(book, works, rule["variant"])
    return _told(book, rule, works, counted)


def _by_votes(book: Tally, works: list[str], variant: str) -> Counted:
    turns = greedy.by_votes(book, works, book.money, variant)
    ties = list(greedy.ties(book, works, turns, variant))
    for tie in ties:
        if tie["by"] == "lot" and tie["decides"] and not book.drawn:
            raise TieWithoutLot(tie["tied"])
    return Counted(turns=turns, ties=ties)


def _told(book: Tally, rule: Result, works: list[str], counted: Counted) -> Result:
    told = {work: _of(book, work) for work in book.costs}
    left = book.money
    for turn, (work, price) in enumerate(counted.bought, 1):
        told[work] |= {
            "chosen": True,
            "why": "chosen",
            "turn": turn,
            "left_before": left,
            "price": list(price),
        }
        left -= book.costs[work]
    for turn, one in enumerate(counted.turns, len(counted.bought) + 1):
        cost = book.costs[one.work]
        short = None if one.chosen else cost - one.left
        why_not = "dearer_than_all" if cost > book.money else "over"
        told[one.work] |= {
            "chosen": one.chosen,
            "why": "chosen" if one.chosen else why_not,
            "turn": turn,
            "left_before": one.left,
            "short": short,
        }
    for work in works:
        if told[work]["why"] is None:
            lack = counted.lacks.get(work)
            told[work] |= {"why": "stopped" if lack is None else "spent", "short": lack}

    cost = sum(book.costs[work] for work in counted.winners)
    return {
        "rule": rule,
        "money": book.money,
        "ballots": book.ballots,
        "winners": counted.winners,
        "cost": cost,
        "left": book.money - cost,
        "works": sorted(told.values(), key=lambda one: (-one["votes"], one["cost"], one["id"])),
        "ties": counted.ties,
        "endowment": list(counted.endowment) if counted.endowment else None,
        "increments": counted.increments,
        "completed": counted.completed if rule["method"] == "mes" else [],
    }


def _of(book: Tally, work: str) -> Result:
    return {
        "id": work,
        "cost": book.costs[work],
        "votes": book.votes[work],
        "chosen": False,
        "turn": None,
        "left_before": None,
        "why": book.why_not.get(work),
        "short": None,
        "price": None,
    }
