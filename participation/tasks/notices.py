"""Work that an action leaves for later. Each task takes ids and opens its own scope."""

from functools import partial
from smtplib import SMTPException

from celery import shared_task
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation import emails
from participation.models import Event, Notice


@shared_task
def tell_followers(municipality_id: int, event_id: int) -> int:
    """Give the author and the followers one notice each; twice, also at once, does no harm.

    What is not public is told to the author alone.
    """
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        # Two runs for one event come one after the other, so that nobody is counted twice.
        event = (
            Event.objects.select_related("thread")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=event_id)
        )
        people = {event.thread.author_id}
        if event.is_public:
            people.update(event.thread.follows.values_list("user_id", flat=True))
        people -= {None, event.by_id}
        people -= set(event.notices.values_list("user_id", flat=True))
        there = User.objects.filter(pk__in=people, is_active=True).order_by("pk")
        told = list(there.select_for_update(no_key=True).values_list("pk", flat=True))
        Notice.objects.bulk_create(
            [Notice(municipality=municipality, event=event, user_id=pk) for pk in told]
        )
        User.objects.filter(pk__in=told).update(unread_notices=F("unread_notices") + 1)
        transaction.on_commit(partial(email_notices.delay, municipality_id, event_id))
        return len(told)


@shared_task(autoretry_for=(SMTPException, OSError), max_retries=6, retry_backoff=30)
def email_notices(municipality_id: int, event_id: int) -> int:
    """Send what was not sent yet; a line that is down for one does not stop the others."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        waiting = list(
            Notice.objects.to_send().filter(event=event_id).values_list("pk", flat=True)
        )
    sent, problem = 0, None
    for pk in waiting:
        try:
            sent += email_notice(municipality, pk)
        except (SMTPException, OSError) as caught:
            problem = caught
    if problem:
        raise problem
    return sent


def email_notice(municipality: Municipality, pk: int) -> int:
    """Send one and remember it in the same transaction; whoever else holds it sends it."""
    with scoped_transaction(municipality):
        notice = (
            Notice.objects.to_send()
            .select_related("user", "event__thread")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(pk=pk)
            .first()
        )
        if notice is None:
            return 0
        emails.notice_message(notice).send()
        notice.sent_at = timezone.now()
        notice.save(update_fields=["sent_at"])
        return 1
