"""The official count: what was opened, by the rule that was settled, once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import override

from budgets import counts, periodic
from budgets.actions.counts import CannotCount, count_officially
from budgets.actions.works import CannotWithdraw, withdraw_from_ballot
from budgets.enums import BallotKind, CountState, Mode, WorkState
from budgets.models import Count
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Event
from tests.budgets.factories import CountFactory
from tests.budgets.voted import (
    GREEDY,
    SHARES,
    budget_of,
    cast,
    heading_of,
    on_the_ballot,
    open_it,
    opened,
    put,
    vote,
    work_of,
)
from tests.factories import MunicipalityFactory, UserFactory
from tests.votes import conftest


clock = conftest.clock


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS, Module.VOTES])
    with municipality_scope(municipality), override("en"):
        yield municipality


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """What is left for after the commit is done, the counts among it."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def budget(otuzco):
    return budget_of(otuzco, {"Centro": (100_000, [60_000, 50_000, 40_000])})


def counted(budget, at_once):
    with at_once():
        return count_officially(budget, by=UserFactory())


def count_of(budget, name="Centro"):
    return Count.objects.official().get(heading=heading_of(budget, name))


def states(budget):
    return dict(budget.works.order_by("title").values_list("title", "state"))


def why(count):
    return {work["id"]: (work["why"], work["short"]) for work in count.result["works"]}


# --- What it decides


def test_works_are_chosen_by_votes_while_they_fit_and_each_knows_why(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=5)
    vote(ballot, {"Centro": "b"}, people=4)
    vote(ballot, {"Centro": "bc"}, people=1)
    vote(ballot, {"Centro": "c"}, people=2)
    opened(ballot, key, clock)

    counted(budget, at_once)

    count = count_of(budget)
    a, b, c = (work_of(budget, f"Centro {name}").code for name in "abc")
    assert count.state == CountState.DONE
    assert count.result["ballots"] == 12
    assert count.result["winners"] == [b, c]  # a has as many votes as b and is dearer
    assert why(count) == {a: ("over", 10_000_00), b: ("chosen", None), c: ("chosen", None)}
    assert states(budget) == {
        "Centro a": WorkState.NOT_CHOSEN,
        "Centro b": WorkState.CHOSEN,
        "Centro c": WorkState.CHOSEN,
    }


def test_equal_shares_say_what_each_supporter_paid(otuzco, clock, at_once):
    budget = budget_of(otuzco, {"Centro": (90_000, [50_000, 40_000, 30_000, 20_000])}, rule=SHARES)
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "ab"}, people=6)
    vote(ballot, {"Centro": "cd"}, people=4)
    opened(ballot, key, clock)

    counted(budget, at_once)

    count = count_of(budget)
    titles = {work.code: work.title for work in budget.works.all()}
    assert {titles[code] for code in count.result["winners"]} == {
        "Centro b",
        "Centro c",
        "Centro d",
    }
    prices = {titles[one["id"]]: one["price"] for one in count.result["works"] if one["price"]}
    assert prices["Centro d"] == [5_000_00, 1]


def test_points_are_added_up(otuzco, clock, at_once):
    budget = budget_of(
        otuzco, {"Centro": (60_000, [60_000, 50_000])}, ballot=BallotKind.POINTS, points=10
    )
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": {"a": 4}}, people=2)
    vote(ballot, {"Centro": {"a": 1, "b": 9}}, people=1)
    opened(ballot, key, clock)

    counted(budget, at_once)

    votes = {one["id"]: one["votes"] for one in count_of(budget).result["works"]}
    assert votes == {work_of(budget, "Centro a").code: 9, work_of(budget, "Centro b").code: 9}
    assert states(budget)["Centro b"] == WorkState.CHOSEN  # the cheaper of the two


def test_a_withdrawn_work_leaves_every_ballot(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "ac"}, people=9)
    vote(ballot, {"Centro": "b"}, people=1)
    work = work_of(budget, "Centro a")
    withdraw_from_ballot(work, by=UserFactory(), reason="El terreno tiene otro dueño.")
    opened(ballot, key, clock)

    counted(budget, at_once)

    count = count_of(budget)
    assert why(count)[work.code] == ("withdrawn", None)
    assert count.result["ballots"] == 10
    assert states(budget) == {
        "Centro a": WorkState.WITHDRAWN,
        "Centro b": WorkState.CHOSEN,
        "Centro c": WorkState.CHOSEN,
    }


