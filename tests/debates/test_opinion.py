"""What votes on statements say: measured on draws whose truth is known."""

import numpy as np
import pytest

from benchmarks.opinion import RUNS, camps, likeness, noise
from debates.opinion import cells, groups, lists, segments
from debates.opinion.analysis import CODES, analyse
from debates.opinion.choice import in_order, learns
from debates.opinion.groups import Why
from debates.opinion.intervals import holm, two_proportions, wilson
from debates.opinion.lists import Standing, Tally
from debates.opinion.partition import adjusted_rand, partition


# --- Groups, at the full size of what was asked for


@pytest.mark.parametrize("people", [15, 25, 40, 80, 150])
def test_noise_is_called_groups_in_at_most_one_of_twenty_cases(people):
    called = sum(groups.find(noise(seed, people)).why_not is None for seed in range(RUNS))

    assert called <= 0.05 * RUNS


@pytest.mark.parametrize("people", [40, 80, 150])
def test_so_is_noise_on_few_statements(people):
    called = sum(
        groups.find(noise(seed, people, statements=12, missing=0.1)).why_not is None
        for seed in range(RUNS)
    )

    assert called <= 0.05 * RUNS


def test_two_clear_groups_among_150_are_found():
    found = 0
    for seed in range(RUNS):
        votes, camp = camps(seed, 150)
        answer = groups.find(votes)
        found += answer.count == 2 and likeness(answer, camp) >= 0.9

    assert found >= 0.95 * RUNS


def test_a_minority_of_three_in_ten_is_found_too():
    found = 0
    for seed in range(50):
        votes, camp = camps(seed, 150, share=0.3)
        answer = groups.find(votes)
        found += answer.count == 2 and likeness(answer, camp) >= 0.9

    assert found >= 47


def test_three_groups_are_told_apart_when_many_have_voted():
    counts = [groups.find(camps(seed, 240, count=3, missing=0.2)[0]).count for seed in range(20)]

    assert counts.count(3) >= 18


def test_with_fewer_than_120_people_there_are_never_more_than_two():
    counts = [groups.find(camps(seed, 110, count=3, missing=0.2)[0]).count for seed in range(10)]

    assert max(counts) <= 2


def test_the_same_votes_give_the_same_answer_in_whatever_order_people_are_read():
    votes, _camp = camps(7, 90)
    order = np.random.default_rng(1).permutation(90)

    first, again, mixed = groups.find(votes), groups.find(votes), groups.find(votes[order])

    assert (first.p, first.stability) == (again.p, again.stability) == (mixed.p, mixed.stability)
    assert (first.labels == again.labels).all()
    assert (first.labels[order] == mixed.labels).all()


def test_it_says_why_there_are_no_groups():
    assert groups.find(np.empty((0, 0))).why_not is Why.FEW_PEOPLE
    assert groups.find(camps(1, 39)[0]).why_not is Why.FEW_PEOPLE
    assert groups.find(camps(1, 80, statements=11, missing=0)[0]).why_not is Why.FEW_STATEMENTS
    assert groups.find(noise(2, 80)).why_not is Why.CHANCE
    assert groups.find(camps(1, 100, share=0.05)[0]).why_not is Why.TOO_SMALL


def test_people_with_six_votes_and_statements_everybody_likes_do_not_count():
    votes, _camp = camps(3, 60, missing=0)
    votes[0, 6:] = np.nan
    votes[:, 0] = 1.0

    found = groups.find(votes)

    assert (found.people, found.statements) == (59, 19)
    assert found.labels[0] == -1


def test_people_who_differ_but_form_no_camps_are_not_cut_in_two_unless_it_holds():
    """A crowd that agrees a little more or less with everything: the p-value may be small."""
    random = np.random.default_rng(5)
    leaning = random.normal(0, 0.5, (150, 1))
    votes = np.where(random.random((150, 20)) < 1 / (1 + np.exp(-leaning)), 1.0, -1.0)

    found = groups.find(votes)

    assert found.why_not in (Why.CHANCE, Why.UNSTABLE)


def test_the_parts_are_the_largest_first_and_likeness_is_measured_rightly():
    votes, camp = camps(2, 100, share=0.3, missing=0)
    labels = partition(votes, 2)

    assert list(np.bincount(labels)) == sorted(np.bincount(labels), reverse=True)
    assert adjusted_rand(labels, 1 - labels) == 1.0
    assert adjusted_rand(labels, camp) > 0.95
    random = np.random.default_rng(3)
    by_chance = [
        adjusted_rand(random.integers(2, size=100), random.integers(2, size=100))
        for _draw in range(200)
    ]
    assert abs(np.mean(by_chance)) < 0.01


# --- Intervals, tests, lists


def test_the_wilson_interval_is_the_one_in_the_books():
    share = wilson(15, 20)

    assert (round(share.low, 3), round(share.high, 3)) == (0.531, 0.888)
    assert wilson(0, 0).low == 0.0
    assert wilson(10, 10).high == pytest.approx(1.0)


def test_two_shares_are_compared_and_corrected_for_how_many_tests_were_made():
    assert two_proportions(wilson(30, 50), wilson(15, 50)) == pytest.approx(0.00256, abs=1e-4)
    assert two_proportions(wilson(0, 20), wilson(0, 30)) == 1.0
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@pytest.mark.parametrize(
    ("counts", "standing"),
    [
        ((9, 0, 0), Standing.FEW),
        ((10, 0, 0), Standing.CONSENSUS),
        ((0, 10, 0), Standing.CONSENSUS),
        ((9, 1, 0), Standing.UNCLEAR),
        ((5, 5, 0), Standing.DIVISION),
        ((6, 4, 0), Standing.UNCLEAR),
        ((40, 40, 20), Standing.DIVISION),
        ((90, 5, 5), Standing.CONSENSUS),
        ((20, 5, 75), Standing.UNCLEAR),  # who passes does not agree
    ],
)
def test_a_statement_stands_where_its_votes_surely_put_it(counts, standing):
    assert Tally(1, *counts).standing is standing


