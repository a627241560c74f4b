"""What holds for every election: a thousand of each kind are drawn."""

import json
import random
from fractions import Fraction
from itertools import chain, combinations, permutations

import pytest
from hypothesis import given, strategies as st

from budgets.counting import Election, TieWithoutLot, Work, count
from tests.budgets.counting.elections import (
    MANY,
    elections,
    equal_shares,
    greedy_rules,
    plain_count,
    points_of,
    told,
)


def told_prices(result):
    return {one["id"]: Fraction(*one["price"]) for one in result["works"] if one["price"]}


def subsets(items):
    return chain.from_iterable(combinations(items, size) for size in range(1, len(items) + 1))


@MANY
@given(elections(), equal_shares())
def test_equal_shares_are_those_of_the_plainest_version(contest, rule):
    result = count(contest, rule)

    assert (result["winners"], told_prices(result)) == plain_count(contest, rule)


@MANY
@given(st.integers(0, 2**32), equal_shares())
def test_so_are_those_of_larger_elections_in_centimos(seed, rule):
    luck = random.Random(seed)
    ids = "abcdefgh"
    contest = Election(
        money=luck.randrange(10**7, 10**8),
        works=[Work(work, luck.randrange(10**6, 3 * 10**7)) for work in ids],
        ballots=[(luck.sample(ids, luck.randrange(5)), luck.randrange(1, 4)) for _row in range(9)],
        lots=list(ids),
    )
    rule |= {"increment": rule["increment"] * 10**6}

    result = count(contest, rule)

    assert (result["winners"], told_prices(result)) == plain_count(contest, rule)


@MANY
@given(elections(), equal_shares(), st.sampled_from([2, 6, 12]), st.sampled_from([0, 8]))
def test_coarse_bounds_leave_more_to_exact_numbers_and_change_nothing(contest, rule, room, finer):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("budgets.counting.shares.ROOM", room)
        patch.setattr("budgets.counting.shares.FINER", finer)
        result = count(contest, rule)

    assert (result["winners"], told_prices(result)) == plain_count(contest, rule)


@MANY
@given(elections(works=7), greedy_rules)
def test_counting_by_votes_is_that_of_the_plainest_version(contest, rule):
    result = count(contest, rule)

    cost = {work.id: work.cost for work in contest.works}
    votes = {work: sum(ballot.get(work, 0) for ballot in points_of(contest)) for work in cost}
    winners, left = [], contest.money
    for work in sorted(cost, key=lambda work: (-votes[work], cost[work], contest.lots.index(work))):
        if votes[work] >= max(1, rule["threshold"]):
            if cost[work] <= left:
                winners, left = [*winners, work], left - cost[work]
            elif rule["variant"] == "no_skip":
                break
    assert (result["winners"], result["left"]) == (winners, left)


@MANY
@given(elections(works=7), equal_shares() | greedy_rules)
def test_money_is_never_exceeded_and_after_completion_nothing_more_fits(contest, rule):
    result = count(contest, rule)

    assert result["cost"] == sum(one["cost"] for one in result["works"] if one["chosen"])
    assert 0 <= result["left"] == contest.money - result["cost"]
    if rule.get("variant") == "skip" or rule.get("completion") in ("add1u", "utilitarian"):
        for one in result["works"]:
            if one["votes"] >= max(1, rule["threshold"]) and not one["chosen"]:
                assert one["cost"] > result["left"]


@MANY
@given(elections(works=7), equal_shares() | greedy_rules)
def test_every_work_is_told_why(contest, rule):
    result = count(contest, rule)

    for one in result["works"]:
        assert (one["why"] == "chosen") == one["chosen"] == (one["id"] in result["winners"])
        if one["why"] == "over":
            assert one["short"] == one["cost"] - one["left_before"] > 0
        if one["why"] == "spent":
            assert one["short"] > 0
            assert one["turn"] is None
        if one["why"] == "dearer_than_all":
            assert one["cost"] > contest.money
        if one["why"] in ("no_votes", "below_threshold"):
            assert one["votes"] < max(1, rule["threshold"])
        assert (one["turn"] is None) == (one["left_before"] is None)
    turns = sorted(one["turn"] for one in result["works"] if one["turn"])
    assert turns == list(range(1, len(turns) + 1))


