"""What this room tells participation of its things: their words, and how they are hidden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from participation.enums import ThreadKind
from participation.kinds import Kind
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from participation.models import Thread


def words(threads: Iterable[int]) -> dict[int, str]:
    rows = Proposal.objects.filter(thread__in=threads).values_list(
        "thread_id", "title", "summary", "body", "place_name"
    )
    return {pk: "\n".join(filter(None, texts)) for pk, *texts in rows}


def lock(thread: Thread) -> None:
    list(Proposal.objects.select_for_update(no_key=True).filter(thread=thread).values("pk"))


def hide(thread: Thread, by: User | None, reason: str) -> None:
    """Beside its state and touching nothing else, so that showing it restores what was."""
    # A rule that holds it gives no reason of its own.
    reason = reason or _("It waits until somebody of the municipality has looked at it.")
    Proposal.objects.filter(thread=thread).update(
        hidden_at=timezone.now(), hidden_by=by, hidden_reason=reason
    )


def show(thread: Thread, by: User | None, reason: str) -> None:
    Proposal.objects.filter(thread=thread).update(hidden_at=None, hidden_by=None, hidden_reason="")


def under_own_name(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Neither what somebody proposed for an organisation nor what was joined to another."""
    return threads.filter(proposal__author_kind=AuthorKind.PERSON).exclude(
        proposal__state=ProposalState.MERGED
    )


PROPOSALS = Kind(
    ThreadKind.PROPOSAL,
    words=words,
    hide=hide,
    show=show,
    lock=lock,
    under_own_name=under_own_name,
)
