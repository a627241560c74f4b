"""Telling those who registered, one mail each, however often the task runs."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db.models import F, Q

from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation import bounces, channels
from participation.mail_line import LineDown, MailLine
from processes import emails
from processes.models import Registration


log = logging.getLogger(__name__)


class NotYet(Exception):
    """Some could not be sent now, and may be later."""


@shared_task(autoretry_for=(NotYet,), max_retries=6, retry_backoff=30)
def tell_registered(municipality_id: int, meeting_id: int, sequence: int | None = None) -> int:
    """Send each who registered the state of the meeting that they were not sent yet.

    `sequence` only names the change for whoever reads the queue. Gives how many were sent.
    """
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        waiting = list(_untold(meeting_id).values_list("pk", flat=True))
    sent, problem = 0, None
    with MailLine() as line:
        for pk in waiting:
            try:
                sent += _send(line, municipality, meeting_id, pk)
            except LineDown as caught:
                problem = caught
            except Exception as caught:  # whatever is wrong with one is not the others' fault
                log.exception("Registration %s cannot be told", pk)
                problem = caught
    if problem:
        raise NotYet(str(problem)) from problem
    return sent


def _untold(meeting_id: int):
    return (
        Registration.objects.standing()
        .filter(meeting=meeting_id)
        .filter(Q(sent_sequence=None) | Q(sent_sequence__lt=F("meeting__sequence")))
        .exclude(user=None)
    )


def _send(line: MailLine, municipality: Municipality, meeting_id: int, pk: int) -> bool:
    """Send and remember it in the same transaction; whoever else holds the row sends it."""
    with scoped_transaction(municipality):
        found = _untold(meeting_id).select_related("user", "meeting__municipality")
        registration = (
            found.select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(pk=pk)
            .first()
        )
        if registration is None:
            return False
        news = news_of(registration)
        registration.sent_sequence = registration.meeting.sequence
        registration.save(update_fields=["sent_sequence"])
        if not channels.takes_email(registration.user):
            return False
        said = line.send(emails.invitation(registration, news))
        if said.bounced:
            bounces.mark_bounced(registration.user_id, registration.user.email)
        if said.problem and not said.for_good:
            raise LineDown(said.problem)
        return said.taken


def news_of(registration: Registration) -> str:
    """What is new to this person: that they have a seat, or what became of the meeting."""
    if registration.meeting.is_cancelled:
        return "cancelled"
    return "seat" if registration.sent_sequence is None else "changed"
