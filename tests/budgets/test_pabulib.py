import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from budgets import pabulib
from budgets.counting import count
from tests.budgets.counting.elections import MANY


REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "pb"

SMALL = """\
META
key;value
description;Presupuesto participativo de Salaverry
country;Perú
unit;Salaverry
instance;2027
num_projects;3
num_votes;3
budget;1000.50
vote_type;approval
rule;greedy
date_begin;01.03.2027
date_end;08.03.2027
min_project_score_threshold;2
PROJECTS
project_id;cost;votes;name;selected
w2;600.5;2;"Parque; con ""juegos"" de agua";1
w10;400;2;Pista;1
w1;300.25;1;Pozo;0
VOTES
voter_id;vote;age
1;w2,w10;34
2;w10,w2,w10;
3;;71
"""


def test_a_file_is_read_with_all_it_says():
    file = pabulib.read(SMALL)

    assert (file.money, file.unit, file.kind, file.threshold) == (100_050, 100, "approval", 2)
    assert file.meta["unit"] == "Salaverry"
    assert file.works[0] == {
        "project_id": "w2",
        "cost": 60_050,
        "votes": "2",
        "name": 'Parque; con "juegos" de agua',
        "selected": "1",
    }
    assert [ballot["vote"] for ballot in file.ballots] == [["w2", "w10"], ["w10", "w2"], []]
    assert file.election().lots == ["w1", "w2", "w10"]
    assert count(file.election(), {"method": "greedy"})["winners"] == ["w10", "w2"]


def test_ids_have_a_natural_order_whatever_they_are():
    ids = ["", "1", "01", "2", "10", "w", "w2", "w2b", "w10", "x", "1w", "³"]

    ordered = sorted(ids, key=pabulib.natural)

    assert ordered == ["", "01", "1", "1w", "2", "10", "w", "w2", "w2b", "w10", "x", "³"]


def test_an_export_is_read_back_identically():
    file = pabulib.read(SMALL)

    again = pabulib.read(pabulib.write(file))

    assert again == file
    assert pabulib.write(again) == pabulib.write(file)


def test_real_files_are_read_back_identically():
    if not REAL.exists():
        pytest.skip(f"{REAL} is absent: the elections lie outside the project")
    for path in REAL.glob("*.pb"):
        file = pabulib.read(path.read_bytes())
        assert file.unit == 1
        assert pabulib.read(pabulib.write(file).encode()) == file
        in_centimos = pabulib.read(path.read_bytes(), unit=100)
        assert in_centimos.money == file.money * 100
        assert pabulib.read(pabulib.write(in_centimos), unit=100) == in_centimos


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=4)


@MANY
@given(st.data())
def test_whatever_is_written_is_read_back_identically(data):
    ids = data.draw(st.lists(names, min_size=1, max_size=4, unique=True))
    kind = data.draw(st.sampled_from(["approval", "cumulative"]))
    ballots = []
    for voter in range(data.draw(st.integers(0, 4))):
        vote = data.draw(st.lists(st.sampled_from(ids), unique=True))
        ballots.append({"voter_id": f"v{voter}", "vote": vote, "age": data.draw(texts)})
        if kind == "cumulative":
            ballots[-1]["points"] = [data.draw(st.integers(0, 99)) for _work in vote]
    file = pabulib.File(
        meta={"description": data.draw(texts), "vote_type": kind, "comment": data.draw(texts)},
        money=data.draw(st.integers(0, 10**12)),
        works=[
            {"project_id": work, "cost": data.draw(st.integers(0, 10**9)), "name": data.draw(texts)}
            for work in ids
        ],
        ballots=ballots,
        unit=100,
    )

    assert pabulib.read(pabulib.write(file).encode(), unit=100) == file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_usual_encodings_and_line_ends_are_read(encoding, end):
    data = SMALL.replace("\n", end).encode(encoding)

    assert pabulib.read(data) == pabulib.read(SMALL)


