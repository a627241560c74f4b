"""How far a work has come, in words, icons and steps, and what happens next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from budgets.course import step_of
from budgets.enums import Mode, StepKind, WorkState
from budgets.models import Work
from decide.common.words import moment
from proposals.progress import Badge, Step


TONES = {
    WorkState.DRAFT: ("quiet", "edit"),
    WorkState.PUBLISHED: ("open", "people"),
    WorkState.EVALUATION: ("wait", "scales"),
    WorkState.FEASIBLE: ("good", "check"),
    WorkState.UNFEASIBLE: ("bad", "cross"),
    WorkState.ON_BALLOT: ("accent", "ballot"),
    WorkState.CHOSEN: ("good", "star"),
    WorkState.NOT_CHOSEN: ("quiet", "minus"),
    WorkState.WITHDRAWN: ("quiet", "undo"),
}
WAY = [
    (WorkState.PUBLISHED, gettext_lazy("Put forward")),
    (WorkState.EVALUATION, gettext_lazy("Under evaluation")),
    (WorkState.FEASIBLE, gettext_lazy("Feasible")),
    (WorkState.ON_BALLOT, gettext_lazy("Put to the vote")),
    (WorkState.CHOSEN, gettext_lazy("Chosen")),
]
ENDS = {WorkState.UNFEASIBLE: 2, WorkState.NOT_CHOSEN: 4, WorkState.WITHDRAWN: 1}


def badge(work: Work) -> Badge:
    tone, icon = TONES[work.shown_state]
    return Badge(work.shown_state.label, tone, icon)


def steps(work: Work) -> list[Step]:
    """The way of a work with what is done, what is now and what would come."""
    state = work.shown_state
    way = [step for step in WAY if step[0] != WorkState.ON_BALLOT or _is_voted_on(work)]
    dates = {
        WorkState.PUBLISHED: work.published_at,
        WorkState.FEASIBLE: work.budget.decisions_published_at,
    }
    if state in ENDS:
        passed = [Step(label, "done", dates.get(key)) for key, label in way[: ENDS[state]]]
        return [*passed, Step(state.label, "current")]
    now = [key for key, _label in way].index(state)
    return [
        Step(label, _when(index, now), dates.get(key) if index <= now else None)
        for index, (key, label) in enumerate(way)
    ]


def next_sentence(work: Work) -> str:
    """What happens next, in one sentence."""
    state = work.shown_state
    if work.budget.is_cancelled:
        return _("This budget was called off, so that nothing more is decided about it.")
    if state == WorkState.PUBLISHED:
        return _while_published(work)
    if state == WorkState.EVALUATION:
        return _while_evaluated(work)
    if state == WorkState.FEASIBLE:
        return _once_feasible(work)
    if state == WorkState.ON_BALLOT:
        return _while_voted_on(work)
    if state == WorkState.CHOSEN and hasattr(work, "project"):
        return _("It is being carried out: its money, its days and its steps have a page.")
    sentences = {
        WorkState.UNFEASIBLE: _("The report below says why it cannot be done."),
        WorkState.CHOSEN: _("It is agreed on in the acta; then it is told here how it is done."),
        WorkState.NOT_CHOSEN: _("Other works were chosen. Anyone may put it forward next year."),
        WorkState.WITHDRAWN: _("It takes no further part. The reason is below."),
    }
    return sentences.get(state, "")


def missing_supports(work: Work) -> int:
    return max(0, work.budget.supports_needed - work.support_count)


def _while_published(work: Work) -> str:
    supports, now = step_of(work.budget, StepKind.SUPPORTS), timezone.now()
    if supports and supports.starts_at and now < supports.starts_at:
        return _("Residents support works from %(day)s on.") % {"day": moment(supports.starts_at)}
    if supports and supports.is_running(now):
        day = {"day": moment(supports.ends_at)}
        if missing := missing_supports(work):
            return ngettext(
                "One more support by %(day)s, and the municipality evaluates it.",
                "%(missing)d more supports by %(day)s, and the municipality evaluates it.",
                missing,
            ) % (day | {"missing": missing})
        return _("Supports are given until %(day)s; then the municipality evaluates it.") % day
    if missing_supports(work) and supports and supports.starts_at:
        return _("It did not gather the supports that a work needs to be evaluated.")
    start = _start(work, StepKind.FILTER)
    if start and now < start:
        day = {"day": moment(start)}
        return _("From %(day)s the municipality evaluates whether it can be done.") % day
    return _("The municipality evaluates next whether it can be done, and what it costs.")


def _while_evaluated(work: Work) -> str:
    if day := work.budget.decisions_at:
        return _(
            "The municipality studies whether it can be done and what it costs. All decisions are"
            " published together on %(day)s."
        ) % {"day": moment(day)}
    return _(
        "The municipality studies whether it can be done and what it costs. All decisions are"
        " published together."
    )


def _once_feasible(work: Work) -> str:
    if work.budget.mode == Mode.RESIDENTS:
        if start := _start(work, StepKind.VOTE):
            return _("Residents vote on it from %(day)s on.") % {"day": moment(start)}
        return _("It is put to the vote of the residents next.")
    if work.budget.mode == Mode.AGENTS:
        return _("The participating agents vote on it in the workshop of priorities.")
    return _("It is ranked by the prioritisation matrix, which the agents confirm.")


def _while_voted_on(work: Work) -> str:
    step, now = step_of(work.budget, StepKind.VOTE), timezone.now()
    if step and step.starts_at and now < step.starts_at:
        return _("Residents vote on it from %(day)s on.") % {"day": moment(step.starts_at)}
    if step and step.is_running(now):
        return _("Residents vote on it until %(day)s.") % {"day": moment(step.ends_at)}
    return _("The votes are being counted.")


def _start(work: Work, kind: StepKind) -> datetime | None:
    step: Any = step_of(work.budget, kind)
    return step.starts_at if step else None


def _is_voted_on(work: Work) -> bool:
    return work.budget.mode == Mode.RESIDENTS


def _when(index: int, now: int) -> str:
    return "done" if index < now else "current" if index == now else "todo"
