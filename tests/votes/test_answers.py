from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import MunicipalityKind
from municipalities.rls import municipality_scope
from tests.factories import (
    ComplaintFactory,
    MunicipalityFactory,
    PollFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
)
from votes.actions import answers, copies, polls, urn as urns
from votes.enums import Phase, UrnState
from votes.models import Envelope, Poll
from votes.samples import sample_of, samples_for


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


@pytest.fixture
def counted(otuzco, clock):
    poll = PollFactory(
        municipality=otuzco,
        ready=True,
        opens_at=timezone.now() - timedelta(days=2),
        closes_at=timezone.now() - timedelta(days=1),
    )
    urn = urns.close(poll.urn)
    urn.state = UrnState.OPENED
    urn.save(update_fields=["state"])
    return poll


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def test_the_municipality_answers_once_there_are_results(otuzco, ana):
    with pytest.raises(answers.CannotAnswer, match="tiene resultados"):
        answers.answer(PollFactory(municipality=otuzco), by=ana, text="We will.")


def test_an_answer_is_signed_by_an_office_and_says_when_it_is_looked_at_again(counted, ana):
    answered = answers.answer(
        counted, by=ana, text="The market opens.", office="Markets", review_on=in_days(90)
    )

    assert (answered.answer, answered.answer_office) == ("The market opens.", "Markets")
    assert answered.review_on == in_days(90)
    assert counted.thread.events.get().verb == "poll_answered"


def test_an_answer_may_be_corrected_and_what_it_said_stays(counted, ana):
    answers.answer(counted, by=ana, text="Yes.")
    answers.answer(counted, by=ana, text="Yes, from May on.")

    assert counted.thread.events.last().data["before"] == "Yes."


@pytest.mark.parametrize(("text", "days"), [(" ", 90), ("Yes.", 0), ("Yes.", -1)])
def test_an_answer_says_something_and_looks_ahead(counted, ana, text, days):
    with pytest.raises(answers.CannotAnswer):
        answers.answer(counted, by=ana, text=text, review_on=in_days(days))


def test_a_review_is_public_and_sets_the_next_one_or_none(counted, ana):
    with pytest.raises(answers.CannotAnswer, match="Primero"):
        answers.review(counted, by=ana, text="Built.")
    answers.answer(counted, by=ana, text="Yes.", review_on=in_days(90))

    reviewed = answers.review(counted, by=ana, text="Half of it is built.")

    assert reviewed.review_on is None
    event = counted.thread.events.last()
    assert (event.verb, event.text, event.is_public) == (
        "poll_reviewed",
        "Half of it is built.",
        True,
    )


def test_an_objection_is_answered_once_and_its_author_hears_of_it(counted, ana):
    complaint = ComplaintFactory(municipality=counted.municipality, poll=counted)

    answers.answer_complaint(complaint, by=ana, text="The table closed at 16:00, as announced.")

    event = counted.thread.events.get(verb="poll_objection_answered")
    assert event.data["people"] == [complaint.author_id]
    with pytest.raises(answers.CannotAnswer, match="ya tiene"):
        answers.answer_complaint(complaint, by=ana, text="Again.")


def test_a_copy_has_words_questions_and_trustees_and_neither_lots_nor_approvals(counted, ana):
    copy = copies.clone(counted, by=ana)

    assert copy.phase == Phase.PREPARED
    assert copy.title == counted.title
    assert [q.title for q in copy.questions.all()] == [q.title for q in counted.questions.all()]
    assert copy.trustees.count() == 2
    assert copy.questions.get().lots == []
    assert not copy.approvals.exists()


def test_a_copy_opens_in_a_week_at_the_earliest_at_the_same_hour_and_for_as_long(counted, ana):
    copy = copies.clone(counted, by=ana)

    moved = copy.urn.opens_at - counted.urn.opens_at
    assert copy.urn.opens_at >= timezone.now() + timedelta(days=7) - timedelta(minutes=1)
    assert moved % timedelta(days=1) == timedelta(0)
    assert copy.urn.closes_at - counted.urn.closes_at == moved
    assert copy.answer_due_on - counted.answer_due_on == moved


def test_a_test_has_an_urn_of_its_own_that_takes_pretend_voters_only(otuzco, ana):
    real = PollFactory(municipality=otuzco)

    test = copies.try_out(real, by=ana)

    assert test.urn.is_test
    assert test.urn_id != real.urn_id
    assert test.phase == Phase.KEYS
    assert not Envelope.objects.exists()
    assert list(Poll.objects.real()) == [real]


def test_the_test_of_an_unfinished_poll_says_what_is_missing_and_makes_none(otuzco, ana):
    unfinished = PollFactory(municipality=otuzco, questions=False)

    with pytest.raises(polls.CannotFreeze, match="pregunta"):
        copies.try_out(unfinished, by=ana)


def test_a_model_of_the_region_is_offered_to_every_town_and_a_towns_own_to_itself(otuzco, ana):
    place = RegionPlaceFactory(code=otuzco.place_id[:2])
    region = MunicipalityFactory(kind=MunicipalityKind.REGION, place=place, slug="region")
    neighbour = MunicipalityFactory()
    with municipality_scope(region):
        regional = PollFactory(municipality=region, is_template=True, title="Yearly budget")
        PollFactory(municipality=region, title="Not a model")
    with municipality_scope(neighbour):
        theirs = PollFactory(municipality=neighbour, is_template=True)
    own = copies.clone(PollFactory(municipality=otuzco, title="Market"), by=ana, is_template=True)

    assert samples_for(otuzco, by=ana) == [regional, own]
    assert sample_of(otuzco, theirs.pk, by=ana) is None
    begun = copies.clone(regional, by=ana, to=otuzco)

    assert begun.municipality == otuzco
    assert begun.questions.get().title == "Shall the market open on Sundays?"
    assert not begun.trustees.exists()


def test_a_model_is_never_voted_on(otuzco, ana):
    model = copies.clone(PollFactory(municipality=otuzco), by=ana, is_template=True)

    with pytest.raises(polls.CannotApprove, match="modelo"):
        polls.approve(model, by=ana, content=bytes(32))
    with pytest.raises(polls.CannotFreeze, match="modelo"):
        polls.freeze(model, by=ana)
