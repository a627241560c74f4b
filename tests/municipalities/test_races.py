from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

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


@pytest.mark.usefixtures("transactional_db")
def test_a_test_with_real_commits_starts_empty():
    assert not MunicipalityFactory._meta.model.objects.exists()
    assert not Event.objects.exists()
