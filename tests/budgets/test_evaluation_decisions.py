"""Decisions come out together, when it was said; until then nobody knows any. Then one appeal."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.enums import Role
from budgets import evaluating, reports
from budgets.actions import decisions, evaluations
from budgets.enums import Mode, Round, Stage, WorkState
from budgets.models import Appeal, Budget, Evaluation, Work
from municipalities.rls import municipality_scope
from participation.models import Event, Notice
from tests.budgets.evaluation import (
    LONG_NO,
    budget_of,
    evaluate,
    handed_in,
    on,
    points_of,
    published,
    staff,
    state_of,
    verbs,
    work_of,
)
from tests.budgets.factories import EvaluationFactory
from tests.factories import FollowFactory, MunicipalityFactory, RoleGrantFactory


MONDAY, THURSDAY, FRIDAY = date(2030, 5, 13), date(2030, 5, 16), date(2030, 5, 17)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def otuzco():
    with municipality_scope(town := MunicipalityFactory()):
        yield town


@pytest.fixture
def budget(otuzco):
    return budget_of(otuzco, appeal_days=3)


@pytest.fixture
def boss(otuzco):
    return staff(otuzco, Role.ADMINISTRATOR)


@pytest.fixture
def refused(budget, boss):
    """A work found not feasible on a Monday; its author may appeal until Thursday."""
    work = handed_in(budget, "unfeasible")
    with on(MONDAY):
        published(budget, boss)
    work.refresh_from_db()
    return work


# --- When


def test_the_moment_is_said_in_public_and_another_one_needs_a_reason(budget, boss):
    soon = timezone.now() + timedelta(days=5)
    decisions.announce(budget, by=boss, at=soon)

    with pytest.raises(decisions.CannotPublish, match="why it changes"):
        decisions.announce(budget, by=boss, at=soon + timedelta(days=1))
    decisions.announce(budget, by=boss, at=soon + timedelta(days=1), why="The rains.")

    events = budget.thread.events.filter(verb="budget_decisions_announced", is_public=True)
    assert [("The rains." in event.text) for event in events] == [False, True]


def test_a_moment_that_is_over_is_not_said(budget, boss):
    with pytest.raises(decisions.CannotPublish, match="still to come"):
        decisions.announce(budget, by=boss, at=timezone.now() - timedelta(seconds=1))


def test_nothing_is_published_before_the_moment_that_was_said(budget, boss):
    handed_in(budget)
    with pytest.raises(decisions.CannotPublish, match="Say first"):
        decisions.publish(budget, by=boss)
    decisions.announce(budget, by=boss, at=timezone.now() + timedelta(hours=1))

    with pytest.raises(decisions.CannotPublish, match="published from"):
        decisions.publish(budget, by=boss)
    with pytest.raises(IntegrityError, match="when_it_was_said"), transaction.atomic():
        Budget.objects.filter(pk=budget.pk).update(decisions_published_at=timezone.now())


def test_nothing_is_published_while_one_evaluation_is_missing(budget, boss):
    handed_in(budget)
    EvaluationFactory(work=work_of(budget, evaluated=True))
    work_of(budget, evaluated=True)

    with pytest.raises(decisions.CannotPublish, match="2 works"):
        published(budget, boss)
    assert not Work.objects.exclude(state=WorkState.EVALUATION).exists()


def test_nothing_is_published_if_nothing_was_evaluated(budget, boss):
    with pytest.raises(decisions.CannotPublish, match="No work"):
        published(budget, boss)


def test_where_the_matrix_decides_points_are_settled_first(otuzco, boss):
    budget = budget_of(otuzco, mode=Mode.MATRIX, criteria=[(60, 5), (40, 5)])
    work = handed_in(budget)
    handed_in(budget, "unfeasible")

    with pytest.raises(decisions.CannotPublish, match="points of 1 feasible work"):
        published(budget, boss)
    points_of(work, (5, 3))
    published(budget, boss)

    assert state_of(work) == WorkState.FEASIBLE


# --- What


def test_all_come_out_at_once_with_what_works_cost(
    budget, boss, django_capture_on_commit_callbacks
):
    yes, no = handed_in(budget, cost=45_000_50), handed_in(budget, "unfeasible")
    follower = FollowFactory(thread=yes.thread, municipality=yes.municipality).user

    with django_capture_on_commit_callbacks(execute=True):
        published(budget, boss)

    yes.refresh_from_db()
    assert (yes.state, yes.cost) == (WorkState.FEASIBLE, 45_000_50)
    assert state_of(no) == WorkState.UNFEASIBLE
    decided = Event.objects.get(thread=yes.thread, verb="work_decided")
    assert decided.data == {"verdict": "feasible", "cost": 45_000_50}
    told = Notice.objects.filter(event__verb="work_decided").values_list("user", flat=True)
    assert set(told) == {yes.author_id, no.author_id, follower.pk}
    assert budget.thread.events.get(verb="budget_decisions").data == {
        "feasible": 1,
        "unfeasible": 1,
    }


def test_who_hears_no_reads_until_when_they_may_appeal(refused):
    event = refused.thread.events.get(verb="work_decided")

    assert "jueves 16 de mayo" in event.text


def test_published_decisions_stay(budget, boss):
    handed_in(budget)
    published(budget, boss)

    with pytest.raises(decisions.CannotPublish, match="already"):
        decisions.publish(budget, by=boss)
    with pytest.raises(decisions.CannotPublish, match="already"):
        decisions.announce(budget, by=boss, at=timezone.now() + timedelta(days=1))
    with pytest.raises(evaluations.CannotEvaluate, match="already"):
        evaluations.take_up(work_of(budget, support_count=9), by=boss)


def test_until_then_no_history_notice_or_report_says_what_was_found(
    budget, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        work = handed_in(budget, "unfeasible")

    assert reports.published_of(work) == []
    assert verbs(work.thread, is_public=True) == []
    assert work.shown_state == WorkState.EVALUATION
    assert not Work.objects.decided().exists()
    assert not Evaluation.objects.published().exists()


def test_afterwards_everybody_reads_the_report_and_never_the_notes(budget, boss):
    work = work_of(budget, evaluated=True)
    EvaluationFactory(
        work=work, submitted=True, notes="The mayor's cousin asked.", cost=150_000_00, months=7
    )
    published(budget, boss)

    (report,) = reports.published_of(Work.objects.get(pk=work.pk))

    assert (report.cost, report.over, report.is_feasible) == (150_000_00, 50_000_00, True)
    assert [line.text for line in report.lines] == ["Materials"]
    assert "notes" in report.evaluation.get_deferred_fields()


def test_of_a_work_withdrawn_before_nothing_is_ever_published(budget, boss):
    gone = handed_in(budget)
    Work.objects.filter(pk=gone.pk).update(state=WorkState.WITHDRAWN, state_reason="Moved away.")
    handed_in(budget)

    published(budget, boss)

    gone.refresh_from_db()
    assert (gone.state, gone.cost) == (WorkState.WITHDRAWN, None)
    assert reports.published_of(gone) == []
    assert gone not in Work.objects.decided()


# --- Appeals


def test_the_author_appeals_once_until_the_last_day_is_over(refused):
    with on(FRIDAY, hour=0), pytest.raises(decisions.CannotAppeal, match="ended on"):
        decisions.appeal(refused, by=refused.author, text="The land is ours.")
    with on(THURSDAY, hour=23, minute=59):
        decisions.appeal(refused, by=refused.author, text="The land is ours.")
        with pytest.raises(decisions.CannotAppeal, match="already"):
            decisions.appeal(refused, by=refused.author, text="Again.")

    assert state_of(refused) == WorkState.EVALUATION
    event = refused.thread.events.get(verb="work_appealed")
    assert (event.is_public, event.text) == (True, "The land is ours.")


def test_what_was_found_before_stays_to_be_read_meanwhile(refused):
    with on(THURSDAY):
        decisions.appeal(refused, by=refused.author, text="The land is ours.")

    (report,) = reports.published_of(Work.objects.get(pk=refused.pk))
    assert (report.is_feasible, report.evaluation.report) == (False, LONG_NO)
    assert refused in Work.objects.decided().found_unfeasible()


def test_only_what_was_found_not_feasible_is_appealed(budget, boss):
    work = handed_in(budget)
    published(budget, boss)

    with pytest.raises(decisions.CannotAppeal, match="not feasible"):
        decisions.appeal(work, by=work.author, text="We want more.")


def test_an_officer_types_what_came_to_a_desk(refused, otuzco):
    officer = staff(otuzco, Role.DESK_OFFICER)

    with on(THURSDAY):
        decisions.appeal(refused, by=officer, text="The land is ours.", received="Reg. 1234-2030")

    event = refused.thread.events.get(verb="work_appealed")
    assert (event.by, event.data) == (officer, {"received": "Reg. 1234-2030"})
    assert event.as_office


def test_somebody_else_evaluates_it_anew_and_that_is_final(refused, otuzco, boss):
    first = Evaluation.objects.get(work=refused).evaluator
    luis = staff(otuzco)
    RoleGrantFactory(municipality=otuzco, user=first, role=Role.EVALUATOR)
    with on(THURSDAY):
        decisions.appeal(refused, by=refused.author, text="The land is ours.")
        assert evaluating.standing_of(refused).stage == Stage.TO_ASSIGN
        with pytest.raises(evaluations.NotAnEvaluator, match="somebody else"):
            evaluations.assign(refused, to=first, due_on=FRIDAY, by=boss)
        with pytest.raises(IntegrityError), transaction.atomic():
            EvaluationFactory(work=refused, evaluator=first, round=Round.APPEAL)
        given = evaluations.assign(refused, to=luis, due_on=FRIDAY, by=boss)
    assert given.round == Round.APPEAL
    given.delete()
    evaluate(refused, evaluator=luis, round=Round.APPEAL, cost=70_000_00)
    assert len(reports.published_of(Work.objects.get(pk=refused.pk))) == 1

    decisions.publish_appeal(refused, by=boss)

    work = Work.objects.get(pk=refused.pk)
    assert (work.state, work.cost) == (WorkState.FEASIBLE, 70_000_00)
    appeal = Appeal.objects.get()
    assert appeal.decided_by == boss
    assert [one.is_feasible for one in reports.published_of(work)] == [False, True]
    assert "work_appeal_decided" in verbs(work.thread, is_public=True)
    with pytest.raises(decisions.CannotPublish):
        decisions.publish_appeal(refused, by=boss)


def test_an_appeal_that_is_not_upheld_is_final_too(refused, boss):
    with on(THURSDAY):
        decisions.appeal(refused, by=refused.author, text="The land is ours.")
        evaluate(refused, "unfeasible", round=Round.APPEAL)
        decisions.publish_appeal(refused, by=boss)

        assert state_of(refused) == WorkState.UNFEASIBLE
        with pytest.raises(decisions.CannotAppeal):
            decisions.appeal(refused, by=refused.author, text="Once more.")
    assert Work.objects.decided().found_unfeasible().get() == refused


def test_an_appeal_is_not_published_before_it_is_handed_in(refused, boss):
    with on(THURSDAY):
        decisions.appeal(refused, by=refused.author, text="The land is ours.")

    with pytest.raises(decisions.CannotPublish, match="not handed in"):
        decisions.publish_appeal(refused, by=boss)
    with pytest.raises(evaluations.CannotEvaluate, match="anew"):
        evaluations.put_back(refused, by=boss, why="We would rather not.")
