"""When a template may be offered, and when a step's budget, norm or debate may be prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from decide.common.permissions import Reason
from decide.common.typed import says_something
from municipalities.enums import Module
from processes.enums import StepKind


if TYPE_CHECKING:
    from municipalities.models import Municipality
    from processes.models import ProcessTemplate, Step

# The way of taking part that a step of this kind needs switched on.
NEEDS = {
    StepKind.PROPOSALS: Module.PROPOSALS,
    StepKind.DEBATE: Module.DEBATES,
    StepKind.NORM: Module.NORMS,
    StepKind.VOTE: Module.VOTES,
    StepKind.BUDGET: Module.BUDGETS,
}
# What is prepared unseen and opened later on a desk of its own.
PREPARED = frozenset({StepKind.BUDGET, StepKind.NORM})


def why_not_publish(template: ProcessTemplate) -> Reason | None:
    """Nobody can begin from a template without steps, or without the rules that will be frozen."""
    if not template.steps.exists():
        return Reason(_("It has no steps yet."))
    if not all(map(says_something, (template.title, template.summary, template.rules))):
        return Reason(_("Write its title, what it is in two sentences, and its rules first."))
    return None


def why_off(municipality: Municipality, kind: str) -> Reason | None:
    """Nothing of this kind is held here: its administrator has not switched it on."""
    module = NEEDS.get(StepKind(kind))
    if module is None or municipality.has_module(module):
        return None
    return Reason(
        _(
            "«%(module)s» is switched off in this municipality. An administrator switches it on"
            " in its settings, under «Ways of taking part»."
        )
        % {"module": module.label},
        reverse("admin:municipalities_municipality_change", args=[municipality.pk]),
        _("Open the settings"),
    )


def why_not_prepare(step: Step) -> Reason | None:
    """A budget and a norm are prepared before the process opens; once, while it is not over."""
    if step.kind not in PREPARED:
        return Reason(_("Nothing has to be prepared for this step."))
    return _why_not_begin(step)


def why_not_open_debate(step: Step) -> Reason | None:
    """A debate is public at once, so that it waits for its process."""
    if step.kind != StepKind.DEBATE:
        return Reason(_("This step is no debate."))
    if reason := _why_not_begin(step):
        return reason
    if not step.process.is_open:
        return Reason(
            _("A debate is public from its first minute: open the process first, then its debate.")
        )
    if step.is_over:
        return Reason(_("The days of this step are over. Change them first."))
    return None


def _why_not_begin(step: Step) -> Reason | None:
    if step.thread_id:
        return Reason(_("This step has what happens in it already."))
    if step.process.is_public and not step.process.is_open:
        return Reason(_("This process is over."))
    return why_off(step.process.municipality, step.kind)
