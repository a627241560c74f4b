from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from municipalities.rls import municipality_scope
from proposals import trending
from proposals.actions import citizen
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal
from proposals.periodic import archive_expired, refresh_trends
from tests.factories import (
    CategoryFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    SupportFactory,
    UserFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def here(otuzco):
    return reverse("proposals:index", args=[otuzco.slug])


def published(otuzco, title, **fields):
    return ProposalFactory(municipality=otuzco, published=True, title=title, **fields)


def titles(response):
    return [card["proposal"].title for card in response.context["list"].cards]


def test_lists_show_neither_drafts_nor_hidden_nor_joined(client, otuzco, here):
    shown = published(otuzco, "A la vista")
    ProposalFactory(municipality=otuzco, title="Borrador")
    published(otuzco, "Unida", state=ProposalState.MERGED, merged_into=shown)
    published(
        otuzco, "Oculta", hidden_at=timezone.now(), hidden_by=UserFactory(), hidden_reason="x"
    )

    assert titles(client.get(here)) == ["A la vista"]


@pytest.mark.parametrize(
    "words", ["participacion", "particpacion", "participativo", "PARTICIPACIÓN juvenil"]
)
def test_search_finds_what_people_mean(client, otuzco, here, words):
    published(otuzco, "Escuela de participación juvenil")
    published(otuzco, "Techo para el mercado")

    assert titles(client.get(here, {"q": words})) == ["Escuela de participación juvenil"]


def test_search_also_reads_place_and_text(client, otuzco, here):
    published(otuzco, "Una", place_name="Caserío Llaugueda")
    published(otuzco, "Dos", body="Queremos riego tecnificado.")

    assert titles(client.get(here, {"q": "llaugueda"})) == ["Una"]
    assert titles(client.get(here, {"q": "riegos"})) == ["Dos"]


def test_filters_narrow_the_list(client, otuzco, here):
    topic = CategoryFactory(municipality=otuzco)
    month_ago = timezone.now() - timedelta(days=40)
    one = published(otuzco, "Una", category=topic, tags=["agua"], place_name="Caserío Chóta")
    published(otuzco, "Dos", author_kind=AuthorKind.ORGANISATION, organisation="Junta")
    Proposal.objects.filter(pk=one.pk).update(published_at=month_ago)

    assert titles(client.get(here, {"tema": topic.pk})) == ["Una"]
    assert titles(client.get(here, {"lugar": "chota"})) == ["Una"]
    assert titles(client.get(here, {"etiqueta": "AGUA"})) == ["Una"]
    assert titles(client.get(here, {"autor": "organisation"})) == ["Dos"]
    assert titles(client.get(here, {"periodo": "mes"})) == ["Dos"]


def test_what_is_past_its_term_is_listed_as_archived_though_no_clock_ran(client, otuzco, here):
    published(otuzco, "Vencida", closes_on=timezone.localdate() - timedelta(days=1))
    published(otuzco, "Abierta")

    assert titles(client.get(here, {"estado": "gathering"})) == ["Abierta"]
    assert titles(client.get(here, {"estado": "archived"})) == ["Vencida"]


@pytest.mark.parametrize(
    "query",
    [
        "tema=abc",
        "tema=99999999999999999999999",
        "estado=nope",
        "orden=nope",
        "orden=azar&semilla=-1",
        "orden=azar&semilla=99999999999999999999999",
        "orden=azar&semilla=abc",
        "page=-1",
        "page=999999999999999999999999999999",
        "page=abc",
        "q=%00",
        "lugar=%00",
        "etiqueta=%00",
        "semilla=%00",
        "page=%00",
        "ver=%00",
        "tema=%00",
        "q=%FF%FE",
        "q=" + "a" * 6000,
        "q='&q=%22((((",
        "q=<script>alert(1)</script>",
        "q=a:*|!b%26%26(",
        "lugar=%25%25__%5C",
    ],
)
@pytest.mark.parametrize("page", ["index", "points", "feed"])
def test_no_address_breaks_a_list(client, otuzco, page, query):
    published(otuzco, "Una")

    response = client.get(
        f"{reverse(f'proposals:{page}', args=[otuzco.slug])}?{query}", follow=True
    )

    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("words", ["%00", "%00%00%00%00%00", "'", "((&|!", "a" * 5000, "de la en"])
def test_no_title_breaks_the_similar_ones(client, otuzco, words):
    published(otuzco, "Una plaza")

    assert (
        client.get(f"{reverse('proposals:similar', args=['otuzco'])}?q={words}").status_code == 200
    )


def test_the_order_a_list_has_unasked_is_offered_once(client, otuzco, here):
    published(otuzco, "Un mercado nuevo")

    def offered(**asked):
        field = client.get(here, asked).context["list"].filters.form["orden"]
        return [str(label) for _value, label in field.field.widget.choices]

    assert offered()[0] == offered(orden="tendencia")[0] == "En tendencia"
    assert offered(q="mercado")[0] == "Más parecidas"
    assert all(len(set(labels)) == len(labels) for labels in (offered(), offered(q="mercado")))


def test_orders(client, otuzco, here):
    few = published(otuzco, "Pocos apoyos", threshold=2)
    many = published(otuzco, "Muchos apoyos", threshold=100)
    SupportFactory(proposal=few)
    SupportFactory.create_batch(3, proposal=many)
    now = timezone.now()
    Proposal.objects.filter(pk=few.pk).update(published_at=now - timedelta(days=2))

    assert titles(client.get(here, {"orden": "apoyos"}))[0] == "Muchos apoyos"
    assert titles(client.get(here, {"orden": "recientes"}))[0] == "Muchos apoyos"
    assert titles(client.get(here, {"orden": "cerca"}))[0] == "Pocos apoyos"


def test_shuffled_is_stable_for_one_seed_and_sets_no_cookie(client, otuzco, here):
    for number in range(30):
        published(otuzco, f"Propuesta {number:02}")

    first = client.get(here, {"orden": "azar"})
    assert "semilla=" in first.url
    assert not first.cookies
    again = [titles(client.get(first.url)) for _time in range(2)]
    pages = [titles(client.get(f"{first.url}&page={page}")) for page in (1, 2, 3)]
    other = titles(client.get(here, {"orden": "azar", "semilla": 7}))

    assert again[0] == again[1] == pages[0] != other
    assert len({title for page in pages for title in page}) == 30


def test_trending_lets_supports_fade(client, otuzco, here):
    old, new = published(otuzco, "Antigua"), published(otuzco, "Nueva")
    Proposal.objects.update(published_at=timezone.now() - timedelta(days=60))
    long_ago = timezone.now() - timedelta(days=35)
    SupportFactory.create_batch(9, proposal=old, created_at=long_ago)
    SupportFactory.create_batch(2, proposal=new)

    refresh_trends()

    assert titles(client.get(here)) == ["Nueva", "Antigua"]
    assert refresh_trends() == 0


def test_a_new_proposal_trends_as_if_refreshed(otuzco):
    draft = ProposalFactory(municipality=otuzco)

    proposal = citizen.publish(draft, by=draft.author)

    assert trending.refresh(otuzco) == 0
    assert proposal.trend == pytest.approx(trending.at(proposal.published_at))


def test_the_clock_archives_once_and_tells_the_author(otuzco, django_capture_on_commit_callbacks):
    yesterday = timezone.localdate() - timedelta(days=1)
    proposal = published(otuzco, "Vencida", closes_on=yesterday)
    published(otuzco, "Abierta")

    with django_capture_on_commit_callbacks(execute=True):
        assert archive_expired() == 1
        assert archive_expired() == 0

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.ARCHIVED
    assert [n.event.verb for n in proposal.author.notices.all()] == ["archived"]


def test_the_map_shows_points_of_the_filtered_list(client, otuzco):
    topic = CategoryFactory(municipality=otuzco)
    place = {"latitude": -7.9, "longitude": -78.56}
    published(otuzco, "En el mapa", category=topic, **place)
    published(otuzco, "De otro tema", **place)
    published(otuzco, "Sin punto", category=topic)
    address = reverse("proposals:points", args=[otuzco.slug])

    features = client.get(address, {"tema": topic.pk}).json()["features"]

    assert [f["properties"]["title"] for f in features] == ["En el mapa"]
    assert features[0]["geometry"]["coordinates"] == [-78.56, -7.9]


def test_the_feed_tells_the_newest_without_what_xml_cannot_hold(client, otuzco):
    proposal = published(otuzco, "Con \x0b control & <b>")

    response = client.get(reverse("proposals:feed", args=[otuzco.slug]))

    assert response["Content-Type"].startswith("application/atom+xml")
    assert proposal.get_absolute_url() in response.content.decode()


def test_a_page_far_behind_is_read_from_the_index(otuzco):
    with connection.cursor() as cursor:
        # With few rows anything is cheap: what is asked is whether the index can give the order.
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        ids = Proposal.objects.for_municipality(otuzco).public().order_by("-trend", "-pk")
        plan = ids.values_list("pk", flat=True)[12000:12012].explain()

    assert "Index Only Scan" in plan
    assert "proposals_proposal_trend" in plan
    assert "Sort" not in plan


def test_other_towns_are_nowhere_in_the_list(client, otuzco, here):
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        ProposalFactory(municipality=neighbour, published=True, title="Ajena")

    assert titles(client.get(here, {"q": "Ajena"})) == []


def test_a_resident_reads_who_proposed_but_never_an_erased_name(client, otuzco):
    person = ResidentFactory(district=otuzco.place).user
    proposal = published(otuzco, "Una", author=person)
    person.email, person.handle, person.display_name, person.is_active = None, None, "", False
    person.deleted_at = timezone.now()
    person.save()

    assert proposal.author.public_name in client.get(proposal.get_absolute_url()).content.decode()
