"""A person, or somebody who pretends to be one in a test, casts a ballot or audits it.

Whether they may is asked again here, as they stand at this moment; whether the urn takes the
ballot, the urn says.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts import assistance
from accounts.actions import desk
from accounts.models import User, age_band
from decide.common.permissions import Reason, Refusal
from participation import ledger
from participation.enums import InterventionKind
from votes import ballots, counting
from votes.actions import urn as urns
from votes.enums import CastChannel
from votes.models import Envelope, Poll, Turnout
from votes.rules import why_closed, why_not_belong
from votes.who import Pretender, Voter, asked_place, voter_of


class CannotVote(Refusal):
    """The poll is not put to this person, or not now; the reason says why."""


class Opened(NamedTuple):
    """A ballot that was opened to look at: with this anybody computes its code again."""

    promise: bytes
    nonce: bytes
    choices: dict[str, Any]


@sensitive_variables()
@transaction.atomic
def cast(poll: Poll, *, by: User | Pretender, token: str) -> urns.Receipt:
    """Put the reviewed ballot into the urn; sent again it gives the same receipt.

    Raises CannotVote, ballots.BadToken or urns.CannotCast, and then nothing was kept.
    """
    voter = _voter(poll, by)
    ballot = _ballot(poll, voter, token)
    place = _asked_in(poll, voter, ballot)
    helping = assistance.current()
    receipt = urns.cast(
        poll.urn,
        person=voter.key,
        attempt=ballot.attempt,
        nonce=ballot.nonce,
        choices=ballot.choices,
        channel=CastChannel.ASSISTED if helping else CastChannel.WEB,
        place=place,
        pretends=voter.pretends,
    )
    if not receipt.is_first and not receipt.is_repeated:
        _asked_in(poll, voter, ballot)  # somebody else may have marked them meanwhile
    if helping and not receipt.is_repeated:
        try:
            desk.note_vote(helping)
        except desk.CannotHelp as error:
            raise CannotVote(Reason(str(error))) from error
    if receipt.is_first and isinstance(by, User):
        count_first(poll, by)
    return receipt


@sensitive_variables()
@transaction.atomic
def audit(poll: Poll, *, by: User | Pretender, token: str) -> Opened:
    """Open the reviewed ballot for its voter to check. It casts no more, and a cast one is not opened."""
    voter = _voter(poll, by)
    ballot = ballots.unseal(poll.urn, voter.key, token)
    promise = ballot.promise(poll.urn)
    urns.spoil(poll.urn, person=voter.key, attempt=ballot.attempt, promise=promise)
    return Opened(promise, ballot.nonce, ballot.choices)


def count_first(poll: Poll, by: User | None, channel: str | None = None) -> None:
    """Somebody is marked on the roll for the first time: one act, one of the turnout.

    Of who has no account nothing is known but that they voted.
    """
    ledger.record(InterventionKind.BALLOT, poll.municipality_id, by=by, channel=channel)
    Turnout.objects.create(
        municipality_id=poll.municipality_id,
        urn=poll.urn,
        gender=by.gender if by else "",
        age_band=age_band(by.birth_year, timezone.localdate()) if by else "",
        area=by.area if by else "",
    )


def was_cast(poll: Poll, voter: Voter, attempt: bytes) -> bool:
    envelopes = Envelope.objects.filter(urn=poll.urn, person_key=voter.key, attempt=attempt)
    return envelopes.exists()


def _voter(poll: Poll, by: User | Pretender) -> Voter:
    """Who votes, if they may at this moment, whatever the page knew when it was shown."""
    if isinstance(by, Pretender):
        if not poll.urn.is_test:
            raise CannotVote(Reason(_("Pretend voters vote in tests only.")))
        return voter_of(poll, by)
    if poll.urn.is_test:
        raise CannotVote(Reason(_("This is a test: only pretend voters vote in it.")))
    now = User.objects.select_related("resident").get(pk=by.pk)
    if reason := why_closed(poll.municipality) or why_not_belong(now, poll):
        raise CannotVote(reason)
    return voter_of(poll, now)


@sensitive_variables()
def _asked_in(poll: Poll, voter: Voter, ballot: ballots.Ballot) -> str:
    """For which district the ballot was asked, if it answers what is asked there."""
    questions = json.loads(poll.urn.definition)["questions"]
    place = asked_place(poll, voter, questions)
    if not counting.ballot_of(questions, place).fits(ballot.choices):
        raise ballots.BadToken
    return place


@sensitive_variables()
def _ballot(poll: Poll, voter: Voter, token: str) -> ballots.Ballot:
    """What was reviewed; after its hour only what is in the urn already, for its receipt."""
    try:
        return ballots.unseal(poll.urn, voter.key, token)
    except ballots.Expired as late:
        if was_cast(poll, voter, late.ballot.attempt):
            return late.ballot
        raise
