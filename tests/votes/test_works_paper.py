"""Works chosen on paper: whose paper ballot it is, what is read on it, and whom a list lets vote."""

import io
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
from django.db import connection
from django.urls import reverse

from accounts.enums import Role
from municipalities.rls import municipality_scope, scoped_transaction
from tests.factories import DistrictFactory, RoleGrantFactory, sign
from tests.votes.at_a_desk import (
    NOBODY,
    ROSA,
    channel,
    hand_out,
    officer_of,
    resident,
    town_of_votes,
)
from tests.votes.test_paper_pages import confirm, look_up
from tests.votes.works import BUDGET, heading, open_works, works
from votes import paper_sheets, papers, readings
from votes.actions import paper_recount, voting
from votes.ballots import new, seal
from votes.enums import EntryRole
from votes.models import Envelope, Mark, PaperEntry, Table, Turnout
from votes.who import voter_of


QUESTION = {
    "id": "q1",
    "kind": "knapsack",
    "options": ["a", "b", "c"],
    "group": "rubros",
    "costs": {"a": 4_500_000, "b": 5_500_000, "c": 6_000_000},
    "money": 12_000_000,
}


@pytest.fixture
def town(db):
    municipality = town_of_votes(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


def table_of(poll):
    rows = Table.objects.select_related("poll__urn", "poll__thread", "desk", "municipality")
    return rows.get(poll=poll)


def over(poll, clock, papers_, *, blank=0, void=0):
    """Its time is over; the box holds so many papers, and the acta says how many were no votes."""
    clock(poll.urn.closes_at)
    table = table_of(poll)
    sign(table, papers=papers_, blank=blank, void=void)
    return table


# --- What a paper says


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("12", ["a", "b"]),
        ("123", readings.VOID),  # more than there is
        ("0", []),
        ("*", readings.VOID),
        ("-", readings.ABSENT),
    ],
)
def test_codes_of_works_within_money(code, read):
    assert readings.of_code(QUESTION, code) == read


def test_an_overspent_paper_is_void_with_a_word_on_it():
    assert "S/" in readings.why_void(QUESTION, ["a", "b", "c"])
    assert readings.why_void(QUESTION, ["a", "b"]) == ""
    assert readings.why_void({"kind": "approval"}, ["a"]) == ""


def test_nothing_marked_under_a_heading_is_not_the_same_as_blank_or_void():
    questions = [QUESTION]

    assert not readings.same(questions, {"q1": []}, {})
    assert not readings.same(questions, {"q1": None}, {})
    assert readings.same(questions, {}, {})


def two_headings_and_districts(town, *districts):
    return [
        heading("¿Quién vigila?", kind="approval", money=None),
        heading("Agua", group="rubros"),
        heading("Pistas", group="rubros"),
        *(heading(f"Riego {code}", districts=[code]) for code in districts),
    ]


def test_two_people_enter_papers_that_answer_only_what_is_on_them(client, town, clock):
    here = town.place_id
    poll, _key = open_works(town, two_headings_and_districts(town, here), desks=["Plaza"])
    table = over(poll, clock, 3, void=0)
    for _time in range(2):
        person = RoleGrantFactory(municipality=town, role=Role.DESK_OFFICER).user
        client.force_login(person)
        enter = reverse("votes:enter", args=["otuzco", table.pk])
        client.post(enter)
        page = client.get(enter)
        assert f"?cedula={here}" in page.content.decode()
        first = {
            "do": "save",
            "number": "1",
            "q1": ["a", "b"],
            "q2": ["a"],
            "q3": ["-absent"],
            "q4": ["-blank"],
        }
        said = client.post(f"{enter}?cedula={here}", first, follow=True)
        assert said.redirect_chain[0][0].endswith(f"?cedula={here}")
        second = first | {"number": "2", "q2": ["-absent"], "q4": ["a", "b", "c"]}
        said = client.post(f"{enter}?cedula={here}", second, follow=True)
        assert "S/\u00a0160" in said.content.decode()  # void, for it costs more than there is
        third = {"do": "save", "number": "3", "q1": ["-blank"], "q2": ["b"], "q3": ["c"]}
        client.post(f"{enter}?cedula=otro", third)

    table.refresh_from_db()
    assert table.settled_at
    assert papers.answers_of(table) == [
        {"q1": ["a", "b"], "q2": ["a"], "q4": []},
        {"q1": ["a", "b"], "q4": None},
        {"q1": [], "q2": ["b"], "q3": ["c"]},
    ]
    assert papers.as_counted(table)[2] == {"q1": [], "q2": None, "q3": None}


