"""Elections that were held, from pabulib.org: each rule gives what others have computed for it."""

import json
from pathlib import Path

import pytest

from budgets import pabulib
from budgets.counting import count
from budgets.management.commands.count_pb import RULES
from tests.budgets.counting.elections import told


REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "pb"
EXPECTED = json.loads((REAL / "EXPECTED.json").read_text()) if REAL.exists() else {}
FILES = sorted(EXPECTED.keys() - {"_about"}) or ["none at hand"]


@pytest.fixture(params=FILES)
def held(request):
    if not EXPECTED:
        pytest.skip(f"{REAL} is absent: the elections lie outside the project")
    return pabulib.read((REAL / request.param).read_bytes()), EXPECTED[request.param]


def read(name):
    if not EXPECTED:
        pytest.skip(f"{REAL} is absent: the elections lie outside the project")
    return pabulib.read((REAL / name).read_bytes())


def counted(file, name, increment=1, **more):
    rule = RULES[name] | more
    if name == "greedy_threshold":
        rule["threshold"] = file.threshold
    if rule["method"] == "mes":
        rule["increment"] = increment
    if rule.get("utility") == "points":
        rule["utility"] = "cardinality"
    return count(file.election(), rule)


def test_every_rule_gives_the_winners_it_should(held):
    file, expected = held

    for name, wanted in expected["results"].items():
        if name.startswith("pabutools_"):
            continue  # where their own order of ties differs
        result = counted(file, name, expected.get("add1_increment") or 1)
        assert sorted(result["winners"]) == sorted(wanted["winners"]), name
        assert result["cost"] == wanted["cost"], name
        if "increments" in wanted and not expected["everything_affordable"]:
            assert result["increments"] == wanted["increments"], name
            above, below = map(int, wanted["endowment_final"].split("/"))
            assert result["endowment"][0] * below == above * result["endowment"][1], name


def test_votes_are_those_of_the_ballots(held):
    file, expected = held

    result = counted(file, "greedy")

    assert {one["id"]: one["votes"] for one in result["works"]} == expected["scores"]
    assert result["ballots"] == expected["ballots"]
    assert file.threshold == expected["threshold"]


def test_the_official_result_comes_out_where_a_rule_gives_it(held):
    file, expected = held

    for name in expected.get("official_equals") or []:
        if not name.startswith("pabutools_"):
            result = counted(file, name, expected.get("add1_increment") or 1)
            assert sorted(result["winners"]) == sorted(expected["official_selected"]), name


def test_ties_that_decided_money_are_told(held):
    file, expected = held

    name = "greedy_threshold" if expected["threshold"] else "greedy"
    decided = [tie for tie in counted(file, name)["ties"] if tie["decides"]]
    for tie in expected["greedy_ties_that_decide"]:
        assert sorted(tie["projects"]) in [one["tied"] for one in decided]


def test_wieliczka_comes_out_only_if_add1_goes_on_when_nothing_more_fits():
    file = read(name := "Poland_Wieliczka_2023_Green_Budget.pb")
    official = set(EXPECTED[name]["official_selected"])

    for rule in ("mes_cost_add1", "mes_cost_add1u"):
        result = counted(file, rule, exhaustive_stop=False)
        assert set(result["winners"]) == official
        assert (result["increments"], result["endowment"]) == (165, [1040052, 3293])

    stopped = counted(file, "mes_cost_add1")
    assert official - set(stopped["winners"]) == {"46"}
    assert set(stopped["winners"]) - official == {"66", "67"}
    assert stopped["increments"] == 150


@pytest.mark.parametrize("goes_on", [True, False])
def test_swiecie_comes_out_with_add1_whether_it_stops_or_goes_on(goes_on):
    file = read(name := "Poland_Swiecie_2023.pb")

    result = counted(file, "mes_cost_add1", exhaustive_stop=not goes_on)

    assert sorted(result["winners"]) == sorted(EXPECTED[name]["official_selected"])


def test_assen_comes_out_only_if_nothing_follows_add1():
    file = read(name := "Netherlands_Assen_2024.pb")
    official = set(EXPECTED[name]["official_selected"])

    assert set(counted(file, "mes_cost_add1")["winners"]) == official
    assert set(counted(file, "mes_cost_add1u")["winners"]) - official == {"7"}


def test_a_floored_first_endowment_gives_zurich_other_winners():
    file = read(name := "Switzerland_Zurich_SN.pb")
    wanted = EXPECTED[name]["results"]["mes_cost_add1u"]["integral_endowment"]["winners"]

    result = counted(file, "mes_cost_add1u", first="floored")

    assert set(result["winners"]) == set(wanted)
    assert set(counted(file, "mes_cost_add1u")["winners"]) != set(wanted)


def test_a_work_withdrawn_in_wroclaw_needs_no_price_of_its_own():
    file = read("Poland_Wroclaw_2017_Rejon_nr_11_750.pb")

    result = count(file.election(), RULES["greedy_no_skip"], withdrawn={"150"})

    assert result["winners"] == ["425"]
    assert told(result, "150")["why"] == "withdrawn"
