import pytest

from budgets.counting import BadElection, BadRule, Election, TieWithoutLot, Work, count
from tests.budgets.counting.elections import election, told


GREEDY = {"method": "greedy"}
NO_SKIP = {"method": "greedy", "variant": "no_skip"}


def test_works_are_funded_by_votes_and_what_does_not_fit_is_passed_over():
    result = count(
        election(
            1000,
            {"park": 600, "road": 500, "well": 400},
            {"park road": 5, "road park": 2, "park well": 1},
        ),
        GREEDY,
    )

    assert (result["winners"], result["cost"], result["left"]) == (["park", "well"], 1000, 0)
    assert told(result, "road") == {
        "id": "road",
        "cost": 500,
        "votes": 7,
        "chosen": False,
        "turn": 2,
        "left_before": 400,
        "why": "over",
        "short": 100,
        "price": None,
    }
    assert (told(result, "well")["turn"], told(result, "well")["left_before"]) == (3, 400)


def test_without_skipping_the_first_that_does_not_fit_ends_the_count():
    result = count(
        election(1000, {"park": 600, "road": 500, "well": 400}, {"park": 3, "road": 2, "well": 1}),
        NO_SKIP,
    )

    assert result["winners"] == ["park"]
    assert [(one["id"], one["why"], one["turn"]) for one in result["works"]] == [
        ("park", "chosen", 1),
        ("road", "over", 2),
        ("well", "stopped", None),
    ]


def test_who_cannot_win_is_told_why_and_stands_in_nobodys_way():
    works = {"park": 600, "road": 5000, "well": 400, "wall": 10, "dam": 20}
    ballots = {"road dam": 9, "park": 4, "well": 1}

    result = count(election(1000, works, ballots), GREEDY | {"threshold": 2}, withdrawn={"dam"})

    assert result["winners"] == ["park"]
    assert {one["id"]: (one["votes"], one["why"]) for one in result["works"]} == {
        "park": (4, "chosen"),
        "road": (9, "dearer_than_all"),
        "well": (1, "below_threshold"),
        "wall": (0, "no_votes"),
        "dam": (0, "withdrawn"),
    }


def test_without_skipping_what_is_dearer_than_all_ends_the_count_until_it_is_withdrawn():
    contest = election(1000, {"road": 5000, "park": 600}, {"road": 9, "park": 4})

    assert count(contest, NO_SKIP)["winners"] == []
    assert count(contest, NO_SKIP, withdrawn={"road"})["winners"] == ["park"]


def test_a_ballot_is_a_set_and_a_blank_one_has_been_cast():
    result = count(election(1000, {"a": 1, "b": 1}, {"a a a": 1, "b": 2, "": 3}), GREEDY)

    assert (told(result, "a")["votes"], told(result, "b")["votes"], result["ballots"]) == (1, 2, 6)


def test_points_are_added_up_and_none_at_all_is_no_vote():
    contest = Election(
        10, [Work("a", 6), Work("b", 6)], [({"a": 1, "b": 4}, 2), ({"a": 9, "b": 0}, 1)], "points"
    )

    result = count(contest, GREEDY)

    assert (told(result, "a")["votes"], told(result, "b")["votes"]) == (11, 8)
    assert result["winners"] == ["a"]


@pytest.mark.parametrize(
    ("costs", "lots", "winners", "ties"),
    [
        ((7, 6), None, ["b"], [(["a", "b"], "b", "cost", True)]),
        ((6, 6), "ab", ["a"], [(["a", "b"], "a", "lot", True)]),
        ((6, 6), "ba", ["b"], [(["a", "b"], "b", "lot", True)]),
        ((5, 5), None, ["a", "b"], [(["a", "b"], "a", "lot", False)]),
        ((4, 5), None, ["a", "b"], [(["a", "b"], "a", "cost", False)]),
        ((11, 4), None, ["b"], []),
    ],
)
def test_ties_go_to_the_cheaper_work_then_to_the_lot(costs, lots, winners, ties):
    works = dict(zip("ab", costs, strict=True))
    result = count(election(10, works, {"a b": 3}, lots=lots and list(lots)), GREEDY)

    assert result["winners"] == winners
    assert result["ties"] == [
        {"tied": tied, "won": won, "by": by, "decides": decides} for tied, won, by, decides in ties
    ]


@pytest.mark.parametrize("rule", [GREEDY, NO_SKIP])
def test_a_tie_that_decides_money_stops_the_count_and_names_who_is_tied(rule):
    with pytest.raises(TieWithoutLot) as tie:
        count(election(10, {"c": 1, "b": 6, "a": 6}, {"a b c": 1, "c": 1}), rule)

    assert tie.value.tied == ["a", "b"]


def test_a_tie_that_decides_nothing_needs_no_lot():
    works = {"dear": 6, "big": 9, "huge": 9}

    assert count(election(10, works, {"dear": 2, "big huge": 1}), GREEDY)["winners"] == ["dear"]


@pytest.mark.parametrize(
    "bad",
    [
        {"method": "borda"},
        {"method": "greedy", "variant": "jump"},
        {"method": "greedy", "threshold": -1},
        {"method": "greedy", "increment": 1},
        {"method": "mes", "utility": "joy"},
        {"method": "mes", "increment": 0},
        {"method": "mes", "increment": 1.5},
    ],
)
def test_a_rule_that_does_not_exist_is_refused(bad):
    with pytest.raises(BadRule):
        count(election(1, {"a": 1}, {"a": 1}), bad)


@pytest.mark.parametrize(
    "bad",
    [
        election(10, {"a": 1}, {"b": 1}),
        election(10, {"a": -1}, {"a": 1}),
        election(10.0, {"a": 1}, {"a": 1}),
        election(10, {"a": 1}, {"a": -1}),
        election(10, {"a": 1, "b": 1}, {"a": 1}, lots=["a"]),
        election(10, {"a": 1}, {"a": 1}, kind="ordinal"),
        election(10, {"a": 1}, {"a": 1}, kind="points"),
        Election(10, [Work("a", 1), Work("a", 2)], []),
        Election(10, [Work("a", 1)], [({"a": 2}, 1)]),
        Election(10, [Work("a", 1)], [("a", 1)]),
        Election(10, [Work("a", 1)], [({"a": -2}, 1)], "points"),
    ],
)
def test_what_is_no_election_is_refused(bad):
    with pytest.raises(BadElection):
        count(bad, GREEDY)
