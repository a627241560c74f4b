"""Whom to support first: an index that anybody can reckon again, and what moves it."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from agreements import conflict_months
from agreements.actions import priorities as actions
from agreements.enums import ConflictState
from agreements.models import PriorityScenario
from agreements.priorities import CODES, EQUAL, moves, rank, scenarios, z_scores
from agreements.priority_figures import gather, weights_in_force
from municipalities.models import Population
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    ConflictFactory,
    InterestFactory,
    MoneyReceivedFactory,
    PriorityInputFactory,
    PriorityScenarioFactory,
    in_the_region,
)
from tests.agreements.test_baseline_sheets import sheet_of
from tests.factories import MunicipalityFactory, UserFactory


NOTHING = dict.fromkeys(CODES, 0.0)


def values(**columns):
    """By variable, the values of a, b, c…; None where it is not known."""
    many = max(len(column) for column in columns.values())
    keys = "abcdefghijklmnopqrstuvwxyz"[:many]
    return {
        key: dict.fromkeys(CODES) | {code: column[at] for code, column in columns.items()}
        for at, key in enumerate(keys)
    }


def keys(ranking):
    return [one.key for one in ranking.ranked]


def test_z_scores_are_deviations_from_the_mean():
    assert z_scores({"a": 2, "b": 4, "c": 6}) == pytest.approx(
        {"a": -1.224745, "b": 0, "c": 1.224745}
    )


@pytest.mark.parametrize("known", [{}, {"a": 5}, {"a": 5, "b": 5}])
def test_what_is_alike_everywhere_orders_nobody(known):
    assert z_scores(known) == {}


TABLE = [
    # what is known of a, b, c                                weights                        order    apart
    ({"poverty": [10, 20, 30]},                               {"poverty": 1},                "cba",   ""),
    ({"poverty": [10, 20, 30], "rural": [90, 50, 10]},        {"poverty": 1, "rural": 2},    "abc",   ""),
    ({"poverty": [10, 20, 30], "rural": [90, 50, 10]},        {"poverty": 2, "rural": 1},    "cba",   ""),
    ({"poverty": [10, 20, None]},                             {"poverty": 1},                "ba",    "c"),
    ({"poverty": [10, 20, None], "rural": [10, 20, 90]},      {"poverty": 1, "rural": 1},    "cba",   ""),
    ({"poverty": [10, 20, None], "rural": [10, 20, 90]},      {"poverty": 3, "rural": 1},    "ba",    "c"),
    ({"poverty": [10, 20, 30], "rural": [5, 5, 5]},           {"poverty": 1, "rural": 9},    "cba",   ""),
    ({"poverty": [20, 20, 30]},                               {"poverty": 1},                "cab",   ""),
    ({"poverty": [None, None, None]},                         {"poverty": 1},                "",      "abc"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "weights", "order", "apart"), TABLE)
def test_the_index_orders_by_what_is_known(columns, weights, order, apart):
    ranking = rank(values(**columns), NOTHING | weights)

    assert "".join(keys(ranking)) == order
    assert "".join(ranking.apart) == apart


def test_missing_is_missing_and_never_zero():
    known = values(poverty=[10, 20, 30], rural=[None, 50, 60])
    ranking = rank(known, NOTHING | {"poverty": 1, "rural": 1})

    assert ranking.ranked[-1].missing == ("rural",)
    assert set(ranking.ranked[-1].z) == {"poverty"}


def test_it_is_said_who_enters_and_leaves_the_first_ten_if_a_weight_moves_by_a_fifth():
    poverty = [20, 19, 18, 17, 16, 15, 14, 13, 12, 10.2, 9.8, 0]
    rural = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1.6, 0]
    known = values(poverty=poverty, rural=rural)
    found = {(m.code, m.grows): m for m in moves(known, NOTHING | {"poverty": 8, "rural": 1})}

    assert {code for code, _grows in found} == {"poverty", "rural"}
    for (_code, _grows), move in found.items():
        assert len(move.enter) == len(move.leave)
    steady = moves(values(poverty=list(range(12))), NOTHING | {"poverty": 1})
    assert all(not move.enter and not move.leave for move in steady)


def test_a_move_that_matters_names_who_changes_places():
    # j and k are tied by construction but for the weight of the rural share.
    poverty = [20, 19, 18, 17, 16, 15, 14, 13, 12, 5, 4]
    rural = [50, 50, 50, 50, 50, 50, 50, 50, 50, 0, 11]
    known = values(poverty=poverty, rural=rural)
    weights = NOTHING | {"poverty": 3.2, "rural": 1}
    now = rank(known, weights)
    last = now.ranked[9].key
    changing = [move for move in moves(known, weights) if move.enter]

    assert {*changing[0].leave} == {last}
    assert {*changing[0].enter} == {"j", "k"} - {last}


def test_three_sets_of_weights_stand_side_by_side():
    assert len(scenarios("x", EQUAL)) == 3
    assert len(scenarios("x", EQUAL | {"will": 5})) == 3


# --- The weights


def test_until_the_board_decides_all_weigh_alike():
    with municipality_scope():
        _name, weights, scenario = weights_in_force()

    assert (weights, scenario) == (EQUAL, None)


def test_new_weights_are_a_dated_scenario_and_order_the_list_anew():
    planner = UserFactory()
    known = values(poverty=[10, 20, 30], rural=[90, 50, 10])
    with in_the_region():
        for name, weights, order in [
            ("poverty", {"poverty": 3, "rural": 1}, "cba"),
            ("rural", {"poverty": 1, "rural": 3}, "abc"),
        ]:
            actions.set_weights(name=name, weights=EQUAL | weights, reason="Acta 3.", by=planner)
            said, in_force, scenario = weights_in_force()

            assert (said, scenario.by) == (name, planner)
            assert "".join(keys(rank(known, in_force))) == order
        assert PriorityScenario.objects.count() == 2


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        (EQUAL, " "),
        (NOTHING, "Acta 3."),
        (EQUAL | {"will": -1}, "Acta 3."),
        ({"will": 1}, "Acta 3."),
    ],
)
def test_weights_that_say_nothing_are_refused(weights, reason):
    with in_the_region(), pytest.raises(actions.CannotWeigh):
        actions.set_weights(name="x", weights=weights, reason=reason, by=UserFactory())


def test_weights_are_only_ever_added():
    PriorityScenarioFactory()
    with in_the_region(), pytest.raises(DatabaseError), transaction.atomic():
        PriorityScenario.objects.update(name="Otro")


# --- The figures


def test_months_with_an_active_conflict_are_counted_by_place():
    today = date(2026, 11, 26)
    for month, state, places in [
        (date(2026, 9, 1), ConflictState.ACTIVE, ["130602"]),
        (date(2026, 9, 1), ConflictState.ACTIVE, ["130602", "130901"]),
        (date(2026, 10, 1), ConflictState.LATENT, ["130602"]),
        (date(2026, 8, 1), ConflictState.ACTIVE, ["130701"]),
        (date(2024, 10, 1), ConflictState.ACTIVE, ["130602"]),  # too long ago
        (date(2026, 11, 1), ConflictState.ACTIVE, ["130602"]),  # not over yet
    ]:
        ConflictFactory(month=month, state=state, ubigeos=places)
    with municipality_scope():
        seen = conflict_months.window(today)

    assert (seen.first, seen.last) == (date(2024, 11, 1), date(2026, 10, 1))
    assert len(seen.known) == 3
    assert {code: seen.count(code) for code in ("130602", "1306", "1309", "130701", "1301")} == {
        "130602": 1, "1306": 1, "1309": 1, "130701": 1, "1301": 0,
    }  # fmt: skip


def test_a_month_with_a_case_whose_place_is_not_said_is_not_known():
    ConflictFactory(month=date(2026, 9, 1), ubigeos=["130602"])
    ConflictFactory(month=date(2026, 9, 1), ubigeos=[])
    with municipality_scope():
        seen = conflict_months.window(date(2026, 11, 26))

    assert (seen.known, seen.count("130602")) == (frozenset(), None)


@time_machine.travel("2026-11-26 12:00-05:00")
def test_each_figure_has_its_source_and_day():
    town, other = MunicipalityFactory.create_batch(2)
    for place in (town.place, other.place):
        Population.objects.create(place=place, year=2025, source="INEI censo", total=1_000)
        Population.objects.create(place=place, year=2025, source="INEI proyección", total=2_000)
        Population.objects.create(
            place=place, year=2023, source="MINAM", total=1_000, urban=250, rural=750
        )
    PriorityInputFactory(place=town.place, value=40)
    MoneyReceivedFactory(place=town.place, amount=100_000)
    ConflictFactory(month=date(2026, 9, 1), ubigeos=[town.place_id])
    sheet_of(town, locked=True, pp={"state": "active"}, jdvc={"state": "none"})
    with municipality_scope(town):
        InterestFactory(municipality=town, published_at="2026-05-01T00:00Z")
    with municipality_scope():
        census, projected = gather(), gather(source="INEI proyección")

    figures = census.figures[town.pk]
    assert {code: figures[code].value for code in CODES} == {
        "conflict": 1, "canon": 100, "rural": 75, "poverty": 40, "gap": 50, "will": 1,
    }  # fmt: skip
    assert all(figure.source and figure.as_of for figure in figures.values())
    assert projected.figures[town.pk]["canon"].value == 50
    assert projected.figures[town.pk]["canon"].source != figures["canon"].source
    assert set(census.figures[other.pk]) == {"conflict", "rural", "will"}


def test_the_page_opens_with_nothing_and_with_something(client):
    assert client.get(reverse("agreements:priorities")).status_code == 200
    for value in (10, 20, 30):
        PriorityInputFactory(place=MunicipalityFactory().place, value=value)

    page = client.get(reverse("agreements:priorities"))
    data = client.get(reverse("agreements:priorities_csv"))

    assert [row[0].position for row in page.context["rows"]] == [1, 2, 3]
    assert len(data.content.decode().splitlines()) == 1 + 3 * len(CODES)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_queries_for_one_or_many(
    client, count, django_assert_max_num_queries
):
    for value in range(count):
        PriorityInputFactory(place=MunicipalityFactory().place, value=value)

    with django_assert_max_num_queries(19):
        client.get(reverse("agreements:priorities"))


@pytest.mark.parametrize(
    ("asked", "seats"),
    [
        ({}, None),
        ({"tipo": "district", "habitantes": "4000"}, 2),
        ({"tipo": "provincial", "habitantes": "1090007", "alcaldes": "11"}, 10),
        ({"tipo": "district", "habitantes": "4000", "regidores": "7"}, 3),
        ({"tipo": "region", "habitantes": "x"}, None),
    ],
)
def test_anybody_reckons_the_seats_of_a_council(client, asked, seats):
    MunicipalityFactory()

    page = client.get(reverse("agreements:seats"), asked)

    assert page.status_code == 200
    assert (page.context["found"] and page.context["found"].least) == seats


def test_the_councillors_of_a_later_resolution_count(client):
    town = MunicipalityFactory()
    Population.objects.create(place=town.place, year=2025, source="INEI censo", total=4_000)
    PriorityInputFactory(place=town.place, variable="councillors", value=7)
    PriorityInputFactory(place=town.place, variable="village_mayors", value=4)

    row = client.get(reverse("agreements:seats")).context["rows"][0]

    assert (row.seats.councillors, row.seats.base, row.seats.least) == (7, 12, 4)
