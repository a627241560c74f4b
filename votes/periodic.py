"""What the clock starts. Nothing waits for it: whether a vote is open follows from the hour.

Each of these may run twice, or at once with another, or late.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from celery import shared_task
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from municipalities.everywhere import for_each
from votes.actions import by_the_clock as acts, custody, urn as urns
from votes.enums import UrnState
from votes.models import Checkpoint, Envelope, KeyShare, Poll, Urn


# The database's clock closes an urn; this machine's may be a little ahead of it.
BY_NOW = timedelta(minutes=1)

_for_each = partial(for_each, reason="votes: what the clock has work with")


@shared_task
def extend_logs() -> int:
    """Bring what came in into the public logs of open urns, where a batch is full."""
    now = timezone.now()
    taking = Urn.objects.filter(state=UrnState.READY, opens_at__lte=now, closes_at__gt=now)
    return sum(head is not None for head in _for_each(taking, urns.extend_log))


@shared_task
def send_heads() -> int:
    """Mail new signed heads to whoever watches a poll; each in a transaction of its own."""
    heads = Checkpoint.objects.filter(urn=OuterRef("urn"))
    watched = Poll.objects.exclude(watchers=[]).filter(Exists(heads))
    sent = 0
    while new := sum(_for_each(watched, acts.send_next_head)):
        sent += new
    return sent


@shared_task
def close_what_is_over() -> int:
    """Sign the last head of urns whose time is over; they took no ballots any more anyway."""
    over = Urn.objects.filter(state=UrnState.READY, closes_at__lte=timezone.now() - BY_NOW)
    return len(_for_each(over, urns.close))


@shared_task
def go_on_with_openings() -> int:
    """Take up what a killed worker left: urns whose trustees have come and that nobody opens."""
    handed = KeyShare.objects.filter(ceremony__poll=OuterRef("pk")).exclude(handed=None)
    closed = Poll.objects.filter(Exists(handed), urn__state=UrnState.CLOSED)
    return sum(_for_each(closed.select_related("urn"), custody.take_up))


@shared_task
def destroy_sealed() -> int:
    """Empty the sealed ballots of urns whose term of objections is over, and say so in public."""
    over = Urn.objects.filter(state=UrnState.OPENED, objections_until__lte=timezone.now() - BY_NOW)
    sealed = Envelope.objects.filter(urn=OuterRef("pk")).exclude(sealed=b"")
    return sum(_for_each(over.filter(Exists(sealed)), acts.destroy_sealed))


@shared_task
def tell() -> int:
    """Tell followers what the clock says of the votes they follow."""
    running = (
        Poll.objects.public()
        .filter(
            urn__state__in=[UrnState.READY, UrnState.CLOSED, UrnState.OPENED],
            urn__opens_at__lte=timezone.now(),
            urn__closes_at__gt=timezone.now() - acts.STILL_NEWS,
        )
        .select_related("urn")
    )
    return sum(len(told) for told in _for_each(running, acts.tell_what_the_clock_says))


@shared_task
def remind() -> int:
    """Remind staff of answers and reviews that are due."""
    today = timezone.localdate()
    due = (
        Poll.objects.real()
        .with_results()
        .filter(
            Q(answered_at=None, answer_due_on__lte=today + acts.BEFORE_ANSWER)
            | Q(review_on__lte=today)
        )
        .select_related("urn")
    )
    return sum(len(done) for done in _for_each(due, acts.remind))
