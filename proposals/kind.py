"""What this room tells participation of its things: their words, and how they are hidden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from participation.enums import ThreadKind
from participation.kinds import Kind, hidden_beside_its_state
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from participation.models import Thread


def words(threads: Iterable[int]) -> dict[int, str]:
    rows = Proposal.objects.filter(thread__in=threads).values_list(
        "thread_id", "title", "summary", "body", "place_name"
    )
    return {pk: "\n".join(filter(None, texts)) for pk, *texts in rows}


def under_own_name(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Neither what somebody proposed for an organisation nor what was joined to another."""
    return threads.filter(proposal__author_kind=AuthorKind.PERSON).exclude(
        proposal__state=ProposalState.MERGED
    )


PROPOSALS = Kind(
    ThreadKind.PROPOSAL,
    words=words,
    under_own_name=under_own_name,
    **hidden_beside_its_state(Proposal.objects),
)
