"""Sending digests, batch by batch, so that a crash neither loses nor repeats one."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from celery import shared_task
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from municipalities.rls import region_scope
from participation import bounces, channels, emails
from participation.digests import period_of, plan
from participation.enums import Frequency
from participation.inbox import towns_by_digest
from participation.mail_line import Answer, LineDown, MailLine, commit_without_waiting
from participation.models import Digest


if TYPE_CHECKING:
    from participation.inbox import Town
    from participation.models.notices import DigestQuerySet

BATCH = 100
ATTEMPTS = 8
log = logging.getLogger(__name__)


@shared_task
def send_digests() -> None:
    """Plan the digests that are due, and go on with those that wait; often, and any number of times."""
    now = timezone.now()
    for frequency in Frequency:
        plan(frequency, period_of(frequency, now))
    deliver_digests.delay()


@shared_task
def deliver_digests(after: int = 0) -> int:
    """Send a batch, and leave the rest to the next task, so that other work comes between.

    Whatever breaks this chain, the clock begins it anew (send_digests).
    """
    due = Digest.objects.due(timezone.now()).filter(pk__gt=after).order_by("pk")
    batch = list(due.select_related("user")[:BATCH])
    with transaction.atomic(), region_scope("contents of digests"):
        towns = towns_by_digest([digest.pk for digest in batch])
    sent = 0
    with MailLine() as line:
        for digest in batch:
            try:
                sent += send_digest(line, digest, towns.get(digest.pk, []))
            except LineDown as problem:
                # Should it be this very mail that the server cannot bear, the others come first.
                log.warning("The mail server is not there; digests wait: %s", problem)
                _put_off(digest, Answer(str(problem)), Digest.objects.waiting())
                return sent
    if len(batch) == BATCH:
        deliver_digests.delay(after=batch[-1].pk)
    return sent


def send_digest(line: MailLine, digest: Digest, towns: list[Town]) -> bool:
    """Send one and remember it in one transaction; whoever else holds it sends it.

    It is marked as sent before the mail server is asked. After its yes only the commit is
    left, which does not wait for the disk: a worker that is killed then has lost nothing,
    and so the moment in which a mail could be taken and yet be sent again is as short as
    it can be. With a no, or no answer, the mark goes with the transaction.
    """
    with transaction.atomic():
        commit_without_waiting()
        mine = Digest.objects.due(timezone.now()).filter(pk=digest.pk)
        mine = mine.select_for_update(of=("self",), skip_locked=True, no_key=True)
        number = sum(town.number for town in towns)
        marked = Digest.objects.filter(pk__in=mine.values("pk")).update(
            sent_at=timezone.now(), attempts=F("attempts") + 1, notice_count=number, problem=""
        )
        if not marked:
            return False
        if not towns or not channels.takes_email(digest.user):
            _give_up(digest, "nothing to tell" if not towns else "no mails wanted or possible")
            return False
        try:
            message = emails.digest_message(digest, towns, number)
        except Exception:  # whatever is wrong with one mail is not the others' fault
            log.exception("Digest %s cannot be written", digest.pk)
            _give_up(digest, "it could not be written; the log says why")
            return False
        said = line.send(message)
        if said.taken:
            return True
        _put_off(digest, said)
    return False


def _give_up(digest: Digest, why: str, of: DigestQuerySet | None = None) -> None:
    """In the transaction that holds the row; without it only `of` those that still wait."""
    rows = Digest.objects.all() if of is None else of
    rows.filter(pk=digest.pk).update(sent_at=None, given_up_at=timezone.now(), problem=why[:300])


def _put_off(digest: Digest, said: Answer, of: DigestQuerySet | None = None) -> None:
    """The server said no to this one: later, or never."""
    if said.bounced:
        bounces.mark_bounced(digest.user_id, digest.user.email)
    if said.for_good or digest.attempts + 1 >= ATTEMPTS:
        _give_up(digest, said.problem, of)
        return
    rows = Digest.objects.all() if of is None else of
    rows.filter(pk=digest.pk).update(
        sent_at=None,
        next_try_at=timezone.now() + timedelta(minutes=15 * 2**digest.attempts),
        attempts=digest.attempts + 1,
        problem=said.problem[:300],
    )
