"""Who may do what in a budget, and for what people do, why not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import rules
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.rules import has_role
from budgets.course import is_running, step_of
from budgets.enums import StepKind
from budgets.models import CommitteeMember
from decide.common.permissions import Reason
from decide.common.words import moment
from municipalities.enums import Module


if TYPE_CHECKING:
    from budgets.models import Budget
    from municipalities.models import Municipality

runs_budgets = has_role(Role.ADMINISTRATOR)
works_on_budgets = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)
evaluates = has_role(Role.EVALUATOR)
registers_agents = has_role(Role.ADMINISTRATOR, Role.DESK_OFFICER)


@rules.predicate
def is_shown(user: Any, budget: Budget) -> bool:
    return not budget.is_draft


@rules.predicate
def is_in_committee(user: Any, budget: Budget) -> bool:
    return user.is_authenticated and (
        CommitteeMember.objects.current().filter(budget=budget, account=user).exists()
    )


# Of a municipality, as all permissions of staff are.
rules.add_perm("budgets.run_budget", runs_budgets)
rules.add_perm("budgets.work_on_budgets", works_on_budgets)
rules.add_perm("budgets.evaluate", evaluates)
rules.add_perm("budgets.register_agents", registers_agents)
# Of a budget.
rules.add_perm("budgets.view_budget", is_shown | works_on_budgets)
rules.add_perm("budgets.watch_budget", is_in_committee)


def why_closed(municipality: Municipality) -> Reason | None:
    home = municipality.get_absolute_url()
    if not municipality.is_open:
        return Reason(
            _("This municipality's space is not open now."), home, _("See what is planned")
        )
    if not municipality.has_module(Module.BUDGETS):
        return Reason(
            _("This municipality holds no participatory budget here now."),
            home,
            _("See its space"),
        )
    return None


def why_not_now(budget: Budget, kind: StepKind, now: datetime | None = None) -> Reason | None:
    """What keeps everybody from doing now what a step opens, in words that say when."""
    now = now or timezone.now()
    page = budget.get_absolute_url()
    if budget.is_cancelled:
        return Reason(_("This budget was called off."), page)
    if is_running(budget, kind, now):
        return None
    step = step_of(budget, kind)
    if step is None or step.starts_at is None:
        return Reason(_("This budget does not do this."), page, _("See its steps"))
    if now < step.starts_at:
        text = _("This opens on %(day)s.") % {"day": moment(step.starts_at)}
        return Reason(text, page, _("See its steps"))
    text = _("This closed on %(day)s.") % {"day": moment(step.ends_at)}
    return Reason(text, page, _("See its steps"))
