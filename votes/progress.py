"""Where a poll stands, in a word, an icon and a line of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from votes.enums import Phase
from votes.models import Poll


LOOK = {
    Phase.PREPARED: ("quiet", "edit"),
    Phase.KEYS: ("wait", "clock"),
    Phase.SCHEDULED: ("wait", "calendar"),
    Phase.OPEN: ("open", "ballot"),
    Phase.COUNTING: ("wait", "lock"),
    Phase.RESULTS: ("good", "chart"),
    Phase.CANCELLED: ("bad", "cross"),
}
REACHED = {
    Phase.PREPARED: 0,
    Phase.KEYS: 1,
    Phase.SCHEDULED: 1,
    Phase.OPEN: 1,
    Phase.COUNTING: 2,
    Phase.RESULTS: 3,
}


@dataclass(frozen=True)
class Badge:
    """A state as components/_state_badge.html shows it: always a word and an icon."""

    label: str
    tone: str
    icon: str


def badge(poll: Poll) -> Badge:
    tone, icon = LOOK[poll.phase]
    return Badge(str(poll.phase.label), tone, icon)


def steps(poll: Poll) -> list[dict[str, Any]]:
    """From the rules to the answer, for components/_steps.html; none once it is called off."""
    if poll.phase == Phase.CANCELLED:
        return []
    reached = 4 if poll.answered_at else REACHED[poll.phase]
    line = [
        (_("Rules settled"), None),
        (_("Voting"), poll.urn.opens_at if poll.phase in (Phase.KEYS, Phase.SCHEDULED) else None),
        (_("Count"), poll.urn.closes_at),
        (_("The municipality answers"), poll.answered_at or poll.answer_due_on),
    ]
    return [
        {"label": label, "date": date, "state": _state(place, reached)}
        for place, (label, date) in enumerate(line)
    ]


def _state(place: int, reached: int) -> str:
    if place < reached:
        return "done"
    return "current" if place == reached else "todo"
