import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.budgets.test_pabulib import SMALL


BASE = Path(__file__).resolve().parents[2]


@pytest.fixture
def count_pb(tmp_path, capsys):
    def counted(text, rule, *options):
        path = tmp_path / "election.pb"
        path.write_text(text, encoding="utf-8")
        call_command("count_pb", str(path), "--rule", rule, *options)
        return json.loads(capsys.readouterr().out)

    return counted


def test_it_prints_winners_in_order_their_cost_and_ties(count_pb):
    result = count_pb(SMALL, "greedy")

    assert (result["winners"], result["cost"], result["unit"]) == (["w10", "w2"], 100_050, 100)
    assert result["ties"] == [
        {"tied": ["w10", "w2"], "won": "w10", "by": "cost", "decides": False},
    ]
    assert "prices" not in result


def test_it_prints_what_each_supporter_pays_in_equal_shares(count_pb):
    text = SMALL.replace("w1;300.25", "w1;900").replace("3;;71", "3;w1;71")

    result = count_pb(text, "mes_cost_utilitarian")

    assert result["winners"] == ["w10", "w2"]
    assert result["prices"] == {"w10": [20_000, 1], "w2": None}
    assert result["completed"] == ["w2"]


def test_the_increment_is_in_the_currency_of_the_file(count_pb):
    text = SMALL.replace("w1;300.25", "w1;900").replace("3;;71", "3;w1;71")

    result = count_pb(text, "mes_cost_add1", "--increment", "60")

    # 333.50 each; 200 for w10; for w2 300.25 more are needed, which is 166.75 more: three times 60.
    assert (result["winners"], result["increments"]) == (["w10", "w2"], 3)
    assert result["endowment"] == [51_350, 1]
    assert result["prices"]["w2"] == [30_025, 1]


def test_the_threshold_is_that_of_the_file(count_pb):
    text = SMALL.replace("min_project_score_threshold;2", "min_project_score_threshold;3")

    assert count_pb(text, "greedy")["winners"] == ["w10", "w2"]
    assert count_pb(text, "greedy_threshold")["winners"] == []


@pytest.mark.parametrize(
    ("text", "rule", "options", "reason"),
    [
        ("META", "greedy", [], "PROJECTS"),
        (SMALL, "mes_points", [], "points"),
        (SMALL, "mes_cost", ["--increment", "0"], "increment"),
        (SMALL.replace("approval", "ordinal"), "greedy", [], "ordinal"),
        (SMALL, "borda", [], "borda"),
    ],
)
def test_what_it_cannot_count_it_says(count_pb, text, rule, options, reason):
    with pytest.raises(CommandError, match=reason):
        count_pb(text, rule, *options)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="nowhere.pb"):
        call_command("count_pb", "nowhere.pb", "--rule", "greedy")


def test_it_needs_no_database(tmp_path):
    path = tmp_path / "election.pb"
    path.write_text(SMALL, encoding="utf-8")
    nowhere = {"DATABASE_URL": "postgres://x@localhost:1/x", "VAR": str(tmp_path / "var")}

    done = subprocess.run(
        [sys.executable, "manage.py", "count_pb", path, "--rule", "greedy"],
        cwd=BASE, env=nowhere, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(done.stdout)["winners"] == ["w10", "w2"]
    assert not list((tmp_path / "var").glob("*postgres*"))
