"""Which works come into evaluation, who evaluates them, and what is found until it is handed in."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone, translation

from accounts.enums import Role
from budgets import evaluating
from budgets.actions import evaluations as actions
from budgets.enums import BudgetState, Stage, StepKind, WorkState
from budgets.models import CostLine, Evaluation
from decide.common import workdays
from decide.common.words import day
from municipalities.rls import municipality_scope
from participation.models import Event, Notice
from tests.budgets.evaluation import budget_of, evaluate, staff, state_of, verbs, work_of
from tests.budgets.factories import AgentFactory, EvaluationFactory, ObservationFactory
from tests.factories import FollowFactory, MunicipalityFactory, UserFactory


WHOLE = {
    "is_legal": True,
    "is_competence": True,
    "is_technical": True,
    "verdict": "feasible",
    "report": "It can be done.",
    "running_cost": 0,
    "months": 6,
}
LINES = [("Materials", 15_000_00), ("Labour", 5_000_50)]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def otuzco():
    with municipality_scope(town := MunicipalityFactory(contact_office="Gerencia de Obras")):
        yield town


@pytest.fixture
def budget(otuzco):
    return budget_of(otuzco, supports_needed=5)


@pytest.fixture
def boss(otuzco):
    return staff(otuzco, Role.ADMINISTRATOR)


@pytest.fixture
def ana(otuzco):
    return staff(otuzco)


@pytest.fixture
def luis(otuzco):
    return staff(otuzco)


@pytest.fixture
def later():
    return timezone.localdate() + timedelta(days=10)


def given_to(person, budget, **fields):
    """A work under evaluation that this person evaluates, and has no interest in."""
    work = work_of(budget, evaluated=True)
    return EvaluationFactory(work=work, evaluator=person, declared_at=timezone.now(), **fields)


# --- Which works


def test_a_work_with_its_supports_is_taken_up_and_its_author_and_followers_hear_of_it(
    budget, boss, django_capture_on_commit_callbacks
):
    work = work_of(budget, support_count=5)
    follower = FollowFactory(thread=work.thread, municipality=work.municipality).user

    with django_capture_on_commit_callbacks(execute=True):
        actions.take_up(work, by=boss)

    assert state_of(work) == WorkState.EVALUATION
    event = work.thread.events.get()
    assert (event.verb, event.is_public) == ("work_evaluation_started", True)
    assert event.as_office == "Gerencia de Obras"
    told = Notice.objects.filter(event=event).values_list("user", flat=True)
    assert set(told) == {work.author_id, follower.pk}


def test_one_with_fewer_supports_is_taken_up_only_for_a_reason_that_everybody_reads(budget, boss):
    work = work_of(budget, support_count=4)

    with pytest.raises(actions.CannotEvaluate, match="4 of the 5 supports"):
        actions.take_up(work, by=boss)
    actions.take_up(work, by=boss, why="It is the only one of its village.")

    assert state_of(work) == WorkState.EVALUATION
    assert work.thread.events.get().text == "It is the only one of its village."


@pytest.mark.parametrize("state", [WorkState.EVALUATION, WorkState.WITHDRAWN])
def test_what_is_not_just_published_is_not_taken_up(budget, boss, state):
    work = work_of(budget, state=state, state_reason="Why.", support_count=9)

    with pytest.raises(actions.CannotEvaluate, match="not waiting"):
        actions.take_up(work, by=boss)


def test_what_moderation_hides_is_not_taken_up(budget, boss):
    work = work_of(
        budget, support_count=9, hidden_at=timezone.now(), hidden_reason="Somebody's telephone."
    )

    with pytest.raises(actions.CannotEvaluate, match="hidden"):
        actions.take_up(work, by=boss)


def test_works_are_taken_up_while_the_step_of_the_evaluation_runs(otuzco, boss):
    budget = budget_of(otuzco, running=[StepKind.SUPPORTS])

    with pytest.raises(actions.CannotEvaluate, match="opens on"):
        actions.take_up(work_of(budget), by=boss)


def test_nothing_goes_on_in_a_budget_that_was_called_off(budget, boss, ana):
    evaluation = given_to(ana, budget)
    budget.state, budget.cancelled_why = BudgetState.CANCELLED, "No money came."
    budget.save()

    with pytest.raises(actions.CannotEvaluate, match="called off"):
        actions.take_up(work_of(budget, support_count=9), by=boss)
    with pytest.raises(actions.CannotEvaluate, match="called off"):
        actions.save(evaluation, by=ana, report="It can be done.")


def test_a_work_is_put_back_for_a_reason_and_can_be_taken_up_again(budget, boss, ana):
    work = given_to(ana, budget).work

    actions.put_back(work, by=boss, why="It was the other one.")

    assert state_of(work) == WorkState.PUBLISHED
    assert verbs(work.thread, is_public=True) == ["work_evaluation_stopped"]
    assert list(Evaluation.objects.open()) == []
    actions.take_up(work, by=boss, why="It was this one after all.")
    assert evaluating.standing_of(work).evaluation.evaluator == ana


def test_what_was_handed_in_is_not_put_back(budget, boss):
    work = work_of(budget, evaluated=True)
    evaluate(work)

    with pytest.raises(actions.CannotEvaluate, match="handed in"):
        actions.put_back(work, by=boss, why="We would rather not.")


# --- Who


def test_an_evaluator_is_told_what_to_do_and_until_when(
    budget, boss, ana, later, django_capture_on_commit_callbacks
):
    work = work_of(budget, evaluated=True)

    with django_capture_on_commit_callbacks(execute=True):
        evaluation = actions.assign(work, to=ana, due_on=later, by=boss)

    assert evaluating.standing_of(work).stage == Stage.AT_WORK
    notice = Notice.objects.get()
    assert (notice.user, notice.event.is_public) == (ana, False)
    with translation.override("es"):
        assert day(later) in notice.words
    assert (
        notice.path == f"/{work.municipality.slug}/presupuestos/gestion/evaluacion/{evaluation.pk}/"
    )


def test_only_evaluators_of_the_place_evaluate(budget, boss, later):
    work = work_of(budget, evaluated=True)

    for person in (boss, UserFactory()):
        with pytest.raises(actions.NotAnEvaluator, match="no evaluator here"):
            actions.assign(work, to=person, due_on=later, by=boss)


def test_nobody_evaluates_what_they_put_forward_nor_the_work_of_an_agent_they_registered(
    budget, boss, ana, luis, later
):
    own = work_of(budget, evaluated=True, author=ana)
    agent = AgentFactory(municipality=budget.municipality, budget=budget, registered_by=luis)
    registered = work_of(budget, evaluated=True, agent=agent)

    for person, work in ((ana, own), (luis, registered)):
        with pytest.raises(actions.NotAnEvaluator, match="put .* forward"):
            actions.assign(work, to=person, due_on=later, by=boss)
        with pytest.raises(IntegrityError, match="their own work"), transaction.atomic():
            EvaluationFactory(work=work, evaluator=person)


def test_a_day_that_is_over_is_no_due_date(budget, boss, ana):
    with pytest.raises(actions.CannotEvaluate, match="over"):
        actions.assign(
            work_of(budget, evaluated=True),
            to=ana,
            due_on=timezone.localdate() - timedelta(days=1),
            by=boss,
        )


def test_given_to_somebody_else_what_was_written_stays_and_they_declare_anew(
    budget, boss, ana, luis, later, django_capture_on_commit_callbacks
):
    evaluation = given_to(ana, budget, report="The land is free.")

    with django_capture_on_commit_callbacks(execute=True):
        actions.assign(evaluation.work, to=luis, due_on=later, by=boss)

    evaluation.refresh_from_db()
    assert (evaluation.evaluator, evaluation.declared_at) == (luis, None)
    assert evaluation.report == "The land is free."
    told = dict(Notice.objects.values_list("event__verb", "user"))
    assert told == {
        "work_evaluation_reassigned": ana.pk,
        "work_evaluation_assigned": luis.pk,
    }
    with pytest.raises(actions.CannotEvaluate, match="not yours"):
        actions.save(evaluation, by=ana, report="Mine.")


def test_who_has_an_interest_steps_back_saying_which_and_is_not_given_it_again(
    budget, boss, ana, luis, later
):
    evaluation = given_to(ana, budget, assigned_by=boss)
    work = evaluation.work

    actions.step_back(evaluation, by=ana, why="My brother lives beside it.")

    assert evaluating.standing_of(work).stage == Stage.TO_ASSIGN
    assert verbs(work.thread, is_public=True) == []
    with pytest.raises(actions.NotAnEvaluator, match="stepped back"):
        actions.assign(work, to=ana, due_on=later, by=boss)
    actions.assign(work, to=luis, due_on=later, by=boss)
    assert evaluating.standing_of(work).evaluation.evaluator == luis


# --- What they find


def test_before_anything_else_the_evaluator_says_they_have_no_interest(budget, ana):
    evaluation = EvaluationFactory(work=work_of(budget, evaluated=True), evaluator=ana)

    with pytest.raises(actions.CannotEvaluate, match="no interest"):
        actions.save(evaluation, by=ana, report="It can be done.")
    actions.declare(evaluation, by=ana)
    actions.save(evaluation, by=ana, report="It can be done.")

    evaluation.refresh_from_db()
    assert evaluation.report == "It can be done."


def test_it_is_saved_as_it_goes_and_the_lines_sum_to_the_cost(budget, ana):
    evaluation = given_to(ana, budget)

    actions.save(evaluation, by=ana, lines=[("Materials", 1_00)], months=3)
    actions.save(evaluation, by=ana, lines=LINES, notes="Ask the registry.")

    kept = Evaluation.objects.with_cost().get()
    assert (kept.cost, kept.months, kept.notes) == (20_000_50, 3, "Ask the registry.")
    assert evaluation.work.thread.events.count() == 0


def test_handing_in_asks_for_all_of_it_and_says_what_is_missing(budget, ana):
    evaluation = given_to(ana, budget)
    actions.save(evaluation, by=ana, verdict="feasible", is_legal=False)

    with pytest.raises(actions.CannotEvaluate) as refusal:
        actions.hand_in(evaluation, by=ana)

    for missing in ("three questions", "report", "cannot be feasible", "costs", "a year", "months"):
        assert missing in str(refusal.value)


def test_whoever_hears_no_is_owed_more_than_a_sentence(budget, ana):
    evaluation = given_to(ana, budget)
    actions.save(evaluation, by=ana, **WHOLE | {"verdict": "unfeasible", "report": "No."})

    with pytest.raises(actions.CannotEvaluate, match="60 letters"):
        actions.hand_in(evaluation, by=ana)


def test_handed_in_it_does_not_change_and_nobody_outside_hears_of_it(
    budget, boss, ana, django_capture_on_commit_callbacks
):
    evaluation = given_to(ana, budget, assigned_by=boss)
    actions.save(evaluation, by=ana, lines=LINES, **WHOLE)

    with django_capture_on_commit_callbacks(execute=True):
        actions.hand_in(evaluation, by=ana)

    work = evaluation.work
    assert state_of(work) == WorkState.EVALUATION
    assert list(Event.objects.filter(thread=work.thread, is_public=True)) == []
    assert [notice.user for notice in Notice.objects.all()] == [boss]
    for change in (
        lambda: actions.save(evaluation, by=ana, report="Another."),
        lambda: actions.hand_in(evaluation, by=ana),
        lambda: actions.step_back(evaluation, by=ana, why="My land."),
        lambda: actions.assign(work, to=ana, due_on=timezone.localdate(), by=boss),
    ):
        with pytest.raises(actions.CannotEvaluate):
            change()
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Evaluation.objects.update(report="Another.")
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        CostLine.objects.update(amount=1)


def test_internal_notes_go_on_after_it_is_handed_in(budget, ana, luis):
    evaluation = evaluate(work_of(budget, evaluated=True), evaluator=ana)

    actions.write_notes(evaluation, by=ana, notes="They telephoned.")

    assert Evaluation.objects.get().notes == "They telephoned."
    with pytest.raises(actions.CannotEvaluate):
        actions.write_notes(evaluation, by=luis, notes="Mine.")


def test_what_was_saved_after_it_was_read_is_not_handed_in(budget, ana):
    evaluation = given_to(ana, budget)
    read = actions.save(evaluation, by=ana, lines=LINES, **WHOLE).saved_at
    actions.save(evaluation, by=ana, report="Changed in another window.")

    with pytest.raises(actions.ReadSomethingElse):
        actions.hand_in(evaluation, by=ana, seen=read)


def test_a_feasible_work_without_a_cost_is_refused_by_the_database_itself(budget):
    work = work_of(budget, evaluated=True)
    evaluation = EvaluationFactory(
        work=work, declared_at=timezone.now(), **WHOLE, submitted_at=None
    )

    with pytest.raises(IntegrityError, match="has a cost"), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(submitted_at=timezone.now())


def test_what_is_late_is_late_by_working_days(budget, ana):
    evaluation = given_to(ana, budget, due_on=timezone.localdate() - timedelta(days=9))

    standing = evaluating.standing_of(evaluation.work)

    assert standing.stage == Stage.LATE
    assert standing.days_late == workdays.between(evaluation.due_on, timezone.localdate())


def test_who_waits_for_the_author_is_not_late(budget, ana):
    evaluation = given_to(ana, budget, due_on=timezone.localdate() - timedelta(days=1))
    ObservationFactory(
        municipality=budget.municipality, evaluation=evaluation, due_on=timezone.localdate()
    )

    assert evaluating.standing_of(evaluation.work).stage == Stage.WAITING
