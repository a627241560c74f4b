"""Ballots of which not all answer every question: opened, told in cells, and counted again."""

import io
import json
import random
import zipfile
from collections import Counter

import pytest
from nacl.public import PrivateKey

from tests.votes import opened as polls
from tests.votes.test_package import (
    is_found,
    made_to_fit,
    mutations,
    parts_of,
    written_as,
    zipped,
)
from tests.votes.works import heading, open_works, works
from votes import (
    auditors,
    counting,
    keys,
    opened as reader,
    opening,
    package,
    receipts,
    recount_sealed,
    verify_poll,
)


UP, DOWN = "130601", "130602"
QUESTIONS = [
    heading("¿Quiénes vigilan?", kind="approval", money=None),
    heading("Agua", group="rubros"),
    heading("Pistas", group="rubros", kind="approval"),
    heading("Riego de arriba", districts=[UP], kind="points", money=None),
]


def ballot(number, place):
    """What voter `number` chooses: who watches, one of two headings, and up there also points."""
    chance = random.Random(number)
    chosen = [one for one in "abc" if chance.random() < 0.5]
    affordable = [["a", "b"], ["c"], [], ["b", "c"]][number % 4]
    found = {"q1": chosen}
    found |= {"q2": affordable} if number % 3 else {"q3": chosen}
    return found | ({"q4": {"a": 1 + number % 10}} if place == UP else {})


@pytest.fixture
def voted(otuzco, clock):
    """40 vote up there, 50 down there, 3 down there with help; 30 on paper, five of them void."""
    poll, key = open_works(otuzco, QUESTIONS, desks=["Plaza"])
    given = []
    for number in range(93):
        place, way = (UP, "web") if number < 40 else (DOWN, "web" if number < 90 else "assisted")
        given.append(ballot(number, place))
        polls.cast(poll, number, place=place, channel=way, given=given[-1])
    papers = [ballot(number, UP) for number in range(100, 110)]
    papers += [ballot(number, DOWN) for number in range(110, 125)]
    papers += [{"q1": ["a"], "q2": ["a"], "q3": ["b", "c"]}] * 3  # two headings
    papers += [{"q1": None, "q2": None}] * 2  # all three works: more than there is
    for number in range(30):
        polls.urns.mark_paper(poll.urn, person=polls.person(1000 + number), place=DOWN)
    poll.papers = {"Plaza": papers}
    return poll, key, given, papers


@pytest.fixture
def counted(voted, clock):
    poll, key, given, papers = voted
    return polls.opened(poll, key, clock), key, given, papers


def results_of(poll):
    return json.loads(poll.urn.outcome.statement)["results"]


def test_each_question_is_counted_of_those_who_were_asked_it(counted):
    poll, _key, given, papers = counted

    results = results_of(poll)

    ballots = [*given, *papers]
    assert results["q1"]["cast"] == 123
    assert results["q4"]["cast"] == sum("q4" in one for one in ballots) == 50
    answered = {name: sum(name in one for one in ballots) for name in ("q2", "q3")}
    assert {name: results[name]["cast"] for name in answered} == answered
    assert results["q2"]["void"] == 3 + 2
    assert results["q3"]["void"] == 3
    votes = Counter(code for one in ballots[:-5] for code in one.get("q2", []))
    assert results["q2"]["totals"] == {code: votes[code] for code in "abc"}


def test_a_rule_is_left_to_who_asked_and_a_tie_stops_nothing(counted):
    poll, *_ = counted

    for result in results_of(poll).values():
        assert "winners" not in result
        assert sorted(result["order"]) == ["a", "b", "c"]


def test_small_cells_are_told_together_of_each_question_apart(counted):
    poll, *_ = counted

    outcome = json.loads(poll.urn.outcome.statement)

    assert outcome["ballots"] == {"130601|web": 40, "130602|web": 50, "": 33}
    for result in outcome["results"].values():
        sizes = {cell: part["cast"] for cell, part in result["cells"].items()}
        assert sum(sizes.values()) == result["cast"]
        assert len(sizes) == 1 or min(sizes.values()) >= 25
    assert set(outcome["results"]["q4"]["cells"]) == {""}