@MANY
@given(elections(works=7), equal_shares())
def test_nobody_pays_more_than_the_endowment_and_each_work_is_paid_in_full(contest, rule):
    """Who did not choose a work pays nothing of it: its points are 0."""
    result = count(contest, rule)

    ballots = points_of(contest)
    left = [Fraction(*result["endowment"] or (0, 1))] * len(ballots)
    for work in result["winners"][: len(result["winners"]) - len(result["completed"])]:
        price = Fraction(*told(result, work)["price"])
        paid = [
            min(have, price * ballot.get(work, 0))
            for have, ballot in zip(left, ballots, strict=True)
        ]
        assert sum(paid) == told(result, work)["cost"]
        left = [have - pays for have, pays in zip(left, paid, strict=True)]
        assert all(have >= 0 for have in left)
    for one in result["works"]:  # what is not bought in shares, its supporters cannot pay
        if one["why"] in ("spent", "over") or one["id"] in result["completed"]:
            have = sum(
                (have for have, ballot in zip(left, ballots, strict=True) if ballot.get(one["id"])),
                Fraction(0),
            )
            assert have < one["cost"]
            if one["why"] == "spent":
                assert one["short"] == (one["cost"] - have).__ceil__()


@MANY
@given(
    elections(works=4, ballots=3),
    equal_shares(first=("exact",)),
)
def test_who_agrees_gets_a_fair_part_up_to_one_work(contest, rule):
    """EJR up to one (Peters, Pierczyński, Skowron 2021), by trying all groups and all works."""
    result = count(contest, rule | {"threshold": 0})

    cost = {work.id: work.cost for work in contest.works}
    utility = [
        {
            work: points * (cost[work] if rule["utility"] == "cost" else 1)
            for work, points in ballot.items()
        }
        for ballot in points_of(contest)
    ]
    won = [sum(mine.get(work, 0) for work in result["winners"]) for mine in utility]
    best_more = [
        max((mine.get(work, 0) for work in cost if work not in result["winners"]), default=0)
        for mine in utility
    ]
    for works in subsets(cost):
        needed = sum(cost[work] for work in works) * len(utility)
        for group in subsets(range(len(utility))):
            if len(group) * contest.money < needed:
                continue
            due = sum(min(utility[i].get(work, 0) for i in group) for work in works)
            assert any(won[i] >= due or won[i] + best_more[i] > due for i in group)


@MANY
@given(elections(works=7), equal_shares() | greedy_rules, st.integers())
def test_the_order_in_which_works_and_ballots_come_never_matters(contest, rule, seed):
    luck = random.Random(seed)
    works = list(contest.works)
    ballots = [
        (dict(luck.sample(list(answer.items()), len(answer))), 1)
        if isinstance(answer, dict)
        else (luck.sample(answer, len(answer)), 1)
        for answer, many in contest.ballots
        for _voter in range(many)
    ]
    luck.shuffle(works)
    luck.shuffle(ballots)

    shuffled = count(Election(contest.money, works, ballots, contest.kind, contest.lots), rule)

    assert json.dumps(shuffled) == json.dumps(count(contest, rule))


@MANY
@given(elections(works=3, ballots=4, lots=False), equal_shares() | greedy_rules)
def test_the_count_stops_for_a_lot_just_when_some_lots_would_fund_others(contest, rule):
    ids = [work.id for work in contest.works]
    outcomes = {
        frozenset(
            count(
                Election(contest.money, contest.works, contest.ballots, contest.kind, list(lots)),
                rule,
            )["winners"]
        )
        for lots in permutations(ids)
    }

    if len(outcomes) > 1:
        with pytest.raises(TieWithoutLot) as tie:
            count(contest, rule)
        fate = frozenset.union(*outcomes) - frozenset.intersection(*outcomes)
        assert fate & set(tie.value.tied)
    else:
        assert {frozenset(count(contest, rule)["winners"])} == outcomes
