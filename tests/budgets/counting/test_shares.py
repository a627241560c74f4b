import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from budgets import counting
from budgets.counting import Election, TieWithoutLot, Work, count, usual_increment
from tests.budgets.counting.elections import election, told


NONE = {"method": "mes", "completion": "none"}
ADD1 = {"method": "mes", "completion": "add1"}
ADD1U = {"method": "mes", "completion": "add1u"}
UTILITARIAN = {"method": "mes", "completion": "utilitarian"}


def test_supporters_pay_in_equal_parts_and_who_cannot_pays_all_they_have():
    contest = election(
        100, {"park": 48, "road": 40, "well": 70}, {"park road": 6, "road": 2, "well": 2}
    )

    result = count(contest, NONE)

    assert result["endowment"] == [10, 1]
    # Eight pay 5 for the road; then six have 5 each, and the park would cost them 8.
    assert [(one["id"], one["why"], one["price"], one["short"]) for one in result["works"]] == [
        ("road", "chosen", [5, 1], None),
        ("park", "spent", None, 18),
        ("well", "spent", None, 50),
    ]
    assert (result["cost"], result["left"]) == (40, 60)


def test_what_somebody_lacks_the_other_supporters_pay():
    works = {"road": 16, "park": 14, "wall": 39}
    contest = election(40, works, {"road": 1, "road park": 1, "park": 1, "wall": 1})

    result = count(contest, NONE)

    # The park first, 7 from each; who chose both has 3 left, and the other 10 of 16.
    assert result["winners"] == ["park"]
    assert told(result, "road")["short"] == 3
    more = count(contest, ADD1)
    assert (more["endowment"], more["increments"]) == ([12, 1], 2)
    assert told(more, "road")["price"] == [11, 1]


def test_a_small_group_gets_what_the_largest_would_take_from_it():
    works = {"a": 30, "b": 31, "c": 32, "village": 25}
    contest = election(100, works, {"a b c": 75, "village": 25})

    assert count(contest, {"method": "greedy"})["winners"] == ["a", "b", "c"]
    assert count(contest, UTILITARIAN)["winners"] == ["a", "b", "village"]


def test_utility_decides_between_one_dear_work_and_several_cheap_ones():
    works = {"dear": 60, "one": 20, "two": 21, "three": 22}
    contest = election(60, works, {"dear one two three": 5, "dear": 1})

    assert count(contest, NONE | {"utility": "cost"})["winners"] == ["dear"]
    assert count(contest, NONE | {"utility": "cardinality"})["winners"] == ["one", "two"]


def test_points_are_paid_for_by_the_point():
    contest = Election(
        30, [Work("a", 24), Work("b", 12)], [({"a": 3}, 1), ({"a": 1, "b": 4}, 1)], "points"
    )

    result = count(contest, NONE | {"utility": "cardinality"})

    assert result["winners"] == ["b"]  # 3 a point; a would cost 6 a point, or 7 of who has 3 left
    assert told(result, "b")["price"] == [3, 1]
    assert told(result, "a")["short"] == 6


def test_add1_stops_at_the_first_outcome_that_leaves_nothing_unfunded_that_fits():
    contest = election(12, {"a": 4, "b": 6, "c": 7}, {"a": 2, "b": 2, "c": 2})

    result = count(contest, ADD1)

    assert (result["winners"], result["increments"], result["endowment"]) == (["a", "b"], 1, [3, 1])
    assert told(result, "c")["why"] == "spent"


def test_the_last_increment_tried_is_one_too_many_and_told():
    contest = election(10, {"a": 8, "b": 8}, {"a": 3, "b": 2}, lots=["b", "a"])
    told_of = []

    result = count(contest, ADD1 | {"exhaustive_stop": False}, told_of.append)

    assert (result["winners"], result["endowment"], result["increments"]) == (["a"], [3, 1], 2)
    assert told_of == [1, 2]


