"""Sessions that are over, with the address and the device they were opened from."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone


@transaction.atomic
def forget_ended() -> int:
    """Take them away, and with them what somebody had typed before signing in."""
    now = timezone.now()
    ended, _rows = Session.objects.filter(expire_date__lt=now).delete()
    still = Session.objects.filter(session_key=OuterRef("session_key"))
    # A session of this moment may be noted before it is written.
    UserSession.objects.filter(~Exists(still), created_at__lt=now - timedelta(days=1)).delete()
    return ended
