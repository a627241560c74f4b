"""A citizen chooses works: those asked where they live, under one heading, within the money."""

import gzip
import json
import random
import re
from dataclasses import replace

import brotli
import pytest
from django.conf import settings
from django.urls import reverse

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import (
    DistrictFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
    SuspensionFactory,
)
from tests.votes.voting import address, cast, opened, review, token_in
from tests.votes.works import BUDGET, heading, open_works, work, works
from votes import ballots
from votes.actions import voting
from votes.models import Envelope, Mark
from votes.same_length import STEP
from votes.who import pretend_link, voter_of


@pytest.fixture
def otuzco(db):
    town = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES], short_name="Otuzco")
    with municipality_scope(town):
        yield town


@pytest.fixture
def rosa(client, otuzco):
    person = ResidentFactory(district=otuzco.place).user
    client.force_login(person)
    return person


def text_of(response):
    page = response.content
    if response.headers.get("Content-Encoding") == "gzip":
        page = gzip.decompress(page)
    return re.sub(r"[\u00a0\u202f]", " ", page.decode())


# --- Within the money


def test_what_fits_into_the_pot_is_cast_with_its_sum_on_the_review(client, otuzco, rosa):
    poll, key = open_works(otuzco)

    shown = text_of(review(client, poll, {"q1": ["b", "a"]}))
    cast(client, poll, {"q1": ["b", "a"]})

    assert "S/ 100 000" in shown
    assert "S/ 120 000" in shown
    assert "Obra 3" not in shown
    assert opened(poll, key) == [{"q1": ["a", "b"]}]


def test_what_goes_over_is_refused_with_the_figures_and_everything_stays_marked(
    client, otuzco, rosa
):
    poll, _key = open_works(otuzco)

    response = review(client, poll, {"q1": ["a", "b", "c"]})

    assert response.status_code == 422
    said = text_of(response)
    assert "S/ 160 000" in said  # marked
    assert "S/ 40 000" in said  # over
    assert said.count(" checked") == 3
    error = str(response.context["form"].errors["q1"]).replace("\u202f", " ")
    assert all(name in error for name in ("Obra 1", "Obra 2", "Obra 3"))  # any of them is enough
    assert not Envelope.objects.exists()


def test_without_a_script_a_button_adds_up_and_says_what_each_work_lacks(client, otuzco, rosa):
    poll, _key = open_works(otuzco)

    response = client.post(address(poll), {"q1": ["a"], "calcular": "1"})

    assert response.status_code == 200
    group = response.context["form"].groups[0]
    assert (group.pot.spent, group.pot.left) == (4_500_000, 7_500_000)
    assert [work.lacks for work in sorted(group.works)] == [0, 0, 0]
    assert "S/ 45 000" in text_of(response)
    both = client.post(address(poll), {"q1": ["a", "b"], "calcular": "1"}).context["form"]
    assert {work.code: work.lacks for work in both.groups[0].works}["c"] == 4_000_000
    over = client.post(address(poll), {"q1": ["a", "b", "c"], "calcular": "1"})
    assert over.context["form"].groups[0].pot.over == 4_000_000
    assert not over.context["form"].errors
    assert "S/ 40 000" in text_of(over)


def test_each_work_has_its_cost_and_its_page_which_opens_apart(client, otuzco, rosa):
    place = {"latitude": -7.9, "longitude": -78.56}
    options = [
        work(1, 1_240_050, address="/otuzco/obras/1/", text="Con tubería nueva.", **place),
        work(2, 4_500_000, text="Con veredas."),
    ]
    poll, _key = open_works(otuzco, [heading(options=options)])

    page = text_of(client.get(address(poll)))

    assert "S/ 12 400,50" in page
    assert re.search(r'<a href="/otuzco/obras/1/" target="_blank"', page)
    assert "Con tubería nueva." not in page  # its page says so
    assert "Con veredas." in page
    assert reverse("votes:places", args=["otuzco", poll.pk]) in page


