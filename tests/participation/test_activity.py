from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from municipalities.rls import municipality_scope
from participation import history
from participation.enums import ThreadKind
from tests.factories import MunicipalityFactory, ThreadFactory, UserFactory


@pytest.fixture
def here():
    return MunicipalityFactory()


def thing(here, title="Luz en el parque", kind=ThreadKind.PROPOSAL, **fields):
    fields = {"is_public": True, "author": UserFactory()} | fields
    path = f"/{here.slug}/algo/{title}/"
    return ThreadFactory(municipality=here, title=title, kind=kind, path=path, **fields)


def happened(verb, thread, *, days_ago=0, **fields):
    at = timezone.now() - timedelta(days=days_ago)
    return history.record(verb, thread, by=fields.pop("by", None), at=at, **fields)


def told(client, here, **query):
    response = client.get(reverse("participation:activity", args=[here.slug]), query)
    assert response.status_code == 200
    return [(e.event.thread.title, e.sentence) for e in response.context["page"]]


def test_the_newest_step_stands_first(client, here):
    with municipality_scope(here):
        light, water = thing(here, "Luz"), thing(here, "Agua", ThreadKind.DEBATE)
        happened("published", light, days_ago=3)
        happened("debate_opened", water, days_ago=2)
        happened("milestone_done", light, data={"title": "Postes"}, days_ago=1)

    assert told(client, here) == [
        ("Luz", "Paso cumplido: Postes"),
        ("Agua", "Nuevo debate"),
        ("Luz", "Nueva propuesta"),
    ]


def test_what_is_hidden_leaves_the_stream_and_comes_back(client, here):
    with municipality_scope(here):
        light = thing(here)
        happened("published", light)
    assert len(told(client, here)) == 1

    light.is_public = False
    with municipality_scope(here):
        light.save()
    assert told(client, here) == []

    light.is_public = True
    with municipality_scope(here):
        light.save()
    assert len(told(client, here)) == 1


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("answer_saved", {}),
        ("hidden_why", {}),
        ("edited", {}),
        ("answered", {"is_public": False}),
        ("unheard_of", {}),
    ],
)
def test_private_and_small_steps_are_not_told(client, here, verb, fields):
    with municipality_scope(here):
        happened(verb, thing(here), text="secreto", **fields)

    assert told(client, here) == []


def test_steps_of_statements_are_told_by_their_debate(client, here):
    with municipality_scope(here):
        happened("published", thing(here, kind=ThreadKind.STATEMENT))

    assert told(client, here) == []


def test_another_town_is_not_told_here(client, here):
    there = MunicipalityFactory()
    with municipality_scope(there):
        happened("published", thing(there))

    assert told(client, here) == []


@pytest.mark.parametrize(
    ("heading", "verb"),
    [
        ("propuestas", "published"),
        ("debates", "debate_opened"),
        ("respuestas", "answered"),
        ("pasos", "finished"),
        ("conclusiones", "concluded"),
        ("votaciones", "poll_opened"),
    ],
)
def test_the_stream_narrows_to_one_heading(client, here, heading, verb):
    verbs = ["published", "debate_opened", "answered", "finished", "concluded", "poll_opened"]
    with municipality_scope(here):
        for one in verbs:
            happened(one, thing(here, one))

    assert [title for title, _sentence in told(client, here, tipo=heading)] == [verb]


@pytest.mark.parametrize("query", [{"tipo": "x' OR 1"}, {"page": "x"}, {"page": "9" * 30}])
def test_nonsense_in_the_address_shows_everything(client, here, query):
    with municipality_scope(here):
        happened("published", thing(here))

    assert len(told(client, here, **query)) == 1


def test_the_offices_name_stands_beside_its_step_and_no_persons_does(client, here):
    clerk = UserFactory(display_name="Juana Escondida")
    with municipality_scope(here):
        happened("answered", thing(here), by=clerk, as_office="Gerencia de Obras")

    page = client.get(reverse("participation:activity", args=[here.slug])).content.decode()
    assert "Gerencia de Obras" in page
    assert "Juana Escondida" not in page


@pytest.mark.parametrize("count", [1, 3, 45])
def test_the_stream_asks_the_same_queries_for_one_or_many(
    client, here, count, django_assert_max_num_queries
):
    with municipality_scope(here):
        for number in range(count):
            happened("published", thing(here, f"Cosa {number}"), days_ago=number)

    with django_assert_max_num_queries(9) as asked:
        client.get(reverse("participation:activity", args=[here.slug]))
    assert len([q for q in asked.captured_queries if "participation_event" in q["sql"]]) == 2


def test_pages_follow_one_another_without_a_gap(client, here):
    with municipality_scope(here):
        for number in range(45):
            happened("published", thing(here, f"Cosa {number}"), days_ago=number)

    seen = [title for page in (1, 2, 3) for title, _s in told(client, here, page=page)]
    assert seen == [f"Cosa {number}" for number in range(45)]