def test_once_the_vote_is_closed_no_work_is_taken_off_it(budget, clock):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    work = work_of(budget, "Centro a")
    opened(ballot, key, clock)

    with pytest.raises(CannotWithdraw, match="closed"):
        withdraw_from_ballot(work, by=UserFactory(), reason="It is known now how it went.")


def test_who_chose_nothing_in_a_heading_has_no_share_of_its_money(otuzco, clock, at_once):
    budget = budget_of(otuzco, {"Centro": (60_000, [60_000])}, rule=SHARES)
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    vote(ballot, {"Centro": ""}, people=3)
    opened(ballot, key, clock)

    counted(budget, at_once)

    result = count_of(budget).result
    assert result["ballots"] == 3
    assert result["endowment"] == [20_000_00, 1]


def test_what_nobody_chose_is_not_done_even_if_it_fits(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "c"}, people=1)
    opened(ballot, key, clock)

    counted(budget, at_once)

    assert states(budget)["Centro c"] == WorkState.CHOSEN
    assert why(count_of(budget))[work_of(budget, "Centro a").code] == ("no_votes", None)


def test_the_lot_drawn_before_the_vote_decides(otuzco, clock, at_once):
    budget = budget_of(otuzco, {"Centro": (60_000, [60_000, 60_000])})
    ballot = put(budget)
    key = open_it(ballot, lots={"Centro": ["b", "a"]})
    vote(ballot, {"Centro": "a"}, people=2)
    vote(ballot, {"Centro": "b"}, people=2)
    opened(ballot, key, clock)

    counted(budget, at_once)

    assert states(budget)["Centro b"] == WorkState.CHOSEN
    (tie,) = count_of(budget).result["ties"]
    assert (tie["by"], tie["decides"]) == ("lot", True)
    assert work_of(budget, "Centro b").lot == 1


# --- Once


def test_before_the_urn_is_opened_nothing_is_counted(budget, clock):
    ballot, _key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)

    with pytest.raises(CannotCount):
        count_officially(budget, by=UserFactory())
    assert not Count.objects.exists()


def test_counting_again_changes_and_tells_nothing(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    opened(ballot, key, clock)
    counted(budget, at_once)
    before = Count.objects.values().get()
    told = Event.objects.count()

    counted(budget, at_once)

    assert Count.objects.values().get() == before
    assert Event.objects.count() == told


def test_everybody_is_told_once_all_headings_are_counted(otuzco, clock, at_once):
    budget = budget_of(otuzco, {"Agua": (30_000, [20_000]), "Pistas": (30_000, [20_000])})
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Agua": "a"}, people=3)
    opened(ballot, key, clock)

    counted(budget, at_once)

    assert Event.objects.filter(thread=budget.thread, verb="budget_results").count() == 1
    chosen = work_of(budget, "Agua a").thread
    assert Event.objects.filter(thread=chosen, verb="work_chosen").count() == 1
    left = work_of(budget, "Pistas a").thread
    assert Event.objects.filter(thread=left, verb="work_not_chosen").count() == 1


def test_a_result_that_is_there_stays(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    opened(ballot, key, clock)
    counted(budget, at_once)

    with pytest.raises(DatabaseError), transaction.atomic():
        Count.objects.update(result={"winners": []})


def test_the_clock_has_it_counted_if_nobody_else_does(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    opened(ballot, key, clock)

    with at_once():
        assert periodic.count_what_is_opened() == 1

    assert states(budget)["Centro a"] == WorkState.CHOSEN
    assert periodic.count_what_is_opened() == 0


def test_what_a_killed_worker_left_is_taken_up(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    opened(ballot, key, clock)
    count_officially(budget, by=None)  # its task is lost
    Count.objects.update(state=CountState.RUNNING, told_at=timezone.now())
    with at_once():
        assert periodic.go_on_with_counts() == 0  # somebody may be at it
    Count.objects.update(told_at=timezone.now() - timedelta(minutes=5))

    with at_once():
        assert periodic.go_on_with_counts() == 1

    assert count_of(budget).state == CountState.DONE


def test_a_count_that_somebody_is_at_is_left_to_them(budget, clock):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    opened(ballot, key, clock)
    (count,) = count_officially(budget, by=None)
    Count.objects.update(state=CountState.RUNNING, told_at=timezone.now())

    assert counts.run(budget.municipality, count.pk) is False
    assert count_of(budget).state == CountState.RUNNING


def test_a_long_count_says_how_far_it_has_come(otuzco, clock, at_once, monkeypatch):
    monkeypatch.setattr(counts, "TELL_EVERY", 0)
    rule = SHARES | {"increment": 500_00}
    budget = budget_of(otuzco, {"Centro": (90_000, [50_000, 40_000, 30_000, 20_000])}, rule=rule)
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "ab"}, people=6)
    vote(ballot, {"Centro": "cd"}, people=4)
    opened(ballot, key, clock)

    counted(budget, at_once)

    count = count_of(budget)
    assert count.tries == count.result["increments"] == 7


def test_a_tie_without_a_lot_stops_and_names_the_works(otuzco, clock, at_once, monkeypatch):
    budget = budget_of(otuzco, {"Centro": (60_000, [60_000, 60_000])})
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=2)
    vote(ballot, {"Centro": "b"}, people=2)
    opened(ballot, key, clock)
    asked = counts.question_of
    monkeypatch.setattr(counts, "question_of", lambda *args: asked(*args) | {"lots": []})

    counted(budget, at_once)

    count = count_of(budget)
    assert count.state == CountState.FAILED
    assert "«Centro a», «Centro b»" in count.problem
    assert states(budget)["Centro a"] == WorkState.ON_BALLOT
    for place, title in enumerate(["Centro b", "Centro a"], start=1):
        work = work_of(budget, title)
        work.lot = place
        work.save()

    counted(budget, at_once)

    assert states(budget)["Centro b"] == WorkState.CHOSEN


def test_the_hash_of_what_was_counted_is_the_same_each_time(budget, clock):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=3)
    vote(ballot, {"Centro": "bc"}, people=2)
    ballot = opened(ballot, key, clock)

    one, other = (counts.of_urn(heading_of(budget), ballot).digest for _time in range(2))

    assert one == other
    assert len(one) == 32


