"""What staff set up against abuse: watched words and links, and places that share an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from participation.models import DeclaredPlace, WatchedWord


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality


@transaction.atomic
def watch(municipality: Municipality, kind: str, texts: Iterable[str], *, by: User) -> int:
    """Add to the list what is not on it yet; how many are new."""
    before = WatchedWord.objects.filter(municipality=municipality, kind=kind).count()
    rows = [
        WatchedWord(municipality=municipality, kind=kind, text=text, added_by=by) for text in texts
    ]
    WatchedWord.objects.bulk_create(rows, ignore_conflicts=True)
    return WatchedWord.objects.filter(municipality=municipality, kind=kind).count() - before


@transaction.atomic
def stop_watching(municipality: Municipality, ids: Iterable[int], *, by: User) -> int:
    """Take words and links off the list; what they held stays with moderation."""
    listed = WatchedWord.objects.filter(municipality=municipality, pk__in=ids)
    removed, _rows = listed.delete()
    return removed


@transaction.atomic
def declare_place(municipality: Municipality, *, by: User, **fields: Any) -> DeclaredPlace:
    """Say that many people take part from here for a while."""
    return DeclaredPlace.objects.create(municipality=municipality, declared_by=by, **fields)


@transaction.atomic
def end_place(place: DeclaredPlace, *, by: User) -> None:
    """From now on its addresses are like any other; one that had not begun yet goes."""
    place = DeclaredPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    now = timezone.now()
    if place.starts_at >= now:
        place.delete()
    elif place.ends_at is None or place.ends_at > now:
        place.ends_at = now
        place.save(update_fields=["ends_at"])
