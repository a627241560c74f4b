from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts import legal
from accounts.actions import consents
from accounts.enums import Purpose
from accounts.models import User


@transaction.atomic
def change_profile(user: User, *, counts: bool, **values: Any) -> User:
    """Keep what the person says of themselves; for statistics only with their consent."""
    if counts:
        consents.give(user, {Purpose.STATISTICS: legal.STATISTICS_VERSION})
    else:
        consents.withdraw(user, Purpose.STATISTICS)
        values |= {"gender": "", "birth_year": None, "area": ""}
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    return user
