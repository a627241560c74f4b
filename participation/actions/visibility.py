"""Taking something that people wrote out of sight, and bringing it back as it was.

Only what is seen changes here. Who decided it, by which rule and who is told is moderation's
(participation/actions/moderation.py), or a rule's that holds a text until somebody has looked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from participation import history
from participation.kinds import KINDS
from participation.models import Comment, Thread


if TYPE_CHECKING:
    from accounts.models import User


def lock_content(thread: Thread, comment: Comment | None = None) -> Thread | Comment:
    """The thing or the comment as it stands now, and nobody else's until the transaction ends.

    Always before its case, as the actions that change the text do.
    """
    if comment is not None:
        return Comment.objects.select_for_update(of=("self",), no_key=True).get(pk=comment.pk)
    KINDS[thread.kind].lock(thread)
    return Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread.pk)


@transaction.atomic
def hide_content(
    thread: Thread, comment: Comment | None = None, *, by: User | None, rule: str, reason: str = ""
) -> bool:
    """Out of sight, by a person or, without one, by a rule; says whether it was seen before.

    What is hidden already goes on being hidden, from now on by this rule.
    """
    now = lock_content(thread, comment)
    if isinstance(now, Comment):
        was_shown = now.hidden_at is None
        now.hidden_at, now.hidden_by, now.hidden_rule = now.hidden_at or timezone.now(), by, rule
        _save(now, comment)
        return was_shown
    KINDS[thread.kind].hide(thread, by, reason)
    return _set_public(thread, now, False)


@transaction.atomic
def show_content(
    thread: Thread, comment: Comment | None = None, *, by: User | None = None, reason: str = ""
) -> bool:
    """Back in sight, as it was; says whether it was hidden.

    What its author took back meanwhile stays taken back.
    """
    now = lock_content(thread, comment)
    if isinstance(now, Comment):
        was_hidden = now.hidden_at is not None
        now.hidden_at, now.hidden_by, now.hidden_rule = None, None, ""
        _save(now, comment)
        if was_hidden:
            history.tell_again(thread, now.pk)
        return was_hidden
    KINDS[thread.kind].show(thread, by, reason)
    was_hidden = _set_public(thread, now, True)
    if was_hidden:
        history.tell_again(thread)
    return was_hidden


def _save(now: Comment, given: Comment) -> None:
    fields = ["hidden_at", "hidden_by", "hidden_rule"]
    now.save(update_fields=fields)
    for name in fields:
        setattr(given, name, getattr(now, name))


def _set_public(given: Thread, now: Thread, is_public: bool) -> bool:
    changed = now.is_public != is_public
    now.is_public = given.is_public = is_public
    now.save(update_fields=["is_public"])
    return changed
