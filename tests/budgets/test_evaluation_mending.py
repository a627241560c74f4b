"""What an evaluator asks of the author: once, until a day that is over when it is over."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.enums import Role
from budgets import evaluating
from budgets.actions import evaluations, mending
from budgets.enums import Stage
from budgets.models import Observation
from municipalities.rls import municipality_scope
from participation.models import Notice
from tests.budgets.evaluation import budget_of, on, staff, verbs, work_of
from tests.budgets.factories import EvaluationFactory
from tests.factories import MunicipalityFactory, UserFactory


# Thursday 6 June 2030; Friday 7 is the Battle of Arica, so that two working days end on Tuesday.
THURSDAY, TUESDAY, WEDNESDAY = date(2030, 6, 6), date(2030, 6, 11), date(2030, 6, 12)
ASKED = "Say on which side of the canal, and whose the land is."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def otuzco():
    with municipality_scope(town := MunicipalityFactory()):
        yield town


@pytest.fixture
def ana(otuzco):
    return staff(otuzco)


@pytest.fixture
def evaluation(otuzco, ana):
    """Of a work in a budget that gives two working days to mend."""
    return EvaluationFactory(
        work=work_of(budget_of(otuzco, mending_days=2), evaluated=True),
        evaluator=ana,
        declared_at=timezone.now(),
        due_on=THURSDAY,
    )


@pytest.fixture
def observed(evaluation, ana):
    with on(THURSDAY):
        mending.observe(evaluation, by=ana, text=ASKED)
    return evaluation


def answer(work, **words):
    return mending.mend(work, by=work.author, answer="On the left bank.", **words)


def test_the_author_is_asked_until_the_last_of_the_working_days(
    evaluation, ana, django_capture_on_commit_callbacks
):
    with on(THURSDAY), django_capture_on_commit_callbacks(execute=True):
        observation = mending.observe(evaluation, by=ana, text=ASKED)

    assert observation.due_on == TUESDAY
    notice = Notice.objects.get()
    assert (notice.user, notice.event.is_public) == (evaluation.work.author, False)
    assert ASKED in notice.words
    assert "martes 11 de junio" in notice.words
    assert notice.path.endswith(f"/obras/{evaluation.work_id}/subsanar/")


def test_the_evaluators_own_time_stands_still_meanwhile(observed):
    observed.refresh_from_db()
    assert observed.due_on == TUESDAY


def test_it_is_asked_once_also_by_whoever_comes_after(observed, ana, otuzco):
    luis, boss = staff(otuzco), staff(otuzco, Role.ADMINISTRATOR)
    with on(THURSDAY):
        with pytest.raises(evaluations.CannotEvaluate, match="asked once"):
            mending.observe(observed, by=ana, text=ASKED)
        evaluations.step_back(observed, by=ana, why="My cousin's.")
        given = evaluations.assign(observed.work, to=luis, due_on=WEDNESDAY, by=boss)
        evaluations.declare(given, by=luis)
        with pytest.raises(evaluations.CannotEvaluate, match="asked once"):
            mending.observe(given, by=luis, text=ASKED)
        answer(observed.work)

    assert evaluating.standing_of(observed.work).observation.answer == "On the left bank."


def test_an_author_who_has_left_is_asked_nothing(evaluation, ana):
    evaluation.work.author = None
    evaluation.work.save()

    with pytest.raises(evaluations.CannotEvaluate, match="deleted"):
        mending.observe(evaluation, by=ana, text=ASKED)


def test_the_last_day_counts_whole_and_then_it_takes_no_answer(observed):
    work = observed.work
    with on(WEDNESDAY, hour=0):
        with pytest.raises(mending.CannotMend, match="ended on"):
            answer(work)
        assert evaluating.standing_of(work).observation.has_expired
    with on(TUESDAY, hour=23, minute=59):
        assert evaluating.standing_of(work).stage == Stage.WAITING
        answer(work)

    assert Observation.objects.get().answer == "On the left bank."


def test_the_database_takes_no_answer_after_the_last_day_either(observed):
    with on(WEDNESDAY, hour=0):
        late = timezone.now()

    with pytest.raises(IntegrityError, match="is over"), transaction.atomic():
        Observation.objects.update(answer="Late.", answered_at=late)


def test_it_takes_one_answer(observed):
    with on(TUESDAY):
        answer(observed.work)
        with pytest.raises(mending.CannotMend, match="one answer"):
            answer(observed.work)

    with pytest.raises(IntegrityError, match="one answer"), transaction.atomic():
        Observation.objects.update(answer="Another.")
    with pytest.raises(IntegrityError, match="one answer"), transaction.atomic():
        Observation.objects.update(due_on=WEDNESDAY)


def test_only_its_author_answers(observed):
    with on(TUESDAY), pytest.raises(mending.CannotMend, match="put the work forward"):
        mending.mend(observed.work, by=UserFactory(), answer="On the left bank.")


def test_the_evaluator_hears_the_answer_and_nobody_else(
    observed, ana, django_capture_on_commit_callbacks
):
    with on(TUESDAY), django_capture_on_commit_callbacks(execute=True):
        answer(observed.work)

    notice = Notice.objects.get()
    assert (notice.user, notice.words) == (ana, "On the left bank.")
    assert notice.path.endswith(f"/gestion/evaluacion/{observed.pk}/")
    assert verbs(observed.work.thread, is_public=True) == []


def test_what_the_author_mends_everybody_can_see_with_what_it_said_before(observed):
    work = observed.work
    with on(TUESDAY):
        answer(
            work,
            summary="A bridge on the left bank.",
            estimate=30_000_00,
            place_name="Plaza de Armas",
        )

    work.refresh_from_db()
    assert (work.summary, work.estimate) == ("A bridge on the left bank.", 30_000_00)
    event = work.thread.events.get(is_public=True)
    assert event.verb == "edited"
    assert event.data["before"]["summary"] == "What is to be done."
    assert set(event.data["fields"]) == {"summary", "estimate"}


def test_it_is_not_handed_in_while_the_author_may_answer(observed, ana):
    whole = dict.fromkeys(("is_legal", "is_competence", "is_technical"), True)
    with on(TUESDAY, hour=23):
        evaluations.save(
            observed,
            by=ana,
            lines=[("All", 1_00)],
            **whole | {"verdict": "feasible", "report": "Yes.", "running_cost": 0, "months": 1},
        )
        with pytest.raises(evaluations.CannotEvaluate, match="may answer until"):
            evaluations.hand_in(observed, by=ana)
    with on(WEDNESDAY, hour=0):
        assert evaluations.hand_in(observed, by=ana).submitted_at


def test_expired_the_evaluators_time_runs_again(observed):
    with on(TUESDAY + timedelta(days=1)):
        standing = evaluating.standing_of(observed.work)
    with on(TUESDAY):
        waiting = evaluating.standing_of(observed.work)
        assert waiting.stage == Stage.WAITING
    with on(WEDNESDAY):
        assert (standing.stage, standing.days_late) == (Stage.LATE, 1)
