import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from nacl.public import PrivateKey

from decide.common import workdays
from tests.factories import UrnFactory, cast_into
from tests.votes.ballots import QUESTIONS, answers, hand_out, paper, settle, vote
from votes import counting, opening, package, unsealing
from votes.actions import urn as actions
from votes.enums import UrnState
from votes.models import Envelope, OpenedAnswer, Outcome


def open_it(urn, key):
    return opening.open_urn(urn, private_key=bytes(key))


def said(urn):
    return json.loads(Outcome.objects.get(urn=urn).statement)


def test_what_comes_out_equals_a_count_by_hand(opened):
    urn, given = opened

    statement = said(urn)

    road = statement["results"]["road"]
    yes = sum(each["road"] == ["yes"] for each in given)
    assert (road["totals"]["yes"], road["cast"]) == (yes, 115)
    assert statement["results"]["works"]["void"] == sum(each["works"] is None for each in given)
    assert statement["marks"] == {"assisted": 26, "paper": 30, "web": 59}
    assert (statement["log"], statement["eligible"]) == (87, 200)
    for question in QUESTIONS:
        by_hand = counting.count(question, [each[question["id"]] for each in given])
        assert by_hand.items() <= statement["results"][question["id"]].items()


def test_cells_of_few_ballots_are_told_together_on_paper_too(opened):
    urn, _given = opened

    cells = {cell: part["cast"] for cell, part in said(urn)["results"]["road"]["cells"].items()}

    # Three papers of the square would stand alone; with the next smallest they do not.
    assert cells == {"": 29, "130602|web": 30, "130613|web": 29, "Mercado|paper": 27}


def test_a_cell_that_subtraction_would_tell_is_told_with_the_rest(urn, key, close_without_paper):
    vote(urn, people=60, places=("130613",) * 9 + ("130606",))
    close_without_paper()
    open_it(urn, key)

    cells = set(OpenedAnswer.objects.values_list("cell", flat=True))

    assert cells == {""}  # 54 alone would tell the 6 by subtraction


def test_an_urn_opens_once_and_only_after_closing(urn, key, close_without_paper):
    vote(urn, people=3)
    with pytest.raises(opening.CannotOpenUrn, match="cerrada"):
        open_it(urn, key)
    close_without_paper()
    open_it(urn, key)
    with pytest.raises(opening.CannotOpenUrn, match="cerrada"):
        open_it(urn, key)


def test_objections_are_heard_for_five_working_days_from_the_opening(urn, key, close_without_paper):
    close_without_paper()
    open_it(urn, key)

    urn.refresh_from_db()
    ends = timezone.localtime(urn.objections_until)
    assert ends.date() == workdays.after(timezone.localdate(), 5)
    assert ends.time() == datetime(2026, 1, 1, 23, 59, 59).time()  # noqa: DTZ001  an hour of the day
    assert ends.utcoffset() == timedelta(hours=-5)


def test_another_key_opens_nothing_and_changes_nothing(urn, close_without_paper):
    vote(urn, people=3)
    close_without_paper()

    with pytest.raises(opening.CannotOpenUrn, match="llave de esta ánfora"):
        open_it(urn, PrivateKey.generate())

    urn.refresh_from_db()
    assert urn.state == UrnState.CLOSED
    assert not OpenedAnswer.objects.exists()


def test_a_ballot_that_is_not_what_its_receipt_promised_stops_the_opening(
    urn, key, close_without_paper, monkeypatch
):
    vote(urn, people=3)
    monkeypatch.setattr("votes.actions.urn.commitment", lambda *parts: bytes(32))
    altered = cast_into(urn, choices=answers(1))
    close_without_paper()

    with pytest.raises(opening.CannotOpenUrn, match=altered.code):
        open_it(urn, key)


def test_opening_in_many_chunks_gives_the_same_and_says_how_far_it_is(
    urn, key, close_without_paper, monkeypatch
):
    given, heard = vote(urn, people=30), []
    close_without_paper()
    monkeypatch.setattr(unsealing, "CHUNK", 4)
    monkeypatch.setattr(unsealing, "AHEAD", 2)

    opening.open_urn(
        urn, private_key=bytes(key), progress=lambda done, of: heard.append((done, of))
    )

    for question in QUESTIONS:
        by_hand = counting.count(question, [each[question["id"]] for each in given])
        assert by_hand.items() <= said(urn)["results"][question["id"]].items()
    assert heard == [(done, 30) for done in (*range(4, 30, 4), 30)]


def test_an_urn_of_no_poll_opens_without_paper_for_as_many_as_it_is_told(otuzco, key, clock):
    urn = actions.freeze(
        UrnFactory(municipality=otuzco),
        definition={"questions": QUESTIONS[:1]},
        longest={"road": ["yes"]},
    )
    actions.accept_keys(urn, seal_key=bytes(key.public_key))
    cast_into(urn, choices={"road": ["no"]})
    clock(urn.closes_at)
    actions.close(urn)

    opening.open_urn(urn, private_key=bytes(key), eligible=40)

    assert said(urn)["eligible"] == 40
    assert said(urn)["results"]["road"]["totals"] == {"yes": 0, "no": 1}


