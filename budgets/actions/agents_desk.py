"""What the municipality decides about registrations, and how it closes the official list.

All of it takes the budget's row first, so that nobody is accepted beside a list that closes.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from budgets import agent_list
from budgets.actions.agents import locked, locked_budget, tell
from budgets.course import step_of
from budgets.enums import AgentKind, AgentState, StepKind
from budgets.models import Agent, AgentList, Budget
from budgets.rules.agents import why_not_decide
from decide.common import workdays
from decide.common.permissions import Refusal
from decide.common.words import day
from participation import history


if TYPE_CHECKING:
    from accounts.models import User


class CannotDecide(Refusal):
    """Nothing waits for a decision here, or it is not this officer's to take."""


class CannotClose(Exception):
    """The list cannot be closed yet, or has been."""


@transaction.atomic
def accept(agent: Agent, *, by: User, has_vote: bool = True) -> Agent:
    """Put it on the official list, with the next number; of the technical team nobody votes."""
    budget, agent = _to_decide(agent, by)
    last = Agent.objects.filter(budget=budget).aggregate(last=Max("number"))["last"]
    agent.number = (last or 0) + 1
    agent.has_vote = has_vote and agent.kind != AgentKind.TECHNICAL
    _settle(agent, AgentState.ACCEPTED, by)
    tell("agent_accepted", agent, budget, by=by, number=agent.number)
    return agent


@transaction.atomic
def observe(agent: Agent, *, by: User, grounds: Iterable[str], reason: str) -> Agent:
    """Say what is missing; its people have some working days to mend it, and then it lapses."""
    budget, agent = _to_decide(agent, by)
    agent.mend_by = workdays.after(timezone.localdate(), budget.mending_days)
    _settle(agent, AgentState.OBSERVED, by, grounds, reason)
    with translation.override(_language_of(agent)):
        until = _("You can mend it until %(day)s.") % {"day": day(agent.mend_by)}
    text = f"{reason}\n{until}"
    tell("agent_observed", agent, budget, by=by, text=text, grounds=agent.grounds)
    return agent


@transaction.atomic
def reject(agent: Agent, *, by: User, grounds: Iterable[str], reason: str) -> Agent:
    budget, agent = _to_decide(agent, by)
    _settle(agent, AgentState.REJECTED, by, grounds, reason)
    tell("agent_rejected", agent, budget, by=by, text=reason, grounds=agent.grounds)
    return agent


@transaction.atomic
def close_list(budget: Budget, *, by: User) -> AgentList:
    """Count the official list and keep its hash: from now on nobody is accepted."""
    budget = locked_budget(budget.pk)
    if reason := why_not_close(budget):
        raise CannotClose(reason)
    try:
        with transaction.atomic():
            closed = AgentList.objects.create(
                municipality_id=budget.municipality_id,
                budget=budget,
                closed_by=by,
                agents=agent_list.on_it(budget).count(),
                voters=len(agent_list.voters_of(budget)),
                digest=sha256(agent_list.as_csv(budget)).digest(),
            )
    except IntegrityError:
        raise CannotClose(_("Somebody registered or closed it at this moment.")) from None
    data = {"agents": closed.agents, "digest": closed.digest.hex()}
    history.record("agent_list_closed", budget.thread, by=by, data=data, tell=True)
    return closed


def why_not_close(budget: Budget) -> str:
    """What has to be done before, in words; nothing if it can be closed now."""
    if AgentList.objects.filter(budget=budget).exists():
        return _("The list is closed already.")
    if budget.is_draft or budget.is_cancelled:
        return _("This budget is not under way.")
    call = step_of(budget, StepKind.CALL)
    if call and call.ends_at and not call.is_over():
        return _("Agents register until %(day)s.") % {"day": day(call.ends_at)}
    here = Agent.objects.filter(budget=budget)
    if here.waiting().exists():
        return _("Registrations wait to be looked at.")
    if here.being_mended().exists():
        return _("Registrations that were observed can still be mended.")
    return ""


def _to_decide(agent: Agent, by: User) -> tuple[Budget, Agent]:
    budget = locked_budget(agent.budget_id)
    agent = locked(agent)
    agent.budget = budget
    if reason := why_not_decide(by, agent):
        raise CannotDecide(reason)
    return budget, agent


def _settle(
    agent: Agent, state: str, by: User, grounds: Iterable[str] = (), reason: str = ""
) -> None:
    agent.state, agent.grounds, agent.reason = state, list(grounds), reason
    agent.decided_at, agent.decided_by = timezone.now(), by
    agent.save()


def _language_of(agent: Agent) -> str:
    return (agent.registered_by and agent.registered_by.language) or settings.LANGUAGE_CODE
