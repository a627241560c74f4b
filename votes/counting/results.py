"""Totals, places and rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from votes.counting.answers import NUMBERS, Void, check, is_blank


class TieWithoutLot(Exception):
    """Options are tied where it matters, and no order was drawn before opening."""

    def __init__(self, tied: list[str]) -> None:
        super().__init__(", ".join(tied))
        self.tied = tied


def count(question: dict[str, Any], answers: Iterable[Any]) -> dict[str, Any]:
    """What the answers say. The order in which they come never matters."""
    result, valid = _sorted(question, answers)
    if question["kind"] == "open":
        return result
    if question["kind"] == "ranked":
        best = _condorcet(question, valid)
        return result | _instant_runoff(question, valid) | {"condorcet": best}
    totals = _totals(question, valid)
    return result | {"totals": totals, **_places(question, totals)}


def count_plainly(question: dict[str, Any], answers: Iterable[Any]) -> dict[str, Any]:
    """How often each option was named, of a part of the ballots, where nothing is decided."""
    result, valid = _sorted(question, answers)
    if question["kind"] == "open":
        return result
    if question["kind"] == "ranked":
        valid = [ballot[:1] for ballot in valid]  # first places
    return result | {"totals": _totals(question, valid)}


def _sorted(question: dict[str, Any], answers: Iterable[Any]) -> tuple[dict[str, int], list[Any]]:
    """How many are valid, blank and void, and the valid ones."""
    valid, blank, void = [], 0, 0
    for answer in answers:
        try:
            check(question, answer)
        except Void:
            void += 1
            continue
        if is_blank(answer):
            blank += 1
        else:
            valid.append(answer)
    cast = len(valid) + blank + void
    return {"cast": cast, "valid": len(valid), "blank": blank, "void": void}, valid


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


def _totals(question: dict[str, Any], answers: list[Any]) -> dict[str, int]:
    totals = dict.fromkeys(question["options"], 0)
    for answer in answers:
        if question["kind"] in NUMBERS:
            for option, value in answer.items():
                totals[option] += value
        else:
            for option in answer:
                totals[option] += 1
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


def _instant_runoff(question: dict[str, Any], ballots: list[list[str]]) -> dict[str, Any]:
    """Round by round the option with the fewest first places goes, and its ballots move on."""
    left, rounds = list(question["options"]), []
    while True:
        firsts = Counter(
            next(option for option in ballot if option in left)
            for ballot in ballots
            if any(option in left for option in ballot)
        )
        totals = {option: firsts.get(option, 0) for option in left}
        live = sum(totals.values())
        shown: dict[str, Any] = {"totals": totals, "exhausted": len(ballots) - live}
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


def _condorcet(question: dict[str, Any], ballots: list[list[str]]) -> str | None:
    """The option that beats each other one to one, if there is one; noted, not decisive."""

    def preferred(one: str, other: str) -> int:
        return sum(
            one in ballot and (other not in ballot or ballot.index(one) < ballot.index(other))
            for ballot in ballots
        )

    for one in question["options"]:
        others = [other for other in question["options"] if other != one]
        if others and all(preferred(one, other) > preferred(other, one) for other in others):
            return one
    return None
