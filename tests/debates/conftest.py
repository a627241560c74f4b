import pytest

from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory


@pytest.fixture
def otuzco():
    """Holds debates and takes proposals; in its scope."""
    municipality = MunicipalityFactory(
        slug="otuzco",
        modules=[Module.PROPOSALS, Module.DEBATES],
        contact_office="Gerencia de Desarrollo",
    )
    with municipality_scope(municipality):
        yield municipality
