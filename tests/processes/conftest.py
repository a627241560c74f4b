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