# --- By where people live


def test_for_each_district_it_is_told_how_much_of_what_was_chosen_was_won(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "bc"}, people=30, place="130601")
    vote(ballot, {"Centro": "a"}, people=28, place="130602")
    opened(ballot, key, clock)

    counted(budget, at_once)

    places = {row[0]: row[1:] for row in count_of(budget).result["places"]}
    assert places == {"130601": [30, 60, 60, 30], "130602": [28, 28, 0, 0]}


def test_few_ballots_are_told_with_others_so_that_nobody_can_take_them_apart(
    budget, clock, at_once
):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "bc"}, people=40, place="130601")
    vote(ballot, {"Centro": "b"}, people=30, place="130602")
    vote(ballot, {"Centro": "a"}, people=3, place="130603")
    opened(ballot, key, clock)

    counted(budget, at_once)

    places = {row[0]: row[1:] for row in count_of(budget).result["places"]}
    assert set(places) == {"", "130601"}
    assert places[""][0] == 33


def test_of_a_small_vote_nothing_is_told_by_district(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    vote(ballot, {"Centro": "b"}, people=12)
    opened(ballot, key, clock)

    counted(budget, at_once)

    assert "places" not in count_of(budget).result


# --- Rules


def test_a_rule_has_one_name():
    assert counts.key_of(GREEDY) == counts.key_of({"method": "greedy"}) == "greedy-skip-t0"
    assert counts.key_of(SHARES) == "mes-cost-add1u-stop-exact-i100000-t0"
    longest = SHARES | {
        "utility": "cardinality",
        "completion": "utilitarian",
        "exhaustive_stop": False,
        "first": "floored",
        "increment": 10**12,
        "threshold": 10**9,
    }
    assert len(counts.key_of(longest)) <= Count._meta.get_field("rule_key").max_length


def test_nothing_of_the_kind_is_counted_where_the_matrix_decides(otuzco):
    budget = budget_of(
        otuzco, {"Centro": (60_000, [60_000])}, mode=Mode.MATRIX, criteria={"Need": 100}
    )

    with pytest.raises(CannotCount):
        count_officially(budget, by=None)


def test_a_count_under_another_rule_settles_nothing(budget, clock, at_once):
    ballot, key = on_the_ballot(budget)
    cast(ballot, 1, {"Centro": "a"})
    opened(ballot, key, clock)
    count = CountFactory(municipality=budget.municipality, heading=heading_of(budget))

    assert counts.run(budget.municipality, count.pk) is True

    assert states(budget)["Centro a"] == WorkState.ON_BALLOT
    assert not Event.objects.filter(verb="budget_results").exists()
