import pytest

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory, RoleGrantFactory


@pytest.fixture
def otuzco():
    """Where everything can be done; in its scope."""
    municipality = MunicipalityFactory(
        slug="otuzco", modules=list(Module), contact_office="Gerencia de Participación"
    )
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def elsa(otuzco):
    """An officer who works on processes."""
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def town():
    """A municipality whose space is open; nothing of it is seen outside of its scope."""
    return MunicipalityFactory(slug="otuzco")


@pytest.fixture
def here(town):
    """The same, within its scope."""
    with municipality_scope(town):
        yield town


@pytest.fixture
def rosa(town):
    """An officer of that municipality."""
    with municipality_scope(town):
        return RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user
