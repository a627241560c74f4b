"""What this room keeps of a person: their own copy of it, and what goes with the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proposals.actions.citizen import delete_draft
from proposals.models import Proposal, ProposalVersion, Support, VoteRequest


if TYPE_CHECKING:
    from accounts.models import User


def erase(user: User) -> None:
    """Drafts go with their files; what was published stays, under «deleted account»."""
    for draft in Proposal.objects.of(user).drafts():
        delete_draft(draft)


def export(user: User) -> dict[str, Any]:
    """The proposals somebody wrote, drafts too, and those they support."""
    written = Proposal.objects.of(user).order_by("created_at")
    given = Support.objects.filter(resident__user=user, merged_from=None).order_by("created_at")
    return {
        "proposals": list(
            written.values(
                "municipality__name",
                "code",
                "title",
                "summary",
                "body",
                "place_name",
                "latitude",
                "longitude",
                "tags",
                "organisation",
                "state",
                "created_at",
                "published_at",
                "close_reason",
                "hidden_reason",
            )
        ),
        "earlier texts": list(
            ProposalVersion.objects.filter(edited_by=user)
            .order_by("pk")
            .values("proposal__code", "number", "title", "summary", "body", "place_name")
        ),
        "requests for a vote": list(
            VoteRequest.objects.filter(by=user)
            .order_by("created_at")
            .values(
                "municipality__name",
                "proposal__code",
                "text",
                "created_at",
                "verdict",
                "answer",
                "answered_at",
            )
        ),
        "supports": list(
            given.values("municipality__name", "proposal__code", "proposal__title", "created_at")
        ),
    }
