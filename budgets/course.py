"""What can be done in a budget now: which steps run, and what opens and closes with each.

call        agents register
works       works are put forward, proposals brought in
supports    residents support works
filter      evaluators work; authors answer what was observed and appeal
workshop    agents' votes and the matrix are typed
vote        residents vote (the urn has its own clock, set from this step)
minutes     the acta is written
committee   its members are written down; it may be elected on the urn
execution   projects are reported on
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from budgets.enums import BudgetState, StepKind


if TYPE_CHECKING:
    from budgets.models import Budget, Step

ORDER = {kind: place for place, kind in enumerate(StepKind)}


def steps_of(budget: Budget) -> list[Step]:
    """All its steps in the order of the law; one query, or none if they were fetched before."""
    return sorted(budget.steps.all(), key=lambda step: ORDER[StepKind(step.kind)])


def step_of(budget: Budget, kind: StepKind) -> Step | None:
    return next((step for step in budget.steps.all() if step.kind == kind), None)


def is_running(budget: Budget, kind: StepKind, now: datetime | None = None) -> bool:
    """Whether what the step opens can be done at this moment."""
    if budget.state != BudgetState.OPEN:
        return False
    step = step_of(budget, kind)
    return step is not None and step.is_running(now or timezone.now())


def running(budget: Budget, now: datetime | None = None) -> list[Step]:
    """The steps that run now, in order; none of a draft or of one called off."""
    if budget.state != BudgetState.OPEN:
        return []
    return [step for step in steps_of(budget) if step.is_running(now)]


def next_step(budget: Budget, now: datetime | None = None) -> Step | None:
    """The one that begins next, if there is one with days."""
    now = now or timezone.now()
    ahead = [step for step in steps_of(budget) if step.starts_at and step.starts_at > now]
    return min(ahead, key=lambda step: step.starts_at, default=None)
