"""What a rule decided, before it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from budgets.counting.greedy import Turn
from budgets.counting.shares import Fraction


@dataclass
class Counted:
    """Works bought in equal shares, then turns by votes; either may be empty."""

    bought: list[tuple[str, Fraction]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    ties: list[dict[str, Any]] = field(default_factory=list)
    ties_by_votes: list[dict[str, Any]] = field(default_factory=list)
    lacks: dict[str, int] = field(default_factory=dict)
    endowment: Fraction | None = None
    increments: int = 0

    @property
    def completed(self) -> list[str]:
        return [turn.work for turn in self.turns if turn.chosen]

    @property
    def winners(self) -> list[str]:
        return [work for work, _price in self.bought] + self.completed
