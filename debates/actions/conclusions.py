"""How the municipality ends a question that it asked: with what it takes up, and from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from debates.actions.debates import locked
from debates.models import Debate, TakenUp
from debates.rules.debates import why_not_conclude
from decide.common.typed import says_something
from participation import history
from participation.models import Comment


if TYPE_CHECKING:
    from accounts.models import User


class CannotConclude(Exception):
    """The conclusion cannot be published so; the text says why."""


@transaction.atomic
def conclude(debate: Debate, *, by: User, text: str, quotes: dict[int, str]) -> Debate:
    """Publish the conclusion, once, and tell the author, the followers and whom it takes up.

    `quotes` names the comments by their ids, each with the words quoted, or with none to
    link it as a whole. What is quoted has to stand in the comment.
    """
    debate = locked(debate)
    if reason := why_not_conclude(by, debate):
        raise CannotConclude(str(reason))
    if not says_something(text):
        raise CannotConclude(_("Write what the municipality takes from the debate."))
    comments = debate.thread.comments.shown().in_bulk(quotes)
    if set(comments) != set(quotes):
        raise CannotConclude(
            _("One of the comments you chose is not in this debate, or is no longer shown.")
        )
    if not comments and debate.thread.comment_count:
        raise CannotConclude(_("Choose at least one comment that the conclusion takes up."))
    for pk, comment in comments.items():
        if not stands_in(quotes[pk], comment):
            raise CannotConclude(
                _("The words you quote are not in the comment by %(who)s. Copy them as they are.")
                % {"who": comment.author.public_name if comment.author else _("deleted account")}
            )

    now = timezone.now()
    TakenUp.objects.bulk_create(
        TakenUp(
            municipality_id=debate.municipality_id,
            debate=debate,
            comment=comment,
            quote=quotes[pk].strip(),
        )
        for pk, comment in comments.items()
    )
    debate.conclusion, debate.concluded_at, debate.concluded_by = text, now, by
    debate.save(update_fields=["conclusion", "concluded_at", "concluded_by"])
    if debate.thread.closes_at is None:
        debate.thread.closes_at = now
        debate.thread.save(update_fields=["closes_at"])
    history.record(
        "concluded",
        debate.thread,
        by=by,
        as_office=debate.office,
        at=now,
        tell=True,
        people=sorted({c.author_id for c in comments.values() if c.author_id}),
    )
    return debate


def stands_in(quote: str, comment: Comment) -> bool:
    """Whether these words are the comment's own, whatever the spaces between them."""
    return " ".join(quote.split()) in " ".join(comment.text.split())
