from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from municipalities.rls import current_scope, scoped_transaction
from participation.models import Event
from proposals.models import Proposal
from tests.factories import MunicipalityFactory, ProposalFactory


@pytest.mark.usefixtures("transactional_db")
def test_two_towns_asked_at_once_never_mix():
    towns = MunicipalityFactory.create_batch(2)
    for town in towns:
        with scoped_transaction(town):
            ProposalFactory.create_batch(3, municipality=town)

    def titles_of(town):
        try:
            with scoped_transaction(town):
                seen = set(Proposal.objects.values_list("municipality_id", flat=True))
            return seen == {town.pk} and not Proposal.objects.exists() and current_scope() == ()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(titles_of, towns * 40))


@pytest.fixture
def one_pooled_connection(transactional_db):
    """All threads share one connection of a pool, as behind PgBouncer."""
    settings = connection.settings_dict
    before = settings["OPTIONS"], settings["CONN_MAX_AGE"]
    connection.close()
    settings["OPTIONS"] = before[0] | {"pool": {"min_size": 1, "max_size": 1, "timeout": 60}}
    settings["CONN_MAX_AGE"] = 0
    yield
    connection.close()
    connection.close_pool()
    settings["OPTIONS"], settings["CONN_MAX_AGE"] = before


def test_requests_for_two_towns_on_one_pooled_connection_never_mix(one_pooled_connection):
    towns = MunicipalityFactory.create_batch(2)
    for town in towns:
        with scoped_transaction(town):
            ProposalFactory.create_batch(3, municipality=town, published=True, title=f"Only {town}")
    connection.close()

    def asks(town):
        other = towns[1 - towns.index(town)]
        try:
            # Each with a search of its own, so that nothing comes from the cache.
            page = Client().get(f"/{town.slug}/propuestas/?q=only&lugar={uuid4()}&lugar=").content
            return f"Only {town}" in page.decode() and f"Only {other}" not in page.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(asks, towns * 30))


@pytest.mark.usefixtures("transactional_db")
def test_a_test_with_real_commits_starts_empty():
    assert not MunicipalityFactory._meta.model.objects.exists()
    assert not Event.objects.exists()
