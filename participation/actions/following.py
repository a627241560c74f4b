"""Following a thing, and following it no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from participation.models import Follow, Thread
from participation.rules import why_not_follow


if TYPE_CHECKING:
    from accounts.models import User
    from decide.common.permissions import Reason


class CannotFollow(Exception):
    """The person may not follow this; the text says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


@transaction.atomic
def follow(thread: Thread, *, by: User) -> None:
    """Hear what becomes of it; a second time changes nothing, also at the same moment."""
    if reason := why_not_follow(by, thread):
        raise CannotFollow(reason)
    Follow.objects.bulk_create(
        [Follow(municipality_id=thread.municipality_id, thread=thread, user=by)],
        ignore_conflicts=True,
    )


@transaction.atomic
def unfollow(thread: Thread, *, by: User) -> None:
    """Hear no more of it, whatever has become of it meanwhile."""
    Follow.objects.filter(thread=thread, user=by).delete()
