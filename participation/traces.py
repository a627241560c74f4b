"""From where an account acted, as a keyed hash: a signal for review, gone after 30 days.

The key is another each month and in each municipality, so that nothing can be followed for
longer or compared between places. A declared place stands for its addresses, so that the
report can say its name.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils import timezone

from participation import limits
from participation.models import Trace


if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest  # noqa: TID251  only its type

    from participation.models import DeclaredPlace, Thread

KEPT = timedelta(days=30)


def leave(request: HttpRequest, thread: Thread, act: str) -> None:
    """Note from where this act came; asked by views after the action."""
    place = limits.place_of(request, thread.municipality)
    source = _name(place) if place else get_adapter().get_client_ip(request)
    now = timezone.now()
    Trace.objects.create(
        municipality_id=thread.municipality_id,
        thread=thread,
        user=request.user,
        act=act,
        address_hash=hashed(source, thread.municipality_id, now),
        at=now,
    )


def hashed(source: str, municipality_id: int, at: datetime) -> bytes:
    month = timezone.localtime(at).strftime("%Y-%m")
    key = f"trace:{month}:{municipality_id}:{settings.SECRET_KEY}"
    return hmac.digest(key.encode(), source.encode(), "sha256")[:16]


def hash_of(place: DeclaredPlace, at: datetime) -> bytes:
    """What stands in the traces for a declared place at that time."""
    return hashed(_name(place), place.municipality_id, at)


def forget_old() -> int:
    """Take away what is older than is kept; in the scope of a municipality."""
    removed, _rows = Trace.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return removed


def _name(place: DeclaredPlace) -> str:
    return f"place {place.pk}"
