"""Who enters, accepts and locks the values of indicators, and why not now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from agreements.enums import EntryState, PeriodState
from agreements.models import Entry, Period
from agreements.rules.people import is_planner, works_for
from decide.common.admin import is_regional
from decide.common.permissions import Reason
from municipalities.models import Municipality


def may_enter(user: Any, municipality: Municipality) -> bool:
    return works_for(user, municipality) or is_planner(user)


def why_not_enter(period: Period, entry: Entry | None) -> Reason | None:
    """Whether a value may be written now."""
    if period.state == PeriodState.LOCKED:
        return Reason(_("The period is locked: its values do not change any more."))
    if entry and entry.state == EntryState.ACCEPTED:
        return Reason(_("This value was accepted. The region can return it so that it is changed."))
    return None


def why_not_accept(user: Any, entry: Entry) -> Reason | None:
    if not is_planner(user):
        return Reason(_("Only the region's planners accept values."))
    if entry.state != EntryState.SUBMITTED:
        return Reason(_("Only what was sent can be accepted."))
    if entry.entered_by_id == user.pk:
        return Reason(_("Somebody else accepts what you entered."))
    return None


def may_unlock(user: Any) -> bool:
    return user.is_authenticated and is_regional(user, Role.REGIONAL_ADMINISTRATOR)
