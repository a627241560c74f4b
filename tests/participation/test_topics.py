import os
from importlib import import_module
from types import SimpleNamespace

import psycopg
import pytest
from django.db import ProgrammingError, connection

from municipalities.rls import municipality_scope
from participation.models import Category
from tests.factories import MunicipalityFactory


@pytest.fixture
def _topics():
    """As the migration loads them; a test with real commits may have emptied the table."""
    load = import_module("participation.migrations.0004_shared_topics").load
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        for _ in range(2):
            load(None, SimpleNamespace(connection=owner))


@pytest.mark.usefixtures("_topics")
def test_fourteen_topics_are_shared_by_all_and_a_municipality_adds_its_own():
    here, there = MunicipalityFactory.create_batch(2)
    with municipality_scope(there):
        Category.objects.create(municipality=there, code="playas", name_es="Playas")
    with municipality_scope(here):
        Category.objects.create(municipality=here, code="ichu", name_es="Techos de ichu")

        assert Category.objects.filter(municipality=None).count() == 14
        assert Category.objects.exclude(municipality=None).get().code == "ichu"


def test_nobody_on_the_site_writes_a_topic_for_all():
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        municipality_scope(MunicipalityFactory()),
    ):
        Category.objects.create(municipality=None, code="mine", name_es="Mine")
