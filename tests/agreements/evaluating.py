"""People and things that the tests of evaluation share."""

from django.utils import timezone

from accounts.enums import Role
from agreements.enums import OrganizationKind, PracticeState
from agreements.models import PracticeVersion
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    ComponentFactory,
    MemberFactory,
    OrganizationFactory,
    PracticeVersionFactory,
    TransferFactory,
    in_the_region,
    the_region,
)
from tests.factories import ResidentFactory, RoleGrantFactory, UserFactory


def administrator_of(town):
    with municipality_scope(town):
        return RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user


def regional(role):
    region = the_region()
    with municipality_scope(region):
        return RoleGrantFactory(municipality=region, role=role).user


def observer_of(organization=None):
    """An observer who speaks for an organisation of civil society."""
    person = regional(Role.OBSERVER)
    MemberFactory(organization=organization or OrganizationFactory(), user=person)
    return person


def university():
    return OrganizationFactory(kind=OrganizationKind.UNIVERSITY)


def published_transfer(town, components=(), **fields):
    """Of a published practice, to be read by everybody; `components` say which of them are core."""
    version = PracticeVersionFactory(practice__state=PracticeState.PUBLISHED)
    for is_core in components:
        ComponentFactory(version=version, is_core=is_core)
    with in_the_region():
        PracticeVersion.objects.filter(pk=version.pk).update(frozen_at=timezone.now())
    with municipality_scope(town):
        return TransferFactory(municipality=town, version=version, published=True, **fields)


def lock(sheet):
    """As it is once the municipality has locked it."""
    sheet.locked_at, sheet.locked_by = timezone.now(), UserFactory()
    sheet.save()


def resident_of(town):
    return ResidentFactory(district=town.place).user
