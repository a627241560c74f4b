"""Reading what one was told, and choosing how to be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from participation.enums import Delivery, Frequency, NoticeKind
from participation.models import Notice, NoticePreference


IN_DIGESTS = (Delivery.DAILY, Delivery.WEEKLY)


@contextmanager
def where_told(user: User) -> Iterator[None]:
    """The scope of every place that has told this person something.

    A notice is its person's everywhere, but what it speaks of belongs to a municipality.
    """
    with municipality_scope(person=user.pk):
        told = Notice.objects.filter(user=user).order_by().values("municipality_id")
        places = list(Municipality.objects.filter(pk__in=told).only("pk"))
        with municipality_scope(*places, person=user.pk):
            yield


@transaction.atomic
def mark_read(user: User, notice: Notice | None = None) -> int:
    """Put one notice aside, or all; says how many were still unread."""
    with where_told(user):
        unread = Notice.objects.unread_by(user)
        if notice is not None:
            unread = unread.filter(pk=notice.pk)
        return _put_aside(user, unread)


@transaction.atomic
def mark_thing_read(user: User, notice: Notice) -> int:
    """Put aside this notice and all before it that speak of the same thing."""
    with where_told(user):
        unread = Notice.objects.unread_by(user).filter(pk__lte=notice.pk)
        return _put_aside(user, unread.filter(event__thread=notice.event.thread_id))


def _put_aside(user: User, unread) -> int:
    read = unread.update(read_at=timezone.now())
    if read:
        User.objects.filter(pk=user.pk).update(
            unread_notices=Greatest(F("unread_notices") - read, 0)
        )
    return read


@transaction.atomic
def prefer(user: User, wanted: dict[str, str]) -> None:
    """Be told of these kinds in these ways from now on; what waits for a digest goes the new way.

    What was to come once a week and is now wanted at once comes with the next daily one.
    """
    NoticePreference.objects.bulk_create(
        [NoticePreference(user=user, kind=kind, delivery=way) for kind, way in wanted.items()],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["delivery"],
    )
    with where_told(user):
        for kind, way in wanted.items():
            waiting = Notice.objects.filter(
                user=user, kind=kind, delivery__in=IN_DIGESTS, digest=None
            )
            waiting.update(delivery=Delivery.DAILY if way == Delivery.EMAIL else way)
    if any(way in (Delivery.EMAIL, *IN_DIGESTS) for way in wanted.values()):
        User.objects.filter(pk=user.pk).update(wants_email=True)


@transaction.atomic
def stop_email(user: User, what: str = "") -> None:
    """No more mails of one kind, of one digest or of any; it all stays on the site."""
    if what in NoticeKind.values:
        prefer(user, {what: Delivery.SITE})
    elif what in Frequency.values:
        kinds = NoticePreference.objects.filter(user=user, delivery=what)
        prefer(user, dict.fromkeys(kinds.values_list("kind", flat=True), Delivery.SITE))
    else:
        User.objects.filter(pk=user.pk).update(wants_email=False)


def email_works(user_id: int, email: str) -> bool:
    """That mails to this address arrive again; says whether it is still theirs."""
    return bool(
        User.objects.filter(pk=user_id, email=email, is_active=True).update(email_bounced_at=None)
    )
