"""What this room keeps of a person: their own copy of it. Never how they voted: nobody knows.

Marks on the roll stay when an account goes, or the same person could vote twice; they name nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from votes.enums import UrnState
from votes.models import Complaint, Poll
from votes.who import channel_of, voter_of


if TYPE_CHECKING:
    from accounts.models import User


def export(user: User) -> dict[str, Any]:
    """In which polls somebody has voted, and what they objected to."""
    objections = Complaint.objects.filter(author=user).order_by("pk")
    return {
        "polls voted in": voted_in(user),
        "objections to results": list(
            objections.values(
                "municipality__name", "poll__title", "text", "created_at", "answer", "answered_at"
            )
        ),
    }


def voted_in(user: User) -> list[dict[str, str]]:
    """One look at the roll for each poll that could have been put to them."""
    asked = Poll.objects.real().exclude(urn__state__in=[UrnState.PREPARED, UrnState.FROZEN])
    found = []
    for poll in asked.select_related("urn", "municipality").order_by("pk"):
        if way := channel_of(poll, voter_of(poll, user)):
            found.append({"municipality": poll.municipality.name, "poll": poll.title, "way": way})
    return found
