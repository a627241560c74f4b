"""Who may follow a person, a tag or a municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from decide.common.permissions import Reason


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality


TAG_LENGTH = 30


def tag_of(text: str) -> str:
    """The tag that somebody means, written as tags are kept; nothing if it cannot be one."""
    tag = " ".join(text.lower().split())
    return tag if len(tag) <= TAG_LENGTH and "\x00" not in tag else ""


def why_not_follow_here(user: Any, municipality: Municipality) -> Reason | None:
    """What keeps somebody from hearing of what is new in this space, and the way on."""
    if not user.is_authenticated:
        return Reason(_("Sign in to hear what is new."), reverse("account_login"), _("Sign in"))
    if not municipality.is_open:
        return Reason(
            _("This municipality's space is not open yet."), municipality.get_absolute_url()
        )
    return None


def why_not_follow_person(user: Any, municipality: Municipality, person: User) -> Reason | None:
    if reason := why_not_follow_here(user, municipality):
        return reason
    if person.pk == user.pk:
        return Reason(_("This is you."))
    if not person.is_active:
        return Reason(_("This account is closed."))
    return None