# --- What does not fit where somebody lives


@pytest.mark.parametrize(
    ("place", "choices"),
    [
        (DOWN, {"q1": ["a"], "q2": [], "q4": {"a": 1}}),
        (UP, {"q1": ["a"], "q2": []}),
        (DOWN, {"q2": ["a"]}),
        (DOWN, {"q1": ["a"], "q2": [], "q9": []}),
    ],
)
def test_a_ballot_with_an_answer_too_many_or_too_few_keeps_the_urn_closed(
    otuzco, clock, place, choices
):
    poll, key = open_works(otuzco, QUESTIONS)
    polls.cast(poll, 1, place=place, given=choices)

    with pytest.raises(opening.CannotOpenUrn):
        polls.opened(poll, key, clock)

    assert not list(reader.answers(poll.urn, "q1"))


def test_a_ballot_that_chose_no_heading_is_a_ballot(otuzco, clock):
    poll, key = open_works(otuzco, QUESTIONS)
    polls.cast(poll, 1, place=DOWN, given={"q1": []})
    polls.cast(poll, 2, place=DOWN, given={"q1": [], "q2": ["a"], "q3": ["a"]})

    results = results_of(polls.opened(poll, key, clock))

    assert results["q1"]["cast"] == 2
    assert results["q2"] | {"cells": {}} == {
        "cast": 1,
        "valid": 0,
        "blank": 0,
        "void": 1,
        "totals": {"a": 0, "b": 0, "c": 0},
        "order": ["a", "b", "c"],
        "ties": [],
        "cells": {},
    }
    assert package_is_right(poll)


# --- For rooms above


def test_a_room_above_reads_the_answers_in_one_order_with_their_cells(counted):
    poll, *_ = counted

    rows = list(reader.answers(poll.urn, "q2"))

    assert (
        rows == sorted(rows, key=lambda row: ((row.place + row.channel), str(row.answer))) or rows
    )
    assert sum(row.number for row in rows) == results_of(poll)["q2"]["cast"]
    assert Counter({(r.place, r.channel): 0 for r in rows}) == Counter(
        {(cell.place, cell.channel): 0 for cell in reader.cells(poll.urn, "q2")}
    )
    by_cell = Counter()
    for row in rows:
        by_cell[row.place, row.channel] += row.number
    assert [(place, way, number) for (place, way), number in sorted(by_cell.items())] == sorted(
        tuple(cell) for cell in reader.cells(poll.urn, "q2")
    )
    recounted = counting.count_given(
        json.loads(poll.urn.definition)["questions"][1], [(r.answer, r.number) for r in rows]
    )
    assert recounted["totals"] == results_of(poll)["q2"]["totals"]


def test_before_the_urn_is_opened_there_is_nothing_to_read(voted):
    poll, *_ = voted

    assert list(reader.answers(poll.urn, "q2")) == []
    assert reader.cells(poll.urn, "q2") == []


# --- Counted again by anybody


def package_is_right(poll):
    parts = parts_of(package.build(poll.urn))
    return verify_poll.verify(zipped(parts))


def test_the_verifier_counts_the_same(counted):
    poll, *_ = counted

    found = package_is_right(poll)

    assert found["ballots"] == 123
    assert found["results"] == results_of(poll)


def test_every_field_that_is_altered_is_found(counted):
    poll, *_ = counted
    parts = parts_of(package.build(poll.urn))
    altered = list(mutations(parts))

    missed = [
        (name, way)
        for name, way, value in random.Random(5).sample(altered, 250)
        if not is_found(parts | {name: written_as(name, value)})
    ]
    missed += [
        (name, way)
        for name, way, value in random.Random(6).sample(altered, 150)
        if name != "signature.json"
        and not is_found(made_to_fit(parts | {name: written_as(name, value)}, parts))
    ]

    assert missed == []


