"""Where a process stands: its badge, the line of its steps, and what people can do in it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _, pgettext

from processes.enums import ProcessState
from processes.happening import Happening
from votes.progress import Badge


if TYPE_CHECKING:
    from processes.models import Process, Step


@dataclass(frozen=True)
class Line:
    """One step: how far it has come, and the thing in which it happens."""

    step: Step
    state: str  # done, current, todo
    happening: Happening | None = None


def badge(process: Process, now: datetime | None = None) -> Badge:
    """A word for lists: what goes on, what comes next, or how it ended.

    One query, or none if steps and outcome were fetched before.
    """
    now = now or timezone.now()
    if process.state == ProcessState.DRAFT:
        return Badge(str(ProcessState.DRAFT.label), "quiet", "edit")
    if process.state == ProcessState.CALLED_OFF:
        return Badge(str(ProcessState.CALLED_OFF.label), "bad", "cross")
    if hasattr(process, "outcome"):
        return Badge(_("With its outcome"), "good", "check")
    if process.state == ProcessState.CLOSED:
        return Badge(_("Closed; its outcome comes"), "wait", "lock")
    if going_on := running(process, now):
        return Badge(_("Now: %(step)s") % {"step": going_on[0]}, "open", "circle")
    if coming := next_step(process, now):
        return Badge(_("Next: %(step)s") % {"step": coming}, "wait", "calendar")
    return Badge(_("Its steps are over"), "wait", "clock")


def next_date(process: Process, now: datetime | None = None) -> datetime | None:
    """The next moment at which a step begins or ends; none of a process that is not open."""
    if not process.is_open:
        return None
    now = now or timezone.now()
    moments = [moment for step in process.steps.all() for moment in (step.starts_at, step.ends_at)]
    return min((moment for moment in moments if moment and moment > now), default=None)


def running(process: Process, now: datetime | None = None) -> list[Step]:
    """The steps that go on now, in their order; none of a process that is not open."""
    if not process.is_open:
        return []
    now = now or timezone.now()
    return [step for step in process.steps.all() if state_of(step, now) == "current"]


def next_step(process: Process, now: datetime | None = None) -> Step | None:
    """The one that begins next, if there is one with days."""
    if not process.is_open:
        return None
    now = now or timezone.now()
    ahead = [step for step in process.steps.all() if step.starts_at and step.starts_at > now]
    return min(ahead, key=lambda step: step.starts_at, default=None)


def lines(process: Process, happenings: dict[int, Happening] | None = None) -> list[Line]:
    """All steps in their order."""
    now, happenings = timezone.now(), happenings or {}
    return [
        Line(step, _shown_state(process, step, now), happenings.get(step.pk))
        for step in process.steps.all()
    ]


def state_of(step: Step, now: datetime) -> str:
    """`done`, `current` or `todo`, by its days alone."""
    if step.starts_at is None or step.starts_at > now:
        return "todo"
    return "done" if step.ends_at and step.ends_at <= now else "current"


def how_far(process: Process, now: datetime | None = None) -> str:
    """For a card: how many of its steps are over; nothing where there are none."""
    steps = list(process.steps.all())
    if not steps:
        return ""
    over = sum(state_of(step, now or timezone.now()) == "done" for step in steps)
    return pgettext("steps of a process", "%(over)d of %(all)d steps done") % {
        "over": over,
        "all": len(steps),
    }


def _shown_state(process: Process, step: Step, now: datetime) -> str:
    state = state_of(step, now)
    if state == "current" and not process.is_open:
        return "done" if process.state == ProcessState.CLOSED else "todo"
    return state
