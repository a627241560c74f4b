"""Who somebody is for the region's work: planner, observer, a municipality's own, an organisation's."""

from __future__ import annotations

from typing import Any

from accounts.enums import Role
from agreements.enums import CIVIL, OrganizationKind
from agreements.models import Member, Organization
from decide.common.admin import is_regional
from municipalities.models import Municipality


def is_planner(user: Any) -> bool:
    return user.is_authenticated and is_regional(user, Role.PLANNER, Role.REGIONAL_ADMINISTRATOR)


def is_observer(user: Any) -> bool:
    """Reads all and changes nothing, but may review and observe for an organisation."""
    return user.is_authenticated and is_regional(user, Role.OBSERVER)


def works_for(user: Any, municipality: Municipality) -> bool:
    """Whether the person speaks for a municipality: uploads, answers, asks for help."""
    return user.is_authenticated and (Role.ADMINISTRATOR, municipality.pk) in user.roles


def organizations_of(user: Any) -> list[Organization]:
    """The organisations that the person speaks for today."""
    if not user.is_authenticated:
        return []
    members = Member.objects.current().filter(user=user).select_related("organization")
    return [member.organization for member in members]


def reviewer_for(user: Any) -> Organization | None:
    """The organisation of civil society or university for which the person reviews, if any."""
    kinds = (*CIVIL, OrganizationKind.UNIVERSITY)
    return next((o for o in organizations_of(user) if o.kind in kinds), None)
