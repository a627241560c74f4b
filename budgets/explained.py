"""A vote so small that anybody can count it by hand, counted here by the same program as the real ones.

Ten neighbours, S/ 90 000. Six of them want water and a school roof, four a park and a bridge. By votes
the six decide on everything; in equal shares each side gets about its part.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from budgets import counting
from budgets.counting import Election, Work
from budgets.outcome import Named, Outcome


MONEY = 90_000_00
COSTS = {"a": 50_000_00, "b": 40_000_00, "c": 30_000_00, "d": 20_000_00}
BALLOTS = [("ab", 6), ("cd", 4)]
GREEDY = {"method": "greedy", "variant": "skip", "threshold": 0}
FIRST = {"method": "mes", "utility": "cost", "completion": "none"}
SHARES = FIRST | {"completion": "add1u", "increment": 500_00}


class Counted(NamedTuple):
    """Stands for a row of the database, which a count of an example has not."""

    result: dict[str, Any]


class Example(NamedTuple):
    money: int
    works: list[tuple[str, int]]
    ballots: list[tuple[int, str]]
    by_votes: Outcome
    first: Outcome
    by_shares: Outcome


def example() -> Example:
    """In the language of who reads it; what was counted is kept."""
    titles = {
        "a": _("Roof of the school"),
        "b": _("Water for the hamlet"),
        "c": _("Park with trees"),
        "d": _("Footbridge"),
    }
    works = {code: Named(title) for code, title in titles.items()}
    return Example(
        MONEY,
        [(titles[code], cost) for code, cost in COSTS.items()],
        [(people, ", ".join(titles[code] for code in chosen)) for chosen, people in BALLOTS],
        *(Outcome(Counted(result), works) for result in _counted()),
    )


@cache
def _counted() -> tuple[dict[str, Any], ...]:
    election = Election(
        money=MONEY,
        works=[Work(code, cost) for code, cost in COSTS.items()],
        ballots=[(list(chosen), people) for chosen, people in BALLOTS],
        lots=sorted(COSTS),
    )
    return tuple(counting.count(election, rule) for rule in (GREEDY, FIRST, SHARES))
