"""Hiding a proposal and showing it again.

Hiding stands beside the state and touches nothing else, so that showing it again brings back
exactly what was. Nobody decides about their own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from participation import history
from proposals.actions.staff import NotNow, Refused, locked
from proposals.models import Proposal


if TYPE_CHECKING:
    from accounts.models import User


class OwnContent(Refused):
    """A moderator was about to decide about something of their own."""


@transaction.atomic
def hide(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Take a proposal out of sight. Its author learns why, everybody that it was done."""
    proposal = locked(proposal)
    refuse_own(proposal, by)
    if proposal.is_draft:
        raise NotNow(_("A draft is only seen by its author."))
    if proposal.is_hidden:
        raise NotNow(_("It is hidden already."))

    proposal.hidden_at, proposal.hidden_by, proposal.hidden_reason = timezone.now(), by, reason
    proposal.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    _show_thread(proposal, False)
    _record("hidden", proposal, by=by, reason=reason)
    return proposal


@transaction.atomic
def restore(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Show again what was hidden, as it was."""
    proposal = locked(proposal)
    refuse_own(proposal, by)
    if not proposal.is_hidden:
        raise NotNow(_("It is not hidden."))

    proposal.hidden_at, proposal.hidden_by, proposal.hidden_reason = None, None, ""
    proposal.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    _show_thread(proposal, True)
    _record("restored", proposal, by=by, reason=reason)
    return proposal


def refuse_own(proposal: Proposal, by: User) -> None:
    if proposal.author_id == by.pk:
        raise OwnContent(_("This is yours: another moderator has to decide about it."))


def _show_thread(proposal: Proposal, is_public: bool) -> None:
    """Its pictures and documents go and come with it."""
    proposal.thread.is_public = is_public
    proposal.thread.save(update_fields=["is_public"])


def _record(verb: str, proposal: Proposal, *, by: User, reason: str) -> None:
    """That it happened is public; the reason goes to the author alone."""
    office = proposal.municipality.name
    history.record(verb, proposal.thread, by=by, as_office=office)
    history.record(
        f"{verb}_why",
        proposal.thread,
        by=by,
        as_office=office,
        text=reason,
        is_public=False,
        tell=True,
    )
