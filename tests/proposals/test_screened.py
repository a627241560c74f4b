"""A proposal is looked at before everybody sees it, if its words ask for it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation.actions import moderation
from participation.enums import CaseSource, DecisionKind, TracedAct
from participation.models import Case, Notice, ThreadLink, Trace
from proposals.models import Proposal
from tests.factories import (
    DebateFactory,
    FollowFactory,
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


def followers(otuzco, rosa, source):
    """One each of the author, a tag, the municipality, and the debate it came out of."""
    with municipality_scope(otuzco):
        return [
            FollowFactory(municipality=otuzco, **followed).user
            for followed in (
                {"thread": None, "person": rosa},
                {"thread": None, "tag": "agua"},
                {"thread": None},
                {"thread": source},
            )
        ]


def told(otuzco, people):
    """Whom of them, in order, by what."""
    with municipality_scope(otuzco):
        notices = Notice.objects.filter(user__in=people).order_by("user")
        return list(notices.values_list("user", "event__verb"))


def test_once_released_its_followers_hear_of_it_once(
    client, otuzco, rosa, django_capture_on_commit_callbacks
):
    proposal = draft(otuzco, rosa, title="Que el idiota responda", tags=["agua"])
    with municipality_scope(otuzco):
        source = DebateFactory(municipality=otuzco).thread
        ThreadLink.objects.create(municipality=otuzco, source=source, result=proposal.thread)
    people = followers(otuzco, rosa, source)
    with django_capture_on_commit_callbacks(execute=True):
        publish(client, proposal)
    assert told(otuzco, people) == []

    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True), municipality_scope(otuzco):
            thread = now(otuzco, proposal).thread
            moderator = UserFactory()
            case = Case.objects.open().filter(thread=thread).first()
            if case is None:  # hidden and shown again
                moderation.decide_at_once(thread, by=moderator, rule="insult", reason="Insults.")
                moderation.show_again(thread, by=moderator, reason="It does not.")
            else:
                moderation.decide(case, DecisionKind.KEEP, by=moderator, reason="It is allowed.")

    of_person, of_tag, of_place, of_source = (person.pk for person in people)
    assert told(otuzco, people) == [
        (of_person, "published"),
        (of_tag, "published"),
        (of_place, "published"),
        (of_source, "led_to"),
    ]


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