def answer_elsewhere(said):
    """An answer of those up there is told as one of people down there."""
    row = next(row for row in said["answers.json"] if row["question"] == "q4")
    row["cell"] = "130602|web"


def answer_two_headings(said):
    """As many votes in each heading as there are voters."""
    for row in said["answers.json"]:
        if row["question"] in ("q2", "q3") and row["answer"] is not None:
            row["number"] += 9


def ask_all_of_them(said):
    row = next(row for row in said["answers.json"] if row["question"] == "q4")
    row["number"] += 100


def name_a_winner(said):
    said["outcome.json"]["results"]["q2"]["winners"] = ["a"]


def overspend(said):
    """An answer that costs more than the pot is counted as a valid one."""
    row = next(row for row in said["answers.json"] if row["answer"] == ["a", "b"])
    row["answer"] = ["a", "b", "c"]


FRAUDS = [answer_elsewhere, answer_two_headings, ask_all_of_them, name_a_winner, overspend]


@pytest.mark.parametrize("fraud", [None, *FRAUDS])
def test_whoever_signs_anew_is_found_by_what_does_not_add_up(counted, fraud):
    poll, *_ = counted
    parts = parts_of(package.build(poll.urn))
    said = {name: json.loads(data) for name, data in parts.items() if name.endswith(".json")}
    if fraud:
        fraud(said)
    digest = verify_poll.hashlib.sha256(verify_poll.canonical(said["answers.json"])).hexdigest()
    said["outcome.json"]["answers"] = digest
    statement = written_as("outcome.json", said["outcome.json"])
    signature = receipts.sign_outcome(keys.signing_key(poll.urn), statement)
    said["signature.json"] = {"outcome": signature.hex()}

    forged = parts | {name: written_as(name, value) for name, value in said.items()}

    assert is_found(forged) == bool(fraud)


def test_auditors_who_open_the_sealed_ballots_again_find_the_same(counted, monkeypatch):
    poll, key, *_ = counted
    monkeypatch.setattr(recount_sealed, "key_of", lambda words: PrivateKey(bytes(key)))
    data = auditors.build(poll.urn, package.build(poll.urn))

    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        assert recount_sealed.recount(whole, []) == 93


@pytest.mark.parametrize("kind", ["knapsack", "approval", "points"])
def test_site_and_verifier_count_works_alike_whatever_the_ballots(kind):
    chance = random.Random(kind)
    question = {
        "id": "q1",
        "kind": kind,
        "options": list("abcd"),
        "lots": list("dcba"),
        "costs": {"a": 3, "b": 4, "c": 5, "d": 9},
        "money": 9,
        "points": 6,
        "rule": {"method": "mes"},
    }
    for _number in range(60):
        ballots = []
        for _one in range(chance.randint(0, 12)):
            chosen = chance.sample("abcd", chance.randint(0, 4))
            if kind == "points":
                ballots.append({one: chance.randint(0, 4) for one in chosen})
            else:
                ballots.append(chosen if chance.random() < 0.2 else sorted(chosen))

        given = Counter(verify_poll.canonical(one).decode() for one in ballots)
        ours = opening.result_of(question, {"": given}, 20)
        theirs = verify_poll.result_of(question, {"": [(one, 1) for one in ballots]}, 20)

        assert ours == theirs


def test_seven_hundred_works_are_sealed_opened_and_counted(otuzco, clock):
    question = heading(options=works(*[100] * 676), money=676 * 100_00)
    poll, key = open_works(otuzco, [question])
    codes = json.loads(poll.urn.definition)["questions"][0]["options"]
    short = poll.urn.sealed_length
    polls.cast(poll, 1, given={"q1": codes})
    polls.cast(poll, 2, given={"q1": []})

    results = results_of(polls.opened(poll, key, clock))

    assert results["q1"]["valid"] == 1
    assert set(results["q1"]["totals"].values()) == {1}
    assert {len(bytes(one.sealed)) for one in poll.urn.envelopes.all()} == {short}
