"""Once means once, also when several people press at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from budgets.actions import decisions, evaluations, matrix, mending
from budgets.enums import WorkState
from budgets.models import Appeal, Evaluation, Observation, Score, Work
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from participation.models import Event
from tests.budgets.evaluation import budget_of, evaluate, handed_in, published, staff, work_of
from tests.budgets.factories import EvaluationFactory, ObservationFactory
from tests.factories import MunicipalityFactory


REFUSALS = (
    *(evaluations.CannotEvaluate, decisions.CannotPublish, decisions.CannotAppeal),
    *(matrix.CannotScore, mending.CannotMend),
)


@pytest.fixture
def town(transactional_db):
    return MunicipalityFactory(modules=[Module.BUDGETS])


def at_once(town, acts):
    """How many of them were done; the others were refused in words."""

    def one(act):
        try:
            with scoped_transaction(town):
                act()
        except REFUSALS:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(one, acts))


def count(town, model, **which):
    with scoped_transaction(town):
        return model.objects.filter(**which).count()


def test_two_who_publish_at_once_publish_once_and_tell_once(town):
    with scoped_transaction(town):
        boss, budget = staff(town, Role.ADMINISTRATOR), budget_of(town)
        for _ in range(3):
            handed_in(budget)
        budget.decisions_at = timezone.now() - timedelta(minutes=1)
        budget.save()

    assert at_once(town, [lambda: decisions.publish(budget, by=boss)] * 20) == 1
    assert count(town, Event, verb="work_decided") == 3
    assert count(town, Event, verb="budget_decisions") == 1


def test_a_work_taken_up_while_decisions_are_published_is_not_left_between(town):
    with scoped_transaction(town):
        boss, budget = staff(town, Role.ADMINISTRATOR), budget_of(town)
        handed_in(budget)
        late = [work_of(budget) for _ in range(8)]
        budget.decisions_at = timezone.now() - timedelta(minutes=1)
        budget.save()
    acts = [lambda work=work: evaluations.take_up(work, by=boss) for work in late]
    acts.insert(2, lambda: decisions.publish(budget, by=boss))

    at_once(town, acts)

    with scoped_transaction(town):
        budget.refresh_from_db()
        under = Work.objects.filter(state=WorkState.EVALUATION).count()
        assert under == 0 or budget.decisions_published_at is None


def test_two_windows_hand_in_once(town):
    with scoped_transaction(town):
        ana = staff(town)
        evaluation = EvaluationFactory(
            work=work_of(budget_of(town), evaluated=True),
            evaluator=ana,
            declared_at=timezone.now(),
            **dict.fromkeys(("is_legal", "is_competence", "is_technical"), True),
            verdict="feasible",
            report="It can be done.",
            running_cost=0,
            months=3,
            cost=10_000_00,
        )
    acts = [
        lambda: evaluations.hand_in(evaluation, by=ana),
        lambda: evaluations.save(evaluation, by=ana, lines=[("Other", 1_00)]),
    ] * 10

    at_once(town, acts)

    assert count(town, Event, verb="work_evaluation_handed_in") == 1
    with scoped_transaction(town):
        kept = Evaluation.objects.with_cost().get()
        assert (kept.submitted_at is not None, kept.cost in (10_000_00, 1_00)) == (True, True)


def test_two_of_staff_give_a_work_to_one_person(town):
    with scoped_transaction(town):
        boss = staff(town, Role.ADMINISTRATOR)
        people = [staff(town) for _ in range(4)]
        work = work_of(budget_of(town), evaluated=True)
        day = timezone.localdate() + timedelta(days=5)
    acts = [
        lambda to=person: evaluations.assign(work, to=to, due_on=day, by=boss)
        for person in people * 3
    ]

    at_once(town, acts)

    assert count(town, Evaluation, recused_at=None) == 1


def test_an_answer_sent_twice_is_one(town):
    with scoped_transaction(town):
        observation = ObservationFactory(
            municipality=town,
            evaluation=EvaluationFactory(
                work=work_of(budget_of(town), evaluated=True), declared_at=timezone.now()
            ),
        )
        work = observation.evaluation.work
        author = work.author
    acts = [
        lambda n=n: mending.mend(work, by=author, answer=f"Answer {n}", place_name=f"Place {n}")
        for n in range(20)
    ]

    assert at_once(town, acts) == 1
    with scoped_transaction(town):
        kept, work = Observation.objects.get(), Work.objects.get(pk=work.pk)
        assert work.place_name.split()[1] == kept.answer.split()[1]
        assert Event.objects.filter(verb="edited").count() == 1


def test_one_appeal_however_often_it_is_sent_and_one_decision_on_it(town):
    with scoped_transaction(town):
        boss, budget = staff(town, Role.ADMINISTRATOR), budget_of(town)
        work = handed_in(budget, "unfeasible")
        author = work.author
        published(budget, boss)

    appeal = [lambda: decisions.appeal(work, by=author, text="Look again.")] * 20
    assert at_once(town, appeal) == 1
    with scoped_transaction(town):
        evaluate(work, round="appeal")
    assert at_once(town, [lambda: decisions.publish_appeal(work, by=boss)] * 20) == 1
    assert count(town, Appeal) == 1
    assert count(town, Event, verb="work_appeal_decided") == 1


def test_of_many_who_type_points_at_once_two_are_in_and_whole(town):
    with scoped_transaction(town):
        people = [staff(town) for _ in range(6)]
        work = work_of(budget_of(town, criteria=[(60, 5), (40, 5)]), evaluated=True)
        ids = [one.pk for one in work.budget.criteria.all()]
    acts = [
        lambda by=person: matrix.type_in(work, by=by, points=dict.fromkeys(ids, 3))
        for person in people * 3
    ]

    at_once(town, acts)

    with scoped_transaction(town):
        found = Score.objects.values_list("entry", "criterion", "by")
        assert len(found) == 4
        assert {entry for entry, _criterion, _by in found} == {1, 2}
        assert len({(entry, by) for entry, _criterion, by in found}) == 2
