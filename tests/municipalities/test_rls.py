import pytest
from django.db import ProgrammingError, connection

from municipalities.rls import municipality_scope
from proposals.models import Proposal
from tests.factories import MunicipalityFactory, ProposalFactory, SupportFactory


def test_the_site_works_as_a_role_that_policies_bind():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_a_scope_shows_only_its_own_municipality():
    ours, theirs = MunicipalityFactory.create_batch(2)
    with municipality_scope(theirs):
        ProposalFactory(municipality=theirs)
    with municipality_scope(ours):
        mine = ProposalFactory(municipality=ours)

        assert list(Proposal.objects.all()) == [mine]


def test_without_a_scope_nothing_is_seen():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        ProposalFactory(municipality=municipality)

    assert list(Proposal.objects.all()) == []


def test_a_scope_refuses_rows_of_another_municipality():
    ours, theirs = MunicipalityFactory.create_batch(2)

    with pytest.raises(ProgrammingError, match="row-level security"), municipality_scope(ours):
        ProposalFactory(municipality=theirs)


def test_the_count_of_a_proposal_follows_its_supports():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        proposal = ProposalFactory(municipality=municipality, published=True)
        support = SupportFactory(proposal=proposal)
        SupportFactory(proposal=proposal)
        support.delete()

        proposal.refresh_from_db()
        assert proposal.support_count == 1
