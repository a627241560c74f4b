from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from debates.models import Debate
from debates.periodic import refresh_trends
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import (
    CategoryFactory,
    CommentFactory,
    ConversationSettingsFactory,
    DebateFactory,
    MunicipalityFactory,
    ReactionFactory,
    ResidentFactory,
    UserFactory,
)


@pytest.fixture
def here(otuzco):
    return reverse("debates:index", args=["otuzco"])


def debate(otuzco, title, **fields):
    return DebateFactory(municipality=otuzco, title=title, **fields)


def titles(response):
    return [card["debate"].title for card in response.context["list"].cards]


def test_what_is_hidden_and_what_is_elsewhere_is_not_listed(client, otuzco, here):
    debate(otuzco, "A la vista")
    debate(otuzco, "Oculto", thread__is_public=False)
    neighbour = MunicipalityFactory(modules=[Module.DEBATES])
    with municipality_scope(neighbour):
        DebateFactory(municipality=neighbour, title="Ajeno")

    assert titles(client.get(here)) == ["A la vista"]


@pytest.mark.parametrize("words", ["mercado", "MERCADOS", "mercdao", "mercato"])
def test_search_finds_what_people_mean(client, otuzco, here, words):
    debate(otuzco, "¿El mercado abre los domingos?")
    debate(otuzco, "¿Trochas o canales?")

    assert titles(client.get(here, {"q": words})) == ["¿El mercado abre los domingos?"]


def test_filters_narrow_the_list(client, otuzco, here):
    topic = CategoryFactory(municipality=otuzco)
    past = timezone.now() - timedelta(days=1)
    debate(otuzco, "Abierto", category=topic, tags=["agua"])
    debate(otuzco, "Cerrado", thread__closes_at=past)
    debate(
        otuzco,
        "Concluido",
        is_official=True,
        thread__closes_at=past,
        conclusion="Así.",
        concluded_at=past,
        concluded_by=UserFactory(),
    )

    assert titles(client.get(here, {"tema": topic.pk})) == ["Abierto"]
    assert titles(client.get(here, {"etiqueta": "AGUA"})) == ["Abierto"]
    assert titles(client.get(here, {"estado": "abierto"})) == ["Abierto"]
    assert titles(client.get(here, {"estado": "cerrado"})) == ["Cerrado"]
    assert titles(client.get(here, {"estado": "concluido"})) == ["Concluido"]
    assert titles(client.get(here, {"pregunta": "municipalidad"})) == ["Concluido"]
    assert len(titles(client.get(here, {"pregunta": "vecinos"}))) == 2


def test_the_order_a_list_has_unasked_is_offered_once(client, otuzco, here):
    debate(otuzco, "¿El mercado abre los domingos?")

    def offered(**asked):
        field = client.get(here, asked).context["list"].filters.form["orden"]
        return [str(label) for _value, label in field.field.widget.choices]

    assert offered()[0] == offered(orden="tendencia")[0] == "En tendencia"
    assert offered(q="mercado")[0] == "Más parecidos"
    assert all(len(set(labels)) == len(labels) for labels in (offered(), offered(q="mercado")))


def test_orders(client, otuzco, here):
    first, second, third = (debate(otuzco, name) for name in ("Uno", "Dos", "Tres"))
    now = timezone.now()
    for number, one in enumerate((first, second, third)):
        Debate.objects.filter(pk=one.pk).update(published_at=now - timedelta(days=number))
    CommentFactory.create_batch(2, municipality=otuzco, thread=second.thread)
    for _number in range(3):
        ReactionFactory(municipality=otuzco, thread=third.thread, comment=None, agrees=True)
    ReactionFactory(municipality=otuzco, thread=first.thread, comment=None, agrees=False)

    assert titles(client.get(here, {"orden": "recientes"}))[0] == "Uno"
    assert titles(client.get(here, {"orden": "comentados"}))[0] == "Dos"
    assert titles(client.get(here, {"orden": "mejores"}))[0] == "Tres"


def test_where_only_residents_count_they_order_the_list(client, otuzco, here):
    ConversationSettingsFactory(municipality=otuzco, counts_unverified=False)
    by_residents, by_anybody = debate(otuzco, "De vecinos"), debate(otuzco, "De cualquiera")
    person = ResidentFactory(district=otuzco.place)
    ReactionFactory(
        municipality=otuzco,
        thread=by_residents.thread,
        comment=None,
        agrees=True,
        user=person.user,
        resident=person,
    )
    for _number in range(9):
        ReactionFactory(municipality=otuzco, thread=by_anybody.thread, comment=None, agrees=True)

    assert titles(client.get(here, {"orden": "mejores"}))[0] == "De vecinos"


def test_trending_counts_people_and_lets_them_fade(client, otuzco, here):
    old, loud, new = (debate(otuzco, name) for name in ("Antiguo", "De uno solo", "De varios"))
    Debate.objects.update(published_at=timezone.now() - timedelta(days=60))
    long_ago = timezone.now() - timedelta(days=35)
    CommentFactory.create_batch(9, municipality=otuzco, thread=old.thread, created_at=long_ago)
    CommentFactory.create_batch(9, municipality=otuzco, thread=loud.thread, author=UserFactory())
    CommentFactory.create_batch(3, municipality=otuzco, thread=new.thread)

    refresh_trends()

    assert titles(client.get(here)) == ["De varios", "De uno solo", "Antiguo"]
    assert refresh_trends() == 0


def test_a_longer_list_costs_no_more(client, otuzco, here, django_assert_max_num_queries):
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client.force_login(UserFactory())

    def queries():
        with CaptureQueriesContext(connection) as counted:
            client.get(here)
        return len(counted)

    debate(otuzco, "Uno", category=CategoryFactory(municipality=otuzco))
    one = queries()
    for number in range(3):
        debate(otuzco, f"Otro {number}", category=CategoryFactory(municipality=otuzco))
    assert queries() == one


@pytest.mark.parametrize(
    "query",
    [
        "tema=abc",
        "tema=99999999999999999999999",
        "estado=nope",
        "orden=nope",
        "pregunta=nope",
        "page=-1",
        "page=999999999999999999999999999999",
        "q=%00",
        "etiqueta=%00",
        "page=%00",
        "q=%FF%FE",
        "q=" + "a" * 6000,
        "q='&q=%22((((",
        "q=<script>alert(1)</script>",
        "q=a:*|!b%26%26(",
    ],
)
def test_no_address_breaks_the_list(client, otuzco, here, query):
    debate(otuzco, "Uno")

    response = client.get(f"{here}?{query}")

    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("words", ["%00", "'", "((&|!", "a" * 5000, "de la en", "mercdo central"])
def test_similar_ones_are_offered_while_writing(client, otuzco, words):
    debate(otuzco, "¿El mercado central abre los domingos?")

    response = client.get(f"{reverse('debates:similar', args=['otuzco'])}?title={words}")

    assert response.status_code == 200
    assert ("¿El mercado" in response.content.decode()) == (words == "mercdo central")
