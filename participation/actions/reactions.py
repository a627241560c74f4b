"""Agreeing or disagreeing with a thing or a comment: once each, changeable, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from decide.common.permissions import Reason, Refusal
from participation import ledger
from participation.enums import InterventionKind
from participation.models import Comment, Reaction, Thread
from participation.rules.comments import why_not_react


if TYPE_CHECKING:
    from accounts.models import User

# The database says in one statement whether it is the first word on it or a change of mind.
SAY_ONCE = """
INSERT INTO participation_reaction
    (municipality_id, thread_id, comment_id, user_id, resident_id, agrees, created_at)
VALUES (%s, %s, %s, %s, %s, %s, now())
ON CONFLICT (thread_id, comment_id, user_id)
DO UPDATE SET agrees = EXCLUDED.agrees, resident_id = EXCLUDED.resident_id
RETURNING xmax = 0
"""
COUNTS = ("agrees", "disagrees", "resident_agrees", "resident_disagrees")


class CannotReact(Refusal):
    """The person may not say whether they agree; the reason says why."""


@transaction.atomic
def react(thread: Thread, comment: Comment | None = None, *, by: User, agrees: bool) -> bool:
    """Agree or disagree; says whether it is new. Said again it changes nothing, or one's mind."""
    if reason := why_not_react(by, thread, comment):
        raise CannotReact(reason)
    resident = by.proof.pk if by.lives_in(thread.municipality) else None
    comment_id = comment.pk if comment else None
    values = [thread.municipality_id, thread.pk, comment_id, by.pk, resident, agrees]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SAY_ONCE, values)
            (is_new,) = cursor.fetchone()
    except IntegrityError as error:
        raise CannotReact(
            Reason(_("You have said so already, from another account of yours."))
        ) from error
    (comment or thread).refresh_from_db(fields=COUNTS)
    if is_new:
        ledger.record(InterventionKind.REACTION, thread.municipality_id, by=by)
    return is_new


@transaction.atomic
def take_back(thread: Thread, comment: Comment | None = None, *, by: User) -> bool:
    """Say nothing about it any more; a second time changes nothing."""
    if reason := why_not_react(by, thread, comment):
        raise CannotReact(reason)
    mine = Reaction.objects.filter(thread=thread, comment=comment, user=by)
    removed, _rows = mine.delete()
    (comment or thread).refresh_from_db(fields=COUNTS)
    if removed:
        ledger.record(InterventionKind.REACTION, thread.municipality_id, by=by, amount=-1)
    return bool(removed)
