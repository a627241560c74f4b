"""Objections to a result, in public; what the municipality answers is in votes/actions/answers.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from decide.common.typed import says_something, visible
from participation import screening
from votes.models import Complaint, Poll
from votes.rules import why_not_object


if TYPE_CHECKING:
    from accounts.models import User

EACH_AT_MOST = 3


class CannotObject(Exception):
    """The person may not object, or not in these words; the text says why."""


@transaction.atomic
def object_to(poll: Poll, *, by: User, text: str) -> Complaint:
    """Object to the result, in public and under one's name. The same words again add nothing."""
    # One after the other, so that the limit holds.
    poll = (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("urn", "thread", "municipality")
        .get(pk=poll.pk)
    )
    if reason := why_not_object(by, poll):
        raise CannotObject(str(reason))
    text = visible(text).strip()
    if not says_something(text):
        raise CannotObject(_("Write what you object to."))
    own = list(poll.complaints.filter(author=by))
    if known := next((one for one in own if one.text == text), None):
        return known
    if len(own) >= EACH_AT_MOST:
        raise CannotObject(
            _("You have objected %(count)d times, and more is not taken from one person.")
            % {"count": len(own)}
        )
    _refuse_what_may_not_stand(text, poll, by)
    return Complaint.objects.create(
        municipality_id=poll.municipality_id, poll=poll, author=by, text=text
    )


def _refuse_what_may_not_stand(text: str, poll: Poll, by: User) -> None:
    """It is published at once and stays beside the result, so that it is clean before."""
    found = screening.look(text, poll.municipality, by=by)
    if held := [one for texts in found.values() for one in texts]:
        raise CannotObject(
            _("It is published as you write it. Take out what may not stand there: %(what)s.")
            % {"what": get_text_list(held, _("and"))}
        )
