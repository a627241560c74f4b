"""What looks odd among the registrations of a budget, for staff to look at: never a decision.

Clientelism shows in numbers: many registrations by one hand, one person who speaks for many,
one telephone behind several organisations.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from accounts.models import User
from budgets.enums import AgentState
from budgets.models import Agent, Budget, Delegate
from participation.models import Event


if TYPE_CHECKING:
    from collections.abc import Iterable

MANY = 5
IN_A_WHILE = timedelta(hours=1)
GONE = (AgentState.DRAFT, AgentState.WITHDRAWN, AgentState.REJECTED)


@dataclass(frozen=True)
class Alert:
    """One thing to look at, and the registrations it is about."""

    text: str
    agents: list[Agent]


def page_of(budget: Budget) -> str:
    return reverse("budgets:agents_desk", args=[budget.municipality.slug, budget.pk])


def has_just_become_many(budget: Budget) -> bool:
    """Whether the registration just made is the one with which an hour has too many: told once."""
    made = _registered(budget, timezone.now() - IN_A_WHILE)
    return sum(1 for hand, _agent, _at in made if hand == made[-1][0]) == MANY


def of(budget: Budget) -> list[Alert]:
    """All there is, in a number of queries that does not depend on how many registered."""
    agents = {one.pk: one for one in Agent.objects.filter(budget=budget).sent()}
    standing = [one for one in agents.values() if one.state not in GONE]
    return [
        *_by_one_hand(budget, agents),
        *_one_delegate(budget, agents),
        *_alike(standing, "ruc", _("The same RUC is registered more than once.")),
        *_alike(standing, "name", _("The same name is registered more than once.")),
        *_alike(standing, "contact", _("Several have the same telephone or e-mail.")),
    ]


def _registered(budget: Budget, since: datetime | None = None) -> list[tuple[int, int, datetime]]:
    """Whose hand made each registration (the officer's, if one helped), which it was, and when."""
    made = Event.objects.filter(thread=budget.thread_id, verb="agent_registered").order_by("at")
    if since:
        made = made.filter(at__gte=since)
    return [
        (data.get("assisted_by", by), data["agent"], at)
        for by, data, at in made.values_list("by", "data", "at")
    ]


def _by_one_hand(budget: Budget, agents: dict[int, Agent]) -> list[Alert]:
    made: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for hand, agent, at in _registered(budget):
        made[hand].append((agent, at))
    found = {hand: busy for hand, rows in made.items() if (busy := _busiest(rows))}
    names = {user.pk: user.public_name for user in User.objects.filter(pk__in=found)}
    return [
        Alert(
            ngettext(
                "%(who)s made %(count)d registration within an hour.",
                "%(who)s made %(count)d registrations within an hour.",
                len(busy),
            )
            % {"who": names[hand], "count": len(busy)},
            [agents[pk] for pk in busy if pk in agents],
        )
        for hand, busy in found.items()
    ]


def _busiest(rows: list[tuple[int, datetime]]) -> list[int]:
    """The hour with most registrations, if they are many."""
    most: list[int] = []
    start = 0
    for end, (_agent, at) in enumerate(rows):
        while at - rows[start][1] > IN_A_WHILE:
            start += 1
        if end - start + 1 > len(most):
            most = [agent for agent, _at in rows[start : end + 1]]
    return most if len(most) >= MANY else []


def _one_delegate(budget: Budget, agents: dict[int, Agent]) -> list[Alert]:
    of_person: dict[bytes, list[Delegate]] = defaultdict(list)
    for one in Delegate.objects.filter(agent__budget=budget, document_hash__isnull=False):
        if one.agent_id in agents and agents[one.agent_id].state not in GONE:
            of_person[bytes(one.document_hash)].append(one)
    text = _("%(name)s speaks for more than one; in a vote of the agents that is one vote.")
    return [
        Alert(text % {"name": found[0].name}, [agents[one.agent_id] for one in found])
        for found in of_person.values()
        if len(found) > 1
    ]


def _alike(agents: Iterable[Agent], name: str, text: str) -> list[Alert]:
    same: dict[Any, list[Agent]] = defaultdict(list)
    for agent in agents:
        if value := "".join(getattr(agent, name).casefold().split()):
            same[value].append(agent)
    return [Alert(text, found) for found in same.values() if len(found) > 1]
