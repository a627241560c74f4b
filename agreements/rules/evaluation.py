"""Who may mark, observe, check and reply: an observer adds beside the record and changes nothing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.rules import why_not_take_part
from agreements.enums import GOVERNMENT
from agreements.models import Organization
from agreements.rules.people import is_observer, is_planner, organizations_of, works_for
from decide.common.permissions import Reason
from municipalities.models import Municipality


def observing_for(user: Any) -> Organization | None:
    """The organisation for which somebody observes: never a government's."""
    if not is_observer(user):
        return None
    return next((one for one in organizations_of(user) if one.kind not in GOVERNMENT), None)


def may_read_all(user: Any) -> bool:
    """Observers read all of it, and planners, who write it, see what observers see."""
    return is_observer(user) or is_planner(user)


def why_not_observe(user: Any) -> Reason | None:
    if not user.is_authenticated:
        return Reason(_("Sign in to observe."), reverse("account_login"), _("Sign in"))
    if not is_observer(user):
        return Reason(_("Observations are written by observers of organisations."))
    if observing_for(user) is None:
        return Reason(_("Your account speaks for no organisation yet. Ask the region to enter it."))
    return None


def why_not_reply(user: Any, municipality: Municipality) -> Reason | None:
    """The municipality has the right of reply, and so has the region."""
    if is_planner(user) or works_for(user, municipality):
        return None
    return Reason(_("Only the municipality and the regional government reply here."))


def why_not_work(user: Any, municipality: Municipality) -> Reason | None:
    """Marking, answering and learning for a municipality."""
    if works_for(user, municipality):
        return None
    return Reason(_("Only administrators of the municipality do this."))


def why_not_check(user: Any, municipality: Municipality) -> Reason | None:
    """«Is this true in your place?» asks those who live there, and nobody else."""
    return why_not_take_part(user, municipality)


def may_hide(user: Any, municipality: Municipality) -> bool:
    roles = (Role.ADMINISTRATOR, Role.MODERATOR)
    return user.is_authenticated and any((role, municipality.pk) in user.roles for role in roles)


def learns_for(user: Any) -> Organization | None:
    """The organisation for which somebody writes what was learnt: any that they speak for."""
    return next(iter(organizations_of(user)), None)
