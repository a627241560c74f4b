import gzip
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from budgets.enums import StepKind, WorkState
from budgets.models import Work
from municipalities.rls import municipality_scope
from participation.actions import moderation
from participation.activity import stream
from participation.enums import ModerationRule
from participation.profiles import contributions
from tests.budgets.factories import BudgetFactory, WorkFactory, WorkSupportFactory
from tests.factories import (
    CategoryFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
)


NEXT_PAGE = 12 * 1024
HTMX = {"HX-Request": "true"}
STREETS = [
    "Bolívar",
    "Grau",
    "Castilla",
    "Junín",
    "Ayacucho",
    "Unión",
    "Progreso",
    "Libertad",
    "Sucre",
    "Balta",
]
THINGS = [
    "Techo",
    "Pista",
    "Vereda",
    "Losa",
    "Reservorio",
    "Canal",
    "Puente",
    "Aula",
    "Posta",
    "Parque",
    "Mercado",
    "Muro",
]
FOR = ["el caserío", "la parte alta", "el barrio", "la escuela", "el comedor", "la junta de riego"]


@pytest.fixture
def otuzco():
    modules = ["proposals", "budgets"]
    municipality = MunicipalityFactory(slug="otuzco", modules=modules)
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def budget(otuzco):
    return BudgetFactory(
        municipality=otuzco,
        headings={"Centro": 100_000_00, "Valle": 50_000_00},
        running=[StepKind.WORKS, StepKind.SUPPORTS],
        opened=True,
    )


@pytest.fixture
def centro(budget):
    return budget.groups.get().headings.get(name="Centro")


@pytest.fixture
def valle(budget):
    return budget.groups.get().headings.get(name="Valle")


def address(name, *args):
    return reverse(f"budgets:{name}", args=["otuzco", *args])


def published(heading, title, **fields):
    return WorkFactory(heading=heading, published=True, title=title, **fields)


def titles(response):
    return [card["work"].title for card in response.context["list"].cards]


def many(heading, number):
    """As different as people write them, all on the map."""
    dice = Random(number)
    for place in range(number):
        where = f"{dice.choice(THINGS)} para {dice.choice(FOR)} {dice.choice(STREETS)}"
        published(
            heading,
            f"{where}, jirón {dice.choice(STREETS)} {dice.randint(1, 999)}",
            summary="Un techo y tuberías nuevas para 140 familias que tienen agua dos horas.",
            latitude=-7.9 - dice.random() / 5,
            longitude=-78.5 - dice.random() / 5,
            estimate=dice.randint(1_000, 90_000) * 100,
            beneficiaries=place + 1,
        )


def test_lists_show_neither_drafts_nor_hidden_nor_those_of_other_budgets(
    client, otuzco, budget, centro
):
    published(centro, "A la vista")
    WorkFactory(heading=centro, title="Borrador")
    published(centro, "Oculta", hidden_at=timezone.now(), hidden_reason="x")
    other = BudgetFactory(municipality=otuzco, headings={"Otro": 1_00}, opened=True)
    published(other.groups.get().headings.get(), "De otro")

    assert titles(client.get(address("works", budget.pk))) == ["A la vista"]


@pytest.mark.parametrize("words", ["mercado", "MERCADOS", "mercdao", "Techo del mercado"])
def test_search_finds_what_people_mean(client, budget, centro, words):
    published(centro, "Techo para el mercado")
    published(centro, "Canal de riego")

    assert titles(client.get(address("works", budget.pk), {"q": words})) == [
        "Techo para el mercado"
    ]


def test_filters_narrow_the_list(client, otuzco, budget, centro, valle):
    topic = CategoryFactory(municipality=otuzco)
    published(centro, "Una", category=topic, place_name="Caserío Chóta")
    published(valle, "Dos", state=WorkState.WITHDRAWN, state_reason="x")
    here = address("works", budget.pk)

    assert titles(client.get(here, {"rubro": valle.pk})) == ["Dos"]
    assert titles(client.get(here, {"tema": topic.pk})) == ["Una"]
    assert titles(client.get(here, {"lugar": "chota"})) == ["Una"]
    assert titles(client.get(here, {"estado": "withdrawn"})) == ["Dos"]


def test_near_a_work_are_those_within_a_few_kilometres(client, budget, centro):
    one = published(centro, "Una", latitude=-7.9, longitude=-78.5)
    published(centro, "Cerca", latitude=-7.92, longitude=-78.51)
    published(centro, "Lejos", latitude=-8.1, longitude=-78.5)
    published(centro, "Sin punto")

    found = client.get(address("works", budget.pk), {"cerca": one.pk})

    assert set(titles(found)) == {"Una", "Cerca"}
    assert titles(client.get(address("works", budget.pk), {"cerca": 10**17})) == []


