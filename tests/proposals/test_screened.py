"""A proposal is looked at before everybody sees it, if its words ask for it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation.enums import CaseSource, TracedAct
from participation.models import Case, Notice, Trace
from proposals.models import Proposal
from tests.factories import (
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
    WatchedWordFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        WatchedWordFactory(municipality=municipality, text="idiota")
        moderator = UserFactory(second_step=True)
        RoleGrantFactory(user=moderator, municipality=municipality, role=Role.MODERATOR)
    return municipality


@pytest.fixture
def rosa(client, otuzco):
    person = UserFactory()
    ResidentFactory(user=person, district=otuzco.place)
    client.force_login(person)
    return person


def draft(otuzco, rosa, **words):
    with municipality_scope(otuzco):
        return ProposalFactory(municipality=otuzco, author=rosa, **words)


def publish(client, proposal):
    url = reverse("proposals:publish", args=["otuzco", proposal.pk])
    return client.post(url, follow=True)


def now(otuzco, proposal):
    with municipality_scope(otuzco):
        return Proposal.objects.select_related("thread").get(pk=proposal.pk)


def test_a_watched_word_holds_a_proposal_and_its_author_is_told_kindly(client, otuzco, rosa):
    proposal = draft(otuzco, rosa, title="Que el idiota del alcalde arregle la pista")

    answer = publish(client, proposal)

    assert "lo leerá antes de que lo vean todos" in answer.text
    held = now(otuzco, proposal)
    assert held.is_hidden
    assert not held.thread.is_public
    with municipality_scope(otuzco):
        assert Case.objects.get().source == CaseSource.WORDS
    client.logout()
    assert client.get(held.get_absolute_url()).status_code in (404, 410)


def test_a_plain_proposal_is_seen_at_once_and_leaves_a_trace(client, otuzco, rosa):
    proposal = draft(otuzco, rosa)

    publish(client, proposal)

    assert not now(otuzco, proposal).is_hidden
    with municipality_scope(otuzco):
        assert Trace.objects.get().act == TracedAct.PROPOSAL
        assert not Notice.objects.exclude(user=rosa).exists()


def test_the_fourth_proposal_of_a_week_waits_and_stays_a_draft(client, otuzco, rosa):
    drafts = [draft(otuzco, rosa) for _ in range(4)]
    for proposal in drafts[:3]:
        publish(client, proposal)

    answer = publish(client, drafts[3])

    assert "Puedes seguir en 7 días" in answer.text
    assert now(otuzco, drafts[3]).is_draft


def test_personal_data_are_warned_of_before_the_preview_and_not_while_drafting(
    client, otuzco, rosa
):
    url = reverse("proposals:write", args=["otuzco"])
    words = {
        "title": "Que me devuelvan mi dinero",
        "summary": "Soy Juan, DNI 41234567",
        "place_name": "Coina",
    }

    assert client.post(url, words | {"do": "save"}).status_code == 302
    warned = client.post(url, words | {"do": "preview"})
    assert warned.status_code == 422
    assert "«41234567»" in warned.text
    assert 'name="personal_data_may_be_shown"' in warned.text
    confirmed = words | {"do": "preview", "personal_data_may_be_shown": "on"}
    assert client.post(url, confirmed).status_code == 302


def test_a_change_of_a_published_proposal_is_looked_at_too(client, otuzco, rosa):
    with municipality_scope(otuzco):
        proposal = ProposalFactory(municipality=otuzco, author=rosa, published=True)
    url = reverse("proposals:edit", args=["otuzco", proposal.pk])
    words = {"title": "Pista", "summary": "Eres un 1d10t4", "place_name": "Coina", "do": "publish"}

    answer = client.post(url, words, follow=True)

    assert "lo leerá antes de que lo vean todos" in answer.text
    assert now(otuzco, proposal).is_hidden
