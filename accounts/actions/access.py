"""Who of the staff saw whose data, and why (DS 016-2024-JUS, art. 46)."""

from __future__ import annotations

from accounts.models import AccessLog, User


def log_access(person: User, *, by: User, where: str, why: str = "") -> None:
    """Add a line; one's own data are nobody else's business."""
    if person.pk != by.pk:
        AccessLog.objects.create(person=person, viewer=by, where=where[:200], why=why[:200])
