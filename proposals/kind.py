"""What this room tells participation of its things: their words, and how they are hidden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from participation.enums import ThreadKind
from participation.kinds import Backing, Kind, hidden_beside_its_state
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from participation.models import Thread


NOT_TO_BUILD_UPON = (ProposalState.DRAFT, ProposalState.RETIRED, ProposalState.MERGED)


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


def backing(thread: Thread) -> Backing | None:
    """Its supports, of those it froze when it was published; none for what no longer stands."""
    proposal = Proposal.objects.defer("search").filter(thread=thread).first()
    if proposal is None or proposal.is_hidden or proposal.state in NOT_TO_BUILD_UPON:
        return None
    return Backing(
        supports=proposal.support_count,
        needed=proposal.threshold or 0,
        is_reached=proposal.reached_at is not None,
        summary=proposal.summary,
        text=proposal.body,
    )


PROPOSALS = Kind(
    ThreadKind.PROPOSAL,
    words=words,
    backing=backing,
    under_own_name=under_own_name,
    **hidden_beside_its_state(Proposal.objects),
)
