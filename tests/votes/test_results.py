"""What a poll's result says, and that it says nothing before its time or of too few people."""

import random
from collections import Counter

import pytest
from django.utils.translation import override

from decide.common.words import NARROW_SPACE
from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory
from tests.votes.opened import QUESTIONS, cast, opened, ready_poll, vote
from votes import results, voters
from votes.enums import Base, CastChannel, QuestionKind
from votes.shares import Share, in_words


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality), override("en"):
        yield municipality


def plain(text):
    """With spaces as one types them."""
    return text.replace(NARROW_SPACE, " ")


def yes_no(**rules):
    return [QUESTIONS[0] | {"quorum_of": None, "quorum_in": None} | rules]


def result_of(otuzco, clock, questions, ballots, eligible=100):
    """What comes out of these answers to one question."""
    poll, key = ready_poll(otuzco, questions, eligible=eligible)
    for number, answer in enumerate(ballots):
        cast(poll, number, given={"q1": answer})
    return results.of(opened(poll, key, clock)).questions[0]


def test_yes_wins_with_more_than_half(otuzco, clock):
    found = result_of(otuzco, clock, yes_no(), [["a"]] * 3 + [["b"]] * 2 + [[]])

    assert plain(found.answer) == "Approved: 3 of 5 valid ballots say «Sí» (60.0 %)."
    assert found.majority.words == (
        "More than half of the 5 valid ballots had to say «Sí» (3); 3 did."
    )
    assert found.sums == [("Valid", 5), ("Blank", 1), ("Void", 0), ("All cast", 6)]


def test_a_tie_of_yes_and_no_approves_nothing_and_no_lot_decides_it(otuzco, clock):
    found = result_of(otuzco, clock, yes_no(), [["a"]] * 3 + [["b"]] * 3)

    assert plain(found.answer) == (
        "Not approved: 3 of 6 valid ballots say «Sí» (50.0 %), and more than half was needed."
    )
    assert found.winners == []
    assert found.ties == ["«Sí» and «No» were tied; that decided nothing."]


def test_blank_ballots_stand_in_the_way_if_the_rule_counts_them(otuzco, clock):
    found = result_of(otuzco, clock, yes_no(base=Base.CAST), [["a"]] * 3 + [["b"]] * 2 + [[]])

    assert plain(found.answer) == (
        "Not approved: 3 of 6 ballots cast say «Sí» (50.0 %), and more than half was needed."
    )
    assert found.base_note == (
        "Blank and void ballots count in the whole of which a majority is a part."
    )


def test_the_quorum_is_said_with_its_figures(otuzco, clock):
    rules = yes_no(quorum_of=1, quorum_in=3)

    found = result_of(otuzco, clock, rules, [["a"]] * 33, eligible=100)

    assert found.quorum.words == "33 of 100 voted; a third (34) was needed: not reached."
    assert plain(found.answer) == (
        "The quorum was not reached. 33 of 33 valid ballots say «Sí» (100.0 %)."
    )


def test_a_quorum_is_reached_by_blank_ballots_too(otuzco, clock):
    rules = yes_no(quorum_of=1, quorum_in=3)

    found = result_of(otuzco, clock, rules, [["a"]] * 4 + [[]] * 30, eligible=100)

    assert found.quorum.words == "34 of 100 voted; a third (34) was needed: reached."
    assert plain(found.answer) == "Approved: 4 of 4 valid ballots say «Sí» (100.0 %)."


SINGLE = {
    "kind": QuestionKind.SINGLE,
    "title": "Which?",
    "options": ("Mango", "Palta", "Lima"),
    "lots": ["b", "c", "a"],
}


def test_the_lot_that_decided_is_named(otuzco, clock):
    found = result_of(otuzco, clock, [SINGLE], [["a"]] * 2 + [["b"]] * 2 + [["c"]])

    assert plain(found.answer) == (
        "«Palta» won, with 2 of 5 valid ballots (40.0 %)."
        " A tie was decided by the lot drawn before opening."
    )
    assert found.ties == [
        "«Mango» and «Palta» were tied; the lot drawn in public before opening decided: «Palta»."
    ]
    assert [(row.title, row.won) for row in found.rows] == [
        ("Palta", True),
        ("Mango", False),
        ("Lima", False),
    ]


def test_several_win_if_the_rules_say_so(otuzco, clock):
    found = result_of(otuzco, clock, [SINGLE | {"seats": 2}], [["a"]] * 3 + [["b"]] * 2 + [["c"]])

    assert plain(found.answer) == "These won: «Mango» and «Palta»."


def test_each_round_says_who_left_and_whether_by_lot(otuzco, clock):
    ranked = SINGLE | {"kind": QuestionKind.RANKED, "lots": ["a", "b", "c"]}

    found = result_of(
        otuzco, clock, [ranked], [["a", "b"]] * 4 + [["b", "c"]] * 3 + [["c", "b"]] * 3 + [[]]
    )

    assert [(one.number, one.out, one.by_lot) for one in found.rounds] == [
        (1, "Lima", True),
        (2, "", False),
    ]
    assert [(row.title, row.total) for row in found.rounds[1].rows] == [("Palta", 6), ("Mango", 4)]
    assert plain(found.answer) == (
        "«Palta» won in round 2, with 6 of 10 ballots (60.0 %)."
        " A tie was decided by the lot drawn before opening."
    )
    assert found.condorcet == "Compared one by one, most prefer «Palta» to each other option."


