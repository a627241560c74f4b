"""What a process decided is told to everyone who took part; what became of it is added later."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts import hooks
from accounts.enums import Role
from budgets.enums import AgentState
from municipalities.rls import municipality_scope, region_scope
from participation.models import Event, Follow, Notice
from participation.tasks.notices import tell_followers
from processes import people as of_people, periodic
from processes.actions import outcomes
from processes.actions.outcomes import CannotPublish
from processes.enums import ReviewState, StepKind
from processes.models import Outcome, Registration
from processes.took_part import people
from tests.budgets.factories import AgentFactory, BudgetFactory, WorkFactory, WorkSupportFactory
from tests.factories import (
    CommentFactory,
    DebateFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    ReactionFactory,
    RoleGrantFactory,
    StatementVoteFactory,
    SupportFactory,
    UserFactory,
)
from tests.norms.factories import NormFactory
from tests.processes.factories import (
    MeetingFactory,
    OutcomeFactory,
    OutcomeReviewFactory,
    ProcessFactory,
    RegistrationFactory,
    StepFactory,
)


def coming(days=30):
    return timezone.localdate() + timedelta(days=days)


def published(process, by, **more):
    words = {"decided": "A lane.", "next_steps": "Works paints it.", "review_on": coming()}
    return outcomes.publish(process, by=by, **words | more)


@pytest.fixture
def process(otuzco):
    return ProcessFactory(municipality=otuzco)


def linked(process, kind, thing):
    StepFactory(municipality=process.municipality, process=process, kind=kind, thread=thing.thread)
    return thing


# --- Publishing


def test_an_outcome_says_what_was_decided_and_when_it_is_looked_at_again(process, elsa):
    outcome = published(process, elsa)

    assert outcome.review_on == coming()
    event = process.thread.events.get(verb="process_outcome")
    assert event.is_public
    assert event.as_office


@pytest.mark.parametrize(
    "wrong",
    [{"decided": " "}, {"next_steps": "–"}, {"review_on": coming(0)}, {"review_on": None}],
)
def test_without_words_or_with_a_day_that_is_past_it_is_refused(process, elsa, wrong):
    with pytest.raises(CannotPublish):
        published(process, elsa, **wrong)

    assert not Outcome.objects.exists()


def test_there_is_one_outcome_and_only_of_what_was_open(otuzco, process, elsa):
    published(process, elsa)
    with pytest.raises(CannotPublish):
        published(process, elsa)
    with pytest.raises(CannotPublish):
        published(ProcessFactory(municipality=otuzco, draft=True), elsa)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE processes_outcome SET decided = 'Nothing.'",
        "UPDATE processes_outcome SET next_steps = 'Nothing.'",
        "DELETE FROM processes_outcome",
    ],
)
def test_what_an_outcome_says_stays(otuzco, change):
    outcome = OutcomeFactory(municipality=otuzco)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{change} WHERE id = %s", [outcome.pk])


# --- Who took part


def test_whoever_spoke_agreed_followed_or_registered_took_part(otuzco, process):
    comment = CommentFactory(municipality=otuzco, thread=process.thread)
    agreed = ReactionFactory(municipality=otuzco, thread=process.thread)
    follow = FollowFactory(municipality=otuzco, thread=process.thread)
    meeting = MeetingFactory(municipality=otuzco, process=process)
    registered = RegistrationFactory(municipality=otuzco, meeting=meeting)
    said_there = CommentFactory(municipality=otuzco, thread=meeting.thread)
    StepFactory(municipality=otuzco, process=process)

    assert people(process) == {
        comment.author_id,
        agreed.user_id,
        follow.user_id,
        registered.user_id,
        said_there.author_id,
    }


def test_whoever_took_back_what_they_did_is_left_alone(otuzco, process):
    CommentFactory(municipality=otuzco, thread=process.thread, deleted_at=timezone.now())
    meeting = MeetingFactory(municipality=otuzco, process=process)
    RegistrationFactory(municipality=otuzco, meeting=meeting, cancelled_at=timezone.now())

    assert people(process) == set()


def test_whoever_argued_in_its_debate_took_part(otuzco, process):
    debate = linked(process, StepKind.DEBATE, DebateFactory(municipality=otuzco))
    vote = StatementVoteFactory(
        municipality=otuzco, statement__municipality=otuzco, statement__debate=debate
    )
    comment = CommentFactory(municipality=otuzco, thread=debate.thread)

    assert {debate.thread.author_id, vote.user_id, comment.author_id} - {None} <= people(process)


def test_whoever_supported_its_proposal_took_part(otuzco, process):
    proposal = linked(
        process, StepKind.PROPOSALS, ProposalFactory(municipality=otuzco, published=True)
    )
    support = SupportFactory(municipality=otuzco, proposal=proposal)

    assert support.resident.user_id in people(process)


def test_whoever_brought_works_into_its_budget_took_part_and_drafts_do_not_count(otuzco, process):
    budget = linked(process, StepKind.BUDGET, BudgetFactory(municipality=otuzco, opened=True))
    heading = budget.groups.get().headings.get()
    work = WorkFactory(heading=heading, published=True)
    draft = WorkFactory(heading=heading)
    support = WorkSupportFactory(municipality=otuzco, work=work)
    agent = AgentFactory(
        municipality=otuzco,
        budget=budget,
        registered_by=UserFactory(),
        state=AgentState.SUBMITTED,
    )
    said = CommentFactory(municipality=otuzco, thread=work.thread)

    found = people(process)

    assert {work.author_id, support.resident.user_id, agent.registered_by_id} <= found
    assert said.author_id in found
    assert draft.author_id not in found


def test_whoever_spoke_about_its_norm_took_part(otuzco, process):
    norm = linked(process, StepKind.NORM, NormFactory(municipality=otuzco))
    comment = CommentFactory(municipality=otuzco, thread=norm.thread)

    assert comment.author_id in people(process)


def test_what_happened_elsewhere_is_not_of_this_process(otuzco, process):
    other = ProcessFactory(municipality=otuzco)
    CommentFactory(municipality=otuzco, thread=other.thread)
    CommentFactory(municipality=otuzco, thread=DebateFactory(municipality=otuzco).thread)
    RegistrationFactory(municipality=otuzco, meeting=MeetingFactory(municipality=otuzco))

    assert people(process) == set()


def test_many_people_are_found_by_as_many_queries_as_few(
    otuzco, process, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(30) as asked:
            people(process)
        return len(asked)

    for kind, thing in (
        (StepKind.DEBATE, DebateFactory(municipality=otuzco)),
        (StepKind.BUDGET, BudgetFactory(municipality=otuzco, opened=True)),
    ):
        linked(process, kind, thing)
        CommentFactory(municipality=otuzco, thread=thing.thread)
    few = queries()
    CommentFactory.create_batch(5, municipality=otuzco, thread=process.thread)

    assert queries() == few


# --- Telling them


def test_everyone_who_took_part_hears_of_it_once(
    otuzco, process, elsa, django_capture_on_commit_callbacks
):
    debate = linked(process, StepKind.DEBATE, DebateFactory(municipality=otuzco))
    comment = CommentFactory(municipality=otuzco, thread=debate.thread)
    person = comment.author
    CommentFactory(municipality=otuzco, thread=process.thread, author=person)
    FollowFactory(municipality=otuzco, thread=process.thread, user=person)
    bystander = UserFactory()

    with django_capture_on_commit_callbacks(execute=True):
        published(process, elsa)

    assert Notice.objects.get(user=person).event.verb == "process_outcome"
    assert not Notice.objects.filter(user=bystander).exists()
    assert [message.to for message in mail.outbox if person.email in message.to] == [[person.email]]


def test_five_thousand_people_are_told_in_a_bounded_number_of_queries_and_once(
    otuzco, process, elsa, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    UserFactory._meta.model.objects.bulk_create(
        UserFactory.build_batch(5_000, email=None), batch_size=1_000
    )
    many = UserFactory._meta.model.objects.filter(email=None)
    Follow.objects.bulk_create(
        Follow(municipality=otuzco, thread=process.thread, user=person) for person in many
    )

    with django_assert_max_num_queries(80), django_capture_on_commit_callbacks(execute=True):
        published(process, elsa)

    event = Event.objects.get(verb="process_outcome")
    assert event.notices.count() == 5_000
    tell_followers(otuzco.pk, event.pk)
    assert event.notices.count() == 5_000
    assert many.filter(unread_notices=1).count() == 5_000


# --- Reviews


def test_what_became_of_it_is_added_until_it_is_done(process, elsa):
    outcome = published(process, elsa)

    with pytest.raises(CannotPublish):
        outcomes.review(outcome, by=elsa, state=ReviewState.LATE, text="Half of it.")
    with pytest.raises(CannotPublish):
        outcomes.review(outcome, by=elsa, state=ReviewState.LATE, text=" ", next_review_on=coming())
    outcomes.review(
        outcome, by=elsa, state=ReviewState.LATE, text="Half of it.", next_review_on=coming(60)
    )
    outcome.refresh_from_db()
    assert outcome.review_on == coming(60)

    outcomes.review(outcome, by=elsa, state=ReviewState.DONE, text="All of it.")
    outcome.refresh_from_db()
    assert outcome.review_on is None
    with pytest.raises(CannotPublish):
        outcomes.review(outcome, by=elsa, state=ReviewState.DONE, text="Again.")
    assert [one.text for one in outcome.reviews.all()] == ["Half of it.", "All of it."]


def test_reviews_are_only_added(otuzco):
    review = OutcomeReviewFactory(municipality=otuzco)

    for change in (
        "UPDATE processes_outcomereview SET text = 'x'",
        "DELETE FROM processes_outcomereview",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{change} WHERE id = %s", [review.pk])


# --- Being reminded


def reminded():
    return list(
        Notice.objects.filter(event__verb="process_review_due").values_list("user_id", flat=True)
    )


def test_staff_are_reminded_once_for_each_day_of_review(
    otuzco, elsa, django_capture_on_commit_callbacks
):
    outcome = OutcomeFactory(municipality=otuzco, review_on=coming(0))
    OutcomeFactory(municipality=otuzco, review_on=coming(1))
    OutcomeFactory(municipality=otuzco, review_on=None)
    RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR)

    with django_capture_on_commit_callbacks(execute=True):
        assert periodic.remind_of_reviews() == 1
        assert periodic.remind_of_reviews() == 0
    with municipality_scope(otuzco):
        assert reminded() == [elsa.pk]
        assert not Event.objects.get(verb="process_review_due").is_public
        outcomes.review(
            outcome, by=elsa, state=ReviewState.LATE, text="Late.", next_review_on=coming(5)
        )
        outcome.refresh_from_db()
        outcome.review_on = coming(-1)
        outcome.save()

    with django_capture_on_commit_callbacks(execute=True):
        assert periodic.remind_of_reviews() == 1
    with municipality_scope(otuzco):
        assert reminded() == [elsa.pk, elsa.pk]


def test_days_without_a_worker_lose_nothing(otuzco, elsa):
    OutcomeFactory(municipality=otuzco, review_on=coming(-12))

    assert periodic.remind_of_reviews() == 1


def test_where_nobody_works_on_processes_it_is_told_once_somebody_does(otuzco):
    OutcomeFactory(municipality=otuzco, review_on=coming(-2))
    assert periodic.remind_of_reviews() == 0

    with municipality_scope(otuzco):
        RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR)
    assert periodic.remind_of_reviews() == 1


def test_each_town_is_reminded_of_its_own(otuzco, elsa, django_capture_on_commit_callbacks):
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        OutcomeFactory(municipality=neighbour, review_on=coming(0))
        theirs = RoleGrantFactory(municipality=neighbour, role=Role.EVALUATOR).user

    with django_capture_on_commit_callbacks(execute=True):
        assert periodic.remind_of_reviews() == 1
    with municipality_scope(neighbour):
        assert reminded() == [theirs.pk]


# --- When somebody leaves, or asks what is kept of them


def test_of_meetings_that_are_over_the_count_stays_without_the_person(otuzco):
    person = UserFactory()
    over = MeetingFactory(municipality=otuzco, over=True)
    for meeting in (over, MeetingFactory(municipality=otuzco)):
        RegistrationFactory(municipality=otuzco, meeting=meeting, user=person)
    assert of_people.erase in hooks.ERASERS
    assert of_people.export in hooks.EXPORTERS

    with region_scope("a test"):
        told = of_people.export(person)["registrations for meetings"]
        of_people.erase(person)

    assert {row["meeting__title"] for row in told} >= {over.title}
    assert len(told) == 2
    with municipality_scope(otuzco):
        assert [(row.meeting, row.user) for row in Registration.objects.all()] == [(over, None)]
