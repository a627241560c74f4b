"""Reading what one was told, and having less of it."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from participation.models import Notice


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
