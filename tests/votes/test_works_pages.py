"""The pages of a vote that belongs to something above it lead there, before and after the count."""

import re

import pytest
from django.urls import reverse

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory, PollFactory, RoleGrantFactory
from tests.votes import opened as polls
from tests.votes.works import BUDGET, ask, heading, open_works, work, works
from votes import results
from votes.models import Poll


PAGE = BUDGET["part_of_address"]


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def staff(client, otuzco):
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)
    return client


def read(client, name, *args):
    response = client.get(reverse(f"votes:{name}", args=["otuzco", *args]), follow=True)
    assert response.status_code == 200, name
    return re.sub(r"[\u00a0\u202f]", " ", response.content.decode())


def test_its_page_its_card_and_its_rules_say_what_it_is_part_of(client, otuzco):
    options = [work(1, 4_500_000, address="/otuzco/obras/1/", text="Con tubería."), work(2, 100)]
    questions = [
        heading("Agua", group="rubros", options=options),
        heading("Pistas", group="rubros", districts=[otuzco.place_id]),
    ]
    poll, _key = open_works(otuzco, questions)

    for page in (
        read(client, "by_number", poll.pk),
        read(client, "rules", poll.pk),
        read(client, "index"),
    ):
        assert f'href="{PAGE}"' in page
    page = read(client, "by_number", poll.pk)
    assert 'href="/otuzco/obras/1/"' in page
    assert "S/ 45 000" in page
    assert otuzco.place.name in page
    assert BUDGET["part_of"] in page


def test_a_list_is_told_on_the_page_and_no_hash_of_it(client, otuzco):
    poll, _key = open_works(otuzco, listed=[bytes([7]) * 32])

    page = read(client, "by_number", poll.pk)

    assert BUDGET["part_of"] in page
    assert bytes([7] * 32).hex() not in page + read(client, "rules", poll.pk)


def test_results_tell_totals_and_lead_to_who_decides(client, otuzco, clock):
    poll, key = open_works(otuzco, [heading(), heading("Puntos", kind="points", money=None)])
    for number in range(30):
        given = {"q1": ["a", "b"] if number % 2 else ["c"], "q2": {"a": 3}}
        polls.cast(poll, number, place=otuzco.place_id, given=given)
    poll = polls.opened(poll, key, clock)

    page = read(client, "results", poll.pk)

    assert f'href="{PAGE}"' in page
    assert "S/ 45 000" in page
    assert not any(question.winners for question in results.of(poll).questions)
    assert BUDGET["part_of"] in results.of(poll).questions[0].answer
    assert "15" in results.of(poll).questions[0].answer
    assert client.get(reverse("votes:acta", args=["otuzco", poll.pk])).status_code == 200
    assert client.get(reverse("votes:results_csv", args=["otuzco", poll.pk])).status_code == 200
    assert "TODO" not in page


def test_results_of_three_hundred_works_keep_columns_off_the_page(client, otuzco, clock):
    poll, key = open_works(otuzco, [heading(options=works(*range(1, 301)))])
    for number in range(30):
        polls.cast(poll, number, place=otuzco.place_id, given={"q1": ["aa", "ab"]})
    poll = polls.opened(poll, key, clock)

    page = read(client, "results", poll.pk)

    assert page.count("Obra 300") == 1
    assert results.of(poll).questions[0].names_shown == []
    assert len(page) < 400_000


def test_staff_are_led_to_where_it_is_written_and_offered_nothing_that_would_change_it(
    staff, otuzco
):
    poll = ask(otuzco, [heading(options=works(130_000))])
    question = poll.questions.get()

    page = read(staff, "case", poll.pk)

    assert f'href="{PAGE}"' in page
    for name, args in (
        ("edit", [poll.pk]),
        ("new_question", [poll.pk]),
        ("question", [poll.pk, question.pk]),
        ("drop_question", [poll.pk, question.pk]),
        ("clone", [poll.pk]),
    ):
        assert f'"{reverse(f"votes:{name}", args=["otuzco", *args])}"' not in page, name
    for name in ("trustees", "poll_desks", "documents", "call_off", "lots"):
        assert reverse(f"votes:{name}", args=["otuzco", poll.pk]) in page, name
    for name in ("edit", "new_question"):
        away = staff.get(reverse(f"votes:{name}", args=["otuzco", poll.pk]))
        assert away.status_code == 302
    for name, args in (("clone", [poll.pk]), ("drop_question", [poll.pk, question.pk])):
        staff.post(reverse(f"votes:{name}", args=["otuzco", *args]))
    assert Poll.objects.count() == 1
    assert poll.questions.count() == 1


def test_nobody_writes_a_question_within_money_on_the_pages_of_votes(staff, otuzco):
    poll = PollFactory(municipality=otuzco)
    address = reverse("votes:new_question", args=["otuzco", poll.pk])

    assert staff.get(address, {"tipo": "knapsack"}).status_code == 404


def test_staff_see_the_whole_ballot_and_the_lots_of_many_works(staff, otuzco):
    poll = ask(
        otuzco,
        [heading("Agua", group="rubros"), heading("Pistas", group="rubros")],
    )

    assert "Pistas" in read(staff, "preview", poll.pk)
    assert "Obra 3" in read(staff, "preview", poll.pk)
    assert "Obra 3" in read(staff, "case", poll.pk)