def test_points_come_with_each_work_and_add_up_if_it_is_named_twice():
    text = (
        SMALL.replace("vote_type;approval", "vote_type;cumulative")
        .replace("voter_id;vote;age", "voter_id;vote;points")
        .replace("1;w2,w10;34", "1;w2,w10;3,1")
        .replace("2;w10,w2,w10;", "2;w10,w2,w10;2,5,2")
        .replace("3;;71", "3;;")
    )
    file = pabulib.read(text)

    assert file.election().ballots == [
        ({"w2": 3, "w10": 1}, 1),
        ({"w10": 4, "w2": 5}, 1),
        ({}, 1),
    ]
    assert pabulib.read(pabulib.write(file)) == file


def test_answers_become_numbered_ballots_whose_order_says_nothing():
    answers = [(["b", "a"], 2), ([], 1), (["a"], 1)]

    rows = list(pabulib.numbered(answers))

    assert rows == list(pabulib.numbered(answers[::-1]))
    assert rows == [
        {"voter_id": "1", "vote": []},
        {"voter_id": "2", "vote": ["a"]},
        {"voter_id": "3", "vote": ["a", "b"]},
        {"voter_id": "4", "vote": ["a", "b"]},
    ]
    assert list(pabulib.numbered([({"b": 3, "a": 1}, 1)])) == [
        {"voter_id": "1", "vote": ["a", "b"], "points": [1, 3]}
    ]


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("META\nkey;value\n", "key;value\n", 1),
        ("PROJECTS\n", "VOTES\n", 15),
        (SMALL[SMALL.index("VOTES") :], "", 19),
        ("project_id;cost;", "project_id;price;", 16),
        ("voter_id;vote;age", "voter_id;vote;vote", 21),
        ("budget;1000.50\n", "", 1),
        ("unit;Salaverry\n", "unit;Salaverry\nunit;Moche\n", 6),
        ("num_votes;3", "num_votes", 8),
        ("budget;1000.50", "budget;1 000", 9),
        ("budget;1000.50", "budget;1e3", 9),
        ("budget;1000.50", "budget;-1", 9),
        ("w10;400;", "w10;400,5;", 18),
        ("w10;400;", "w10;0.1234567;", 18),
        ("w10;400;", "w10;9999999999999999;", 18),
        ("w10;400;2;Pista;1", "w10;400;2;Pista", 18),
        ("w10;400;", "w2;400;", 18),
        ("w10;400;", ";400;", 18),
        ("num_projects;3", "num_projects;4", 7),
        ("num_votes;3", "num_votes;three", 8),
        ("vote_type;approval", "vote_type;borda", 10),
        ("vote_type;approval", "vote_type;cumulative", 22),
        ("1;w2,w10;34", "1;w2,w7;34", 22),
        ("1;w2,w10;34", "1;w2,;34", 22),
        ("2;w10", "1;w10", 23),
        ('""juegos""', '"juegos"', 17),
        ("Pozo", "Po\0zo", 19),
    ],
)
def test_a_bad_file_is_refused_with_the_line_and_the_reason(was, now, line):
    assert was in SMALL
    with pytest.raises(pabulib.BadFile) as problem:
        pabulib.read(SMALL.replace(was, now, 1))

    assert problem.value.line == line
    assert re.match(rf"(Line|Línea) {line}: \S", str(problem.value))


def test_bytes_that_are_no_text_are_refused_with_their_line():
    with pytest.raises(pabulib.BadFile) as problem:
        pabulib.read(SMALL.encode().replace(b"Pista", b"Pi\x81sta"))

    assert problem.value.line == 18


def test_more_decimals_than_centimos_are_refused_where_centimos_are_asked_for():
    assert pabulib.read(SMALL.replace("600.5;", "600.125;")).unit == 1000
    assert pabulib.read(SMALL.replace("600.5;", "600.500;"), unit=100).works[0]["cost"] == 60_050
    with pytest.raises(pabulib.BadFile) as problem:
        pabulib.read(SMALL.replace("600.5;", "600.125;"), unit=100)
    assert problem.value.line == 17