def test_an_entry_that_no_paper_asks_is_refused(town, clock):
    questions = [heading(districts=["130698"]), heading(districts=["130699"]), heading()]
    poll, _key = open_works(town, questions, desks=["Plaza"])
    table = over(poll, clock, 1)
    person = RoleGrantFactory(municipality=town, role=Role.DESK_OFFICER).user
    part = paper_recount.take_part(table, by=person)

    for answers in ({"q1": [], "q2": [], "q3": []}, {"q1": []}, {}):
        with pytest.raises(paper_recount.CannotRecount):
            paper_recount.enter(part, read={1: answers}, by=person)
    paper_recount.enter(part, read={1: {"q2": ["a"], "q3": []}}, by=person)

    assert PaperEntry.objects.get().answers == {"q2": ["a"], "q3": []}
    assert part.role == EntryRole.FIRST


def test_papers_are_blank_or_void_as_they_are_counted():
    read = [{"q1": [], "q2": None}, {"q1": None}, {}, {"q1": ["a"]}, {"q1": []}]

    assert papers.totals_of(read) == (2, 1)


# --- The printed ballot


def words_of(pdf):
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\u00a0", " ").split())


def test_each_district_has_its_paper_ballot_with_money_and_costs(client, town):
    here = town.place_id
    other = DistrictFactory(parent=town.place.parent, name="Salpo").pk
    poll, _key = open_works(
        town,
        two_headings_and_districts(town, here, other),
        desks=["Plaza"],
        listed=[bytes(32)],
    )
    client.force_login(RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user)
    printed = reverse("votes:paper_ballot", args=["otuzco", poll.pk])

    page = client.get(reverse("votes:table", args=["otuzco", table_of(poll).pk])).content.decode()
    assert f"{printed}?distrito={here}" in page
    assert f"{printed}?distrito={other}" in page
    said = words_of(client.get(printed, {"distrito": other}).content)

    assert f"Riego {other}" in said
    assert f"Riego {here}" not in said
    assert "Salpo" in said
    assert "S/ 45 000" in said
    assert "S/ 120 000" in said
    assert "2, 3" in said  # vote in one of these alone
    assert f"Riego {here}" in words_of(client.get(printed).content)
    assert client.get(printed, {"distrito": "150101"}).status_code == 404


def test_three_hundred_works_fit_on_as_many_sheets_as_it_takes(town):
    poll, _key = open_works(town, [heading(options=works(*range(1, 301)))])

    said = words_of(paper_sheets.ballot(poll))

    assert "Obra 1 " in said
    assert "Obra 300 " in said


# --- A closed list at a desk


def listed_poll(town, *people):
    return open_works(town, listed=[bytes(one.document_hash) for one in people], desks=["Plaza"])


def test_who_is_on_the_list_gets_a_paper_by_their_document_wherever_they_live(town):
    agent = resident(town, district=DistrictFactory())
    resident(town, number=NOBODY)
    poll, _key = listed_poll(town, agent)
    table = table_of(poll)
    officer = officer_of(town, table)

    (given,) = hand_out(table, by=officer)
    (refused,) = hand_out(table, by=officer, number=NOBODY)

    assert given.refusal == ""
    assert BUDGET["part_of"] in refused.refusal
    assert channel(poll, agent) == "paper"
    assert Mark.objects.count() == 1


def test_the_desk_says_which_paper_ballot_is_theirs(client, town):
    rosa = resident(town)
    poll, _key = open_works(town, [heading(districts=[town.place_id])], desks=["Plaza"])
    table = table_of(poll)
    client.force_login(officer_of(town, table))

    told = confirm(client, table, look_up(client, table))

    assert (
        town.place.name
        in [word for message in told.context["messages"] for word in [str(message)] if word][-1]
    )
    assert channel(poll, rosa) == "paper"


@pytest.mark.django_db(transaction=True)
def test_a_listed_person_on_the_web_and_at_a_desk_at_once_counts_once():
    town = town_of_votes(slug="otuzco")
    with scoped_transaction(town):
        agent = resident(town, district=DistrictFactory())
        poll, _key = listed_poll(town, agent)
        table = table_of(poll)
        officer = officer_of(town, table)
        voter = voter_of(poll, agent.user)
        tokens = [seal(poll.urn, voter.key, new({"q1": ["a"]})) for _number in range(6)]

    def act(number):
        try:
            with scoped_transaction(town):
                if number % 2:
                    return voting.cast(poll, by=agent.user, token=tokens[number // 2])
                return hand_out(table, by=officer, number=ROSA)[0]
        except voting.urns.CannotCast as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(12)))

    with scoped_transaction(town):
        assert channel(poll, agent) == "paper"
        assert Mark.objects.count() == Turnout.objects.count() == 1
        assert Envelope.objects.count() <= 6
