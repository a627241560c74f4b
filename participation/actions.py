"""What people make happen around a thing: following it, and reading what they were told."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from participation.models import Follow, Notice, Thread
from participation.rules import why_not_follow


if TYPE_CHECKING:
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


def where_told(user: User) -> AbstractContextManager[None]:
    """The scope of every place that has told this person something.

    A notice is its person's everywhere, but what it speaks of belongs to a municipality.
    """
    told = Notice.objects.filter(user=user).values("municipality_id")
    places = Municipality.objects.filter(pk__in=told).only("pk")
    return municipality_scope(*places, person=user.pk)


@transaction.atomic
def mark_read(user: User, notice: Notice | None = None) -> int:
    """Put one notice aside, or all; says how many were still unread."""
    with where_told(user):
        unread = Notice.objects.unread_by(user)
        if notice is not None:
            unread = unread.filter(pk=notice.pk)
        read = unread.update(read_at=timezone.now())
    if read:
        User.objects.filter(pk=user.pk).update(
            unread_notices=Greatest(F("unread_notices") - read, 0)
        )
    return read


@transaction.atomic
def stop_email(user: User) -> None:
    """No more notices by e-mail; they stay on the site."""
    User.objects.filter(pk=user.pk).update(wants_email=False)
