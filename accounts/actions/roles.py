"""Giving and ending roles. A grant is never changed or removed: it says by itself what happened."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import MUNICIPAL_ROLES, REGIONAL_ROLES, Role
from accounts.models import RoleGrant, User
from municipalities.models import Municipality
from municipalities.rls import municipality_scope


class CannotGrant(Exception):
    """The role cannot be given, for the reason it says."""


class CannotRevoke(Exception):
    """The role cannot be ended, for the reason it says."""


def may_manage(by: User, role: str, municipality: Municipality) -> bool:
    """Administrators for their own municipality's roles, regional administrators for all."""
    if by.is_superuser or by.has_regional_role(Role.REGIONAL_ADMINISTRATOR):
        return True
    return role in MUNICIPAL_ROLES and by.has_role(Role.ADMINISTRATOR, municipality)


def grant_role(
    user: User,
    municipality: Municipality,
    role: str,
    *,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give somebody a role from a day until a day."""
    starts_on = starts_on or timezone.localdate()
    check_grant(user, municipality, role, by=by, starts_on=starts_on, ends_on=ends_on)
    try:
        with transaction.atomic(), municipality_scope(municipality):
            # A role whose time is over makes room for a new one.
            RoleGrant.objects.filter(
                user=user,
                municipality=municipality,
                role=role,
                revoked_at=None,
                ends_on__lt=timezone.localdate(),
            ).update(revoked_at=timezone.now(), revoked_by=by)
            return RoleGrant.objects.create(
                user=user,
                municipality=municipality,
                role=role,
                starts_on=starts_on,
                ends_on=ends_on,
                granted_by=by,
            )
    except IntegrityError as error:
        raise CannotGrant(_("This person already has this role here.")) from error


def check_grant(
    user: User,
    municipality: Municipality,
    role: str,
    *,
    by: User,
    starts_on: date,
    ends_on: date | None,
) -> None:
    """Refuse what cannot be given, with its reason; a form asks before it is sent on."""
    if not may_manage(by, role, municipality):
        raise CannotGrant(_("Only an administrator of this municipality gives its roles."))
    if user.pk == by.pk and not by.is_superuser:
        raise CannotGrant(_("Nobody gives a role to themselves. Ask another administrator."))
    if role in REGIONAL_ROLES and not municipality.is_region:
        raise CannotGrant(_("This role belongs to the region, not to one municipality."))
    if not user.is_active or user.deleted_at:
        raise CannotGrant(_("This account is closed."))
    if ends_on and ends_on < starts_on:
        raise CannotGrant(_("The role ends before it begins."))
    still = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    with municipality_scope(municipality):
        if RoleGrant.objects.filter(
            still, user=user, municipality=municipality, role=role, revoked_at=None
        ).exists():
            raise CannotGrant(_("This person already has this role here."))


@transaction.atomic
def revoke_role(grant: RoleGrant, *, by: User) -> RoleGrant:
    """End a role now."""
    with municipality_scope(grant.municipality):
        grant = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
        if not may_manage(by, grant.role, grant.municipality):
            raise CannotRevoke(_("Only an administrator of this municipality ends its roles."))
        if grant.revoked_at:
            raise CannotRevoke(_("This role has ended already."))
        grant.revoked_at, grant.revoked_by = timezone.now(), by
        grant.save(update_fields=["revoked_at", "revoked_by"])
        return grant