def test_the_lists_begin_with_what_is_surest():
    tallies = [Tally(1, 10, 0, 0), Tally(2, 100, 0, 0), Tally(3, 5, 5, 0), Tally(4, 50, 50, 0)]

    assert [tally.statement for tally in lists.consensus(tallies)] == [2, 1]
    assert [tally.statement for tally in lists.division(tallies)] == [4, 3]


# --- Parts of the people


def test_a_part_of_nine_is_not_shown_and_cannot_be_worked_out():
    assert cells.shown({"women": 20, "men": 30}, total=50) == ["men", "women"]
    assert cells.shown({"women": 20, "men": 9}, total=29) == []
    # Fifty less both leaves one: that one's vote would be known.
    assert cells.shown({"women": 20, "men": 30}, total=51) == []
    assert cells.shown({"a": 40, "b": 30, "c": 12}, total=84) == ["a", "b"]
    assert cells.shown({"a": 40, "b": 30}, total=90) == ["a", "b"]


def test_a_difference_between_town_and_country_is_found_and_chance_is_not():
    random = np.random.default_rng(4)
    rural = np.arange(120) % 2 == 0
    votes = np.where(random.random((120, 10)) < 0.5, 1.0, -1.0)
    votes[:, 0] = np.where(random.random(120) < np.where(rural, 0.8, 0.3), 1.0, -1.0)
    people = {
        "area": ["rural" if one else "urban" for one in rural],
        "gender": ["woman" if n % 3 else "man" for n in range(120)],
        "age": [""] * 120,
        "district": [""] * 120,
    }

    found = segments.compare(votes, range(1, 11), people)

    assert found.tests == 20
    assert [(d.statement, d.dimension) for d in found.differences] == [(1, "area")]
    (one,) = found.differences
    assert one.share.of + one.others.of == 120


def test_chance_alone_shows_a_difference_in_at_most_one_of_twenty_debates():
    wrong = 0
    for seed in range(RUNS):
        votes = noise(seed, 100, statements=12)
        random = np.random.default_rng([seed, 9])
        people = {
            "gender": random.choice(["woman", "man"], 100).tolist(),
            "age": random.choice(["18-29", "30-44", "45-59", ""], 100).tolist(),
        }
        wrong += bool(segments.compare(votes, range(12), people).differences)

    assert wrong <= 0.05 * RUNS


# --- The whole answer


def test_nothing_in_the_answer_leads_to_anybody():
    votes, _camp = camps(11, 150)
    people = {"gender": ["woman"] * 60 + ["man"] * 81 + ["other"] * 9, "age": [""] * 150}

    answer = analyse(votes, list(range(20)), people)

    assert answer["groups"]["why_not"] is None
    numbers = list(walk(answer))
    assert all(isinstance(one, int | float | str | None) for one in numbers)
    assert max(len(part) for part in lists_in(answer)) <= 20
    for shares in (answer["compared"]["shares"], answer["groups"]["shares"]):
        for count, of, _low, _high in shares_in(shares):
            assert count <= of
            assert of >= cells.MIN_PEOPLE
    assert all(size % 5 == 0 for size in answer["groups"]["sizes"])


def walk(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    else:
        yield value


def lists_in(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from lists_in(inner)
    elif isinstance(value, list):
        yield value
        for inner in value:
            yield from lists_in(inner)


def shares_in(value):
    for inner in value.values():
        if isinstance(inner, dict):
            yield from shares_in(inner)
        else:
            yield inner


def test_without_votes_there_is_an_answer_too():
    answer = analyse(np.empty((0, 0)), [], {"gender": []})

    assert answer["groups"]["why_not"] == "few_people"
    assert answer["compared"] == {"tests": 0, "differences": [], "shares": {}}


# --- Which statement comes next


def test_what_is_new_uncertain_and_divisive_teaches_most():
    new, even, clear = Tally(1, 0, 0, 0), Tally(2, 20, 20, 0), Tally(3, 40, 0, 0)
    passed = Tally(4, 5, 5, 40)

    assert learns(new) > learns(even) > learns(clear) > 0
    assert learns(passed) < learns(Tally(5, 25, 25, 0))


def test_everybody_has_an_order_of_their_own_that_stays():
    tallies = [Tally(n, 3, 3, 0) for n in range(1, 13)]

    orders = {tuple(in_order(person, tallies)) for person in range(1, 30)}

    assert len(orders) > 25
    assert in_order(7, tallies) == in_order(7, reversed(tallies))
    left = [one for one in tallies if one.statement != in_order(7, tallies)[0]]
    assert in_order(7, left) == in_order(7, tallies)[1:]


def test_a_new_statement_comes_early_for_most():
    tallies = [Tally(n, 60, 30, 5) for n in range(1, 21)] + [Tally(99, 0, 0, 0)]

    first_three = sum(99 in in_order(person, tallies)[:3] for person in range(1, 201))

    assert first_three > 120


def test_the_codes_are_those_of_the_choices():
    assert set(CODES) == {"agree", "disagree", "pass"}
