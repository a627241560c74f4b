"""The ways a rule says no: to a page that stops, to a person who reads why, to an action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True)
class Reason:
    """Why a person may not do something now, and the way on if there is one.

    Page, API and refusal show the same reason, because they ask the same rule.
    """

    text: Any
    url: str = ""
    action: Any = ""

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Detour(Reason):
    """What the person can settle at once on another page, and then comes back."""


class Refusal(Exception):
    """An action that says no: its reason says why, and the way on."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


def require(user: Any, permission: str, obj: Any = None) -> None:
    """Stop here unless the rules allow it."""
    if not user.has_perm(permission, obj):
        raise PermissionDenied
