"""What a person has said and agreed with, for their own copy and for the day they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, Value

from participation.models import Comment, Reaction


if TYPE_CHECKING:
    from accounts.models import User


def erase(user: User) -> None:
    """What they said stays, without a name; nothing leads from others' words to them any more."""
    if user.handle:
        without = Func(F("mentions"), Value(user.handle), function="array_remove")
        Comment.objects.filter(mentions__contains=[user.handle]).update(mentions=without)


def export(user: User) -> dict[str, Any]:
    comments = Comment.objects.of(user).select_related("thread", "municipality").order_by("pk")
    reactions = Reaction.objects.filter(user=user).select_related("thread", "municipality")
    return {
        "comments": [
            {
                "municipality": str(comment.municipality),
                "on": comment.thread.title,
                "text": comment.text,
                "side": comment.side,
                "as_office": comment.as_office,
                "at": comment.created_at,
                "before": [version.text for version in comment.versions.all()],
                "taken_back_at": comment.deleted_at,
                "hidden_by_rule": comment.hidden_rule,
            }
            for comment in comments.prefetch_related("versions")
        ],
        "reactions": [
            {
                "municipality": str(reaction.municipality),
                "on": reaction.thread.title if reaction.thread.is_public else "",
                "comment": reaction.comment_id,
                "agrees": reaction.agrees,
                "at": reaction.created_at,
            }
            for reaction in reactions.order_by("pk")
        ],
    }
