"""What keeps an author from answering an observation or from appealing, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.enums import WorkState
from budgets.evaluating import appeal_until
from decide.common.permissions import Reason
from decide.common.words import day


if TYPE_CHECKING:
    from budgets.models import Observation, Work


def why_not_mend(user: Any, work: Work, observation: Observation | None) -> Reason | None:
    """Only its author answers, once, until the last day is over."""
    page = work.get_absolute_url()
    if not user.is_authenticated or work.author_id != user.pk:
        return Reason(_("Only who put the work forward answers what was observed."), page)
    if work.budget.is_cancelled:
        return Reason(_("This budget was called off."), page)
    if work.is_hidden:
        return Reason(_("Moderation has hidden this work. Its text cannot change meanwhile."), page)
    if observation is None:
        return Reason(_("Nothing was observed that waits for your answer."), page)
    if observation.answered_at:
        return Reason(_("You have answered: an observation takes one answer."), page)
    if observation.has_expired:
        text = _("The time to answer ended on %(day)s. The evaluation goes on with what there is.")
        return Reason(text % {"day": day(observation.due_on)}, page)
    return None


def why_not_appeal(work: Work) -> Reason | None:
    """A work found not feasible is looked at again once, if its author asks in time."""
    page = work.get_absolute_url()
    if work.budget.is_cancelled:
        return Reason(_("This budget was called off."), page)
    if hasattr(work, "appeal"):
        return Reason(_("An appeal was made already, and there is one for each work."), page)
    if work.state != WorkState.UNFEASIBLE:
        return Reason(_("Only works found not feasible can be appealed."), page)
    last = appeal_until(work.budget)
    if last is None or timezone.localdate() > last:
        return Reason(_("The time to appeal ended on %(day)s.") % {"day": day(last)}, page)
    return None
