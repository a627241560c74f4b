"""Sealed ballots are handed to auditors, and everybody can read to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from municipalities.models import private_storage
from votes import auditors, published
from votes.actions.polls import locked, record
from votes.enums import UrnState


if TYPE_CHECKING:
    from accounts.models import User
    from votes.models import Poll


class CannotHandOver(Exception):
    """There are no sealed ballots to hand over: not yet, or not any more."""


@transaction.atomic
def hand_over(poll: Poll, *, by: User, to: str) -> bytes:
    """The file for auditors, made now and kept nowhere; its handing over is public."""
    poll = locked(poll)
    if poll.urn.state != UrnState.OPENED:
        raise CannotHandOver(_("There is nothing to recount before the urn has been opened."))
    if not poll.urn.envelopes.exclude(sealed=b"").exists():
        raise CannotHandOver(_("The sealed ballots have been destroyed."))
    with private_storage().open(published.package_of(poll.urn).path) as file:
        data = auditors.build(poll.urn, file.read())
    record("poll_recount", poll, by=by, text=to)
    return data
