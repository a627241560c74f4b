"""Who may do what with a process, and what its steps and its outcome have to be.

People take part in the things that it gathers, by the rules of those. A process itself is the
municipality's: staff prepare it, everybody reads it once it has opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import rules
from django.utils.translation import gettext as _, gettext_lazy

from accounts.enums import Role
from accounts.rules import has_role
from decide.common.permissions import Reason
from decide.common.typed import says_something
from participation.enums import ThreadKind
from processes.enums import ProcessState, StepKind


if TYPE_CHECKING:
    from municipalities.models import Municipality
    from processes.models import Process

works_on_processes = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)

MOST_STEPS, MOST_MEMBERS = 30, 20
EVERY_THING = (
    *(ThreadKind.DEBATE, ThreadKind.POLL, ThreadKind.BUDGET, ThreadKind.NORM),
    ThreadKind.PROPOSAL,
)
# What a step of each kind may be linked to; meetings name their step themselves.
LINKED = {
    StepKind.INFORMATION: EVERY_THING,
    StepKind.MEETING: (),
    StepKind.PROPOSALS: (ThreadKind.PROPOSAL,),
    StepKind.DEBATE: (ThreadKind.DEBATE,),
    StepKind.NORM: (ThreadKind.NORM,),
    StepKind.VOTE: (ThreadKind.POLL,),
    StepKind.BUDGET: (ThreadKind.BUDGET,),
    StepKind.ANSWER: EVERY_THING,
    StepKind.OTHER: EVERY_THING,
}


@rules.predicate
def is_shown(user: Any, process: Process) -> bool:
    return process.is_public


# Of a process.
rules.add_perm("processes.view_process", is_shown | works_on_processes)
# Of a municipality, as all permissions of staff are.
rules.add_perm("processes.work_at_desk", works_on_processes)


def why_closed(municipality: Municipality) -> Reason | None:
    if municipality.is_open:
        return None
    return Reason(
        gettext_lazy("This municipality's space is not open now."),
        municipality.get_absolute_url(),
        gettext_lazy("See what is planned"),
    )


def why_not_steps(steps: Iterable[dict[str, Any]]) -> str:
    """The first thing that is wrong with these steps, in words; nothing if they fit."""
    steps = list(steps)
    if len(steps) > MOST_STEPS:
        return _("At most %(count)d steps.") % {"count": MOST_STEPS}
    for step in steps:
        if not says_something(step.get("title", "")):
            return _("Each step needs a title.")
        start, end = step.get("starts_at"), step.get("ends_at")
        if end and not start:
            return _("«%(step)s» has a last day: choose also when it begins.") % {
                "step": step["title"]
            }
        if start and end and end <= start:
            return _("«%(step)s» ends before it begins.") % {"step": step["title"]}
    return ""


def why_not_outcome(process: Process) -> str:
    """An outcome is published once, of what was open to everybody."""
    if process.state not in (ProcessState.OPEN, ProcessState.CLOSED):
        return _("Only a process that was open has an outcome.")
    if hasattr(process, "outcome"):
        return _("Its outcome is published already. What became of it is added as a review.")
    return ""
