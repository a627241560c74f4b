"""The rules there are. Each part changes winners in real elections, so a process fixes them all."""

from __future__ import annotations

from typing import Any


CHOICES: dict[str, dict[str, tuple[Any, ...]]] = {
    "greedy": {"variant": ("skip", "no_skip")},
    "mes": {
        "utility": ("cost", "cardinality"),
        "completion": ("none", "add1", "add1u", "utilitarian"),
        "exhaustive_stop": (True, False),
        "first": ("exact", "floored"),
    },
}
NUMBERS = {"greedy": {"threshold": 0}, "mes": {"increment": 1, "threshold": 0}}  # the least


class BadRule(ValueError):
    """There is no such rule."""


def complete(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule with every part said, in one order; what is left out is the first choice."""
    method = rule.get("method")
    if method not in CHOICES:
        raise BadRule(f"no method {method!r}")
    full = {"method": method}
    for part, choices in CHOICES[method].items():
        full[part] = rule.get(part, choices[0])
        if full[part] not in choices:
            raise BadRule(f"no {part} {full[part]!r}")
    for part, least in NUMBERS[method].items():
        full[part] = rule.get(part, least)
        if type(full[part]) is not int or full[part] < least:
            raise BadRule(f"{part} must be a whole number from {least} on")
    if unknown := rule.keys() - full.keys():
        raise BadRule(f"{method} has no {', '.join(sorted(unknown))}")
    return full


def usual_increment(money: int, ballots: int) -> int:
    """A power of ten of which a first endowment holds less than a thousand: add1 ends soon."""
    increment = 1
    while ballots and money >= 1_000 * increment * ballots:
        increment *= 10
    return increment
