"""The prioritisation matrix: typed by two people apart, settled by both, counted exactly."""

import re
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given, strategies as st

from accounts.enums import Role
from budgets import matrix
from budgets.actions import evaluations, matrix as actions
from budgets.models import Heading, Score
from municipalities.rls import municipality_scope
from tests.budgets.evaluation import (
    budget_of,
    handed_in,
    points_of,
    published,
    staff,
    verbs,
    work_of,
)
from tests.budgets.factories import AgentFactory, ScoreFactory
from tests.factories import MunicipalityFactory


CRITERIA = [(50, 3), (30, 5), (20, 10)]


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
    return budget_of(otuzco, criteria=CRITERIA)


@pytest.fixture
def work(budget):
    return work_of(budget, evaluated=True)


@pytest.fixture
def ana(otuzco):
    return staff(otuzco)


@pytest.fixture
def luis(otuzco):
    return staff(otuzco)


def typed(budget, *points):
    return dict(zip([one.pk for one in budget.criteria.all()], points, strict=True))


# --- Typing


def test_until_the_second_person_has_typed_theirs_nothing_of_the_first_is_compared(
    budget, work, ana, luis
):
    sheet = actions.type_in(work, by=ana, points=typed(budget, 3, 4, 5))

    assert (sheet.is_typed_twice, sheet.is_settled, sheet.differing) == (False, False, [])
    sheet = actions.type_in(work, by=luis, points=typed(budget, 3, 4, 5))
    assert sheet.is_settled


def test_before_the_other_is_in_one_may_type_ones_own_again(budget, work, ana):
    actions.type_in(work, by=ana, points=typed(budget, 3, 4, 5))
    actions.type_in(work, by=ana, points=typed(budget, 3, 4, 6))

    assert list(Score.objects.values_list("entry", "points")) == [(1, 3), (1, 4), (1, 6)]


def test_where_they_differ_both_type_it_again_until_they_agree(budget, work, ana, luis):
    first, second, _third = budget.criteria.all()
    actions.type_in(work, by=ana, points=typed(budget, 3, 4, 5))
    sheet = actions.type_in(work, by=luis, points=typed(budget, 2, 5, 5))
    assert sheet.differing == [first, second]

    sheet = actions.type_in(work, by=ana, points=typed(budget, 2, 4, 5))
    assert sheet.differing == [second]
    sheet = actions.type_in(work, by=luis, points=typed(budget, 2, 4, 5))

    assert [cell.points for cell in sheet.cells] == [2, 4, 5]


def test_what_both_agree_on_is_not_typed_again_by_one(budget, work, ana, luis):
    actions.type_in(work, by=ana, points=typed(budget, 3, 4, 5))
    actions.type_in(work, by=luis, points=typed(budget, 2, 4, 5))

    with pytest.raises(actions.CannotScore, match="differs"):
        actions.type_in(work, by=ana, points=typed(budget, 2, 4, 9))


def test_a_third_person_types_nothing(budget, work, ana, luis, otuzco):
    for person in (ana, luis):
        actions.type_in(work, by=person, points=typed(budget, 3, 4, 5))

    with pytest.raises(actions.CannotScore, match="Two people"):
        actions.type_in(work, by=staff(otuzco), points=typed(budget, 3, 4, 5))


def test_one_person_is_not_two_not_even_in_the_database(budget, work, ana):
    ScoreFactory(work=work, criterion=budget.criteria.first(), by=ana)

    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreFactory(work=work, criterion=budget.criteria.first(), by=ana, entry=2)


def test_nobody_gives_points_to_what_they_put_forward(budget, ana, luis):
    own = work_of(budget, evaluated=True, author=ana)
    agent = AgentFactory(municipality=budget.municipality, budget=budget, registered_by=luis)
    registered = work_of(budget, evaluated=True, agent=agent)

    for person, work in ((ana, own), (luis, registered)):
        with pytest.raises(actions.CannotScore, match="put forward"):
            actions.type_in(work, by=person, points=typed(budget, 3, 4, 5))


@pytest.mark.parametrize("points", [(4, 4, 5), (-1, 4, 5)])
def test_points_stay_within_the_scale(budget, work, ana, points):
    with pytest.raises(actions.CannotScore, match="more points"):
        actions.type_in(work, by=ana, points=typed(budget, *points))


def test_every_criterion_gets_its_points_and_no_other_does(otuzco, budget, work, ana):
    with pytest.raises(actions.CannotScore, match="every criterion"):
        actions.type_in(work, by=ana, points={budget.criteria.first().pk: 1})
    other = budget_of(otuzco, criteria=[(100, 5)]).criteria.get()
    with pytest.raises(actions.CannotScore, match="every criterion"):
        actions.type_in(work, by=ana, points=typed(budget, 3, 4, 5) | {other.pk: 1})


def test_points_are_typed_while_a_work_is_evaluated_and_stay_afterwards(otuzco, budget, ana):
    work = handed_in(budget)
    points_of(work, (3, 4, 5))
    published(budget, staff(otuzco, Role.ADMINISTRATOR))

    with pytest.raises(evaluations.CannotEvaluate, match="not under evaluation"):
        actions.type_in(work, by=ana, points=typed(budget, 3, 4, 5))
    with pytest.raises(IntegrityError, match="while a work is evaluated"), transaction.atomic():
        Score.objects.update(points=0)
    with pytest.raises(IntegrityError, match="while a work is evaluated"), transaction.atomic():
        Score.objects.all().delete()


