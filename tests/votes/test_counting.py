import random
from itertools import permutations

import pytest

from votes.commitments import canonical
from votes.counting import TieWithoutLot, Void, check, count, is_blank, longest, verdict


def question(kind, **rules):
    return {"id": "q1", "kind": kind, "options": ["a", "b", "c"], **rules}


SINGLE = question("single")
MULTIPLE = question("multiple", most=2)
APPROVAL = question("approval")
RANKED = question("ranked", lots=["a", "b", "c"])
SCORE = question("score", scale=[0, 5])
POINTS = question("points", points=10)
OPEN = {"id": "q1", "kind": "open", "length": 20}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (SINGLE, ["a", "b"]),
        (SINGLE, ["d"]),
        (SINGLE, "a"),
        (MULTIPLE, ["a", "b", "c"]),
        (MULTIPLE, ["b", "a"]),
        (APPROVAL, ["a", "a"]),
        (RANKED, ["a", "a"]),
        (SCORE, {"a": 6}),
        (SCORE, {"a": -1}),
        (SCORE, {"a": True}),
        (SCORE, {"a": 2.0}),
        (SCORE, {"d": 1}),
        (POINTS, {"a": 6, "b": 5}),
        (POINTS, {"a": 0}),
        (OPEN, "x" * 21),
        (OPEN, 7),
        (OPEN, "a\x01b"),
    ],
)
def test_what_the_rules_do_not_allow_is_void(asked, answer):
    with pytest.raises(Void):
        check(asked, answer)
    assert count(asked, [answer])["void"] == 1


def test_a_ballot_with_nothing_chosen_is_cast_and_blank():
    result = count(SINGLE, [[], ["a"], []])

    assert is_blank([])
    assert (result["cast"], result["valid"], result["blank"]) == (3, 1, 2)


@pytest.mark.parametrize(
    ("asked", "answers", "totals", "winners"),
    [
        (SINGLE, [["a"], ["b"], ["b"]], {"a": 1, "b": 2, "c": 0}, ["b"]),
        (MULTIPLE, [["a", "c"], ["b", "c"], ["c"]], {"a": 1, "b": 1, "c": 3}, ["c"]),
        (APPROVAL, [["a", "b", "c"], ["b"]], {"a": 1, "b": 2, "c": 1}, ["b"]),
        (SCORE, [{"a": 5, "b": 4}, {"b": 4}], {"a": 5, "b": 8, "c": 0}, ["b"]),
        (POINTS, [{"a": 3, "c": 7}, {"a": 3}], {"a": 6, "b": 0, "c": 7}, ["c"]),
    ],
)
def test_totals_and_winner(asked, answers, totals, winners):
    for order in permutations(answers):
        result = count(asked, order)
        assert (result["totals"], result["winners"]) == (totals, winners)


def test_a_tie_that_decides_stops_the_count_and_names_who_is_tied():
    with pytest.raises(TieWithoutLot) as tie:
        count(SINGLE, [["a"], ["b"]])

    assert tie.value.tied == ["a", "b"]


def test_a_tie_is_decided_by_the_lot_drawn_before_opening():
    result = count(SINGLE | {"lots": ["c", "b", "a"]}, [["a"], ["b"]])

    assert (result["winners"], result["ties"]) == (["b"], [["a", "b"]])


def test_a_tie_that_decides_nothing_needs_no_lot():
    assert count(SINGLE, [["a"], ["a"], ["b"], ["c"]])["winners"] == ["a"]
    assert count(SINGLE | {"seats": 3}, [["a"], ["b"], ["c"]])["winners"] == ["a", "b", "c"]


def test_what_nobody_chose_does_not_win():
    assert count(SINGLE, [[]])["winners"] == []
    assert count(SINGLE | {"seats": 2}, [["a"]])["winners"] == ["a"]


def test_a_ranked_count_publishes_each_round():
    ballots = [["a"]] * 4 + [["b", "c"]] * 3 + [["c", "b"]] * 2

    result = count(RANKED, ballots)

    assert [each["totals"] for each in result["rounds"]] == [
        {"a": 4, "b": 3, "c": 2},
        {"a": 4, "b": 5},
    ]
    assert (result["rounds"][0]["out"], result["winners"]) == ("c", ["b"])


def test_a_ranked_ballot_without_more_places_is_exhausted_and_not_lost_from_sight():
    result = count(RANKED, [["a"]] * 3 + [["b"]] * 2 + [["c"]] * 2)

    assert result["rounds"][1]["exhausted"] == 2
    assert result["rounds"][0]["by_lot"] is True
    assert result["winners"] == ["a"]


