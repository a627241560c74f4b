"""Sending newsletters: a copy for each person first, then batch by batch, as digests go out.

Whatever breaks the chain, the clock goes on with it; nobody gets two.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from celery import shared_task
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction
from participation import bounces, emails
from participation.audience import people_of
from participation.mail_line import Answer, LineDown, MailLine, commit_without_waiting
from participation.models import Newsletter, NewsletterCopy
from participation.models.newsletters import STOPPED


if TYPE_CHECKING:
    from participation.models.newsletters import NewsletterCopyQuerySet


BATCH = 100
ATTEMPTS = 8  # ten minutes after the first, twice as long each time: most of a day
# Without a copy sent for so long nobody is at work on it any more.
STANDS_STILL = timedelta(minutes=2)
log = logging.getLogger(__name__)


@shared_task
def send_due() -> int:
    """What the clock starts: those whose moment has come, and those that a crash left half-way."""
    now = timezone.now()
    with transaction.atomic(), region_scope("newsletters whose moment has come"):
        moving = NewsletterCopy.objects.filter(
            newsletter=OuterRef("pk"), sent_at__gt=now - STANDS_STILL
        )
        due = list(
            Newsletter.objects.due(now)
            .filter(~Exists(moving))
            .order_by("scheduled_for", "pk")
            .values_list("municipality_id", "pk")
        )
    for municipality_id, pk in due:
        begin.delay(municipality_id, pk)
    return len(due)


@shared_task
def begin(municipality_id: int, newsletter_id: int) -> int:
    """Make all the copies, once, and begin to send them; how many there are."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        newsletter = (
            Newsletter.objects.due(timezone.now())
            .select_for_update(of=("self",), no_key=True)
            .filter(pk=newsletter_id)
            .first()
        )
        if newsletter is None:  # called off, or finished meanwhile
            return 0
        if newsletter.started_at is None:
            newsletter.municipality = municipality
            people = people_of(newsletter).order_by("pk").values_list("pk", flat=True)
            NewsletterCopy.objects.bulk_create(
                [
                    NewsletterCopy(municipality=municipality, newsletter=newsletter, user_id=pk)
                    for pk in people
                ],
                batch_size=5000,
            )
            newsletter.started_at = timezone.now()
            newsletter.save(update_fields=["started_at"])
        copies = newsletter.copies.count()
    deliver.delay(municipality_id, newsletter_id)
    return copies


@shared_task
def deliver(municipality_id: int, newsletter_id: int, after: int = 0) -> int:
    """Send a batch, and leave the rest to the next task, so that other work comes between."""
    municipality = Municipality.objects.select_related("place").get(pk=municipality_id)
    with scoped_transaction(municipality):
        newsletter = Newsletter.objects.filter(
            pk=newsletter_id, started_at__isnull=False, finished_at=None
        ).first()
        if newsletter is None:
            return 0
        newsletter.municipality = municipality
        if newsletter.is_stopped:
            newsletter.copies.waiting().update(given_up_at=timezone.now(), problem=STOPPED)
    if newsletter.is_stopped:
        finish(newsletter)
        return 0
    with scoped_transaction(municipality):
        due = newsletter.copies.due(timezone.now()).filter(pk__gt=after).order_by("pk")
        batch = list(due.select_related("user")[:BATCH])
        still = people_of(newsletter).filter(pk__in=[copy.user_id for copy in batch])
        wanted = set(still.values_list("pk", flat=True))
    sent = 0
    with MailLine() as line:
        for copy in batch:
            try:
                sent += send_copy(line, newsletter, copy, wanted=copy.user_id in wanted)
            except LineDown as problem:
                # Should it be this very mail that the server cannot bear, the others come first.
                log.warning("The mail server is not there; a newsletter waits: %s", problem)
                with scoped_transaction(municipality):
                    _put_off(copy, Answer(str(problem)), NewsletterCopy.objects.waiting())
                return sent
    if len(batch) == BATCH:
        deliver.delay(municipality_id, newsletter_id, after=batch[-1].pk)
    else:
        finish(newsletter)
    return sent


def send_copy(
    line: MailLine, newsletter: Newsletter, copy: NewsletterCopy, *, wanted: bool
) -> bool:
    """Send one and remember it in one transaction, marked before the mail server is asked.

    Whoever else holds it sends it. Why it is done in this order: tasks/digests.py.
    """
    with scoped_transaction(newsletter.municipality):
        commit_without_waiting()
        mine = NewsletterCopy.objects.due(timezone.now()).filter(
            pk=copy.pk, newsletter__stopped_at=None
        )
        mine = mine.select_for_update(of=("self",), skip_locked=True, no_key=True)
        own = NewsletterCopy.objects.filter(pk__in=mine.values("pk"))
        if not wanted:  # they said no, or left, after the copies were made
            own.delete()
            return False
        if not own.update(sent_at=timezone.now(), attempts=F("attempts") + 1, problem=""):
            return False
        said = line.send(emails.newsletter_message(newsletter, copy.user, copy.pk))
        if not said.taken:
            _put_off(copy, said, NewsletterCopy.objects.all())
        return said.taken


def finish(newsletter: Newsletter) -> None:
    """It has ended when no copy waits any more."""
    with scoped_transaction(newsletter.municipality):
        if not newsletter.copies.waiting().exists():
            Newsletter.objects.filter(pk=newsletter.pk, finished_at=None).update(
                finished_at=timezone.now()
            )


def _put_off(copy: NewsletterCopy, said: Answer, of: NewsletterCopyQuerySet) -> None:
    """The server said no to this one: later, or never."""
    if said.bounced:
        bounces.mark_bounced(copy.user_id, copy.user.email)
    mine = of.filter(pk=copy.pk)
    tried = {"sent_at": None, "attempts": copy.attempts + 1, "problem": said.problem[:300]}
    if said.for_good or copy.attempts + 1 >= ATTEMPTS:
        mine.update(given_up_at=timezone.now(), **tried)
        return
    wait = timedelta(minutes=10 * 2**copy.attempts)
    mine.update(next_try_at=timezone.now() + wait, **tried)


@shared_task
def send_test(municipality_id: int, newsletter_id: int, user_id: int) -> bool:
    """To whoever tries it out alone, with a word before the subject that says so."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        newsletter = Newsletter.objects.get(pk=newsletter_id)
        newsletter.municipality = municipality
        user = User.objects.get(pk=user_id)
        message = emails.newsletter_message(newsletter, user, 0)
    with MailLine() as line:
        return line.send(message).taken
