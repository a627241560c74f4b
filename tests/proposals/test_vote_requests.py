"""Asking for a vote on a proposal with its supports, and the municipality's answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope, scoped_transaction
from participation.models import Notice
from proposals.actions import citizen, vote_requests
from proposals.enums import ProposalState, VoteVerdict
from proposals.models import Proposal, VoteRequest
from proposals.people import export
from proposals.rules import why_not_merge, why_not_request_vote
from tests.factories import (
    FollowFactory,
    MunicipalityFactory,
    PollFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    VoteRequestFactory,
)


WHY = "Half of the square says yes and half says no: let all of us decide."
NO = "The law leaves this to the provincial municipality, so that a vote here would decide nothing."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def here():
    municipality = MunicipalityFactory(
        modules=[Module.PROPOSALS, Module.VOTES], contact_office="Office of participation"
    )
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def author(here):
    return ResidentFactory(district=here.place).user


@pytest.fixture
def officer(here):
    return RoleGrantFactory(municipality=here, role=Role.EVALUATOR).user


def with_supports(here, author, state=ProposalState.THRESHOLD, **fields):
    return ProposalFactory(
        municipality=here,
        author=author,
        thread__author=author,
        published=True,
        state=state,
        reached_at=timezone.now() - timedelta(days=4),
        answer_due_on=timezone.localdate() + timedelta(days=30),
        **fields,
    )


def verbs(proposal):
    return list(proposal.thread.events.values_list("verb", flat=True))


def at(name, here, proposal):
    return reverse(f"proposals:{name}", args=[here.slug, proposal.pk])


def test_the_author_asks_and_everybody_reads_why_and_until_when(client, here, author):
    proposal = with_supports(here, author)
    client.force_login(author)

    response = client.post(at("request_vote", here, proposal), {"text": WHY}, follow=True)

    asked = VoteRequest.objects.get()
    assert (asked.by, asked.text, asked.is_open) == (author, WHY, True)
    assert asked.due_on > timezone.localdate()
    assert verbs(proposal) == ["vote_requested"]
    client.logout()
    page = client.get(response.redirect_chain[-1][0]).content.decode()
    assert WHY in page


def test_who_follows_it_is_told_of_the_question_and_of_the_answer(
    here, author, officer, django_capture_on_commit_callbacks
):
    proposal = with_supports(here, author)
    follower = FollowFactory(municipality=here, thread=proposal.thread).user

    with django_capture_on_commit_callbacks(execute=True):
        asked = vote_requests.request_vote(proposal, by=author, text=WHY)
        vote_requests.decline(asked, by=officer, answer=NO)

    told = Notice.objects.filter(user=follower).values_list("event__verb", flat=True)
    assert set(told) == {"vote_requested", "vote_request_answered"}


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ProposalState.GATHERING, "Once it has its supports"),
        (ProposalState.IN_PROGRESS, "In progress"),
        (ProposalState.DONE, "Done"),
        (ProposalState.ARCHIVED, "Archived"),
    ],
)
def test_a_vote_is_asked_for_only_between_the_supports_and_the_work(here, author, state, why):
    proposal = with_supports(here, author, state)

    assert why in str(why_not_request_vote(author, proposal))


def test_only_its_author_asks(client, here, author):
    proposal = with_supports(here, author)
    neighbour = ResidentFactory(district=here.place).user

    assert "Only who wrote" in str(why_not_request_vote(neighbour, proposal))
    client.force_login(neighbour)
    client.post(at("request_vote", here, proposal), {"text": WHY})
    assert not VoteRequest.objects.exists()


def test_where_no_votes_are_held_nobody_asks_for_one(client, here, author):
    here.modules = [Module.PROPOSALS]
    here.save()
    proposal = with_supports(here, author)

    assert "does not hold votes" in str(why_not_request_vote(author, proposal))
    client.force_login(author)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert at("request_vote", here, proposal) not in page


def test_what_waits_for_its_answer_is_not_asked_again(here, author):
    proposal = with_supports(here, author)
    vote_requests.request_vote(proposal, by=author, text=WHY)

    with pytest.raises(vote_requests.CannotRequestVote, match="has been asked for"):
        vote_requests.request_vote(proposal, by=author, text=WHY)


def test_after_a_no_the_author_asks_again_half_a_year_later(here, author):
    long_ago = timezone.now() - timedelta(days=181)
    proposal = with_supports(here, author)
    asked = VoteRequestFactory(municipality=here, proposal=proposal, by=author, declined=True)

    assert "You can ask again from" in str(why_not_request_vote(author, proposal))
    VoteRequest.objects.filter(pk=asked.pk).update(answered_at=long_ago)
    assert why_not_request_vote(author, proposal) is None


def test_words_that_somebody_would_have_to_look_at_first_are_sent_back(client, here, author):
    proposal = with_supports(here, author)
    client.force_login(author)
    text = "Llamen a mi vecino al 944 123 456, él sabe por qué hay que votar."

    response = client.post(at("request_vote", here, proposal), {"text": text})

    assert response.status_code == 422
    assert "944 123 456" in response.content.decode()
    assert not VoteRequest.objects.exists()


def test_a_no_needs_its_reasons(client, here, author, officer):
    asked = VoteRequestFactory(municipality=here, proposal=with_supports(here, author), by=author)
    client.force_login(officer)
    said = {"verdict": VoteVerdict.DECLINED, "office": "Works"}

    for answer in ("", "No."):
        response = client.post(
            at("answer_vote_request", here, asked.proposal), said | {"answer": answer}
        )
        assert response.status_code == 422
    client.post(at("answer_vote_request", here, asked.proposal), said | {"answer": NO})

    asked.refresh_from_db()
    assert (asked.verdict, asked.answer, asked.office) == (VoteVerdict.DECLINED, NO, "Works")
    event = asked.proposal.thread.events.get()
    assert (event.verb, event.as_office, event.is_public) == (
        "vote_request_answered",
        "Works",
        True,
    )
    client.logout()
    assert NO in client.get(asked.proposal.get_absolute_url()).content.decode()


def test_a_yes_begins_a_vote_from_the_words_of_the_proposal(client, here, author, officer):
    proposal = with_supports(here, author)
    VoteRequestFactory(municipality=here, proposal=proposal, by=author)
    client.force_login(officer)
    said = {"verdict": VoteVerdict.ACCEPTED, "answer": "Yes: in March.", "office": "Works"}

    response = client.post(at("answer_vote_request", here, proposal), said)

    poll = VoteRequest.objects.get().poll
    assert response.url == reverse("votes:case", args=[here.slug, poll.pk])
    assert (poll.is_prepared, poll.title) == (True, proposal.title)
    assert proposal.summary in poll.text
    assert [question.kind for question in poll.questions.all()] == ["yes_no"]
    assert [link.result for link in proposal.thread.led_to.all()] == [poll.thread]
    with translation.override("en"):
        assert "It is being put to the vote" in str(why_not_request_vote(author, proposal))


def test_two_officers_at_once_leave_one_answer(here, author, officer):
    asked = VoteRequestFactory(municipality=here, proposal=with_supports(here, author), by=author)
    vote_requests.decline(asked, by=officer, answer=NO)

    with pytest.raises(vote_requests.RequestIsAnswered):
        vote_requests.accept(asked, by=officer, answer="Yes.")
    assert verbs(asked.proposal) == ["vote_request_answered"]


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_ask_once():
    here = MunicipalityFactory(modules=[Module.PROPOSALS, Module.VOTES])
    author = ResidentFactory(district=here.place).user
    with scoped_transaction(here):
        proposal = with_supports(here, author)

    def ask(_number):
        try:
            with scoped_transaction(here):
                vote_requests.request_vote(proposal, by=author, text=WHY)
        except vote_requests.CannotRequestVote:
            return "refused"
        finally:
            connection.close()
        return "asked"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(20)))

    assert (found.count("asked"), found.count("refused")) == (1, 19)
    with scoped_transaction(here):
        assert VoteRequest.objects.count() == 1


def test_withdrawing_the_proposal_withdraws_the_question(here, author):
    proposal = with_supports(here, author)
    asked = VoteRequestFactory(municipality=here, proposal=proposal, by=author)

    citizen.retire(proposal, by=author, reason="We have found another way.")

    asked.refresh_from_db()
    assert (asked.verdict, asked.is_open) == (VoteVerdict.WITHDRAWN, False)
    assert not Proposal.objects.asking_for_vote().exists()


def test_what_waits_for_an_answer_is_not_joined_to_another(here, author):
    proposal, other = with_supports(here, author), with_supports(here, author)
    VoteRequestFactory(municipality=here, proposal=proposal, by=author)

    assert "Answer that first" in str(why_not_merge(proposal, other))


def test_the_desk_finds_what_waits_and_moderators_do_not_answer_it(client, here, author, officer):
    proposal = with_supports(here, author, ProposalState.ANSWERED)
    VoteRequestFactory(municipality=here, proposal=proposal, by=author)
    moderator = RoleGrantFactory(municipality=here, role=Role.MODERATOR).user
    desk = reverse("proposals:desk", args=[here.slug])

    client.force_login(officer)
    assert proposal.title in client.get(desk, {"cola": "piden-votacion"}).content.decode()
    assert (
        at("answer_vote_request", here, proposal)
        in client.get(at("case", here, proposal)).content.decode()
    )
    client.force_login(moderator)
    assert (
        at("answer_vote_request", here, proposal)
        not in client.get(at("case", here, proposal)).content.decode()
    )
    assert client.post(at("answer_vote_request", here, proposal)).status_code == 403


def test_one_reads_in_ones_own_data_what_one_has_asked(here, author):
    VoteRequestFactory(municipality=here, proposal=with_supports(here, author), by=author, text=WHY)

    assert [row["text"] for row in export(author)["requests for a vote"]] == [WHY]


def test_a_vote_of_another_town_cannot_be_the_answer(here, author):
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        poll = PollFactory(municipality=elsewhere)
    asked = VoteRequestFactory(municipality=here, proposal=with_supports(here, author), by=author)
    asked.poll, asked.verdict, asked.answer = poll, VoteVerdict.ACCEPTED, "Yes."
    asked.answered_at, asked.answered_by = timezone.now(), author

    asked.save()
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="poll_same_municipality"),
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
