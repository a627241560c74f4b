"""Where a draft norm stands: its badge, the line of its phases, and until when this one lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from norms.enums import Phase
from votes.progress import Badge


if TYPE_CHECKING:
    from datetime import datetime

    from norms.models import Norm

LOOK = {
    Phase.DRAFT: ("quiet", "edit"),
    Phase.SOON: ("wait", "calendar"),
    Phase.EXPLANATION: ("wait", "info"),
    Phase.COMMENTS: ("open", "comment"),
    Phase.ANSWERS: ("wait", "clock"),
    Phase.FINAL: ("wait", "document"),
    Phase.RESULT: ("good", "check"),
    Phase.WITHDRAWN: ("bad", "cross"),
}
IN_ORDER = (Phase.EXPLANATION, Phase.COMMENTS, Phase.ANSWERS, Phase.FINAL, Phase.RESULT)


def badge(norm: Norm) -> Badge:
    """A word for lists: its phase at this moment, or its result."""
    phase = norm.phase
    tone, icon = LOOK[phase]
    if phase == Phase.RESULT:
        return Badge(str(norm.get_result_display()), tone, icon)
    return Badge(str(phase.label), tone, icon)


def steps(norm: Norm) -> list[dict[str, Any]]:
    """Its five phases with the day each begins, for components/_steps.html; none once it is off."""
    phase = norm.phase
    if phase == Phase.WITHDRAWN:
        return []
    begin = {
        Phase.EXPLANATION: norm.explained_at,
        Phase.COMMENTS: norm.opens_at,
        Phase.ANSWERS: norm.closes_at,
        Phase.FINAL: norm.answers_at,
        Phase.RESULT: norm.resulted_at or norm.final_at,
    }
    reached = IN_ORDER.index(phase) if phase in IN_ORDER else -1
    return [
        {"label": each.label, "date": begin[each], "state": _state(place, reached, phase)}
        for place, each in enumerate(IN_ORDER)
    ]


def _state(place: int, reached: int, phase: Phase) -> str:
    if place < reached or phase == Phase.RESULT:
        return "done"
    return "current" if place == reached else "todo"


def until(norm: Norm) -> datetime | None:
    """When the phase it is in ends by the clock, if one does."""
    return {
        Phase.SOON: norm.explained_at,
        Phase.EXPLANATION: norm.opens_at,
        Phase.COMMENTS: norm.closes_at,
        Phase.ANSWERS: norm.answers_at,
        Phase.FINAL: norm.final_at,
    }.get(norm.phase)
