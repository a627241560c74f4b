"""Who registers an agent, mends it, sees it and decides on it, and why not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, ngettext

from accounts.rules import why_suspended
from budgets.enums import AgentState, StepKind
from budgets.models import Agent, AgentList
from budgets.rules import registers_agents, why_closed, why_not_now
from decide.common.permissions import Reason
from decide.common.words import day
from participation.models import Event


if TYPE_CHECKING:
    from budgets.models import Budget

MOST_WAITING = 10  # of one person in one budget; a desk registers for many


@rules.predicate
def registered_it(user: Any, agent: Agent) -> bool:
    return user.is_authenticated and agent.registered_by_id == user.pk


@rules.predicate
def speaks_for_it(user: Any, agent: Agent) -> bool:
    """Whether the proven person is one of its delegates; of a draft they know nothing yet."""
    if agent.is_draft or not user.is_authenticated or user.proof is None:
        return False
    mine = bytes(user.proof.document_hash)
    return any(bytes(one.document_hash or b"") == mine for one in agent.delegates.all())


def helped_with_it(user: Any, agent: Agent) -> bool:
    """Whether this officer wrote it down beside the person whose registration it is."""
    events = Event.objects.filter(thread=agent.budget.thread_id)
    return events.filter(data__agent=agent.pk, data__assisted_by=user.pk).exists()


@rules.predicate
def is_sent(user: Any, agent: Agent) -> bool:
    return not agent.is_draft


rules.add_perm("budgets.change_agent", registered_it)
rules.add_perm("budgets.view_agent", registered_it | speaks_for_it | (is_sent & registers_agents))


def why_not_register(user: Any, budget: Budget, now: datetime | None = None) -> Reason | None:
    """What keeps this person from registering an agent now. No proof of residence is asked for:
    who is accepted, the municipality decides by the papers.
    """
    if reason := why_closed(budget.municipality) or why_not_now(budget, StepKind.CALL, now):
        return reason
    if AgentList.objects.filter(budget=budget).exists():
        return Reason(_("The list of agents is closed."), budget.get_absolute_url())
    if not user.is_authenticated:
        return Reason(_("Sign in to register."), reverse("account_login"), _("Sign in"))
    if reason := why_suspended(user, budget.municipality):
        return reason
    if user.has_perm("budgets.register_agents", budget.municipality):
        return None
    waiting = Agent.objects.filter(budget=budget).of(user).waiting().count()
    if waiting >= MOST_WAITING:
        text = ngettext(
            "%(count)d registration of yours waits to be looked at: wait for the answers first.",
            "%(count)d registrations of yours wait to be looked at: wait for the answers first.",
            waiting,
        )
        return Reason(text % {"count": waiting}, agents_url(budget), _("See them"))
    return None


def why_not_write(user: Any, agent: Agent, now: datetime | None = None) -> Reason | None:
    """What keeps its own person from writing on: a draft while agents register, what was observed
    until its day.
    """
    if agent.is_draft:
        return why_not_register(user, agent.budget, now)
    page = agent.get_absolute_url()
    if agent.budget.is_cancelled:
        return Reason(_("This budget was called off."), agent.budget.get_absolute_url())
    if agent.is_being_mended:
        return why_suspended(user, agent.municipality)
    if agent.has_lapsed:
        return Reason(
            _("It could be mended until %(day)s.") % {"day": day(agent.mend_by)}, page, _("See it")
        )
    if agent.state == AgentState.SUBMITTED:
        text = _("It has been sent and waits to be looked at. Nothing can be changed meanwhile.")
        return Reason(text, page, _("See it"))
    return Reason(_("This registration is settled."), page, _("See it"))


def why_not_withdraw(user: Any, agent: Agent) -> Reason | None:
    page = agent.get_absolute_url()
    if agent.is_draft or agent.state in (AgentState.WITHDRAWN, AgentState.REJECTED):
        return Reason(_("There is nothing to withdraw."), page)
    if agent.is_accepted and AgentList.objects.filter(budget=agent.budget_id).exists():
        return Reason(_("The list is closed: what is on it stays."), page)
    return None


def why_not_decide(user: Any, agent: Agent) -> Reason | None:
    """What keeps this officer from deciding on it, besides that it is not theirs to decide."""
    page = agent.get_absolute_url()
    if agent.registered_by_id == user.pk or helped_with_it(user, agent):
        return Reason(_("You registered it yourself: somebody else decides on it."), page)
    if speaks_for_it(user, agent):
        return Reason(_("You are one of its delegates: somebody else decides on it."), page)
    if AgentList.objects.filter(budget=agent.budget_id).exists():
        return Reason(_("The list is closed: nobody is accepted any more."), page)
    if agent.budget.is_cancelled:
        return Reason(_("This budget was called off."), page)
    if agent.has_lapsed:
        text = _("It was observed, and not mended until %(day)s: it has lapsed.")
        return Reason(text % {"day": day(agent.mend_by)}, page)
    if not agent.can_be_decided:
        return Reason(_("Nothing waits for a decision here."), page)
    return None


def agents_url(budget: Budget) -> str:
    return reverse("budgets:agents", args=[budget.municipality.slug, budget.pk])
