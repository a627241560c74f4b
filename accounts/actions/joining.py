"""What happens when an account is confirmed and used for the first time."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import municipality_scope


@transaction.atomic
def welcome(user: User, *, came_from: str | None = None) -> None:
    """Count one registration, for the municipality whose pages led here or else the region."""
    municipality = _municipality_of(came_from)
    if municipality is None:
        return  # an empty database has no region yet
    with municipality_scope(municipality):
        import_string(settings.LEDGER)("registration", municipality, by=user)


def _municipality_of(path: str | None) -> Municipality | None:
    slug = (path or "").replace("\x00", "").removeprefix("/").partition("/")[0]
    found = Municipality.objects.filter(slug=slug).first() if slug else None
    return found or Municipality.objects.filter(place_id=settings.REGION).first()