def test_all_is_typed_afresh_for_a_reason_that_both_hear(otuzco, budget, work, ana, luis):
    actions.type_in(work, by=ana, points=typed(budget, 3, 4, 5))
    actions.type_in(work, by=luis, points=typed(budget, 0, 0, 0))

    actions.type_afresh(work, by=staff(otuzco, Role.ADMINISTRATOR), why="Luis is on leave.")

    assert not Score.objects.exists()
    event = work.thread.events.get()
    assert (event.verb, event.is_public) == ("work_scores_afresh", False)
    assert event.data["people"] == sorted([ana.pk, luis.pk])
    assert verbs(work.thread, is_public=True) == []


# --- Counting


def test_a_total_is_an_exact_sum_of_weights_times_parts(otuzco, budget):
    work = handed_in(budget)
    points_of(work, (1, 4, 7))
    published(budget, staff(otuzco, Role.ADMINISTRATOR))

    (row,) = matrix.of(budget)

    assert row.total == Fraction(50, 3) + 24 + 14
    assert row.shown == "54,67"


def test_the_order_is_by_total_then_cost_then_lot(otuzco, budget):
    best = handed_in(budget, title="Best", cost=90_000_00)
    dear = handed_in(budget, title="Dear", cost=30_000_00)
    second = handed_in(budget, title="Second by lot", cost=10_000_00, lot=9)
    first = handed_in(budget, title="First by lot", cost=10_000_00, lot=2)
    for work, points in (
        (best, (3, 5, 10)),
        (dear, (1, 1, 1)),
        (second, (1, 1, 1)),
        (first, (1, 1, 1)),
    ):
        points_of(work, points)
    published(budget, staff(otuzco, Role.ADMINISTRATOR))

    rows = matrix.of(budget)

    assert [(row.work.title, row.decided_by) for row in rows] == [
        ("Best", ""),
        ("First by lot", ""),
        ("Second by lot", "lot"),
        ("Dear", "cost"),
    ]
    assert not any(row.is_tied for row in rows)


def test_without_a_lot_a_tie_is_said_and_not_settled_by_anything_else(otuzco, budget):
    for _ in range(2):
        points_of(handed_in(budget, cost=10_000_00), (1, 1, 1))
    points_of(handed_in(budget, cost=9_000_00), (1, 1, 1))
    published(budget, staff(otuzco, Role.ADMINISTRATOR))

    assert [row.is_tied for row in matrix.of(budget)] == [False, True, True]


def test_each_heading_has_its_own_order_and_what_is_not_feasible_or_settled_is_in_none(otuzco):
    budget = budget_of(
        otuzco, criteria=[(100, 5)], headings={"Centro": 100_000_00, "Usquil": 50_000_00}
    )
    centro, usquil = Heading.objects.filter(group__budget=budget)
    here = handed_in(budget, heading=centro)
    there = handed_in(budget, heading=usquil)
    without = handed_in(budget, heading=centro)
    no = handed_in(budget, "unfeasible", heading=centro)
    for work in (here, there, no):
        points_of(work, (4,))
    ScoreFactory(work=without, criterion=budget.criteria.get(), points=5)
    published(budget, staff(otuzco, Role.ADMINISTRATOR))

    assert [row.work for row in matrix.of(centro)] == [here]
    assert [row.work for row in matrix.of(usquil)] == [there]
    assert {row.work for row in matrix.of(budget)} == {here, there}


def test_the_order_costs_the_same_queries_for_one_and_for_many(
    otuzco, budget, django_assert_num_queries
):
    for _ in range(3):
        points_of(handed_in(budget), (1, 1, 1))
    published(budget, staff(otuzco, Role.ADMINISTRATOR))

    with django_assert_num_queries(3):
        assert len(matrix.of(budget)) == 3


POINTS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 3)), max_size=8)


@given(POINTS)
def test_no_order_of_typing_changes_the_order_and_no_rounding_decides(points):
    thirds = SimpleNamespace(weight=33, highest=7)
    rest = SimpleNamespace(weight=67, highest=7)
    rows = [
        matrix.Row(
            SimpleNamespace(cost=cost, lot=lot, code=f"{lot}", pk=lot),
            [matrix.Cell(thirds, one), matrix.Cell(rest, two)],
        )
        for lot, (one, two, cost) in enumerate(points, start=1)
    ]
    expected = [row.work.lot for row in matrix.ordered(list(rows))]

    again = matrix.ordered(rows[::-1])

    assert [row.work.lot for row in again] == expected
    keys = [
        (-(one.cells[0].points * 33 + one.cells[1].points * 67), one.work.cost) for one in again
    ]
    assert keys == sorted(keys)
    assert not any(row.is_tied for row in again)


@given(st.fractions(0, 100))
def test_a_total_is_shown_to_the_hundredth(number):
    text = matrix.shown(number)

    assert re.fullmatch(r"\d{1,3}(,\d{1,2})?", text)
    assert abs(Fraction(Decimal(text.replace(",", "."))) - number) <= Fraction(1, 200)
