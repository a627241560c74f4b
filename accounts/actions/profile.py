from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from accounts import legal
from accounts.actions import consents
from accounts.actions.handles import HANDLE_ONCE, HandleTaken, give
from accounts.enums import Purpose
from accounts.models import User


@transaction.atomic
def change_profile(user: User, *, counts: bool, **values: Any) -> User:
    """Keep what the person says of themselves; for statistics only with their consent.

    HandleTaken if somebody took their name for mentions a moment before.
    """
    if counts:
        consents.give(user, {Purpose.STATISTICS: legal.STATISTICS_VERSION})
    else:
        consents.withdraw(user, Purpose.STATISTICS)
        values |= {"gender": "", "birth_year": None, "area": ""}
    for name, value in values.items():
        setattr(user, name, value)
    try:
        with transaction.atomic():
            user.save(update_fields=list(values))
    except IntegrityError as taken:
        if taken.__cause__.diag.constraint_name != HANDLE_ONCE:
            raise
        raise HandleTaken from None
    give(user)  # for who came by another way than signing up
    return user


@transaction.atomic
def change_public_page(user: User, *, about: str, shows: list[str]) -> User:
    """Show more of oneself, or less; at once."""
    user.about, user.shows = about, shows
    user.save(update_fields=["about", "shows"])
    return user