def test_a_tie_for_the_last_place_of_a_round_stops_without_a_lot():
    with pytest.raises(TieWithoutLot):
        count(question("ranked"), [["a"]] * 3 + [["b"]] * 2 + [["c"]] * 2)


def test_the_condorcet_winner_is_noted_though_it_may_lose_the_rounds():
    ballots = [["a", "b", "c"]] * 4 + [["c", "b", "a"]] * 4 + [["b", "a", "c"]] * 3

    result = count(RANKED, ballots)

    assert result["condorcet"] == "b"
    assert result["winners"] != ["b"]


def test_without_a_condorcet_winner_none_is_named():
    cycle = [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]]

    assert count(RANKED, cycle)["condorcet"] is None


def test_an_open_question_is_not_counted():
    assert count(OPEN, ["Hola", "", "x" * 30]) == {"cast": 3, "valid": 1, "blank": 1, "void": 1}


def possible(asked, chance):
    options = chance.sample(asked["options"], chance.randint(0, 3)) if "options" in asked else []
    match asked["kind"]:
        case "open":
            return "".join(chance.choices("añ\U0001f600", k=chance.randint(0, asked["length"])))
        case "score":
            return {one: chance.randint(*asked["scale"]) for one in options}
        case "points":
            return {one: chance.randint(1, asked["points"]) for one in options}
        case "ranked":
            return options
        case _:
            return [one for one in asked["options"] if one in options]


@pytest.mark.parametrize("asked", [SINGLE, MULTIPLE, APPROVAL, RANKED, SCORE, POINTS, OPEN])
def test_no_answer_that_counts_is_longer_than_the_longest(asked):
    chance, seen = random.Random(asked["kind"]), 0
    most = len(canonical(longest(asked)))
    for _number in range(500):
        answer = possible(asked, chance)
        try:
            check(asked, answer)
        except Void:
            continue
        seen += 1
        assert len(canonical(answer)) <= most
    assert seen > 50


@pytest.mark.parametrize("asked", [MULTIPLE, APPROVAL, RANKED, SCORE, POINTS])
def test_the_order_of_the_ballots_never_matters(asked):
    chance = random.Random(7)
    asked = asked | {"lots": ["b", "c", "a"]}
    ballots = [possible(asked, chance) for _number in range(60)]
    expected = count(asked, ballots)
    for _number in range(10):
        chance.shuffle(ballots)
        assert count(asked, ballots) == expected


def test_the_count_uses_no_fractions():
    ballots = [possible(SCORE, random.Random(number)) for number in range(30)]

    result = count(SCORE | {"lots": ["a", "b", "c"]}, ballots)

    assert all(type(value) is int for value in result["totals"].values())
    canonical(result)  # refuses floats


def test_an_option_tied_with_nothing_at_the_edge_of_the_seats_is_shown_by_the_lot():
    result = count(SINGLE | {"seats": 1, "lots": ["b", "a", "c"]}, [["a"], ["b"], ["c"]])

    assert result["order"] == ["b", "a", "c"]


YES_NO = {"id": "q1", "kind": "yes_no", "options": ["yes", "no"]}
HALF_OF_VALID = {"option": "yes", "share": [1, 2], "of": "valid"}


@pytest.mark.parametrize(
    ("cast", "eligible", "met"), [(1, 3, True), (33, 100, False), (34, 100, True), (0, 1, False)]
)
def test_a_quorum_of_a_third_is_met_by_a_third_exactly(cast, eligible, met):
    asked = YES_NO | {"quorum": [1, 3]}

    assert verdict(asked, count(asked, [[]] * cast), eligible) == {"quorum": met}


@pytest.mark.parametrize(
    ("base", "passes"), [(HALF_OF_VALID, True), (HALF_OF_VALID | {"of": "cast"}, False)]
)
def test_the_rule_says_whether_blank_ballots_are_part_of_the_base(base, passes):
    asked = YES_NO | {"majority": base}
    result = count(asked, [["yes"]] * 2 + [["no"]] + [[]] * 2)

    assert verdict(asked, result, 10) == {"majority": passes}


def test_half_is_not_more_than_half():
    asked = YES_NO | {"majority": HALF_OF_VALID, "lots": ["yes", "no"]}

    assert verdict(asked, count(asked, [["yes"], ["no"]]), 2) == {"majority": False}
