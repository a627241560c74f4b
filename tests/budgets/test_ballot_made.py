"""Works are put to the vote, and again while it is prepared."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from budgets.actions import ballots as actions
from budgets.actions.ballots import CannotAsk
from budgets.enums import BallotKind, Mode, Purpose, StepKind, WorkState
from budgets.models import Ballot, Heading
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Event
from tests.budgets.factories import (
    AgentFactory,
    AgentListFactory,
    BudgetFactory,
    DelegateFactory,
    GroupFactory,
    HeadingFactory,
    WorkFactory,
)
from tests.budgets.voted import (
    budget_of,
    heading_of,
    open_for_the_vote,
    open_it,
    put,
    work_of,
)
from tests.factories import MunicipalityFactory, UserFactory
from votes.actions import polls


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS, Module.VOTES])
    with municipality_scope(municipality), override("en"):
        yield municipality


@pytest.fixture
def budget(otuzco):
    return budget_of(
        otuzco, {"Centro": (100_000, [60_000, 50_000, 40_000]), "Agua": (30_000, [20_000])}
    )


def asked(ballot):
    return [
        (question.title, [option.title for option in question.options.all()])
        for question in ballot.poll.questions.order_by("position")
    ]


def test_each_heading_is_a_question_with_its_works_money_and_rule(budget):
    ballot = put(budget)

    centre, water = ballot.poll.questions.order_by("position")
    assert asked(ballot) == [
        ("Centro", ["Centro a", "Centro b", "Centro c"]),
        ("Agua", ["Agua a"]),
    ]
    assert (centre.kind, centre.money) == ("knapsack", 100_000_00)
    assert water.money == 30_000_00
    assert centre.rule["method"] == "greedy"
    assert centre.rule["decides"] == Mode.RESIDENTS
    option = centre.options.get(code="b")
    assert option.cost == 50_000_00
    assert option.address == work_of(budget, "Centro b").get_absolute_url()
    assert ballot.poll.part_of == budget.title
    assert ballot.poll.part_of_address == budget.get_absolute_url()


def test_a_work_put_to_the_vote_knows_its_option_and_a_heading_its_question(otuzco, budget):
    put(budget)

    work = work_of(budget, "Centro b")
    assert (work.state, work.option) == (WorkState.ON_BALLOT, "b")
    assert heading_of(budget).question == "q1"
    assert heading_of(budget, "Agua").question == "q2"
    event = Event.objects.get(thread=work.thread, verb="work_on_ballot")
    assert event.as_office == otuzco.name


def test_while_it_is_prepared_other_works_can_be_put_in_its_place(budget):
    first = put(budget)

    ballot = put(budget, works=["Centro c", "Agua a"])

    assert ballot == first
    assert asked(ballot) == [("Centro", ["Centro c"]), ("Agua", ["Agua a"])]
    left_out = work_of(budget, "Centro a")
    assert (left_out.state, left_out.option) == (WorkState.FEASIBLE, "")
    assert work_of(budget, "Centro c").option == "a"
    assert Event.objects.filter(thread=left_out.thread, verb="work_off_ballot").exists()


def test_a_heading_without_works_on_the_ballot_is_not_asked(budget):
    ballot = put(budget, works=["Centro a"])

    assert asked(ballot) == [("Centro", ["Centro a"])]
    assert heading_of(budget, "Agua").question == ""


def test_once_its_rules_are_frozen_nothing_else_is_asked(budget):
    open_it(put(budget))

    with pytest.raises(CannotAsk, match="frozen"):
        put(budget, works=["Centro a"])
    assert work_of(budget, "Centro b").state == WorkState.ON_BALLOT


def test_works_of_a_vote_that_was_called_off_go_back_and_to_another_one(budget):
    first = put(budget)
    open_it(first)
    polls.call_off(first.poll, by=UserFactory(), why="Faltó una obra en la lista.")

    second = put(budget, works=["Centro b", "Centro c"])

    first.refresh_from_db()
    assert first.replaced_at is not None
    assert second != first
    assert Ballot.objects.filter(budget=budget, replaced_at=None).get() == second
    assert work_of(budget, "Centro a").state == WorkState.FEASIBLE
    assert work_of(budget, "Centro b").option == "a"


def test_only_feasible_works_of_published_decisions_are_voted_on(otuzco):
    early = budget_of(otuzco, {"Centro": (100_000, [60_000])}, decided=False)
    with pytest.raises(CannotAsk, match="Publish the decisions"):
        put(early)

    budget = budget_of(otuzco, {"Centro": (100_000, [60_000])})
    WorkFactory(municipality=otuzco, heading=heading_of(budget), published=True)
    with pytest.raises(CannotAsk, match="1 of these works"):
        put(budget)


def test_a_work_dearer_than_its_heading_fits_into_no_knapsack(otuzco):
    budget = budget_of(otuzco, {"Centro": (100_000, [60_000, 120_000])})

    with pytest.raises(CannotAsk, match="20.000"):
        put(budget)

    put(budget, works=["Centro a"])


def test_where_up_to_so_many_are_chosen_a_dear_work_may_be_voted_on(otuzco):
    budget = budget_of(
        otuzco, {"Centro": (100_000, [60_000, 120_000])}, ballot=BallotKind.APPROVAL, most=5
    )

    question = put(budget).poll.questions.get()

    assert (question.kind, question.most) == ("multiple", 2)


def test_of_headings_that_ask_the_same_people_each_chooses_one(otuzco):
    budget = budget_of(otuzco, {"Agua": (30_000, [20_000]), "Pistas": (30_000, [20_000])})

    ballot = put(budget)

    group = heading_of(budget, "Agua").group
    assert {question.group for question in ballot.poll.questions.all()} == {group.name}


def test_a_heading_of_a_district_asks_its_residents(otuzco):
    budget = BudgetFactory(municipality=otuzco, running=[StepKind.VOTE], announced=60_000_00)
    group = GroupFactory(municipality=otuzco, budget=budget, name="Distritos")
    home = otuzco.place_id
    for name, district in (("Agua", home), ("Pistas", f"{home[:-1]}9")):
        heading = HeadingFactory(
            municipality=otuzco, group=group, name=name, money=30_000_00, districts=[district]
        )
        WorkFactory(municipality=otuzco, heading=heading, feasible=True)
    open_for_the_vote(budget)

    water, roads = put(budget).poll.questions.order_by("position")

    assert (water.districts, roads.districts) == ([home], [f"{home[:-1]}9"])
    assert water.group == roads.group == ""


def test_the_vote_is_held_within_its_step(budget):
    with pytest.raises(CannotAsk, match="within the step"):
        put(budget, closes_at=timezone.now() + timedelta(days=60))


def test_where_the_matrix_decides_nobody_votes(otuzco):
    headings = {"Centro": (100_000, [60_000])}
    budget = budget_of(otuzco, headings, mode=Mode.MATRIX, criteria={"Need": 100})

    with pytest.raises(CannotAsk, match="the matrix decides"):
        put(budget)


# --- Agents


def agents_of(budget, people=3):
    for _number in range(people):
        DelegateFactory(
            municipality=budget.municipality,
            agent=AgentFactory(municipality=budget.municipality, budget=budget, is_accepted=True),
        )


def within(budget, kind):
    step = budget.steps.get(kind=kind)
    return {"opens_at": step.starts_at, "closes_at": step.ends_at}


def test_agents_vote_from_their_closed_list_and_on_every_heading(otuzco):
    budget = budget_of(
        otuzco,
        {"Centro": (100_000, [60_000]), "Agua": (30_000, [20_000])},
        running=[StepKind.WORKSHOP],
        mode=Mode.AGENTS,
    )
    agents_of(budget)
    with pytest.raises(CannotAsk, match="list of agents"):
        put(budget, **within(budget, StepKind.WORKSHOP))
    AgentListFactory(municipality=otuzco, budget=budget, agents=3, voters=3)

    ballot = put(budget, **within(budget, StepKind.WORKSHOP))

    assert ballot.purpose == Purpose.AGENTS
    assert ballot.poll.voters == "listed"
    assert ballot.poll.listed.count() == 3
    assert {question.group for question in ballot.poll.questions.all()} == {""}


def test_agents_elect_the_committee_on_the_same_urn(otuzco):
    budget = budget_of(otuzco, {"Centro": (100_000, [60_000])}, running=[StepKind.COMMITTEE])
    agents_of(budget)
    AgentListFactory(municipality=otuzco, budget=budget, agents=3, voters=3)
    names = ["Juana Rojas", "Rosa Quispe", "Luis Haro", "Ana Vera", "Elmer Paz"]

    def elect(candidates, seats=4):
        return actions.elect_committee(
            budget,
            by=UserFactory(),
            question="¿Quiénes integran el comité?",
            candidates=[(name, "Junta vecinal") for name in candidates],
            seats=seats,
            title="Comité de vigilancia",
            text="Los agentes eligen.",
            meaning="Los cuatro con más votos integran el comité.",
            **within(budget, StepKind.COMMITTEE),
        )

    with pytest.raises(CannotAsk, match="more candidates"):
        elect(names[:4])
    with pytest.raises(CannotAsk, match="twice"):
        elect([*names, "juana rojas"])
    ballot = elect(names)

    question = ballot.poll.questions.get()
    assert (question.seats, question.most, question.rule) == (4, 4, {})
    assert [option.title for option in question.options.all()] == names
    assert not Heading.objects.exclude(question="").exists()
