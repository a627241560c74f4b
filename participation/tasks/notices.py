"""Work that an action leaves for later. Each task takes ids and opens its own scope."""

import logging
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import sms
from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction
from participation import bounces, channels, emails
from participation.enums import Delivery
from participation.mail_line import LineDown, MailLine
from participation.models import Event, Notice
from participation.recipients import deliveries, whom_to_tell


AT_A_TIME = 2000
log = logging.getLogger(__name__)
# Older ones are nobody's work any more; much older ones are no news.
LEFT_BEHIND = timedelta(minutes=15)
TOO_OLD = timedelta(days=2)


class NotYet(Exception):
    """Some could not be sent now, and may be later."""


@shared_task
def tell_followers(municipality_id: int, event_id: int) -> int:
    """Give whom it concerns one notice each; twice, also at once, does no harm."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        # Two runs for one event come one after the other, so that nobody is counted twice.
        event = (
            Event.objects.select_related("thread")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=event_id)
        )
        told = whom_to_tell(event)
        for known in event.notices.values_list("user_id", flat=True):
            told.pop(known, None)
        there = User.objects.filter(pk__in=told, is_active=True).order_by("pk")
        people = list(there.select_for_update(no_key=True))
        chosen = deliveries(event, told, people)
        Notice.objects.bulk_create(
            [
                Notice(
                    municipality=municipality,
                    event=event,
                    user_id=pk,
                    kind=told[pk],
                    delivery=delivery,
                )
                for pk, delivery in chosen.items()
            ],
            batch_size=AT_A_TIME,
        )
        User.objects.filter(pk__in=chosen).update(unread_notices=F("unread_notices") + 1)
        if {Delivery.EMAIL, *channels.TEXTED} & set(chosen.values()):
            transaction.on_commit(partial(send_notices.delay, municipality_id, event_id))
        return len(chosen)


@shared_task(autoretry_for=(NotYet,), max_retries=6, retry_backoff=30)
def send_notices(municipality_id: int, event_id: int) -> int:
    """Send what goes out one by one; one that fails does not stop the others."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        waiting = list(Notice.objects.to_send().filter(event=event_id).values_list("pk", flat=True))
    sent, problem = 0, None
    with MailLine() as line:
        for pk in waiting:
            try:
                sent += send_notice(line, municipality, pk)
            except (LineDown, sms.NotSent) as caught:
                problem = caught
            except Exception as caught:  # whatever is wrong with one is not the others' fault
                log.exception("Notice %s cannot be sent", pk)
                problem = caught
    if problem:
        raise NotYet(str(problem)) from problem
    return sent


@shared_task
def go_on() -> int:
    """Send what a crash has left behind, so that it does not wait for the queue to notice."""
    now = timezone.now()
    with transaction.atomic(), region_scope("notices left behind"):
        left = Notice.objects.to_send().filter(
            created_at__lt=now - LEFT_BEHIND, created_at__gte=now - TOO_OLD
        )
        events = list(left.order_by().values_list("municipality_id", "event_id").distinct())
    for municipality_id, event_id in events:
        send_notices.delay(municipality_id, event_id)
    return len(events)


def send_notice(line: MailLine, municipality: Municipality, pk: int) -> bool:
    """Send one and remember it in the same transaction; whoever else holds it sends it."""
    with scoped_transaction(municipality):
        notice = (
            Notice.objects.to_send()
            .select_related("user", "event__thread", "municipality")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(pk=pk)
            .first()
        )
        if notice is None:
            return False
        notice.sent_at = timezone.now()
        notice.save(update_fields=["sent_at"])
        if _hand_over(line, notice):
            return True
        notice.delivery, notice.sent_at = Delivery.SITE, None
        notice.save(update_fields=["delivery", "sent_at"])
        return False


def _hand_over(line: MailLine, notice: Notice) -> bool:
    """Whether it was taken; an exception if it may be later, and then the mark is undone."""
    if notice.delivery in channels.TEXTED:
        try:
            channels.text(notice.user, notice.delivery, emails.notice_text(notice), notice.pk)
        except sms.Refused:
            return False
        return True
    said = line.send(emails.notice_message(notice))
    if said.bounced:
        bounces.mark_bounced(notice.user_id, notice.user.email)
    if said.problem and not said.for_good:
        raise LineDown(said.problem)
    return said.taken


@shared_task(autoretry_for=(LineDown,), max_retries=6, retry_backoff=30)
def send_confirmation(user_id: int) -> None:
    """Ask an address that bounced whether it works again; a no that may pass is asked once more."""
    person = User.objects.filter(pk=user_id, is_active=True, email__isnull=False).first()
    if person is not None:
        with MailLine() as line:
            said = line.send(emails.confirm_message(person))
        if said.problem and not said.for_good:
            raise LineDown(said.problem)
