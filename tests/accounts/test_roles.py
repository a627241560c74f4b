from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.roles import CannotGrant, CannotRevoke, grant_role, revoke_role
from accounts.enums import Role
from accounts.models import RoleGrant, User
from municipalities.enums import MunicipalityKind
from municipalities.rls import municipality_scope, region_scope
from tests.factories import MunicipalityFactory, RegionPlaceFactory, RoleGrantFactory, UserFactory


@pytest.fixture
def region():
    return MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=RegionPlaceFactory(), slug="la-libertad"
    )


def somebody_with(role, municipality):
    with municipality_scope(municipality):
        return RoleGrantFactory(municipality=municipality, role=role).user


def as_in_a_request(person):
    """Their own roles are visible to them everywhere."""
    return municipality_scope(person=person.pk)


def test_an_administrator_gives_a_role_in_their_municipality():
    otuzco = MunicipalityFactory()
    administrator = somebody_with(Role.ADMINISTRATOR, otuzco)
    person = UserFactory()

    with as_in_a_request(administrator):
        grant = grant_role(person, otuzco, Role.MODERATOR, by=administrator)

    assert (grant.granted_by, grant.starts_on) == (administrator, timezone.localdate())
    with as_in_a_request(person):
        assert person.has_role(Role.MODERATOR, otuzco)


def test_a_role_in_one_municipality_gives_nothing_in_another():
    otuzco, julcan = MunicipalityFactory.create_batch(2)
    administrator = somebody_with(Role.ADMINISTRATOR, otuzco)

    with as_in_a_request(administrator), pytest.raises(CannotGrant):
        grant_role(UserFactory(), julcan, Role.MODERATOR, by=administrator)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESK_OFFICER, Role.EVALUATOR])
def test_only_administrators_give_roles(role):
    otuzco = MunicipalityFactory()
    officer = somebody_with(role, otuzco)

    with as_in_a_request(officer), pytest.raises(CannotGrant):
        grant_role(UserFactory(), otuzco, Role.MODERATOR, by=officer)


def test_nobody_gives_more_to_themselves():
    otuzco = MunicipalityFactory()
    administrator = somebody_with(Role.ADMINISTRATOR, otuzco)

    with as_in_a_request(administrator), pytest.raises(CannotGrant):
        grant_role(administrator, otuzco, Role.EVALUATOR, by=administrator)


def test_an_administrator_of_the_regions_own_space_makes_no_regional_roles(region):
    administrator = somebody_with(Role.ADMINISTRATOR, region)

    with as_in_a_request(administrator), pytest.raises(CannotGrant):
        grant_role(UserFactory(), region, Role.REGIONAL_ADMINISTRATOR, by=administrator)


def test_a_regional_administrator_gives_all_roles_but_regional_ones_only_in_the_region(region):
    otuzco = MunicipalityFactory()
    chief = somebody_with(Role.REGIONAL_ADMINISTRATOR, region)

    with as_in_a_request(chief):
        grant_role(UserFactory(), otuzco, Role.ADMINISTRATOR, by=chief)
        grant_role(UserFactory(), region, Role.PLANNER, by=chief)
        with pytest.raises(CannotGrant):
            grant_role(UserFactory(), otuzco, Role.PLANNER, by=chief)


@pytest.mark.parametrize("role", [Role.PLANNER, Role.OBSERVER])
def test_who_only_looks_on_gives_no_roles(region, role):
    person = somebody_with(role, region)

    with as_in_a_request(person), pytest.raises(CannotGrant):
        grant_role(UserFactory(), region, Role.OBSERVER, by=person)


def test_a_role_counts_from_its_first_day_to_its_last():
    otuzco, boss = MunicipalityFactory(), UserFactory(is_superuser=True)
    today = timezone.localdate()
    cases = {
        (today, today): True,
        (today - timedelta(days=9), None): True,
        (today + timedelta(days=1), None): False,
    }
    for (starts_on, ends_on), counts in cases.items():
        person = UserFactory()
        grant_role(person, otuzco, Role.EVALUATOR, by=boss, starts_on=starts_on, ends_on=ends_on)
        with as_in_a_request(person):
            assert person.has_role(Role.EVALUATOR, otuzco) == counts


def test_the_same_role_twice_and_one_that_ends_before_it_begins_are_refused():
    otuzco, boss, person = MunicipalityFactory(), UserFactory(is_superuser=True), UserFactory()
    grant_role(person, otuzco, Role.EVALUATOR, by=boss)

    with pytest.raises(CannotGrant):
        grant_role(person, otuzco, Role.EVALUATOR, by=boss)
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(CannotGrant):
        grant_role(person, otuzco, Role.MODERATOR, by=boss, ends_on=yesterday)


def test_a_role_that_ran_out_can_be_given_anew():
    otuzco, boss, person = MunicipalityFactory(), UserFactory(is_superuser=True), UserFactory()
    with municipality_scope(otuzco):
        RoleGrantFactory(
            user=person,
            municipality=otuzco,
            role=Role.EVALUATOR,
            starts_on="2020-01-01",
            ends_on="2020-12-31",
        )

    grant_role(person, otuzco, Role.EVALUATOR, by=boss)

    with region_scope("test"):
        assert RoleGrant.objects.filter(user=person).count() == 2


def test_ending_a_role_says_who_and_when_and_happens_once():
    otuzco = MunicipalityFactory()
    administrator = somebody_with(Role.ADMINISTRATOR, otuzco)
    with municipality_scope(otuzco):
        grant = RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR)

    with as_in_a_request(User.objects.get(pk=administrator.pk)):
        ended = revoke_role(grant, by=administrator)
        with pytest.raises(CannotRevoke):
            revoke_role(grant, by=administrator)

    assert ended.revoked_by == administrator
    with as_in_a_request(grant.user):
        assert not User.objects.get(pk=grant.user.pk).has_role(Role.MODERATOR, otuzco)


def test_a_closed_account_gets_no_role():
    otuzco, boss = MunicipalityFactory(), UserFactory(is_superuser=True)

    with pytest.raises(CannotGrant):
        grant_role(UserFactory(is_active=False), otuzco, Role.EVALUATOR, by=boss)
