"""How far a citizens' initiative is: its line of steps, its numbers, and the days that are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from norms.enums import InitiativeState
from norms.models import Initiative
from votes.progress import Badge


LOOK = {
    InitiativeState.GATHERING: ("open", "edit"),
    InitiativeState.PRESENTED: ("wait", "document"),
    InitiativeState.VERIFIED: ("wait", "clock"),
    InitiativeState.DECIDED: ("good", "check"),
    InitiativeState.LAPSED: ("quiet", "minus"),
}
ORDER = [
    InitiativeState.GATHERING,
    InitiativeState.PRESENTED,
    InitiativeState.VERIFIED,
    InitiativeState.DECIDED,
]


def badge(initiative: Initiative) -> Badge:
    if not initiative.is_public:
        return Badge(_("Only staff see it"), "quiet", "eye-off")
    tone, icon = LOOK[InitiativeState(initiative.state)]
    return Badge(str(initiative.get_state_display()), tone, icon)


def steps(initiative: Initiative) -> list[dict[str, Any]]:
    """Each step with its day, as components/_steps.html shows them."""
    days = {
        InitiativeState.GATHERING: initiative.began_on,
        InitiativeState.PRESENTED: initiative.presented_on,
        InitiativeState.VERIFIED: initiative.verified_on,
        InitiativeState.DECIDED: initiative.decided_on,
    }
    if initiative.state == InitiativeState.LAPSED:
        told = [state for state in ORDER[:3] if days[state]]
        lines = [_line(state, "done", days[state]) for state in told]
        return [*lines, _line(InitiativeState.LAPSED, "current", initiative.decided_on)]
    here = ORDER.index(InitiativeState(initiative.state))
    return [_line(state, _how(place, here), days[state]) for place, state in enumerate(ORDER)]


def _how(place: int, here: int) -> str:
    if place < here or (place == here and place == len(ORDER) - 1):
        return "done"
    return "current" if place == here else "todo"


def _line(state: InitiativeState, how: str, day: date | None) -> dict[str, Any]:
    return {"label": state.label, "state": how, "date": None if how == "todo" else day}


@dataclass(frozen=True)
class Counts:
    """Signatures on paper: said to be there, found valid, needed. Percentages are of the needed."""

    needed: int
    collected: int | None
    valid: int | None

    @property
    def shown(self) -> int:
        """What RENIEC found counts more than what the promoters say."""
        return self.valid if self.valid is not None else self.collected or 0

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.shown)


def counts(initiative: Initiative) -> Counts:
    return Counts(initiative.needed, initiative.collected, initiative.valid)


@dataclass(frozen=True)
class Deadline:
    """A day that runs now: who has to do something by it, and how many days are left (below 0: late)."""

    of_council: bool
    day: date
    days: int

    @property
    def days_late(self) -> int:
        return -self.days


def deadline(initiative: Initiative) -> Deadline | None:
    """The one day that counts now; none if nobody has set it."""
    is_council = initiative.state == InitiativeState.VERIFIED
    is_completing = initiative.state == InitiativeState.GATHERING
    day = initiative.decide_by if is_council else initiative.complete_by if is_completing else None
    if day is None:
        return None
    return Deadline(is_council, day, (day - timezone.localdate()).days)
