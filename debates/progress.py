"""Where a debate stands, in a word and an icon."""

from __future__ import annotations

from dataclasses import dataclass

from debates.enums import Stage
from debates.models import Debate


LOOK = {
    Stage.OPEN: ("open", "comment"),
    Stage.CLOSED: ("quiet", "lock"),
    Stage.CONCLUDED: ("good", "check"),
}


@dataclass(frozen=True)
class Badge:
    """A state as components/_state_badge.html shows it: always a word and an icon."""

    label: str
    tone: str
    icon: str


def badge(debate: Debate) -> Badge:
    tone, icon = LOOK[debate.stage]
    return Badge(str(debate.stage.label), tone, icon)