def test_marks_are_told_as_points(otuzco, clock):
    score = SINGLE | {"kind": QuestionKind.SCORE}

    found = result_of(otuzco, clock, [score], [{"a": 5, "b": 1}, {"a": 4}])

    assert plain(found.answer) == "«Mango» won, with 9 points."
    assert found.rows[0].share == Share(9, 10)


def test_of_open_answers_their_number_is_told(otuzco, clock):
    wanted = [{"kind": QuestionKind.OPEN, "title": "What is missing?", "options": None}]

    found = result_of(otuzco, clock, wanted, ["Sombra", "", "Agua"])

    assert plain(found.answer) == "2 people wrote an answer."


def test_nothing_chosen_is_said_so(otuzco, clock):
    assert result_of(otuzco, clock, [SINGLE], [[], []]).answer == "Nobody chose anything."


def test_cells_go_by_place_and_channel_with_the_small_ones_last(otuzco, clock):
    poll, key = ready_poll(otuzco, [SINGLE])
    vote(poll, people=60, describes=False)
    for number in range(60, 90):
        cast(poll, number, channel=CastChannel.ASSISTED)
    for number in range(90, 120):
        channel = CastChannel.ASSISTED if number % 2 else CastChannel.WEB
        cast(poll, number, place="130699", channel=channel)

    found = results.of(opened(poll, key, clock)).questions[0]

    assert [(cell.where, cell.how, cell.sums[-1]) for cell in found.cells] == [
        ("130601", "Web", 30),
        ("130602", "Web", 30),
        ("130601", "With help at a desk", 30),
        ("Small groups, told together", "", 30),
    ]
    assert [(cell.where, cell.sums[-1]) for cell in found.channels] == [
        ("Web", 60),
        ("With help at a desk", 30),
        ("Small groups, told together", 30),
    ]
    assert sum(cell.totals[0] for cell in found.cells) == found.found["totals"]["a"]


def test_shares_are_never_rounded_to_all_or_nothing(otuzco):
    assert plain(Share(1, 10_000).text) == "0.1 %"
    assert plain(Share(9_999, 10_000).text) == "99.9 %"
    assert Share(0, 0).text == "–"


def test_fractions_have_words():
    with override("en"):
        assert in_words(2, 3) == "two thirds"
        assert in_words(3, 7) == "3 of each 7"


# --- Who voted


def marks(**places):
    """marks(a=(web, assisted, paper))"""
    return {
        place: Counter(dict(zip(CastChannel.values, numbers, strict=True)))
        for place, numbers in places.items()
    }


def test_places_are_told():
    assert voters.told_by_place(marks(a=(30, 10, 0), b=(40, 0, 7))) == {"a": 40, "b": 47}


def test_a_small_place_hides_another_with_it():
    told = voters.told_by_place(marks(a=(2, 0, 0), b=(6, 0, 0), c=(50, 0, 0)))

    assert told == {"a": None, "b": None, "c": 50}


def test_what_is_left_of_a_place_beside_its_cell_is_no_handful_either():
    """Results tell 30 web ballots of a: its 32 voters would say that two went to a desk."""
    told = voters.told_by_place(marks(a=(30, 2, 0), b=(40, 0, 8), c=(50, 0, 9)))

    assert told == {"a": None, "b": None, "c": 59}


def test_what_is_left_of_places_together_is_no_handful():
    told = voters.told_by_place(marks(a=(30, 2, 0), b=(40, 0, 0), c=(50, 0, 9)))

    assert told == {"a": None, "b": 40, "c": None}


def test_a_handful_beside_all_cells_leaves_no_place_told():
    told = voters.told_by_place(marks(a=(30, 2, 0), b=(40, 0, 0)))

    assert told == {"a": None, "b": None}


def test_whatever_the_marks_no_handful_can_be_worked_out():
    """What is shown, and what is not all together, are never one to four people beside a cell."""
    chance = random.Random(11)
    for _number in range(3_000):
        places = {
            f"place {number}": tuple(
                chance.choice([0, 0, 1, 3, 7, 24, 25, 26, 60]) for _way in CastChannel.values
            )
            for number in range(chance.randint(1, 6))
        }
        given = {place: ways for place, ways in marks(**places).items() if ways.total()}
        told = voters.told_by_place(given)
        hidden = [place for place in given if told.get(place) is None]
        for place, number in told.items():
            for left in voters._left_beside(given[place]) if number else ():
                assert left == 0 or left >= 5
        if hidden and len(hidden) < len(given):
            assert len(hidden) > 1
            assert sum(given[place].total() for place in hidden) >= 5
            left = sum(voters._left_beside(given[place])[0] for place in hidden)
            assert left == 0 or left >= 5


def test_gender_and_age_are_rounded_to_fives():
    assert [voters.rounded(number) for number in (5, 7, 8, 63, None)] == [5, 5, 10, 65, None]
