"""Certificates: what the rule of agreements.improvement gives, and nothing else."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.because import because
from agreements.improvement import improvement_of
from agreements.models import Certificate
from municipalities.models import Municipality


# Without what looks alike on paper.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12


class CannotRecognise(Exception):
    """The rule does not recognise an improvement; its text says why."""


@transaction.atomic
def recognise(*, municipality: Municipality, year: int, by: User) -> Certificate:
    """Issue the certificate if the rule gives it; nobody chooses who gets one."""
    if Certificate.objects.filter(municipality=municipality, year=year).exists():
        raise CannotRecognise(_("There is a certificate for this year already."))
    found = improvement_of(municipality, year)
    if not found.is_recognised:
        raise CannotRecognise(found.why_not)
    now = timezone.now()
    with because(f"computed, asked for by {by.pk}"):
        return Certificate.objects.create(
            municipality=municipality,
            year=year,
            code="".join(secrets.choice(SIGNS) for _n in range(LENGTH)),
            figures=found.as_figures(),
            issued_at=now,
            published_at=now,
        )
