"""Who may see and do what with that which all rooms share."""

from __future__ import annotations

from typing import Any

import rules

from accounts.rules import is_moderator
from participation.models import Thread


@rules.predicate
def is_public(user: Any, thread: Thread) -> bool:
    return thread.is_public


@rules.predicate
def is_author(user: Any, thread: Thread) -> bool:
    return user.is_authenticated and thread.author_id == user.pk


rules.add_perm("participation.view_files", is_public | is_author | is_moderator)