# --- Paper


def test_paper_that_is_not_settled_keeps_the_urn_closed(urn, tables, key, close):
    close()
    settle(tables[0], [])

    with pytest.raises(opening.CannotOpenUrn, match="Plaza"):
        open_it(urn, key)


def test_a_desk_of_the_rules_that_has_no_table_by_that_name_keeps_it_closed(
    urn, tables, key, close_without_paper
):
    close_without_paper()
    tables[1].desk.name = "Otra plaza"
    tables[1].desk.save()

    with pytest.raises(opening.CannotOpenUrn, match="Plaza"):
        open_it(urn, key)


def test_as_many_papers_are_counted_as_the_acta_says(urn, tables, key, close, monkeypatch):
    hand_out(urn, 2)
    close()
    settle(tables[0], [paper(1), paper(2)])
    settle(tables[1], [])
    monkeypatch.setattr("votes.papers.answers_of", lambda table: [paper(1)] * bool(table.papers))

    with pytest.raises(opening.CannotOpenUrn, match="Mercado"):
        open_it(urn, key)


@pytest.mark.parametrize(
    ("marks", "papers", "spoiled", "opens"),
    [
        (2, 2, 0, True),
        (2, 2, 1, True),  # who spoiled one signed for another
        (3, 2, 1, True),  # or went away
        (1, 2, 0, False),  # a paper of nobody
        (3, 2, 0, False),  # a mark for which nobody signed
    ],
)
def test_papers_and_signatures_fit_the_marks_on_the_roll(
    urn, tables, key, close, marks, papers, spoiled, opens
):
    hand_out(urn, marks)
    close()
    settle(tables[0], [paper(number) for number in range(papers)], spoiled=spoiled)
    settle(tables[1], [])

    if opens:
        assert open_it(urn, key)
    else:
        with pytest.raises(opening.CannotOpenUrn, match=rf"\b{marks}\b"):
            open_it(urn, key)


def test_with_a_note_of_each_table_what_does_not_fit_is_opened_and_published(
    urn, tables, key, close
):
    hand_out(urn, 3)
    close()
    settle(tables[0], [paper(1), paper(2)], note="Una persona se llevó su papel.")
    settle(tables[1], [], note="Nadie vino.")
    open_it(urn, key)

    assert [acta["note"] for acta in said(urn)["actas"]] == [
        "Una persona se llevó su papel.",
        "Nadie vino.",
    ]


def test_what_two_read_differently_counts_as_the_third_read_it(urn, tables, key, close):
    hand_out(urn, 1)
    close()
    settle(tables[0], [answers(0)], second=[answers(2)], third=[answers(3)])
    settle(tables[1], [])

    open_it(urn, key)

    assert said(urn)["results"]["road"]["blank"] == 1


# --- What the opened answers tell


def test_after_opening_nothing_in_the_database_links_a_choice_to_a_person(opened):
    urn, _given = opened
    rows = OpenedAnswer.objects.filter(urn=urn)
    fields = {field.name for field in OpenedAnswer._meta.concrete_fields}

    assert fields == {"id", "municipality", "urn", "question", "cell", "answer", "number"}
    codes = {bytes(e.commitment).hex() for e in Envelope.objects.filter(urn=urn)}
    written = " ".join(row.answer for row in rows) + Outcome.objects.get(urn=urn).statement
    assert not [code for code in codes if code in written]


# --- The end


def test_what_was_sealed_stays_until_objections_are_over(opened, clock):
    urn, _given = opened
    urn.refresh_from_db()
    clock(urn.objections_until - timedelta(microseconds=1))

    with pytest.raises(actions.CannotDestroy):
        actions.destroy_sealed(urn)

    assert all(envelope.sealed for envelope in urn.envelopes.all())


def test_then_it_is_destroyed_and_all_that_proves_the_result_stays(opened, clock):
    urn, _given = opened
    urn.refresh_from_db()
    before, promises = package.build(urn), set(urn.envelopes.values_list("commitment", flat=True))
    clock(urn.objections_until)

    assert actions.destroy_sealed(urn) == 87
    assert actions.destroy_sealed(urn) == 0

    assert {bytes(sealed) for sealed in urn.envelopes.values_list("sealed", flat=True)} == {b""}
    assert set(urn.envelopes.values_list("commitment", flat=True)) == promises
    assert urn.marks.count() == 115
    assert package.build(urn) == before


def test_an_urn_that_was_never_opened_destroys_nothing(urn, close):
    vote(urn, people=2)
    close()

    with pytest.raises(actions.CannotDestroy):
        actions.destroy_sealed(urn)
