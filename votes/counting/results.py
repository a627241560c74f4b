"""Totals, places and rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from votes.counting.answers import NUMBERS, Void, check, is_blank


Given = tuple[Any, int]  # an answer, and how many gave it


class TieWithoutLot(Exception):
    """Options are tied where it matters, and no order was drawn before opening."""

    def __init__(self, tied: list[str]) -> None:
        super().__init__(", ".join(tied))
        self.tied = tied


def count(question: dict[str, Any], answers: Iterable[Any]) -> dict[str, Any]:
    """What the answers say. The order in which they come never matters."""
    return count_given(question, ((answer, 1) for answer in answers))


def count_given(question: dict[str, Any], given: Iterable[Given]) -> dict[str, Any]:
    """The same of answers and how often each was given, so that a million count like a few."""
    result, valid = _sorted(question, given)
    if question["kind"] == "open":
        return result
    if question["kind"] == "ranked":
        best = _condorcet(question, valid)
        return result | _instant_runoff(question, valid) | {"condorcet": best}
    totals = _totals(question, valid)
    if question.get("rule"):  # whoever asked decides by it
        order = sorted(totals, key=lambda option: (-totals[option], _lot(question, option)))
        return result | {"totals": totals, "order": order, "ties": _ties(totals)}
    return result | {"totals": totals, **_places(question, totals)}


def count_part(question: dict[str, Any], given: Iterable[Given]) -> dict[str, Any]:
    """How often each option was named, of a part of the ballots, where nothing is decided."""
    result, valid = _sorted(question, given)
    if question["kind"] == "open":
        return result
    if question["kind"] == "ranked":
        valid = [(answer[:1], number) for answer, number in valid]  # first places
    return result | {"totals": _totals(question, valid)}


def _sorted(question: dict[str, Any], given: Iterable[Given]) -> tuple[dict[str, int], list[Given]]:
    """How many are valid, blank and void, and the valid ones."""
    valid, sums = [], {"cast": 0, "valid": 0, "blank": 0, "void": 0}
    for answer, number in given:
        try:
            check(question, answer)
        except Void:
            sort = "void"
        else:
            sort = "blank" if is_blank(answer) else "valid"
        sums[sort] += number
        sums["cast"] += number
        if sort == "valid":
            valid.append((answer, number))
    return sums, valid


def verdict(question: dict[str, Any], result: dict[str, Any], eligible: int) -> dict[str, bool]:
    """Whether the quorum was met and the proposal passed, where the rules ask for that.

    `quorum` [1, 3]: at least a third of the eligible cast a ballot, blank and void ones too.
    `majority` {"option", "share", "of"}: more than the share, of the valid ballots or of all cast.
    """
    said = {}
    if share := question.get("quorum"):
        said["quorum"] = result["cast"] * share[1] >= eligible * share[0]
    if rule := question.get("majority"):
        votes, base = result["totals"][rule["option"]], result[rule["of"]]
        said["majority"] = votes * rule["share"][1] > base * rule["share"][0]
    return said


def _totals(question: dict[str, Any], valid: list[Given]) -> dict[str, int]:
    totals = dict.fromkeys(question["options"], 0)
    for answer, number in valid:
        if question["kind"] in NUMBERS:
            for option, value in answer.items():
                totals[option] += value * number
        else:
            for option in answer:
                totals[option] += number
    return totals


def _places(question: dict[str, Any], totals: dict[str, int]) -> dict[str, Any]:
    """The options from the most voted on; ties of voted options in the order of the lots."""
    seats = question.get("seats", 1)
    order = sorted(totals, key=lambda option: (-totals[option], _lot(question, option)))
    ties = _ties(totals)
    for tied in ties:
        inside = [option for option in order[:seats] if option in tied]
        if inside and len(inside) < len(tied) and totals[tied[0]] and not question.get("lots"):
            raise TieWithoutLot(sorted(tied))
    winners = [option for option in order[:seats] if totals[option] > 0]
    return {"order": order, "winners": winners, "ties": ties}


def _ties(totals: dict[str, int]) -> list[list[str]]:
    by_total: dict[int, list[str]] = {}
    for option, total in totals.items():
        by_total.setdefault(total, []).append(option)
    found = [sorted(options) for total, options in by_total.items() if total and len(options) > 1]
    return sorted(found)


def _lot(question: dict[str, Any], option: str) -> int:
    lots = question.get("lots") or question["options"]
    return lots.index(option)


def _instant_runoff(question: dict[str, Any], valid: list[Given]) -> dict[str, Any]:
    """Round by round the option with the fewest first places goes, and its ballots move on."""
    left, rounds = list(question["options"]), []
    ballots = sum(number for _ranking, number in valid)
    while True:
        firsts: Counter[str] = Counter()
        for ranking, number in valid:
            if first := next((option for option in ranking if option in left), None):
                firsts[first] += number
        totals = {option: firsts.get(option, 0) for option in left}
        live = sum(totals.values())
        shown: dict[str, Any] = {"totals": totals, "exhausted": ballots - live}
        rounds.append(shown)
        leader = max(left, key=lambda option: totals[option])
        if not live or totals[leader] * 2 > live or len(left) == 1:
            return {"rounds": rounds, "winners": [leader] if live else []}
        shown["out"], shown["by_lot"] = _last(question, totals)
        left.remove(shown["out"])


def _last(question: dict[str, Any], totals: dict[str, int]) -> tuple[str, bool]:
    """Who leaves the round, and whether the lot said so: of those tied, the last of the lots."""
    fewest = min(totals.values())
    tied = [option for option, total in totals.items() if total == fewest]
    if len(tied) > 1 and fewest and not question.get("lots"):
        raise TieWithoutLot(sorted(tied))
    return max(tied, key=lambda option: _lot(question, option)), len(tied) > 1


def _condorcet(question: dict[str, Any], valid: list[Given]) -> str | None:
    """The option that beats each other one to one, if there is one; noted, not decisive."""

    def preferred(one: str, other: str) -> int:
        return sum(
            number
            for ranking, number in valid
            if one in ranking
            and (other not in ranking or ranking.index(one) < ranking.index(other))
        )

    for one in question["options"]:
        others = [other for other in question["options"] if other != one]
        if others and all(preferred(one, other) > preferred(other, one) for other in others):
            return one
    return None
