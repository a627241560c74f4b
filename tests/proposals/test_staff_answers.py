"""Taking up, answering, correcting, carrying out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from municipalities.rls import municipality_scope, scoped_transaction
from participation.enums import InterventionKind
from participation.models import Event, Intervention, Notice
from proposals.actions import milestones, staff
from proposals.enums import ProposalState, Verdict
from proposals.models import Answer, Proposal
from tests.factories import (
    AnswerFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    UserFactory,
)


NO = "We cannot build it this year: the river takes that bank away each summer."
YES = {"verdict": Verdict.ACCEPTED, "text": "Yes.", "signed_by": "R. Paredes", "office": "Works"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(contact_office="Office of participation")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def officer():
    return UserFactory()


def waiting(municipality, state=ProposalState.EVALUATION, **fields):
    return ProposalFactory(
        municipality=municipality,
        published=True,
        state=state,
        reached_at=timezone.now() - timedelta(days=4),
        answer_due_on=timezone.localdate() + timedelta(days=30),
        **fields,
    )


def verbs(proposal):
    return list(proposal.thread.events.values_list("verb", flat=True))


def test_what_reached_its_threshold_is_taken_up_and_everybody_sees_by_which_office(otuzco, officer):
    proposal = waiting(otuzco, ProposalState.THRESHOLD)

    staff.start_evaluation(proposal, by=officer)

    event = proposal.thread.events.get()
    assert (event.verb, event.by, event.is_public) == ("evaluation_started", officer, True)
    assert event.as_office == "Office of participation"


def test_taking_up_twice_leaves_one_trace(otuzco, officer):
    proposal = waiting(otuzco, ProposalState.THRESHOLD)
    staff.start_evaluation(proposal, by=officer)

    with pytest.raises(staff.NotNow, match="already"):
        staff.start_evaluation(proposal, by=officer)
    assert verbs(proposal) == ["evaluation_started"]


def test_what_still_gathers_supports_cannot_be_taken_up(otuzco, officer):
    with pytest.raises(staff.NotNow):
        staff.start_evaluation(ProposalFactory(municipality=otuzco, published=True), by=officer)


def test_a_draft_of_an_answer_leaves_no_public_trace(otuzco, officer):
    proposal = waiting(otuzco)

    staff.save_answer(proposal, by=officer, **YES)
    staff.save_answer(proposal, by=officer, **YES | {"text": "Yes, and soon."})

    assert proposal.thread.events.public().count() == 0
    assert Answer.objects.get().text == "Yes, and soon."
    assert Proposal.objects.get().state == ProposalState.EVALUATION


def test_publishing_tells_author_and_followers_once(
    otuzco, officer, django_capture_on_commit_callbacks
):
    proposal = waiting(otuzco)
    follower = FollowFactory(thread=proposal.thread, municipality=otuzco).user
    staff.save_answer(proposal, by=officer, **YES)

    with django_capture_on_commit_callbacks(execute=True):
        staff.publish_answer(proposal, by=officer)
        with pytest.raises(staff.AnswerIsPublished, match="R. Paredes"):
            staff.publish_answer(proposal, by=officer)

    told = Notice.objects.filter(event__verb="answered").values_list("user", flat=True)
    assert sorted(told) == sorted([proposal.author_id, follower.pk])
    assert Intervention.objects.filter(kind=InterventionKind.ANSWER).count() == 1


def test_a_refusal_without_reasons_is_not_published(otuzco, officer):
    proposal = waiting(otuzco)
    staff.save_answer(
        proposal, by=officer, **YES | {"verdict": Verdict.NOT_ACCEPTED, "text": "No."}
    )

    with pytest.raises(staff.ReasonsAreMissing, match="60"):
        staff.publish_answer(proposal, by=officer)
    assert Answer.objects.get().published_at is None


def test_nobody_publishes_a_text_that_a_colleague_has_changed(otuzco, officer):
    proposal = waiting(otuzco)
    read = staff.save_answer(proposal, by=officer, **YES).saved_at
    staff.save_answer(proposal, by=UserFactory(), **YES | {"text": "Perhaps."})

    with pytest.raises(staff.AnswerHasChanged):
        staff.publish_answer(proposal, by=officer, seen=read)


def test_what_moderation_hid_is_not_answered(otuzco, officer):
    proposal = waiting(otuzco, hidden_at=timezone.now(), hidden_by=officer, hidden_reason="Insults")
    staff.save_answer(proposal, by=officer, **YES)

    with pytest.raises(staff.NotNow, match="hidden"):
        staff.publish_answer(proposal, by=officer)


def test_a_published_answer_is_only_corrected_where_everybody_sees_it(otuzco, officer):
    proposal = waiting(otuzco)
    staff.save_answer(proposal, by=officer, **YES)
    staff.publish_answer(proposal, by=officer)

    with pytest.raises(staff.AnswerIsPublished):
        staff.save_answer(proposal, by=officer, **YES | {"text": "Or not."})
    staff.correct_answer(
        proposal, by=officer, reason="The street was wrong", **YES | {"text": "Yes, in Jr. Unión."}
    )

    event = proposal.thread.events.get(verb="answer_corrected")
    assert (event.text, event.is_public) == ("The street was wrong", True)
    assert event.data["before"]["text"] == "Yes."


def test_a_correction_of_nothing_is_none(otuzco, officer):
    proposal = waiting(otuzco)
    staff.save_answer(proposal, by=officer, **YES)
    staff.publish_answer(proposal, by=officer)

    with pytest.raises(staff.NotNow, match="Nothing has changed"):
        staff.correct_answer(proposal, by=officer, reason="Again", **YES)


def test_a_decision_does_not_change_once_the_work_has_begun(otuzco, officer):
    proposal = waiting(otuzco)
    staff.save_answer(proposal, by=officer, **YES)
    staff.publish_answer(proposal, by=officer)
    staff.start_work(proposal, by=officer)

    with pytest.raises(staff.NotNow, match="work has begun"):
        staff.correct_answer(
            proposal,
            by=officer,
            reason="Changed our mind",
            **YES | {"verdict": Verdict.NOT_ACCEPTED, "text": NO},
        )


def test_what_was_refused_is_not_carried_out(otuzco, officer):
    proposal = waiting(otuzco)
    staff.save_answer(proposal, by=officer, **YES | {"verdict": Verdict.NOT_ACCEPTED, "text": NO})
    staff.publish_answer(proposal, by=officer)

    with pytest.raises(staff.NotNow, match="accepted"):
        staff.start_work(proposal, by=officer)


def test_the_whole_way_from_the_threshold_to_done_and_back(otuzco, officer):
    proposal = waiting(otuzco, ProposalState.THRESHOLD)
    staff.start_evaluation(proposal, by=officer)
    staff.save_answer(proposal, by=officer, **YES)
    staff.publish_answer(proposal, by=officer)
    staff.start_work(proposal, by=officer)
    step = milestones.add(proposal, by=officer, title="Pipes", due_on=timezone.localdate())
    with pytest.raises(staff.NotNow, match="milestones"):
        staff.finish(proposal, by=officer)
    milestones.complete(step, by=officer, done_on=timezone.localdate())

    assert staff.finish(proposal, by=officer).state == ProposalState.DONE
    assert staff.reopen(proposal, by=officer, text="A pipe broke").closed_at is None
    assert verbs(proposal) == [
        "evaluation_started",
        "answer_saved",
        "answered",
        "work_started",
        "milestone_added",
        "milestone_done",
        "finished",
        "reopened",
    ]


def test_internal_notes_leave_only_a_trace_for_the_desk(otuzco, officer):
    proposal = waiting(otuzco)

    staff.save_sheet(proposal, by=officer, notes="Ask the surveyor")
    staff.save_sheet(proposal, by=officer, notes="Ask the surveyor")
    staff.save_sheet(proposal, by=officer, office="Works", notes="Ask the surveyor")

    events = proposal.thread.events.values_list("is_public", "data")
    assert list(events) == [(False, {"fields": []}), (True, {"fields": ["office"]})]


@pytest.mark.usefixtures("transactional_db")
def test_two_officers_publish_at_once_and_one_reads_that_it_is_done():
    municipality = MunicipalityFactory()
    with scoped_transaction(municipality):
        proposal = waiting(municipality)
        answer = AnswerFactory(proposal=proposal, municipality=municipality, **YES)
    officers = [answer.prepared_by, *UserFactory.create_batch(19)]

    def publish(officer):
        try:
            with scoped_transaction(municipality):
                staff.publish_answer(proposal, by=officer)
            return "published"
        except staff.AnswerIsPublished:
            return "read that it is"
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        results = sorted(pool.map(publish, officers))

    assert results == ["published"] + ["read that it is"] * 19
    with scoped_transaction(municipality):
        assert Event.objects.filter(verb="answered").count() == 1
        assert Notice.objects.filter(user=proposal.author).count() == 1
