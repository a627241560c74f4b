"""What the municipality says after the count: its answer, what became of it, and to objections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from votes.actions.polls import locked, record
from votes.enums import Phase
from votes.models import Complaint, Poll


if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class CannotAnswer(Exception):
    """There is nothing to answer yet, or the answer lacks what a reader needs."""


@transaction.atomic
def answer(
    poll: Poll, *, by: User, text: str, office: str = "", review_on: date | None = None
) -> Poll:
    """Say what the municipality does with the result, and when it looks at it again.

    An answer may be corrected: what it said before stays in the history.
    """
    poll = locked(poll)
    if poll.phase != Phase.RESULTS:
        raise CannotAnswer(_("The municipality answers once the vote has its results."))
    if not says_something(text):
        raise CannotAnswer(_("Write what the municipality does with the result."))
    _refuse_past(review_on)
    before = {"before": poll.answer, "office": poll.answer_office} if poll.answered_at else {}
    here = poll.municipality
    poll.answer, poll.review_on = text, review_on
    poll.answer_office = (office or here.contact_office or here.name)[:120]
    poll.answered_at, poll.answered_by = timezone.now(), by
    poll.save(update_fields=["answer", "answer_office", "answered_at", "answered_by", "review_on"])
    record("poll_answered", poll, by=by, data=before, tell=not poll.urn.is_test)
    return poll


@transaction.atomic
def review(poll: Poll, *, by: User, text: str, again_on: date | None = None) -> Poll:
    """Say what has become of the result, to everybody; and when it is looked at once more."""
    poll = locked(poll)
    if poll.answered_at is None:
        raise CannotAnswer(_("First the municipality answers the result."))
    if not says_something(text):
        raise CannotAnswer(_("Write what has become of the result."))
    _refuse_past(again_on)
    poll.review_on = again_on
    poll.save(update_fields=["review_on"])
    record("poll_reviewed", poll, by=by, text=text, tell=not poll.urn.is_test)
    return poll


@transaction.atomic
def answer_complaint(complaint: Complaint, *, by: User, text: str) -> Complaint:
    """Answer an objection, once and in public; who objected is told."""
    complaint = Complaint.objects.select_for_update(of=("self",), no_key=True).get(pk=complaint.pk)
    if complaint.answered_at is not None:
        raise CannotAnswer(_("This objection has its answer already."))
    if not says_something(text):
        raise CannotAnswer(_("Write the answer to the objection."))
    complaint.answer, complaint.answered_at, complaint.answered_by = text, timezone.now(), by
    complaint.save(update_fields=["answer", "answered_at", "answered_by"])
    poll = Poll.objects.select_related("thread", "municipality").get(pk=complaint.poll_id)
    people = [complaint.author_id] if complaint.author_id else []
    data = {"complaint": complaint.pk}
    record("poll_objection_answered", poll, by=by, text=text, data=data, people=people)
    return complaint


def _refuse_past(day: date | None) -> None:
    if day and day <= timezone.localdate():
        raise CannotAnswer(_("Choose a day to come for looking at it again."))
