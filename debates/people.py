"""What this room keeps of a person: their own copy of it, and what goes with the account.

Questions stay, under «deleted account», for others have argued about them. So do statements,
and votes on them go on counting, without gender, age or area (accounts empties the account).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from debates.models import Debate, DebateVersion, Statement, StatementVote


if TYPE_CHECKING:
    from accounts.models import User


def export(user: User) -> dict[str, Any]:
    """The debates somebody opened, the statements they wrote, and how they voted on others'."""
    opened = Debate.objects.of(user).order_by("published_at")
    earlier = DebateVersion.objects.filter(debate__author=user).order_by("pk")
    return {
        "debates": list(
            opened.values(
                "municipality__name",
                "title",
                "text",
                "place_name",
                "latitude",
                "longitude",
                "tags",
                "is_official",
                "office",
                "published_at",
                "edited_at",
                "thread__closes_at",
                "conclusion",
                "concluded_at",
            )
        ),
        "earlier texts of debates": list(
            earlier.values("debate__title", "title", "text", "place_name", "replaced_at")
        ),
        "statements in debates": list(
            Statement.objects.filter(author=user)
            .order_by("pk")
            .values("municipality__name", "debate__title", "text", "created_at")
        ),
        "votes on statements": list(
            StatementVote.objects.filter(user=user)
            .order_by("pk")
            .values("municipality__name", "statement__text", "choice", "created_at")
        ),
    }
