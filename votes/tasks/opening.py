"""Opening the urn of a poll with the words that its trustees have typed.

Only ids travel to the task: the key is put together where the work is done. If the worker is
killed nothing was written, the words are still there, and running it again gives the same.
"""

from __future__ import annotations

import json
from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation import history
from votes import counting, custody, handed, opening, roll, underway
from votes.enums import UrnState
from votes.models import KeyCeremony, KeyShare, Outcome, Poll
from votes.tasks.package import publish_package


class NothingToOpenWith(Exception):
    """Not enough words can be read any more: the trustees have to type them again."""


def open_soon(poll: Poll) -> None:
    """After the commit, so that the task finds what was handed in."""
    underway.tell(poll.urn, 0, 0)
    transaction.on_commit(partial(open_poll.delay, poll.municipality_id, poll.pk))


@shared_task
def open_poll(municipality_id: int, poll_id: int) -> bool:
    """Whether it is open now. Two at once come one after the other; the second has nothing to do."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        poll = Poll.objects.select_related("urn", "thread").get(pk=poll_id)
        if poll.urn.state == UrnState.OPENED:
            return True
        try:
            open_with_what_was_handed_in(poll)
        except NothingToOpenWith as problem:
            handed.forget(in_force(poll))
            underway.fail(poll.urn, str(problem))
        except (opening.CannotOpenUrn, counting.TieWithoutLot) as problem:
            underway.fail(poll.urn, str(problem))
        else:
            return True
    return False


def open_with_what_was_handed_in(poll: Poll) -> Outcome:
    ceremony = in_force(poll)
    found = handed.of(ceremony)
    try:
        key = custody.combine(found.values())
    except custody.CannotCombine as problem:
        raise NothingToOpenWith(
            _("The words that were typed are no longer there. Type them again.")
        ) from problem
    outcome = open_with(poll, private_key=key)
    used = list(found)[: poll.keys_needed]
    KeyShare.objects.filter(ceremony=ceremony, trustee__in=used).update(used_at=timezone.now())
    handed.forget(ceremony)
    return outcome


@transaction.atomic
def open_with(poll: Poll, *, private_key: bytes) -> Outcome:
    """Open and count, and tell the followers. Nothing is written unless all of it is."""
    outcome = opening.open_urn(
        poll.urn,
        private_key=private_key,
        eligible=eligible(poll),
        progress=partial(underway.tell, poll.urn),
    )
    history.record("poll_results", poll.thread, by=None, tell=not poll.urn.is_test)
    transaction.on_commit(partial(publish_package.delay, poll.municipality_id, poll.urn_id))
    return outcome


def eligible(poll: Poll) -> int:
    """How many could vote: as the frozen rules say, or as known now where they do not."""
    frozen = json.loads(poll.urn.definition)
    return frozen["roll"]["count"] if "roll" in frozen else roll.of(poll).count


def in_force(poll: Poll) -> KeyCeremony | None:
    """The latest ceremony; those before it are void."""
    return poll.ceremonies.order_by("number").last()
