"""Agreeing to a purpose and taking it back, each with the words and the moment."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.enums import Purpose
from accounts.models import Consent, User


@transaction.atomic
def give(user: User, purposes: dict[str, str], *, channel: str = "web") -> None:
    """Record what the person agrees to; who has agreed to the same words keeps that record."""
    standing = set(user.consents.standing().values_list("purpose", "text_version"))
    for purpose, version in purposes.items():
        if (purpose, version) not in standing:
            user.consents.standing().filter(purpose=purpose).update(withdrawn_at=timezone.now())
            Consent.objects.create(
                user=user, purpose=purpose, text_version=version, channel=channel
            )


@transaction.atomic
def withdraw(user: User, purpose: str) -> None:
    """Take one purpose back. What was given for statistics goes with it."""
    user.consents.standing().filter(purpose=purpose).update(withdrawn_at=timezone.now())
    if purpose == Purpose.STATISTICS:
        User.objects.filter(pk=user.pk).update(gender="", birth_year=None, area="")
