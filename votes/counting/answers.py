"""What an answer to a question may be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


SETS = ("single", "yes_no", "multiple", "approval", "knapsack")
NUMBERS = ("score", "points")
KINDS = (*SETS, "ranked", *NUMBERS, "open")


class Void(Exception):
    """The rules of the question do not allow this answer."""


def check(question: dict[str, Any], answer: Any) -> None:
    """Raise Void unless the answer is one the question allows, in its one form."""
    kind, options = question["kind"], question.get("options", [])
    if kind == "open":
        if not isinstance(answer, str) or len(answer) > question["length"]:
            raise Void("a text of another length")
        if any(letter < " " and letter != "\n" for letter in answer):
            raise Void("signs that are not text")  # JSON writes them at greater length
    elif kind in NUMBERS:
        _check_numbers(question, options, answer)
    else:
        _check_list(question, options, answer)


def _check_list(question: dict[str, Any], options: list[str], answer: Any) -> None:
    if not isinstance(answer, list) or not all(isinstance(one, str) for one in answer):
        raise Void("not a list of options")
    chosen = set(answer)
    if len(chosen) != len(answer) or not chosen <= set(options):
        raise Void("an option twice, or one there is not")
    if len(answer) > most(question):
        raise Void("more options than allowed")
    if question["kind"] in SETS and answer != [one for one in options if one in chosen]:
        raise Void("a set in another order")
    if question["kind"] == "knapsack" and cost(question, answer) > question["money"]:
        raise Void("more money than there is")


def _check_numbers(question: dict[str, Any], options: list[str], answer: Any) -> None:
    if not isinstance(answer, dict) or not set(answer) <= set(options):
        raise Void("not numbers for options")
    if not all(type(value) is int for value in answer.values()):
        raise Void("not whole numbers")
    low, high = (1, question["points"]) if question["kind"] == "points" else question["scale"]
    if not all(low <= value <= high for value in answer.values()):
        raise Void("a number outside of the scale")
    if question["kind"] == "points" and sum(answer.values()) > question["points"]:
        raise Void("more points than there are")


def most(question: dict[str, Any]) -> int:
    """How many options one may name."""
    if question["kind"] in ("single", "yes_no"):
        return 1
    return question.get("most") or len(question["options"])


def cost(question: dict[str, Any], chosen: Iterable[str]) -> int:
    """What the chosen options cost together, in céntimos."""
    costs = question.get("costs", {})
    return sum(costs.get(one, 0) for one in chosen)


def most_at_once(question: dict[str, Any]) -> int:
    """How many options fit into one answer: into the money, if that bounds it."""
    if question["kind"] != "knapsack":
        return most(question)
    left, fitting = question["money"], 0
    for one in sorted(question["costs"].values()):
        left -= one
        fitting += left >= 0
    return fitting


def blank(question: dict[str, Any]) -> Any:
    """No answer, as its kind writes it."""
    if question["kind"] == "open":
        return ""
    return {} if question["kind"] in NUMBERS else []


def is_blank(answer: Any) -> bool:
    """Nothing chosen: counted as cast, for no option."""
    return not answer


def longest(question: dict[str, Any]) -> Any:
    """An answer than which none is longer once written, so that all are sealed at its length."""
    options = sorted(question.get("options", []), key=lambda one: -len(one.encode()))
    if question["kind"] == "open":
        return "\N{GRINNING FACE}" * question["length"]
    if question["kind"] == "points":
        return dict.fromkeys(options, question["points"])
    if question["kind"] == "score":
        widest = max(question["scale"], key=lambda number: len(str(number)))
        return dict.fromkeys(options, widest)
    return options[: most_at_once(question)]
