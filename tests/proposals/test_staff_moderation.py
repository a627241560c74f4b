"""Hiding, showing again, and milestones."""

from datetime import date, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone, translation

from municipalities.rls import municipality_scope
from participation.enums import ModerationRule
from participation.images import InvalidImage
from participation.models import Image, Notice
from proposals import timeline
from proposals.actions import milestones, moderation, staff
from proposals.enums import MilestoneState, ProposalState, Verdict
from proposals.models import Milestone, Proposal
from tests.factories import (
    AnswerFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    UserFactory,
)
from tests.proposals.pictures import photo


REASON = "It names a neighbour and insults her."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def officer():
    return UserFactory()


@pytest.fixture
def proposal(otuzco):
    return ProposalFactory(municipality=otuzco, published=True)


@pytest.fixture
def accepted(otuzco):
    proposal = ProposalFactory(municipality=otuzco, published=True, state=ProposalState.ANSWERED)
    AnswerFactory(proposal=proposal, municipality=otuzco, published_at=timezone.now())
    return proposal


def test_the_reason_goes_to_the_author_and_only_the_fact_is_public(
    proposal, officer, django_capture_on_commit_callbacks
):
    FollowFactory(thread=proposal.thread, municipality=proposal.municipality)

    with django_capture_on_commit_callbacks(execute=True):
        moderation.hide(proposal, by=officer, rule=ModerationRule.INSULT, reason=REASON)

    assert list(Notice.objects.values_list("user", "event__text")) == [(proposal.author_id, REASON)]
    (told,) = timeline.story_of(proposal)
    assert (told.title, told.text) == ("Hidden by moderation", "")
    assert REASON in [entry.text for entry in timeline.story_of(proposal, private=True)]


def test_showing_again_brings_back_exactly_what_that_decision_hid(proposal, officer):
    untouched = Q(pk=proposal.pk)
    before = Proposal.objects.filter(untouched).values().get()

    hidden = moderation.hide(proposal, by=officer, rule=ModerationRule.INSULT, reason=REASON)
    assert not hidden.thread.is_public
    restored = moderation.restore(proposal, by=officer, reason="It was a misunderstanding.")

    assert Proposal.objects.filter(untouched).values().get() == before
    assert restored.thread.is_public


def test_hiding_twice_leaves_one_trace(proposal, officer):
    moderation.hide(proposal, by=officer, rule=ModerationRule.INSULT, reason=REASON)

    with pytest.raises(staff.NotNow, match="already"):
        moderation.hide(proposal, by=UserFactory(), rule=ModerationRule.INSULT, reason="Me too")
    assert proposal.thread.events.public().count() == 1


def test_nobody_decides_about_their_own_words(proposal):
    with pytest.raises(moderation.OwnContent):
        moderation.hide(proposal, by=proposal.author, rule=ModerationRule.INSULT, reason=REASON)
    moderation.hide(proposal, by=UserFactory(), rule=ModerationRule.INSULT, reason=REASON)
    with pytest.raises(moderation.OwnContent):
        moderation.restore(proposal, by=proposal.author, reason="I like it.")


def test_drafts_are_nobody_elses(otuzco, officer):
    with pytest.raises(staff.NotNow):
        moderation.hide(
            ProposalFactory(municipality=otuzco),
            by=officer,
            rule=ModerationRule.INSULT,
            reason=REASON,
        )


def test_a_milestone_is_promised_moved_and_reached_with_a_photo(accepted, officer):
    step = milestones.add(
        accepted, by=officer, title="Pipes", due_on=date(2030, 3, 5), text="Of 2 inches"
    )
    milestones.change(step, by=officer, title="Pipes laid", due_on=date(2030, 4, 5))
    milestones.complete(
        step,
        by=officer,
        done_on=timezone.localdate(),
        photo=photo(),
        photo_description="A trench with pipes",
    )

    step.refresh_from_db()
    assert step.state == MilestoneState.DONE
    assert step.photo == Image.objects.of_office().get()
    added, changed, done = timeline.story_of(accepted)
    assert added.title == "Milestone promised: Pipes"
    assert "Before: Pipes" in changed.facts[1]
    assert done.picture["alt"] == "A trench with pipes"


def test_what_is_to_come_stands_last_and_says_when_it_is_late(accepted, officer):
    yesterday, today = timezone.localdate() - timedelta(days=1), timezone.localdate()
    milestones.add(accepted, by=officer, title="Plan", due_on=yesterday)
    milestones.add(accepted, by=officer, title="Pipes", due_on=today)

    late, coming = timeline.story_of(accepted)[-2:]

    assert (late.title, late.when, late.is_planned) == ("Late: Plan", yesterday, True)
    assert coming.title == "To come: Pipes"


def test_a_broken_photo_leaves_the_milestone_as_it_was(accepted, officer):
    step = milestones.add(accepted, by=officer, title="Pipes", due_on=date(2030, 3, 5))

    with pytest.raises(InvalidImage):
        milestones.complete(
            step, by=officer, done_on=timezone.localdate(), photo=photo(broken=True)
        )
    assert Milestone.objects.get().state == MilestoneState.PLANNED
    assert not Image.objects.exists()


def test_a_double_click_promises_and_reaches_once(accepted, officer):
    step = milestones.add(accepted, by=officer, title="Pipes", due_on=date(2030, 3, 5))
    with pytest.raises(staff.NotNow):
        milestones.add(accepted, by=officer, title="Pipes", due_on=date(2030, 3, 5))
    milestones.complete(step, by=officer, done_on=timezone.localdate())
    with pytest.raises(staff.NotNow):
        milestones.complete(step, by=officer, done_on=timezone.localdate())

    assert accepted.thread.events.count() == 2


def test_a_promise_is_taken_back_with_a_reason_and_its_trace_stays(accepted, officer):
    step = milestones.add(accepted, by=officer, title="Pipes", due_on=date(2030, 3, 5))

    milestones.remove(step, by=officer, reason="The water comes from elsewhere.")
    with pytest.raises(staff.NotNow):
        milestones.remove(step, by=officer, reason="Again, by a colleague.")

    last = timeline.story_of(accepted)[-1]
    assert (last.title, last.text) == (
        "Milestone taken back: Pipes",
        "The water comes from elsewhere.",
    )


def test_what_was_not_accepted_gets_no_milestones(otuzco, officer, proposal):
    refused = ProposalFactory(municipality=otuzco, published=True, state=ProposalState.ANSWERED)
    AnswerFactory(
        proposal=refused,
        municipality=otuzco,
        verdict=Verdict.NOT_ACCEPTED,
        published_at=timezone.now(),
    )

    for other in (refused, proposal):
        with pytest.raises(staff.NotNow):
            milestones.add(other, by=officer, title="Pipes", due_on=date(2030, 3, 5))
