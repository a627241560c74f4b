"""Giving somebody the short name others mention them by, and changing it."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts import handles
from accounts.models import User
from municipalities.models import Municipality


HANDLE_ONCE = "accounts_user_handle_key"


class HandleTaken(Exception):
    """Somebody else has this name or had it once, or the site keeps it for itself."""


@transaction.atomic
def give(user: User) -> str:
    """One made of the name others see. Who has one keeps it.

    Two people of one name at the same moment: the database makes the second wait, and
    the second then takes the next. It refuses in the same way what somebody was called before.
    """
    if user.handle:
        return user.handle
    base = handles.made_from(user.display_name)
    alike = User.objects.filter(handle__startswith=base).values_list("handle", flat=True)
    for handle in handles.free(base, {*alike, *_of_places(base)}):
        try:
            with transaction.atomic():
                User.objects.filter(pk=user.pk).update(handle=handle)
        except IntegrityError:
            continue
        user.handle = handle
        return handle
    raise AssertionError  # there is always another number


def is_kept(handle: str) -> bool:
    """Whether nobody may be called so: it would pass for the site or for a municipality."""
    return handle in handles.RESERVED or handle in _of_places(handle)


def _of_places(base: str) -> set[str]:
    return set(Municipality.objects.filter(slug=base).values_list("slug", flat=True))
