"""Who sees the report of signals. Words are moderators' and places administrators' (rules/moderation.py)."""

from __future__ import annotations

from typing import Any

import rules

from accounts.enums import Role
from accounts.rules import is_administrator


@rules.predicate
def watches_the_region(user: Any) -> bool:
    return user.is_authenticated and user.has_regional_role(
        Role.OBSERVER, Role.REGIONAL_ADMINISTRATOR
    )


rules.add_perm("participation.see_signals", is_administrator | watches_the_region)
rules.add_perm("participation.watch_region", watches_the_region)
