"""Asking for a vote on a proposal that has its supports, and what the municipality answers.

Callers have asked proposals.rules whether they may. Whether it is possible now is checked
here, under a lock on the proposal, so that nothing is asked or answered twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from decide.common import workdays
from participation import history, screening
from participation.models import ThreadLink
from proposals.actions.staff import Refused, locked, office_of
from proposals.enums import VoteVerdict
from proposals.models import VoteRequest
from proposals.rules import why_not_ask_now
from proposals.thresholds import answer_within
from votes.actions import polls
from votes.enums import QuestionKind


if TYPE_CHECKING:
    from accounts.models import User
    from proposals.models import Proposal
    from votes.models import Poll


BEGINS_IN = timedelta(days=30)
LASTS = timedelta(days=7)


class CannotRequestVote(Exception):
    """The proposal is not where a vote on it may be asked for, or its words cannot stand so."""


class RequestIsAnswered(Refused):
    """Somebody answered it before."""


@transaction.atomic
def request_vote(proposal: Proposal, *, by: User, text: str) -> VoteRequest:
    """Ask the municipality to put it to the vote; it has its term for proposals to answer."""
    proposal = locked(proposal)
    if reason := why_not_ask_now(proposal):
        raise CannotRequestVote(str(reason))
    if found := screening.look(text, proposal.municipality, by=by):
        words = ", ".join(dict.fromkeys(word for words in found.values() for word in words))
        raise CannotRequestVote(
            _("Everybody reads this at once, so please leave out: %(words)s.") % {"words": words}
        )
    due_on = workdays.after(timezone.localdate(), answer_within(proposal.municipality_id))
    asked = VoteRequest.objects.create(
        municipality=proposal.municipality, proposal=proposal, by=by, text=text, due_on=due_on
    )
    data = {"answer_due_on": str(due_on)}
    history.record("vote_requested", proposal.thread, by=by, text=text, data=data, tell=True)
    return asked


@transaction.atomic
def accept(asked: VoteRequest, *, by: User, answer: str, office: str = "") -> Poll:
    """Say that there will be a vote, and begin to prepare it from the proposal's own words."""
    proposal, asked = _open(asked)
    poll = _begin_poll(proposal, by=by)
    ThreadLink.objects.create(
        municipality=proposal.municipality, source=proposal.thread, result=poll.thread
    )
    asked.poll = poll
    _answer(proposal, asked, VoteVerdict.ACCEPTED, by=by, answer=answer, office=office)
    return poll


@transaction.atomic
def decline(asked: VoteRequest, *, by: User, answer: str, office: str = "") -> VoteRequest:
    """Say that there will be no vote, and why."""
    proposal, asked = _open(asked)
    return _answer(proposal, asked, VoteVerdict.DECLINED, by=by, answer=answer, office=office)


def _begin_poll(proposal: Proposal, *, by: User) -> Poll:
    """A draft with one question, for staff to go on from; the times are only a beginning."""
    opens_at = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0) + BEGINS_IN
    closes_at = (opens_at + LASTS).replace(hour=18)
    days = answer_within(proposal.municipality_id)
    with translation.override(settings.LANGUAGE_CODE):  # what voters will read, not the officer's
        meaning = _(
            "The result will be advice: the municipality says what it does with it, and why."
        )
        question = _("Do you agree with the proposal «%(title)s»?") % {"title": proposal.title}
    poll = polls.create(
        proposal.municipality,
        by=by,
        title=proposal.title,
        text="\n\n".join(filter(None, [proposal.summary, proposal.body]))[:10_000],
        meaning=meaning,
        opens_at=opens_at,
        closes_at=closes_at,
        answer_due_on=workdays.after(closes_at.date(), days),
    )
    polls.save_question(poll, by=by, kind=QuestionKind.YES_NO, title=question)
    return poll


def withdraw_with(proposal: Proposal, *, by: User) -> None:
    """What is taken back is no longer asked about. Called with the proposal locked."""
    proposal.vote_requests.filter(answered_at=None).update(
        verdict=VoteVerdict.WITHDRAWN, answered_at=timezone.now(), answered_by=by
    )


def _open(asked: VoteRequest) -> tuple[Proposal, VoteRequest]:
    """Both as they stand now; the proposal is locked first, as asking does."""
    proposal = locked(asked.proposal)
    asked = VoteRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if not asked.is_open:
        raise RequestIsAnswered(
            _("This has been answered already: «%(verdict)s».")
            % {"verdict": asked.get_verdict_display()}
        )
    return proposal, asked


def _answer(
    proposal: Proposal, asked: VoteRequest, verdict: str, *, by: User, answer: str, office: str
) -> VoteRequest:
    asked.verdict, asked.answer, asked.office = verdict, answer, office or office_of(proposal)
    asked.answered_at, asked.answered_by = timezone.now(), by
    asked.save(update_fields=["verdict", "answer", "office", "answered_at", "answered_by", "poll"])
    history.record(
        "vote_request_answered",
        proposal.thread,
        by=by,
        as_office=asked.office,
        text=answer,
        data={"answer": verdict},
        tell=True,
    )
    return asked