def test_the_places_of_works_are_points_of_a_map(client, otuzco, rosa):
    options = [
        work(1, 100, latitude=-7.9021, longitude=-78.5673, address="/otuzco/obras/1/"),
        work(2, 100),
    ]
    poll, _key = open_works(otuzco, [heading(options=options)])
    where = reverse("votes:places", args=["otuzco", poll.pk])

    [point] = client.get(where, {"pregunta": "q1"}).json()["features"]

    assert point["geometry"]["coordinates"] == [-78.5673, -7.9021]
    assert point["properties"] == {"title": "Obra 1", "url": "/otuzco/obras/1/"}
    assert client.get(where).json()["features"] == [point]
    assert client.get(where, {"pregunta": "q9"}).json()["features"] == []


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("approval", {"q1": ["c", "a"]}, ["a", "c"]),
        ("points", {"q1-a": "7", "q1-c": "3"}, {"a": 7, "c": 3}),
        ("single", {"q1": "b"}, ["b"]),
    ],
)
def test_other_ways_of_answering_show_costs_too(client, otuzco, rosa, kind, data, expected):
    poll, key = open_works(otuzco, [heading(kind=kind)])

    assert "S/ 55 000" in text_of(client.get(address(poll)))
    assert "S/ 55 000" in text_of(review(client, poll, data)) or kind == "approval"
    cast(client, poll, data)

    assert opened(poll, key) == [{"q1": expected}]


# --- Headings


