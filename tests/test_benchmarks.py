"""What the bench counts as done was done."""

import sys

import pytest

from benchmarks import budgets, load, measure


def answered(monkeypatch, times, statuses):
    made = load.Run(1, times=times, statuses=statuses)
    monkeypatch.setattr(load, "run", lambda port, requests, *, seconds: made)
    return made


def test_acts_that_were_answered_and_not_stored_end_the_bench(monkeypatch):
    answered(monkeypatch, [0.1, 0.1], {200: 2})
    rows = iter([5, 6])

    with pytest.raises(SystemExit, match="2 acts were answered and 1 stored"):
        load.acts(0, lambda: iter(()), lambda: next(rows), seconds=1)


def test_acts_that_were_stored_are_measured(monkeypatch):
    made = answered(monkeypatch, [0.1, 0.1], {200: 2})
    rows = iter([5, 7])

    assert load.acts(0, lambda: iter(()), lambda: next(rows), seconds=1) is made


@pytest.mark.parametrize("status", [302, 422, 500])
def test_an_answer_that_is_none_ends_the_bench(status):
    bare = load.Run(1, times=[0.1], statuses={200: 1})
    results = {"bare view": bare, "bare INSERT": bare}
    results["support"] = load.Run(1, times=[0.1], statuses={status: 1})

    with pytest.raises(SystemExit, match=f"support.*{status}"):
        measure.print_table("A few", results, {})


def test_a_budget_is_counted_in_a_process_of_its_own():
    few = ["--works", "20", "--ballots", "60", "--times", "1", "--only", "mes_cost_add1u"]

    counted = budgets.alone([sys.executable, "-m", "benchmarks.budgets", *few])

    assert counted["winners"]
    assert 0 < counted["memory"] < budgets.MEMORY
