"""What this room keeps of a person: their own copy of it, and what goes with the account.

That somebody registered for a meeting goes with the account where the meeting is still to come;
of those that are over the count stays, without whom. What staff wrote is the municipality's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processes.actions import registrations
from processes.models import Registration


if TYPE_CHECKING:
    from accounts.models import User


def erase(user: User) -> None:
    """No seat is kept for whoever has left; elsewhere the link to the account goes."""
    registrations.leave_all(user)
    Registration.objects.filter(user=user).update(user=None)


def export(user: User) -> dict[str, Any]:
    """For which meetings somebody registered, and whether they came."""
    registered = Registration.objects.filter(user=user).order_by("created_at")
    return {
        "registrations for meetings": list(
            registered.values(
                "municipality__name",
                "meeting__title",
                "meeting__starts_at",
                "channel",
                "created_at",
                "cancelled_at",
                "came",
            )
        ),
    }