TWO = [heading("Agua", group="rubros"), heading("Pistas", group="rubros")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"rubro0": "01", "q1": ["a"]}, {"q1": ["a"]}),
        ({"rubro0": "02", "q2": ["c"], "q1": ["a", "b", "c"]}, {"q2": ["c"]}),
        ({"rubro0": "02", "q2-blanco": "on"}, {"q2": []}),
        ({"rubro0": "--", "q1": ["a"]}, {}),
        ({"q2": ["b"]}, {"q2": ["b"]}),  # the works say which heading
    ],
)
def test_who_votes_in_one_heading_votes_in_no_other(client, otuzco, rosa, data, expected):
    poll, key = open_works(otuzco, TWO)

    cast(client, poll, data)

    assert opened(poll, key) == [expected]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "rubro0"),
        ({"q1": ["a"], "q2": ["a"]}, "rubro0"),
        ({"rubro0": "09"}, "rubro0"),
        ({"rubro0": "01"}, "q1-blanco"),
        ({"rubro0": "01", "q2": ["a"]}, "q1-blanco"),
        ({"rubro0": "01", "q1": ["a", "b", "c"]}, "q1"),
    ],
)
def test_what_is_wrong_is_said_at_the_heading_or_under_it(client, otuzco, rosa, data, field):
    poll, _key = open_works(otuzco, TWO)

    response = review(client, poll, data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f"#id_{field}" in response.content.decode()


def test_change_leads_back_to_the_heading_and_its_works(client, otuzco, rosa):
    poll, _key = open_works(otuzco, TWO)
    token = token_in(review(client, poll, {"rubro0": "02", "q2": ["c", "a"]}))

    page = client.post(address(poll), {"papeleta": token})

    assert page.context["form"].initial["rubro0"] == "02"
    assert page.content.decode().count(" checked") == 3


def test_a_group_of_one_is_a_question_like_any_other(client, otuzco, rosa):
    poll, key = open_works(otuzco, [heading(group="rubros"), heading("Sí o no", kind="single")])

    cast(client, poll, {"q1": ["a"], "q2": "b"})

    assert opened(poll, key) == [{"q1": ["a"], "q2": ["b"]}]


# --- What is asked where


def test_each_is_asked_what_is_put_to_their_district(client, otuzco):
    here, other = otuzco.place_id, DistrictFactory(parent=otuzco.place.parent).pk
    province = MunicipalityFactory(
        slug="provincia", modules=[Module.VOTES], place=otuzco.place.parent, kind="provincial"
    )
    with municipality_scope(province):
        questions = [heading("De aquí", districts=[here]), heading("De allá", districts=[other])]
        poll, key = open_works(province, [*questions, heading("De todos", kind="single")])
        for district, asked, answer in (
            (here, "De aquí", {"q1": ["a"], "q2": ["a"], "q3": "a"}),
            (other, "De allá", {"q2": ["b"], "q3": "a"}),
        ):
            client.force_login(ResidentFactory(district_id=district).user)
            page = text_of(client.get(address(poll)))
            assert asked in page
            assert ({"De aquí", "De allá"} - {asked}).pop() not in page
            cast(client, poll, answer)

        assert opened(poll, key) == [{"q1": ["a"], "q3": ["a"]}, {"q2": ["b"], "q3": ["a"]}]


def test_whoever_moves_goes_on_answering_what_they_were_asked_first(client, otuzco, rosa):
    province = MunicipalityFactory(
        slug="provincia", modules=[Module.VOTES], place=otuzco.place.parent, kind="provincial"
    )
    other = DistrictFactory(parent=otuzco.place.parent)
    with municipality_scope(province):
        poll, key = open_works(
            province,
            [heading("De aquí", districts=[otuzco.place_id]), heading(districts=[other.pk])],
        )
        token = token_in(review(client, poll, {"q1": ["a"]}))
        rosa.resident.district = other
        rosa.resident.save()

        moved = client.post(address(poll, "cast"), {"papeleta": token})
        assert moved.status_code == 422  # not what is asked where she lives now
        assert not Mark.objects.exists()

        cast(client, poll, {"q2": ["b"]})
        rosa.resident.district = otuzco.place
        rosa.resident.save()
        assert "De aquí" not in text_of(client.get(address(poll)))
        cast(client, poll, {"q2": ["c"]})

        assert opened(poll, key) == [{"q2": ["b"]}, {"q2": ["c"]}]
        assert Mark.objects.get().place == other.pk


def test_who_was_marked_elsewhere_meanwhile_sends_nothing_into_the_urn(otuzco, monkeypatch):
    """Two first ballots of somebody who moves, at once: the mark says which is asked."""
    here, other = otuzco.place, DistrictFactory(parent=otuzco.place.parent)
    province = MunicipalityFactory(
        slug="provincia", modules=[Module.VOTES], place=here.parent, kind="provincial"
    )
    rosa = ResidentFactory(district=here).user
    with municipality_scope(province):
        poll, _key = open_works(
            province, [heading(districts=[here.pk]), heading(districts=[other.pk])]
        )
        voter = voter_of(poll, rosa)
        token = ballots.seal(poll.urn, voter.key, ballots.new({"q1": ["a"]}))
        cast_now = voting.urns.cast

        def somebody_was_first(urn, *, person, **facts):
            if not Mark.objects.exists():
                own = {"attempt": bytes(16), "nonce": bytes(16), "place": other.pk}
                cast_now(urn, person=person, **facts | own | {"choices": {"q2": ["b"]}})
            return cast_now(urn, person=person, **facts)

        monkeypatch.setattr(voting.urns, "cast", somebody_was_first)

        with pytest.raises(ballots.BadToken):
            voting.cast(poll, by=rosa, token=token)


def test_pretend_voters_live_by_turns_in_each_district(client, otuzco):
    one, other = (DistrictFactory(parent=otuzco.place.parent).pk for _ in range(2))
    province = MunicipalityFactory(
        slug="provincia", modules=[Module.VOTES], place=otuzco.place.parent, kind="provincial"
    )
    with municipality_scope(province):
        poll, key = open_works(
            province,
            [heading("De uno", districts=[one]), heading("De otro", districts=[other])],
            is_test=True,
        )
        asked = ["De uno" in text_of(client.get(pretend_link(poll, n))) for n in (1, 2, 3, 4)]

    assert sorted(asked) == [False, False, True, True]


# --- A closed list


def test_who_is_on_the_list_votes_wherever_they_live_and_nobody_else(client, otuzco, rosa):
    agent = ResidentFactory()
    poll, key = open_works(otuzco, listed=[bytes(agent.document_hash)])

    refused = client.get(address(poll))
    client.force_login(agent.user)
    done = cast(client, poll, {"q1": ["a"]})

    assert refused.status_code == 403
    assert BUDGET["part_of"] in refused.content.decode()
    assert BUDGET["part_of_address"] in refused.content.decode()
    assert done.status_code == 200
    assert opened(poll, key) == [{"q1": ["a"]}]
    assert Mark.objects.get().place == agent.district_id


def test_somebody_who_has_proven_nothing_is_told_how_to(client, otuzco):
    poll, _key = open_works(otuzco, listed=[bytes(32)])
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR).user)

    page = client.get(address(poll))

    assert page.status_code == 403
    assert BUDGET["part_of"] in page.content.decode()
    assert reverse("accounts:residence") in page.content.decode()


def test_who_is_suspended_here_does_not_vote_though_listed(client, otuzco):
    agent = ResidentFactory()
    poll, _key = open_works(otuzco, listed=[bytes(agent.document_hash)])
    SuspensionFactory(municipality=otuzco, user=agent.user)
    client.force_login(agent.user)

    assert client.get(address(poll)).status_code == 403


# --- Bytes


