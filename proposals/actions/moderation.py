"""Hiding a proposal and showing it again, as moderation does with everything people write.

The decision, its log, who is told and the appeal are participation's; here is only what staff
of the desk are told if it cannot be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from participation.actions import moderation
from proposals.actions.staff import NotNow, Refused, locked
from proposals.models import Proposal


if TYPE_CHECKING:
    from accounts.models import User


class OwnContent(Refused):
    """A moderator was about to decide about something of their own."""


@transaction.atomic
def hide(proposal: Proposal, *, by: User, rule: str, reason: str) -> Proposal:
    """Take a proposal out of sight. Its author learns why, everybody by which rule."""
    proposal = locked(proposal)
    refuse_own(proposal, by)
    if proposal.is_draft:
        raise NotNow(_("A draft is only seen by its author."))
    with _as_staff_say():
        moderation.decide_at_once(proposal.thread, by=by, rule=rule, reason=reason)
    return _as_it_is_now(proposal)


@transaction.atomic
def restore(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Show again what was hidden, as it was."""
    proposal = locked(proposal)
    refuse_own(proposal, by)
    with _as_staff_say():
        moderation.show_again(proposal.thread, by=by, reason=reason)
    return _as_it_is_now(proposal)


def refuse_own(proposal: Proposal, by: User) -> None:
    if proposal.author_id == by.pk:
        raise OwnContent(_("This is yours: another moderator has to decide about it."))


@contextmanager
def _as_staff_say() -> Iterator[None]:
    try:
        yield
    except moderation.CannotModerate as refusal:
        raise NotNow(str(refusal)) from refusal


def _as_it_is_now(proposal: Proposal) -> Proposal:
    proposal.refresh_from_db(fields=["hidden_at", "hidden_by", "hidden_reason"])
    proposal.thread.refresh_from_db(fields=["is_public"])
    return proposal
