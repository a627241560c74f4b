"""How far a proposal has come, in words, icons and steps, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from decide.common.words import day
from proposals.enums import ProposalState, Verdict
from proposals.models import Proposal


TONES = {
    ProposalState.DRAFT: ("quiet", "edit"),
    ProposalState.GATHERING: ("open", "people"),
    ProposalState.THRESHOLD: ("accent", "flag"),
    ProposalState.EVALUATION: ("wait", "scales"),
    ProposalState.ANSWERED: ("good", "comment"),
    ProposalState.IN_PROGRESS: ("good", "hammer"),
    ProposalState.DONE: ("good", "check"),
    ProposalState.RETIRED: ("quiet", "undo"),
    ProposalState.ARCHIVED: ("quiet", "inbox"),
    ProposalState.MERGED: ("quiet", "merge"),
}
VERDICTS = {
    Verdict.ACCEPTED: ("good", "check"),
    Verdict.IN_PART: ("good", "check"),
    Verdict.NOT_ACCEPTED: ("bad", "cross"),
}
WAY = [
    (ProposalState.GATHERING, gettext_lazy("Published")),
    (ProposalState.THRESHOLD, gettext_lazy("Threshold reached")),
    (ProposalState.EVALUATION, gettext_lazy("Under evaluation")),
    (ProposalState.ANSWERED, gettext_lazy("Answered")),
    (ProposalState.IN_PROGRESS, gettext_lazy("In progress")),
    (ProposalState.DONE, gettext_lazy("Done")),
]
ENDED = {ProposalState.RETIRED, ProposalState.ARCHIVED, ProposalState.MERGED}


@dataclass(frozen=True)
class Badge:
    """A state as components/_state_badge.html shows it: always a word and an icon."""

    label: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Step:
    """One step of the line in components/_steps.html."""

    label: Any
    state: str
    date: date | datetime | None = None


def badge(proposal: Proposal, *, verdict: str = "") -> Badge:
    """The state; once answered, the decision."""
    state = proposal.shown_state
    if verdict and state == ProposalState.ANSWERED:
        tone, icon = VERDICTS[Verdict(verdict)]
        return Badge(Verdict(verdict).label, tone, icon)
    tone, icon = TONES[state]
    return Badge(state.label, tone, icon)


def steps(proposal: Proposal, *, answer: Any = None) -> list[Step]:
    """The way of a proposal with what is done, what is now and what would come."""
    state = proposal.shown_state
    dates = {
        ProposalState.GATHERING: proposal.published_at,
        ProposalState.THRESHOLD: proposal.reached_at,
        ProposalState.ANSWERED: answer.published_at if answer else None,
    }
    if state in ENDED:
        passed = [step for step in WAY if dates.get(step[0])]
        line = [Step(label, "done", dates[key]) for key, label in passed]
        return [*line, Step(state.label, "current", proposal.closed_at or proposal.closes_on)]
    way = WAY[:4] if answer and answer.verdict == Verdict.NOT_ACCEPTED else WAY
    now = [key for key, _label in way].index(state)
    return [
        Step(label, _when(index, now), dates.get(key)) for index, (key, label) in enumerate(way)
    ]


def _when(index: int, now: int) -> str:
    return "done" if index < now else "current" if index == now else "todo"


def next_sentence(proposal: Proposal, *, answer: Any = None) -> str:
    """What happens next, in one sentence."""
    state = proposal.shown_state
    if state == ProposalState.GATHERING:
        return ngettext(
            "One more support by %(day)s, and the municipality has to answer.",
            "%(missing)d more supports by %(day)s, and the municipality has to answer.",
            proposal.missing_supports,
        ) % {"missing": proposal.missing_supports, "day": day(proposal.closes_on)}
    if state in (ProposalState.THRESHOLD, ProposalState.EVALUATION) and proposal.answer_due_on:
        return _("The municipality has to answer with reasons by %(day)s.") % {
            "day": day(proposal.answer_due_on)
        }
    if state == ProposalState.ANSWERED and answer and answer.verdict != Verdict.NOT_ACCEPTED:
        return _("The municipality now says in which steps it will carry it out.")
    sentences = {
        ProposalState.EVALUATION: _("The municipality is studying it and will answer here."),
        ProposalState.ANSWERED: _("The decision and its reasons are below."),
        ProposalState.IN_PROGRESS: _("It is being carried out: each step done is told below."),
        ProposalState.DONE: _("It is done. Thank you for proposing and supporting."),
        ProposalState.RETIRED: _("Its author withdrew it and said why."),
        ProposalState.ARCHIVED: _(
            "It did not gather enough supports in its term. Anyone may propose it anew."
        ),
        ProposalState.MERGED: _("It goes on together with another proposal."),
    }
    return sentences.get(state, "")