def test_what_completes_is_told_apart_from_what_was_bought():
    contest = election(10, {"a": 4, "b": 5, "c": 3}, {"a": 5, "b": 3, "c": 2})

    result = count(contest, UTILITARIAN)

    assert (result["winners"], result["completed"]) == (["a", "b"], ["b"])
    assert (told(result, "b")["turn"], told(result, "b")["left_before"]) == (2, 6)
    assert (told(result, "a")["price"], told(result, "b")["price"]) == ([4, 5], None)
    assert (told(result, "c")["why"], told(result, "c")["short"]) == ("over", 2)


@pytest.mark.parametrize("rule", [ADD1, ADD1U, UTILITARIAN])
def test_if_everything_fits_everything_is_funded_without_an_increment(rule):
    contest = election(
        1_000_000_000, {"a": 1, "b": 900_000_000, "c": 7}, {"a": 999, "b": 1, "": 5, "c": 1}
    )

    result = count(contest, rule | {"threshold": 1})

    assert sorted(result["winners"]) == ["a", "b", "c"]
    assert (result["completed"], result["increments"]) == (["b"], 0)
    assert "b" not in count(contest, rule | NONE)["winners"]


def test_who_chose_nothing_or_a_withdrawn_work_has_voted_and_keeps_the_money():
    contest = election(12, {"a": 6, "b": 6}, {"a": 2, "b": 1, "": 1})

    result = count(contest, NONE, withdrawn={"b"})

    assert (result["ballots"], result["endowment"], result["winners"]) == (4, [3, 1], ["a"])


def test_a_work_that_costs_nothing_is_bought_first_and_paid_by_nobody():
    result = count(election(2, {"a": 2, "free": 0}, {"a": 2, "free": 1}), UTILITARIAN)

    assert result["winners"] == ["free", "a"]
    assert told(result, "free")["price"] == [0, 1]


@pytest.mark.parametrize("rule", [NONE, ADD1, ADD1U, UTILITARIAN])
@pytest.mark.parametrize("ballots", [{}, {"": 3}])
def test_an_election_without_votes_has_no_winners(rule, ballots):
    result = count(election(10, {"a": 1}, ballots), rule)

    assert (result["winners"], result["left"]) == ([], 10)
    assert told(result, "a")["why"] == "no_votes"


def test_the_first_endowment_may_be_floored():
    contest = election(11, {"a": 4, "b": 5}, {"a": 2, "b": 1})

    assert count(contest, NONE)["endowment"] == [11, 3]
    assert count(contest, NONE | {"first": "floored"})["endowment"] == [3, 1]


# --- ties


def test_a_tie_at_the_same_money_for_utility_goes_to_the_cheaper():
    contest = election(12, {"a": 8, "b": 6}, {"a b": 4})

    result = count(contest, NONE)

    assert result["winners"] == ["b"]
    assert result["ties"] == [{"tied": ["a", "b"], "won": "b", "by": "cost", "decides": True}]


def test_a_tie_in_which_all_are_bought_decides_nothing():
    result = count(election(14, {"a": 8, "b": 6}, {"a b": 4}), NONE)

    assert result["ties"] == [{"tied": ["a", "b"], "won": "b", "by": "cost", "decides": False}]


def test_more_votes_go_before_the_lot():
    # Everyone has 6. Who chose u, v, w has nothing left for y, which costs the others 6, as x does.
    works = {"u": 6, "v": 6, "w": 6, "x": 12, "y": 12}
    ballots = {"u v w": 2, "u v w y": 1, "y": 2, "x": 2}

    result = count(
        election(42, works, ballots, lots=list("uvwxy")), NONE | {"utility": "cardinality"}
    )

    assert result["winners"] == list("uvwyx")
    assert result["ties"][-1] == {"tied": ["x", "y"], "won": "y", "by": "votes", "decides": False}


def test_the_lot_decides_in_equal_shares_too_and_is_needed():
    works, ballots = {"a": 6, "b": 6}, {"a b": 3}

    for lots in (["a", "b"], ["b", "a"]):
        result = count(election(9, works, ballots, lots=lots), ADD1U)
        assert result["winners"] == lots[:1]
        assert result["ties"] == [
            {"tied": ["a", "b"], "won": lots[0], "by": "lot", "decides": True}
        ]
    with pytest.raises(TieWithoutLot) as tie:
        count(election(9, works, ballots), ADD1U)
    assert tie.value.tied == ["a", "b"]
    assert count(election(12, works, ballots), ADD1U)["winners"] == ["a", "b"]


