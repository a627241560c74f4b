import os
from pathlib import Path

import pytest

from decide import servers


@pytest.fixture(autouse=True)
def _enable_db():
    """Nothing here needs the database of the tests: servers of their own are what it is about."""


@pytest.fixture(autouse=True)
def _own_places():
    """Nor the settings of the tests."""


@pytest.fixture
def var(tmp_path):
    """A folder for servers, with a name too long for the address of a Unix socket."""
    folder = tmp_path / ("a-long-name-" * 8) / "var"
    yield folder
    servers.wipe(folder)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The addresses and the folder of servers which nobody stops within the module."""
    folder = tmp_path_factory.mktemp("running") / "var"
    yield servers.ensure(folder), folder
    servers.wipe(folder)


@pytest.fixture
def bare_environment(var):
    """What somebody has who configured nothing but VAR."""
    configured = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "DOCUMENT_KEYS"}
    kept = {name: value for name, value in os.environ.items() if name not in configured}
    return kept | {"VAR": str(var), "PYTHONPATH": str(Path(servers.ROOT))}
