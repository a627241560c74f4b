"""When digests go out, and what is put into them (docs/decisions/0070)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from municipalities.rls import region_scope
from participation.enums import Frequency
from participation.models import Digest, Notice


# What is older than this was missed for too long to be news.
LOOK_BACK = timedelta(days=21)
# How long it is remembered what was sent to whom.
KEPT = timedelta(days=90)
MONDAY = 0


def period_of(frequency: str, now: datetime) -> date:
    """The day whose digests are due now: today from the stated hour on, or the last Monday."""
    here = timezone.localtime(now)
    day = here.date() if here.hour >= settings.DIGEST_HOUR else here.date() - timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        day -= timedelta(days=(day.weekday() - MONDAY) % 7)
    return day


def closes_at(period: date) -> datetime:
    """What was told before this moment is in the digests of that day."""
    hour = time(settings.DIGEST_HOUR)
    return datetime.combine(period, hour, tzinfo=timezone.get_default_timezone())


def plan(frequency: str, period: date) -> int:
    """Give each person who has something to be told one digest; how many are new.

    All or nothing, and one at a time. Whoever has the digest of this period already gets
    no second one: what was told late goes into the next.
    """
    limit = closes_at(period)
    with transaction.atomic(), region_scope(f"{frequency} digests of {period}"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('participation.digests'))")
        Digest.objects.filter(period__lt=period - KEPT).delete()
        waiting = Notice.objects.filter(
            delivery=frequency,
            digest=None,
            read_at=None,
            created_at__lt=limit,
            created_at__gte=limit - LOOK_BACK,
            user__is_active=True,
            user__wants_email=True,
            user__email__isnull=False,
            user__email_bounced_at=None,
        )
        have = Digest.objects.filter(frequency=frequency, period=period)
        people = (
            waiting.exclude(user__in=have.values("user"))
            .order_by("user")
            .values_list("user", flat=True)
            .distinct()
        )
        new = Digest.objects.bulk_create(
            [Digest(user_id=pk, frequency=frequency, period=period) for pk in people],
            batch_size=5000,
        )
        if new:
            own = have.filter(pk__gte=min(digest.pk for digest in new))
            own_of_reader = own.filter(user=OuterRef("user")).values("pk")
            waiting.filter(user__in=own.values("user")).update(digest=Subquery(own_of_reader))
        return len(new)
