"""How far a registration has come, as a word with an icon and a colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from budgets.enums import AgentState


if TYPE_CHECKING:
    from datetime import datetime

    from budgets.models import Agent
    from participation.models import Event


class Badge(NamedTuple):
    label: Any
    tone: str
    icon: str


LOOKS = {
    AgentState.DRAFT: ("quiet", "edit"),
    AgentState.SUBMITTED: ("wait", "clock"),
    AgentState.OBSERVED: ("wait", "alert"),
    AgentState.ACCEPTED: ("good", "check"),
    AgentState.REJECTED: ("bad", "cross"),
    AgentState.WITHDRAWN: ("quiet", "undo"),
}


SAYS = {
    "agent_registered": gettext_lazy("Registered"),
    "agent_mended": gettext_lazy("Sent again, mended"),
    "agent_observed": gettext_lazy("Something was missing"),
    "agent_accepted": gettext_lazy("Accepted"),
    "agent_rejected": pgettext_lazy("agent", "Not accepted"),
    "agent_withdrawn": gettext_lazy("Withdrawn"),
}


class Told(NamedTuple):
    """One line of what happened to a registration, for staff."""

    said: Any
    at: datetime
    who: str
    text: str


def story(agent: Agent, events: Iterable[Event]) -> list[Told]:
    """Without its name, which stands first in what its people were told."""
    return [
        Told(
            SAYS[event.verb],
            event.at,
            event.by.public_name if event.by else "",
            event.text.removeprefix(agent.name).strip(),
        )
        for event in events
        if event.verb in SAYS
    ]


def badge(agent: Agent) -> Badge:
    if agent.has_lapsed:
        return Badge(_("Not mended in time"), "bad", "clock")
    state = AgentState(agent.state)
    return Badge(state.label, *LOOKS[state])
