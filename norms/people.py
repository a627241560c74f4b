"""What this room keeps of a person: their own copy of it, and what goes with the account.

Words that somebody marked and wordings they proposed stay, under «deleted account», for others
have talked about them and the office has answered. What somebody said of others' wordings goes
on counting, and leads to nobody's account any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from norms.models import Annotation, Wording, WordingStance


if TYPE_CHECKING:
    from accounts.models import User


def erase(user: User) -> None:
    WordingStance.objects.filter(user=user).update(user=None)


def export(user: User) -> dict[str, Any]:
    """The words somebody marked first, the wordings they proposed, and what they said of others'."""
    marked = Annotation.objects.filter(author=user).order_by("pk")
    proposed = Wording.objects.filter(comment__author=user).order_by("pk")
    stances = WordingStance.objects.filter(user=user).order_by("pk")
    return {
        "words marked in draft norms": list(
            marked.values(
                "municipality__name", "norm__title", "article__slug", "quote", "created_at"
            )
        ),
        "wordings proposed for draft norms": list(
            proposed.values(
                "municipality__name",
                "norm__title",
                "annotation__quote",
                "new_text",
                "comment__text",
                "comment__created_at",
            )
        ),
        "stances on wordings": list(
            stances.values(
                "municipality__name",
                "wording__norm__title",
                "wording__annotation__quote",
                "wording__new_text",
                "stance",
                "created_at",
            )
        ),
    }
