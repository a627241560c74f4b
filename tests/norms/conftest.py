"""Whom the tests of norms need: a town that debates its norms, and who works on them there."""

import pytest

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory


@pytest.fixture
def town():
    municipality = MunicipalityFactory(modules=Module.values)
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def evaluator(town):
    user = UserFactory()
    RoleGrantFactory(user=user, municipality=town, role=Role.EVALUATOR)
    return user
