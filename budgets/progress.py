"""Where a budget stands: its badge, the line of its steps, and what people can do in it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext

from budgets.course import next_step, running, steps_of
from budgets.enums import BudgetState, LegalPhase, StepKind
from votes.progress import Badge


if TYPE_CHECKING:
    from budgets.models import Budget, Step

# What people do in a step, the most pressing first: only one of them is the button.
FOR_PEOPLE = (
    *(StepKind.VOTE, StepKind.SUPPORTS, StepKind.WORKS, StepKind.CALL),
    StepKind.EXECUTION,
)


class Verb(NamedTuple):
    """The one thing that can be done now, and where."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class Stage:
    """A legal phase with its steps, as the line of a budget shows them."""

    phase: LegalPhase
    lines: list[Line]


@dataclass(frozen=True)
class Line:
    """One step: how far it has come, with what lies beside it."""

    step: Step
    state: str  # done, current, todo, out
    documents: list[Any]


def badge(budget: Budget, now: datetime | None = None) -> Badge:
    """A word for lists: what is going on, or what comes next."""
    now = now or timezone.now()
    if budget.state != BudgetState.OPEN:
        tone, icon = ("quiet", "edit") if budget.is_draft else ("bad", "cross")
        return Badge(str(BudgetState(budget.state).label), tone, icon)
    if going_on := running(budget, now):
        return Badge(str(StepKind(main_of(going_on).kind).label), "open", "circle")
    if coming := next_step(budget, now):
        return Badge(_("Next: %(step)s") % {"step": coming}, "wait", "calendar")
    return Badge(_("Finished"), "good", "check")


def main_of(steps: list[Step]) -> Step:
    """Of several that run, the one that is about people; else the one that ends first."""
    order = {kind: place for place, kind in enumerate(FOR_PEOPLE)}
    return min(steps, key=lambda step: (order.get(StepKind(step.kind), len(order)), step.ends_at))


def stages(budget: Budget, now: datetime | None = None) -> list[Stage]:
    """All steps, in the order of the law, by its four phases."""
    now = now or timezone.now()
    found: dict[LegalPhase, list[Line]] = {phase: [] for phase in LegalPhase}
    for step in steps_of(budget):
        documents = [one.document for one in step.documents.all()]
        for document in documents:
            document.municipality = budget.municipality
        found[step.phase].append(Line(step, _state(budget, step, now), documents))
    return [Stage(phase, lines) for phase, lines in found.items() if lines]


def _state(budget: Budget, step: Step, now: datetime) -> str:
    if step.is_left_out:
        return "out"
    if step.is_over(now):
        return "done"
    return "current" if step.is_running(now) and budget.state == BudgetState.OPEN else "todo"


def verb_of(
    budget: Budget, step: Step, *, vote_url: str = "", has_projects: bool = False
) -> Verb | None:
    """What somebody can do in this step; nothing if it is not for people, or not there yet."""
    labels = {
        StepKind.VOTE: (pgettext("verb", "Vote"), vote_url, "ballot"),
        StepKind.SUPPORTS: (_("Support works"), at("works", budget), "people"),
        StepKind.WORKS: (_("Put forward a work"), at("write_work", budget), "plus"),
        StepKind.CALL: (_("Register"), at("register_agent", budget), "id-card"),
        StepKind.EXECUTION: (
            _("See how the works advance"),
            at("projects", budget) if has_projects else "",
            "hammer",
        ),
    }
    verb = labels.get(StepKind(step.kind))
    return Verb(*verb) if verb and verb[1] else None


def at(name: str, budget: Budget) -> str:
    """The address of one of a budget's pages."""
    return reverse(f"budgets:{name}", args=[budget.municipality.slug, budget.pk])
