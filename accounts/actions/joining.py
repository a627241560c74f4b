"""What happens when an account is confirmed and used for the first time."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import municipality_scope, region_scope


DAYS_TO_CONFIRM = 7


@transaction.atomic
def welcome(user: User, *, came_from: str | None = None) -> None:
    """Count one registration, for the municipality whose pages led here or else the region."""
    municipality = _municipality_of(came_from)
    if municipality is None:
        return  # an empty database has no region yet
    with municipality_scope(municipality):
        import_string(settings.LEDGER)("registration", municipality, by=user)


@transaction.atomic
def forget_unconfirmed() -> int:
    """Take away what somebody typed and never confirmed: it may be another's address or number.

    Accounts that staff or an import opened were never asked for a code, and stay.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    with region_scope("unconfirmed accounts"):
        people = User.objects.filter(
            Q(Exists(addresses), phone=None) | Q(phone__isnull=False, phone_verified=False),
            ~Exists(addresses.filter(verified=True)),
            last_login=None,
            date_joined__lt=timezone.now() - timedelta(days=DAYS_TO_CONFIRM),
            resident=None,
            grants=None,
            assisted=None,
            deleted_at=None,
            is_superuser=False,
        )
        _all, by_model = people.delete()
    return by_model.get("accounts.User", 0)


def _municipality_of(path: str | None) -> Municipality | None:
    slug = (path or "").replace("\x00", "").removeprefix("/").partition("/")[0]
    found = Municipality.objects.filter(slug=slug).first() if slug else None
    return found or Municipality.objects.filter(place_id=settings.REGION).first()
