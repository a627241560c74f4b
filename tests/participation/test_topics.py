import pytest
from django.db import ProgrammingError

from municipalities.rls import municipality_scope
from participation.models import Category
from tests.factories import MunicipalityFactory


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
