"""Who answers a baseline, who speaks for a municipality's interest, and who sets the weights."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.rules.people import is_planner, works_for
from decide.common.permissions import Reason
from municipalities.models import Municipality


def why_not_answer(user: Any, municipality: Municipality) -> Reason | None:
    """Its own administrators do; the region's planners help from the admin."""
    if works_for(user, municipality):
        return None
    return Reason(_("Only the municipality's own administrators work on this page."))


def why_not_plan(user: Any) -> Reason | None:
    if is_planner(user):
        return None
    return Reason(_("Only the region's planners do this."))