def test_a_tie_among_many_without_a_lot_stops_the_count():
    works = dict.fromkeys("abcdefgh", 6)

    with pytest.raises(TieWithoutLot) as tie:
        count(election(9, works, {"a b c d e f g h": 3}), NONE)

    assert tie.value.tied == list("abcdefgh")


# --- numbers


@pytest.mark.parametrize("scale", [1, 10**9, 10**30])
def test_amounts_of_any_size_give_the_same_winners(scale):
    works = {"a": 30 * scale, "b": 31 * scale, "c": 17 * scale, "d": 40 * scale}
    contest = election(90 * scale, works, {"a b": 7, "b c": 5, "c d": 4, "a d": 3})

    result = count(contest, ADD1U | {"increment": scale})

    assert (result["winners"], result["increments"]) == (["b", "a", "c"], 1)


def test_one_unit_between_enough_and_too_little_is_seen_among_enormous_amounts():
    money = 3 * 10**18
    works = {"a": money // 3 * 2, "b": money // 3 + 1}
    ballots = {"a": 2, "b": 1}

    assert count(election(money, works, ballots), NONE)["winners"] == ["a"]
    assert count(election(money + 3, works, ballots), NONE)["winners"] == ["a", "b"]


@pytest.mark.parametrize(
    ("money", "ballots", "increment"),
    [(1_000_000, 6_586, 1), (999, 1, 1), (1_000, 1, 10), (50_000_000, 300, 1_000), (5, 0, 1)],
)
def test_the_usual_increment_is_a_power_of_ten(money, ballots, increment):
    assert usual_increment(money, ballots) == increment


def is_floating(value):
    if isinstance(value, np.ndarray):
        return value.dtype.kind not in "iub"
    if isinstance(value, (list, tuple)):
        return any(map(is_floating, value))
    return isinstance(value, (float, complex, np.floating))


def test_no_floating_point_number_ever_takes_part():
    """Each value in each line of the counter is looked at; one that is a float raises."""
    here = str(Path(counting.__file__).parent)
    seen = set()

    def look(frame, event, argument):
        if not frame.f_code.co_filename.startswith(here):
            return None
        seen.add(Path(frame.f_code.co_filename).stem)
        for name, value in frame.f_locals.items():
            assert not is_floating(value), (frame.f_code.co_qualname, name)
        assert event != "return" or not is_floating(argument), frame.f_code.co_qualname
        return look

    works = {"a": 30, "b": 31, "c": 17, "d": 40, "e": 31}
    ballots = {"a b": 7, "b c e": 5, "c d": 4, "a d e": 3}
    lots = list("abcde")
    points = [(dict.fromkeys(answer.split(), 2), many) for answer, many in ballots.items()]
    before = sys.gettrace()
    sys.settrace(look)
    try:
        for rule in (NONE, ADD1, ADD1U, UTILITARIAN, {"method": "greedy"}):
            count(election(90, works, ballots, lots=lots), rule)
            count(Election(90, [Work(*one) for one in works.items()], points, "points", lots), rule)
    finally:
        sys.settrace(before)

    assert {"election", "equal", "greedy", "results", "shares"} <= seen


def test_the_counter_neither_divides_nor_names_a_float_nor_imports_the_site():
    allowed = {
        "__future__",
        "collections",
        "dataclasses",
        "functools",
        "heapq",
        "itertools",
        "math",
    }
    for path in Path(counting.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Div), path
            assert not isinstance(getattr(node, "value", None), float), path
            assert getattr(node, "id", getattr(node, "attr", "")) not in {"float", "float64"}, path
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None) or node.names[0].name]
                for name in names:
                    root = name.split(".")[0]
                    assert root in allowed | {"typing", "numpy"} or name.startswith(
                        "budgets.counting"
                    ), (path, name)