def test_residents_find_the_works_of_their_district(client, otuzco):
    budget = BudgetFactory(
        municipality=otuzco,
        headings={"Aquí": 1_00, "Allá": 1_00},
        running=[StepKind.SUPPORTS],
    )
    here, there = budget.groups.get().headings.order_by("position")
    here.districts, there.districts = [otuzco.place.pk], ["999999"]
    here.save()
    there.save()
    type(budget).objects.filter(pk=budget.pk).update(
        state="open", digest=b"x" * 32, opened_at=timezone.now(), opened_by=UserFactory()
    )
    published(here, "De aquí")
    published(there, "De allá")
    client.force_login(ResidentFactory(district=otuzco.place).user)

    found = client.get(address("works", budget.pk), {"puedo": "si"})

    assert titles(found) == ["De aquí"]


def test_orders(client, budget, centro):
    cheap = published(centro, "Barata", estimate=1_00)
    dear = published(centro, "Cara", estimate=90_000_00)
    published(centro, "Sin costo", estimate=None)
    WorkSupportFactory(work=cheap)
    WorkSupportFactory.create_batch(2, work=dear)
    here = address("works", budget.pk)

    assert titles(client.get(here)) == ["Cara", "Barata", "Sin costo"]
    assert titles(client.get(here, {"orden": "menor-costo"})) == ["Barata", "Cara", "Sin costo"]
    assert titles(client.get(here, {"orden": "mayor-costo"})) == ["Cara", "Barata", "Sin costo"]
    assert titles(client.get(here, {"orden": "recientes"}))[0] == "Sin costo"


def test_shuffled_is_stable_for_one_seed(client, budget, centro):
    for number in range(20):
        published(centro, f"Obra {number:02}")

    first = client.get(address("works", budget.pk), {"orden": "azar"})
    again = [titles(client.get(first.url)) for _time in range(2)]

    assert "semilla=" in first.url
    assert again[0] == again[1]


def test_what_the_evaluation_found_is_seen_by_nobody_before_all_is_published(
    client, budget, centro
):
    work = published(centro, "Techo", state=WorkState.UNFEASIBLE, estimate=100_00, cost=77_777_00)
    cheaper = published(centro, "Piso", state=WorkState.FEASIBLE, estimate=900_00, cost=1_00)
    here = address("works", budget.pk)

    page = client.get(work.get_absolute_url()).content.decode()
    assert "77" not in page.split("<main")[1].split("S/")[1][:12]
    assert titles(client.get(here, {"estado": "unfeasible"})) == []
    assert set(titles(client.get(here, {"estado": "evaluation"}))) == {"Techo", "Piso"}
    assert titles(client.get(here, {"orden": "menor-costo"})) == ["Techo", "Piso"]
    compared = client.get(address("compare_works"), {"a": work.pk, "b": cheaper.pk})
    assert "77" not in compared.content.decode().split("<main")[1].split("</table>")[0]

    now = timezone.now()
    type(budget).objects.filter(pk=budget.pk).update(decisions_at=now, decisions_published_at=now)
    assert titles(client.get(here, {"estado": "unfeasible"})) == ["Techo"]
    assert titles(client.get(here, {"orden": "menor-costo"})) == ["Piso", "Techo"]


@pytest.mark.parametrize(
    "query",
    [
        *("rubro=abc", "rubro=99999999999999999999999", "estado=nope", "estado=draft"),
        *("orden=nope", "orden=azar&semilla=-1", "orden=azar&semilla=99999999999999999999999"),
        *("page=-1", "page=999999999999999999999999999999", "q=%00", "lugar=%00", "tema=%00"),
        *("q=%FF%FE", "q='&q=%22((((", "q=<script>alert(1)</script>", "q=a:*|!b%26%26("),
        *("lugar=%25%25__%5C", "cerca=-1", "cerca=1e400", "cerca=NaN", "puedo=no", "ver=%00"),
        "q=" + "a" * 6000,
    ],
)
@pytest.mark.parametrize("page", ["works", "works_points", "works_feed"])
def test_no_address_breaks_a_list(client, budget, centro, page, query):
    published(centro, "Una")

    response = client.get(f"{address(page, budget.pk)}?{query}", follow=True)

    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("query", ["", "a=x", "a=%00", "a=9999999999999999999999", "b=-1", "a=0"])
def test_nothing_to_compare_is_not_found(client, budget, query):
    assert client.get(f"{address('compare_works')}?{query}").status_code == 404


def test_two_works_are_compared_side_by_side(client, budget, centro, valle):
    one = published(centro, "Techo", estimate=25_000_00, beneficiaries=120)
    other = published(valle, "Canal", estimate=None)

    page = client.get(address("compare_works"), {"a": one.pk, "b": other.pk}).content.decode()
    alone = client.get(address("compare_works"), {"a": one.pk}).content.decode()
    hidden = published(valle, "Oculta", hidden_at=timezone.now(), hidden_reason="x")

    assert "Techo" in page
    assert "Canal" in page
    assert "<select" not in alone  # no other asks for the same money
    assert client.get(address("compare_works"), {"a": hidden.pk}).status_code == 404


def test_the_map_shows_points_of_the_filtered_list(client, budget, centro, valle):
    place = {"latitude": -7.912345678, "longitude": -78.56}
    work = published(centro, "En el mapa", **place)
    published(valle, "De otro rubro", **place)
    published(centro, "Sin punto")

    features = client.get(address("works_points", budget.pk), {"rubro": centro.pk}).json()[
        "features"
    ]

    assert [f["properties"]["title"] for f in features] == ["En el mapa"]
    assert features[0]["geometry"]["coordinates"] == [-78.56, -7.91235]
    assert client.get(features[0]["properties"]["url"]).url == work.get_absolute_url()