NAMES = (
    *("Mejoramiento del sistema de agua potable de", "Pistas y veredas del jirón"),
    *("Losa deportiva y graderías en", "Puente peatonal sobre la quebrada de"),
    *("Techo y patio de la institución educativa de", "Riego tecnificado para los usuarios de"),
)
PLACES = (
    *("Chanchacap", "Allacday", "Pachín Alto", "Huangamarca", "Cushmún", "Casmiche", "San Isidro"),
    *("Llaugueda", "Pollo", "Coina", "Capachique", "Samne", "Barro Negro", "La Morada", "Motil"),
)


def three_hundred(otuzco):
    chance = random.Random(300)
    options = [
        work(
            number,
            chance.randint(80, 1_199) * 10_000,
            address=f"/otuzco/presupuestos/1/obras/{4000 + number}/",
            text="Con expediente técnico. " * 20,
            latitude=-7.9 - number / 1e4,
            longitude=-78.56 - number / 1e4,
        )
        for number in range(300)
    ]
    names = [f"{chance.choice(NAMES)} {chance.choice(PLACES)} {number}" for number in range(300)]
    named = [replace(one, title=name) for one, name in zip(options, names, strict=True)]
    return open_works(otuzco, [heading(options=named)])


def test_three_hundred_works_are_chosen_from_within_the_bytes_of_a_first_visit(
    client, otuzco, rosa
):
    poll, _key = three_hundred(otuzco)
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip"

    page = client.get(address(poll))

    assert text_of(page).count('type="checkbox"') == 301
    files = re.findall(r"dist/([\w.]+\.(?:css|js|woff2))", text_of(page))
    assert {"works.js", "app.js", "app.css", "bitter.woff2"} <= set(files)
    weights = {"page": len(page.content)}
    for name in set(files) - {"map.js", "map.css"}:
        body = (settings.BASE_DIR / "static/dist" / name).read_bytes()
        weights[name] = len(body) if name.endswith("woff2") else len(brotli.compress(body))
    assert sum(weights.values()) <= 60 * 1024, weights


@pytest.mark.parametrize("accepts", ["identity", "gzip"])
def test_pages_are_as_long_whatever_works_were_chosen(client, otuzco, rosa, accepts):
    poll, _key = three_hundred(otuzco)
    question = json.loads(poll.urn.definition)["questions"][0]
    client.defaults["HTTP_ACCEPT_ENCODING"] = accepts
    cheapest = sorted(question["options"], key=lambda one: question["costs"][one])
    chance, lengths = random.Random(accepts), set()

    for many in (0, 1, 3, 9):
        chosen = cheapest[:many] if many == 9 else chance.sample(cheapest[:60], many)
        data = {"q1": chosen} if chosen else {"q1-blanco": "on"}
        shown = review(client, poll, data)
        length = len(shown.content)
        shown.content = text_of(shown).encode()
        token = token_in(shown)
        lengths.add(
            (
                length,
                len(client.post(address(poll), {"papeleta": token}).content),
                len(client.post(address(poll, "audit"), {"papeleta": token}).content),
                len(client.post(address(poll), data | {"calcular": "1"}).content),
            )
        )

    assert len(lengths) == 1
    assert all(length % STEP == 0 for length in lengths.pop())


def test_headings_show_neither_in_an_address_nor_in_a_length(client, otuzco, rosa):
    short = heading("Agua", group="rubros", options=works(1))
    long = heading("Pistas", group="rubros", options=works(*range(1, 61)), kind="approval")
    poll, _key = open_works(otuzco, [short, long])
    for accepts in ("identity", "gzip"):
        client.defaults["HTTP_ACCEPT_ENCODING"] = accepts
        pages = [
            review(client, poll, data)
            for data in (
                {"rubro0": "01", "q1": ["a"]},
                {"rubro0": "02", "q2": ["aa", "bc"]},
                {"rubro0": "--"},
            )
        ]
        assert len({len(page.content) for page in pages}) == 1
        assert {page.status_code for page in pages} == {200}


@pytest.mark.parametrize("count", [3, 60])
def test_the_ballot_asks_the_same_queries_for_few_works_or_many(
    client, otuzco, rosa, count, django_assert_max_num_queries
):
    poll, _key = open_works(otuzco, [heading(options=works(*range(1, count + 1)))])
    client.get(address(poll))

    with django_assert_max_num_queries(14):
        client.get(address(poll))
