import json
import zipfile
from io import BytesIO

from accounts.actions import own_data
from accounts.models import User
from municipalities.rls import municipality_scope
from participation.models import Thread
from proposals.models import Proposal, Support
from tests.factories import MunicipalityFactory, ProposalFactory, ResidentFactory, SupportFactory


def test_the_own_copy_has_drafts_proposals_and_supports_of_every_town():
    towns = MunicipalityFactory.create_batch(2)
    person = ResidentFactory(district=towns[0].place)
    for town in towns:
        with municipality_scope(town):
            ProposalFactory(municipality=town, author=person.user, title=f"Draft in {town.slug}")
    with municipality_scope(towns[0]):
        theirs = ProposalFactory(municipality=towns[0], published=True, title="Of a neighbour")
        SupportFactory(proposal=theirs, resident=person)

    archive = zipfile.ZipFile(BytesIO(own_data.export(person.user)))
    data = json.loads(archive.read("decide-la-libertad.json"))

    assert [p["title"] for p in data["proposals"]] == [f"Draft in {town.slug}" for town in towns]
    assert [s["proposal__title"] for s in data["supports"]] == ["Of a neighbour"]


def test_deleting_the_account_takes_drafts_and_leaves_proposals_without_a_name():
    town = MunicipalityFactory()
    person = ResidentFactory(district=town.place)
    with municipality_scope(town):
        ProposalFactory(municipality=town, author=person.user)
        kept = ProposalFactory(municipality=town, author=person.user, published=True)
        SupportFactory(proposal=kept, resident=person)

    own_data.delete_account(person.user)

    with municipality_scope(town):
        assert [p.pk for p in Proposal.objects.all()] == [kept.pk]
        assert [t.pk for t in Thread.objects.all()] == [kept.thread_id]
        assert (
            Proposal.objects.get().shown_author == User.objects.get(pk=person.user_id).public_name
        )
        assert Support.objects.count() == 1
