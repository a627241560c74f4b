"""Who sees the files of a thing, and who may follow it."""

from __future__ import annotations

from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_moderator
from decide.common.permissions import Reason
from participation.models import Thread


@rules.predicate
def is_public(user: Any, thread: Thread) -> bool:
    return thread.is_public


@rules.predicate
def is_author(user: Any, thread: Thread) -> bool:
    return user.is_authenticated and thread.author_id == user.pk


rules.add_perm("participation.view_files", is_public | is_author | is_moderator)


def why_not_follow(user: Any, thread: Thread) -> Reason | None:
    """What keeps this person from hearing of the thread, and the way on."""
    if not user.is_authenticated:
        return Reason(
            _("Sign in to hear what becomes of it."), reverse("account_login"), _("Sign in")
        )
    if thread.author_id == user.pk:
        return Reason(_("It is yours: you always hear what becomes of it."))
    if not thread.is_public:
        return Reason(_("It is not public now."))
    return None
