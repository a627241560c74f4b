"""What the technical evaluation of a work found, as everybody reads it once it is published.

Internal notes and the names of those who evaluated are no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from budgets.enums import Round, Verdict
from budgets.evaluating import QUESTIONS
from budgets.matrix import Cell, Sheet, shown, total_of
from budgets.models import Evaluation, Score


if TYPE_CHECKING:
    from budgets.models import CostLine, Work


@dataclass(frozen=True)
class Report:
    evaluation: Evaluation
    work: Work
    lines: list[CostLine]
    cells: list[Cell]

    @property
    def cost(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def over(self) -> int:
        """By how much it costs more than its heading has; 0 if it fits."""
        return max(0, self.cost - self.work.heading.money)

    @property
    def answers(self) -> list[tuple[Any, bool | None]]:
        return [(asked, getattr(self.evaluation, name)) for name, asked, _help in QUESTIONS]

    @property
    def has_facts(self) -> bool:
        """Whether there is anything of it but its words and its cost."""
        found = self.evaluation
        answers = [answer for _asked, answer in self.answers if answer is not None]
        return bool(
            answers or found.months or found.invierte_code or found.running_cost is not None
        )

    @property
    def is_feasible(self) -> bool:
        return self.evaluation.verdict == Verdict.FEASIBLE

    @property
    def is_on_appeal(self) -> bool:
        return self.evaluation.round == Round.APPEAL

    @property
    def total(self) -> str:
        return shown(total_of(self.cells))


def published_of(work: Work) -> list[Report]:
    """The first, and the one after an appeal if there was one; none before they are published."""
    found = list(
        Evaluation.objects.filter(work=work)
        .published()
        .defer("notes")
        .prefetch_related("cost_lines")
        .order_by("assigned_at", "pk")
    )
    if not found:
        return []
    cells = _cells(work) if found[-1].verdict == Verdict.FEASIBLE else []
    return [report_of(one, work, cells if one is found[-1] else []) for one in found]


def report_of(evaluation: Evaluation, work: Work, cells: list[Cell] | None = None) -> Report:
    return Report(evaluation, work, list(evaluation.cost_lines.all()), cells or [])


def _cells(work: Work) -> list[Cell]:
    criteria = list(work.budget.criteria.all())
    scores = list(Score.objects.filter(work=work)) if criteria else []
    return Sheet(work, criteria, scores).cells
