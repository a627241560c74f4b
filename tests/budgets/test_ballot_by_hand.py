"""What agents decide without the urn: typed twice from an acta, or by the matrix that they confirm."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.enums import Role
from budgets.actions import tallies as actions
from budgets.actions.tallies import CannotConfirm, CannotDraw, CannotType
from budgets.enums import CountState, Mode, StepKind, WorkState
from budgets.models import Count, Score, TallySheet
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Event
from tests.budgets.factories import AgentListFactory
from tests.budgets.test_ballot_made import agents_of, within
from tests.budgets.voted import SHARES, budget_of, heading_of, put, work_of
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS, Module.VOTES])
    with municipality_scope(municipality), override("en"):
        yield municipality


@pytest.fixture
def client(client):
    client.cookies["idioma"] = "en"
    return client


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def of_agents(otuzco, costs=(60_000, 50_000, 40_000), *, voters=20, **more):
    fields = {"running": [StepKind.WORKSHOP], "mode": Mode.AGENTS} | more
    budget = budget_of(otuzco, {"Centro": (100_000, list(costs))}, **fields)
    AgentListFactory(municipality=otuzco, budget=budget, agents=voters, voters=voters)
    return budget


@pytest.fixture
def budget(otuzco):
    return of_agents(otuzco)


def sheet(budget, by, present, *votes, **more):
    heading = heading_of(budget)
    works = budget.works.order_by("title").values_list("pk", flat=True)
    return actions.type_sheet(
        heading, by=by, present=present, votes=dict(zip(works, votes, strict=True)), **more
    )


def states(budget):
    return dict(budget.works.order_by("title").values_list("title", "state"))


# --- By hand


def test_as_soon_as_two_people_say_the_same_it_is_counted(budget, at_once):
    ana, luis = UserFactory.create_batch(2)
    actions.draw_lots(budget, by=ana, where="In the workshop")

    with at_once():
        sheet(budget, ana, 15, 9, 9, 4)
    assert not Count.objects.exists()
    with at_once():
        sheet(budget, luis, 15, 9, 9, 4)

    count = Count.objects.get()
    assert (count.state, count.is_official, count.purpose) == (CountState.DONE, True, "agents")
    assert count.result["ballots"] == 15
    assert states(budget) == {
        "Centro a": WorkState.NOT_CHOSEN,
        "Centro b": WorkState.CHOSEN,
        "Centro c": WorkState.CHOSEN,
    }
    assert Event.objects.filter(thread=budget.thread, verb="budget_results").count() == 1


def test_two_sheets_that_differ_settle_nothing_and_show_where(budget, at_once, client, otuzco):
    ana = RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user
    luis = RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user
    with at_once():
        sheet(budget, ana, 15, 9, 8, 4)
        sheet(budget, luis, 15, 9, 7, 4)

    assert not Count.objects.exists()
    client.force_login(luis)
    page = client.get(reverse("budgets:tally", args=["otuzco", budget.pk, heading_of(budget).pk]))
    assert "Here the two sheets differ" in page.text
    assert "Centro b" in page.text.partition("</table>")[0]
    assert "Centro a" not in page.text.partition("</table>")[0]

    with at_once():
        sheet(budget, luis, 15, 9, 8, 4)

    assert Count.objects.get().state == CountState.DONE


def test_the_second_does_not_see_what_the_first_has_typed(budget, client, otuzco):
    sheet(budget, UserFactory(), 17, 9, 8, 4)
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user)

    page = client.get(reverse("budgets:tally", args=["otuzco", budget.pk, heading_of(budget).pk]))

    assert 'value="17"' not in page.text
    assert 'value="9"' not in page.text


def test_one_person_has_one_sheet(budget, at_once):
    ana = UserFactory()
    with at_once():
        sheet(budget, ana, 15, 9, 9, 4)
        sheet(budget, ana, 15, 9, 9, 4)

    assert TallySheet.objects.count() == 1
    assert not Count.objects.exists()


def test_a_third_person_is_one_too_many(budget):
    sheet(budget, UserFactory(), 15, 9, 9, 4)
    sheet(budget, UserFactory(), 15, 9, 8, 4)

    with pytest.raises(CannotType, match="Two people"):
        sheet(budget, UserFactory(), 15, 9, 9, 4)


def test_once_counted_nothing_is_typed_any_more(budget, at_once):
    ana, luis = UserFactory.create_batch(2)
    with at_once():
        sheet(budget, ana, 15, 9, 8, 4)
        sheet(budget, luis, 15, 9, 8, 4)

    with pytest.raises(CannotType):
        actions.type_sheet(heading_of(budget), by=ana, present=15, votes={})


def test_no_more_are_present_than_the_list_has_and_no_work_has_more_votes(budget):
    with pytest.raises(CannotType, match="20 people"):
        sheet(budget, UserFactory(), 21, 9, 8, 4)
    with pytest.raises(CannotType, match="cannot have more than 15"):
        sheet(budget, UserFactory(), 15, 16, 8, 4)


def test_equal_shares_cannot_be_counted_from_totals(otuzco):
    budget = of_agents(otuzco, rule=SHARES)

    with pytest.raises(CannotType, match="whole ballots"):
        sheet(budget, UserFactory(), 15, 9, 8, 4)


def test_where_agents_vote_on_the_urn_nothing_is_typed(otuzco):
    budget = budget_of(
        otuzco, {"Centro": (100_000, [60_000])}, running=[StepKind.WORKSHOP], mode=Mode.AGENTS
    )
    agents_of(budget)
    AgentListFactory(municipality=otuzco, budget=budget, agents=3, voters=3)
    put(budget, **within(budget, StepKind.WORKSHOP))

    with pytest.raises(CannotType, match="on the urn"):
        actions.type_sheet(heading_of(budget), by=UserFactory(), present=3, votes={})


def test_before_the_workshop_nothing_is_typed(otuzco):
    budget = of_agents(otuzco, running=[StepKind.CALL])

    with pytest.raises(CannotType, match="has not begun"):
        sheet(budget, UserFactory(), 15, 9, 8, 4)


# --- Lots


def test_a_tie_without_a_lot_stops_and_goes_on_once_it_is_drawn(otuzco, at_once, client):
    budget = of_agents(otuzco, costs=(60_000, 60_000))
    ana, luis = UserFactory.create_batch(2)
    with at_once():
        sheet(budget, ana, 15, 7, 7)
        sheet(budget, luis, 15, 7, 7)

    count = Count.objects.get()
    assert count.state == CountState.FAILED
    assert "«Centro a», «Centro b»" in count.problem
    assert set(states(budget).values()) == {WorkState.FEASIBLE}

    actions.draw_lots(budget, by=ana, where="In the workshop, before all")
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)
    with at_once():
        client.post(reverse("budgets:count_now", args=["otuzco", budget.pk]))

    first = budget.works.get(lot=1)
    assert first.state == WorkState.CHOSEN
    assert sorted(states(budget).values()) == [WorkState.CHOSEN, WorkState.NOT_CHOSEN]


def test_once_there_are_votes_what_was_drawn_stays(budget):
    actions.draw_lots(budget, by=UserFactory(), where="In the workshop")
    before = dict(budget.works.values_list("title", "lot"))
    sheet(budget, UserFactory(), 15, 9, 9, 4)

    with pytest.raises(CannotDraw, match="they stay"):
        actions.draw_lots(budget, by=UserFactory(), where="Once more")
    assert dict(budget.works.values_list("title", "lot")) == before
    assert sorted(before.values()) == [1, 2, 3]


def test_lots_of_residents_are_drawn_with_their_vote(otuzco):
    budget = budget_of(otuzco, {"Centro": (100_000, [60_000])})

    with pytest.raises(CannotDraw):
        actions.draw_lots(budget, by=UserFactory(), where="Here")


# --- The matrix


@pytest.fixture
def matrix(otuzco):
    """Points of a hundred: a 100, b 60, c 60; of a hundred thousand soles."""
    budget = budget_of(
        otuzco,
        {"Centro": (100_000, [60_000, 50_000, 40_000])},
        running=[StepKind.WORKSHOP],
        mode=Mode.MATRIX,
        criteria={"Need": 60, "Access": 40},
        decided=False,
    )
    people = UserFactory.create_batch(2)
    budget.works.update(state=WorkState.EVALUATION)
    for title, points in (("a", (5, 5)), ("b", (5, 0)), ("c", (5, 0))):
        for criterion, number in zip(budget.criteria.order_by("position"), points, strict=True):
            for entry, by in enumerate(people, start=1):
                Score.objects.create(
                    municipality=otuzco,
                    work=work_of(budget, f"Centro {title}"),
                    criterion=criterion,
                    entry=entry,
                    by=by,
                    points=number,
                )
    budget.works.update(state=WorkState.FEASIBLE)
    budget.decisions_at = budget.decisions_published_at = timezone.now()
    budget.save()
    return budget


def confirm(budget, **more):
    facts = {"by": UserFactory(), "on": timezone.localdate(), "acta": "By a show of hands, all."}
    return actions.confirm_matrix(budget, **facts | more)


def test_confirmed_by_the_agents_works_are_done_by_their_points(matrix, at_once, client):
    with at_once():
        confirm(matrix)

    count = Count.objects.get()
    assert count.state == CountState.DONE
    assert states(matrix) == {
        "Centro a": WorkState.CHOSEN,
        "Centro b": WorkState.NOT_CHOSEN,
        "Centro c": WorkState.CHOSEN,  # as many points as b, and cheaper
    }
    page = client.get(
        reverse("budgets:heading_results", args=["otuzco", matrix.pk, heading_of(matrix).pk])
    )
    assert "100 of 100 points" in page.text
    assert "60 of 100 points" in page.text
    assert "By the points of the matrix" in page.text
    said = client.get(reverse("budgets:results", args=["otuzco", matrix.pk])).text
    assert "By a show of hands, all." in said


def test_confirming_again_notes_nothing_new(matrix, at_once):
    with at_once():
        confirm(matrix)
    with at_once():
        confirm(matrix, acta="Another text")

    assert Event.objects.filter(verb="budget_matrix_confirmed").count() == 1
    assert Count.objects.count() == 1


def test_nobody_confirms_before_the_decisions_or_for_a_day_to_come(otuzco, matrix):
    early = budget_of(
        otuzco,
        {"Centro": (100_000, [60_000])},
        running=[StepKind.WORKSHOP],
        mode=Mode.MATRIX,
        criteria={"Need": 100},
        decided=False,
    )
    with pytest.raises(CannotConfirm, match="not published"):
        confirm(early)
    with pytest.raises(CannotConfirm, match="not come yet"):
        confirm(matrix, on=timezone.localdate() + timedelta(days=1))
    assert not Count.objects.exists()


def test_where_residents_decide_there_is_no_matrix_to_confirm(otuzco):
    budget = budget_of(otuzco, {"Centro": (100_000, [60_000])})

    with pytest.raises(CannotConfirm):
        confirm(budget)
