"""What the clock makes happen to polls: people hear of it, heads leave the server, staff are reminded.

No rule depends on it. Each thing is told once: the line of the history is the mark that it has
been, written under the poll's lock, so that two that come at once tell it once too.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import IntegerField, Max
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.enums import Role
from accounts.models import RoleGrant
from votes.actions import urn as urns
from votes.actions.polls import locked, record
from votes.emails import head_message
from votes.enums import Phase
from votes.models import Checkpoint, Poll, Urn


if TYPE_CHECKING:
    from collections.abc import Callable


logger = logging.getLogger(__name__)

SOON = timedelta(days=1)
# A vote that is shorter says when it closes as it opens.
SHORT = timedelta(hours=36)
# What could not be told for so long is no news any more.
STILL_NEWS = timedelta(days=3)
# So long before the day on which the answer is due staff are reminded of it.
BEFORE_ANSWER = timedelta(days=7)
HEADS_SENT = "poll_head_sent"


# --- Telling those who follow it


def tell_what_the_clock_says(poll: Poll) -> list[str]:
    """Tell followers that it has opened, closes within a day, or has closed; each once."""
    return [verb for verb, is_so in MOMENTS.items() if is_so(poll) and _once(poll, verb)]


def _has_opened(poll: Poll) -> bool:
    return poll.phase == Phase.OPEN


def _closes_soon(poll: Poll) -> bool:
    urn = poll.urn
    is_long = urn.closes_at - urn.opens_at > SHORT
    return poll.phase == Phase.OPEN and is_long and urn.closes_at - timezone.now() <= SOON


def _has_closed(poll: Poll) -> bool:
    over = timezone.now() - poll.urn.closes_at
    return poll.phase in (Phase.COUNTING, Phase.RESULTS) and timedelta(0) <= over < STILL_NEWS


MOMENTS: dict[str, Callable[[Poll], bool]] = {
    "poll_opened": _has_opened,
    "poll_closes_soon": _closes_soon,
    "poll_closed": _has_closed,
}


@transaction.atomic
def _once(poll: Poll, verb: str, *, data: dict[str, Any] | None = None, **more: Any) -> bool:
    """Write the line unless there is one like it; whether it was written."""
    poll = locked(poll)
    if poll.thread.events.filter(verb=verb, data__contains=data or {}).exists():
        return False
    more.setdefault("tell", not poll.urn.is_test)
    record(verb, poll, by=None, data=data or {}, **more)
    return True


# --- Reminding those who have to do something


def remind(poll: Poll) -> list[str]:
    """Staff hear that an answer or a look back is due; that an answer is late everybody reads."""
    today, done = timezone.localdate(), []
    is_waiting = poll.phase == Phase.RESULTS and poll.answered_at is None
    if is_waiting and today >= poll.answer_due_on - BEFORE_ANSWER:
        done.append(_remind(poll, "poll_answer_due", poll.answer_due_on))
    if is_waiting and today > poll.answer_due_on:
        done.append(_once(poll, "poll_answer_late") and "poll_answer_late")
    if poll.review_on and today >= poll.review_on:
        done.append(_remind(poll, "poll_review_due", poll.review_on))
    return [verb for verb in done if verb]


def _remind(poll: Poll, verb: str, day: Any) -> str:
    people = staff_of(poll)
    data = {"on": day.isoformat()}
    told = _once(poll, verb, data=data, is_public=False, tell=False, people=people)
    return verb if told else ""


def staff_of(poll: Poll) -> list[int]:
    """Who works on polls here, by the ids of their accounts."""
    grants = RoleGrant.objects.current().filter(
        municipality=poll.municipality_id, role__in=[Role.ADMINISTRATOR, Role.EVALUATOR]
    )
    return sorted(set(grants.values_list("user_id", flat=True)))


# --- Heads of the log that leave the server


@transaction.atomic
def send_next_head(poll: Poll) -> bool:
    """Mail the oldest head that has not gone out yet to each watcher; whether one went out.

    A head whose mails all failed is tried again. If this is interrupted between two mails,
    the first is sent again under the same Message-ID, by which mail programs know it.
    """
    poll = locked(poll)
    number = Cast(KT("data__number"), IntegerField())
    sent = poll.thread.events.filter(verb=HEADS_SENT).aggregate(last=Max(number))["last"] or 0
    fresh = Checkpoint.objects.filter(urn=poll.urn, number__gt=sent).order_by("number")
    head = fresh.first()
    if head is None or not poll.watchers:
        return False
    failed = sum(not _send(poll, head, watcher) for watcher in poll.watchers)
    if failed == len(poll.watchers):
        return False
    data = {"number": head.number, "watchers": len(poll.watchers), "failed": failed}
    record(HEADS_SENT, poll, by=None, data=data, is_public=False)
    return True


def _send(poll: Poll, head: Checkpoint, watcher: str) -> bool:
    try:
        head_message(poll, head, watcher).send()
    except OSError:  # smtplib's errors too
        logger.exception("head %s of urn %s was not sent", head.number, head.urn_id)
        return False
    return True


# --- Sealed ballots that have had their day


@transaction.atomic
def destroy_sealed(urn: Urn) -> int:
    """Empty the sealed ballots once objections are over; of a poll its history says how many."""
    emptied = urns.destroy_sealed(urn)
    if poll := Poll.objects.filter(urn=urn).select_related("thread", "municipality").first():
        record("poll_ballots_destroyed", poll, by=None, data={"number": emptied})
    return emptied