def test_without_a_script_the_map_is_a_drawing_on_which_near_works_are_one_mark(
    client, budget, centro
):
    alone = published(centro, "Sola", latitude=-7.9, longitude=-78.5)
    for number in range(3):
        published(centro, f"Junta {number}", latitude=-8.0, longitude=-78.7 + number / 1e6)
    here = address("works", budget.pk)

    page = client.get(here, {"ver": "mapa"})
    sheet = page.context["list"].sheet
    closer = client.get(here, {"ver": "mapa", "cerca": alone.pk}).context["list"].sheet

    assert sorted(mark.count for mark in sheet.marks) == [1, 3]
    assert address("work_by_number", alone.pk) in page.content.decode()
    assert [mark.title for mark in closer.marks] == ["Sola"]


def test_the_feed_tells_the_newest_without_what_xml_cannot_hold(client, budget, centro):
    work = published(centro, "Con \x0b control & <b>")

    response = client.get(address("works_feed", budget.pk))

    assert response["Content-Type"].startswith("application/atom+xml")
    assert work.get_absolute_url() in response.content.decode()


def test_with_three_hundred_works_list_map_and_points_stay_light(client, budget, centro, valle):
    many(centro, 200)
    many(valle, 100)
    here = address("works", budget.pk)

    for path in (here, f"{here}?ver=mapa", address("works_points", budget.pk)):
        weight = len(gzip.compress(client.get(path).content))
        assert weight <= NEXT_PAGE, (path, weight)
    work = Work.objects.first()
    assert len(gzip.compress(client.get(work.get_absolute_url()).content)) <= NEXT_PAGE


@pytest.mark.parametrize("signed_in", [False, True])
def test_as_many_works_as_there_are_cost_the_same_queries(
    client, otuzco, budget, centro, valle, signed_in
):
    if signed_in:
        client.force_login(ResidentFactory(district=otuzco.place).user)
    many(centro, 10)
    one = Work.objects.order_by("pk").first()
    pages = (
        address("works", budget.pk),
        address("works_points", budget.pk),
        one.get_absolute_url(),
        f"{address('compare_works')}?a={one.pk}&b={one.pk + 1}",
    )
    for path in pages:
        client.get(path)  # what is kept is kept
    before = [asked(client, path) for path in pages]
    many(valle, 30)
    many(centro, 260)

    assert [asked(client, path) for path in pages] == before


def asked(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_brought_proposal_lends_its_pictures_and_only_while_all_see_it(
    client, otuzco, budget, centro
):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    work = published(centro, "Traída", proposal=proposal)
    assert proposal.get_absolute_url() in client.get(work.get_absolute_url()).content.decode()

    proposal.thread.is_public = False
    proposal.thread.save()

    page = client.get(work.get_absolute_url()).content.decode()
    assert proposal.get_absolute_url() not in page


# --- Moderation, and what is told elsewhere


def test_moderation_hides_a_work_beside_its_state_and_shows_it_again(
    client, otuzco, budget, centro
):
    moderator = RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR).user
    work = published(centro, "Techo", state=WorkState.EVALUATION)

    moderation.decide_at_once(
        work.thread, by=moderator, rule=ModerationRule.INSULT, reason="Insulta a un vecino."
    )
    work.refresh_from_db()
    assert (work.is_hidden, work.state) == (True, WorkState.EVALUATION)
    assert client.get(work.get_absolute_url()).status_code == 410
    client.force_login(work.author)
    assert "Insulta a un vecino." in client.get(work.get_absolute_url()).content.decode()

    moderation.show_again(work.thread, by=moderator, reason="Fue un error.")
    client.logout()
    assert client.get(work.get_absolute_url()).status_code == 200


def test_what_somebody_put_forward_is_news_and_on_their_page(otuzco, budget, centro):
    work = published(centro, "Techo")
    work.thread.events.create(municipality=otuzco, verb="work_published", by=work.author)
    organised = published(
        centro,
        "De la junta",
        author=work.author,
        proposal=ProposalFactory(
            municipality=otuzco,
            published=True,
            author_kind="organisation",
            organisation="Club de Madres",
        ),
    )

    assert [event.thread for event in stream(otuzco)] == [work.thread]
    shown = list(contributions(work.author, otuzco, "works"))
    assert shown == [work.thread]
    assert organised.thread not in shown


def test_rows_and_rule_agree_on_who_sees_a_work(otuzco, centro):
    moderator = RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR).user
    author = UserFactory()
    WorkFactory(heading=centro, author=author)
    published(centro, "Una", author=author)
    published(centro, "Oculta", author=author, hidden_at=timezone.now(), hidden_reason="x")

    for user in (author, moderator, UserFactory()):
        allowed = {w for w in Work.objects.all() if user.has_perm("budgets.view_work", w)}
        assert set(Work.objects.visible_to(user)) == allowed
