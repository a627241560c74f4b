from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Area
from decide import numbers
from municipalities import actions, gazetteer
from municipalities.enums import Module, MunicipalityKind, MunicipalityState
from municipalities.mechanisms import MECHANISMS, mechanisms_of
from municipalities.models import FormerSlug, Interest, Municipality
from municipalities.periodic import forget_told_addresses
from municipalities.rls import municipality_scope, scoped_transaction
from participation.enums import InterventionKind
from participation.models import Intervention
from proposals.models import Proposal
from tests.factories import (
    AnswerFactory,
    InterestFactory,
    InterventionFactory,
    MunicipalityFactory,
    ProposalFactory,
    UserFactory,
)


@pytest.fixture
def otuzco():
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.select_related("place").get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.modules = [Module.PROPOSALS]
    municipality.contact_name = "Rosa Luján"
    municipality.contact_email = "participa@otuzco.example.org"
    municipality.save()
    return municipality


def proposals_in(municipality, count, **kwargs):
    with municipality_scope(municipality):
        return [
            ProposalFactory(municipality=municipality, published=True, **kwargs)
            for _number in range(count)
        ]


# --- A fresh site


@pytest.mark.parametrize(
    "path",
    ["/", "/municipalidades/", "/robots.txt", "/sitemap.xml", "/sitemap-region.xml", "/salud/"],
)
def test_every_page_of_the_region_answers_on_an_empty_database(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("state", MunicipalityState)
@pytest.mark.parametrize(
    "page",
    ["", "mecanismos/", "informacion/", "acento.css", "mapa.json", "fechas.ics", "sitemap.xml"],
)
def test_every_page_of_an_empty_municipality_answers(client, state, page):
    municipality = MunicipalityFactory(state=state, modules=[])

    assert client.get(f"/{municipality.slug}/{page}").status_code == 200


@pytest.mark.parametrize("kind", MunicipalityKind)
def test_every_kind_of_municipality_has_its_pages(client, otuzco, kind):
    municipality = Municipality.objects.filter(kind=kind).first()

    for name in ("home", "mechanisms", "information", "outlines"):
        url = reverse(f"municipalities:{name}", args=[municipality.slug])
        assert client.get(url).status_code == 200


# --- The region


def test_the_region_lists_every_municipality_by_province_without_a_script(client, otuzco):
    page = client.get("/").content.decode()

    assert page.count('class="place-link"') == 85
    assert "<script>" not in page


@pytest.mark.parametrize("words", ["sanchez carrion", "SÁNCHEZ", "carrión"])
def test_a_municipality_is_found_without_minding_accents(client, otuzco, words):
    provinces = client.get("/", {"q": words}).context["provinces"]

    found = [m.slug for province in provinces for m in province["municipalities"]]
    assert "sanchez-carrion" in found
    assert "otuzco" not in found


def test_strange_words_to_find_are_no_error(client, otuzco):
    for words in ("\x00", "x" * 100_000, "<script>alert(1)</script>", "%", "' OR 1=1"):
        page = client.get("/", {"q": words})
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_the_map_colours_each_district_by_how_far_its_municipality_is(client, otuzco):
    shapes = client.get("/").context["region_map"]["shapes"]

    states = {shape["name"]: (shape["url"], shape["state"]) for shape in shapes}
    assert len(shapes) == 84
    # The capital district leads to the municipality of the province, which governs it.
    assert states["Otuzco"] == ("/otuzco/", "open")
    assert states["Usquil"] == ("/usquil/", "invited")


def test_the_region_shows_what_is_open_in_open_spaces_only(client, otuzco):
    closed = Municipality.objects.get(slug="pataz")
    (ours,) = proposals_in(otuzco, 1, title="Agua para Usquil")
    proposals_in(closed, 1, title="In a paused space")

    decisions = client.get("/").context["open_now"]

    assert [decision["title"] for decision in decisions] == [ours.title]
    assert decisions[0]["place"] == "Otuzco"


def test_drafts_and_hidden_proposals_are_not_on_home_pages(client, otuzco):
    with municipality_scope(otuzco):
        draft = ProposalFactory(municipality=otuzco, title="Only a draft")
        hidden = ProposalFactory(municipality=otuzco, published=True, title="Hidden one")
        Proposal.objects.filter(pk=hidden.pk).update(
            hidden_at=hidden.published_at, hidden_by=draft.author, hidden_reason="Insults."
        )

    for path in ("/", "/otuzco/", "/otuzco/informacion/", "/otuzco/sitemap.xml"):
        page = client.get(path).content.decode()
        assert "Only a draft" not in page
        assert "Hidden one" not in page
        assert "hidden-one" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_region_s_home_asks_few_queries_however_much_there_is(
    client, otuzco, count, django_assert_max_num_queries, empty_cache
):
    client.get("/")
    empty_cache()
    proposals_in(otuzco, count)

    # Six of them tell of the commitment and how far the provincial municipalities are.
    with django_assert_max_num_queries(27):
        client.get("/")
    with django_assert_max_num_queries(8):
        client.get("/")


@pytest.mark.parametrize("count", [1, 3])
def test_a_municipality_s_home_asks_the_same_for_one_or_three(
    client, otuzco, count, django_assert_max_num_queries
):
    for proposal in proposals_in(otuzco, count):
        with municipality_scope(otuzco):
            AnswerFactory(
                municipality=otuzco, proposal=proposal, published_at=proposal.published_at
            )

    with django_assert_max_num_queries(22):
        client.get("/otuzco/")


def test_a_municipality_s_home_offers_to_follow_it(client, otuzco):
    assert "/cuenta/" in follow_part(client.get("/otuzco/"))

    client.force_login(UserFactory())
    button = follow_part(client.get("/otuzco/"))
    assert reverse("participation:follow_here", args=["otuzco"]) in button
    assert 'name="volver" value="/otuzco/"' in button
    client.post(reverse("participation:follow_here", args=["otuzco"]), {"volver": "/otuzco/"})
    assert "Dejar de seguir" in follow_part(client.get("/otuzco/"))


def follow_part(page):
    return page.content.decode().partition('id="follow-place"')[2].partition("</div>")[0]


def test_every_page_of_a_municipality_leads_to_the_public_log_of_moderation(client, otuzco):
    log = reverse("participation:moderation_log", args=["otuzco"])

    assert f'href="{log}"' in client.get("/otuzco/").content.decode()
    assert f'href="{log}"' not in client.get("/").content.decode()


def test_comparing_is_by_inhabitants_and_by_size_unless_totals_are_asked_for(client, otuzco):
    with municipality_scope(otuzco):
        InterventionFactory.create_batch(3, municipality=otuzco, kind=InterventionKind.SUPPORT)

    page = client.get("/municipalidades/")
    totals = client.get("/municipalidades/?cifras=totales")

    (band,) = page.context["bands"]
    (row,) = band["rows"]
    assert (row.name, row.people, row.supports_rate) == ("Otuzco", 92_560, 0.3)
    assert page.context["per_capita"]
    assert not totals.context["per_capita"]


# --- The countryside's part (R30)


def test_the_rural_ratio_of_sanchez_carrion_with_30_percent_is_0_44(otuzco):
    place = Municipality.objects.select_related("place").get(slug="sanchez-carrion")
    with municipality_scope(place):
        for area, count in ((Area.RURAL, 3), (Area.URBAN, 7)):
            InterventionFactory.create_batch(
                count, municipality=place, kind=InterventionKind.SUPPORT, area=area
            )
        rural = numbers.rural([place])

    assert rural.ratio == 0.44


def test_the_region_s_rural_ratio_weighs_places_by_their_people_not_by_their_acts(otuzco):
    trujillo = Municipality.objects.get(slug="trujillo")
    with municipality_scope(otuzco):
        InterventionFactory(municipality=otuzco, kind=InterventionKind.SUPPORT, area=Area.RURAL)
    with municipality_scope(trujillo):
        InterventionFactory.create_batch(
            9, municipality=trujillo, kind=InterventionKind.SUPPORT, area=Area.URBAN
        )

    with municipality_scope(otuzco, trujillo):
        together = numbers.rural([otuzco, trujillo])

    people = {p.place_id: p for p in numbers.populations(["1306"]).values()}
    assert people["1306"].total == 92_560
    assert 0.05 < together.participants < 0.09  # Otuzco's weight among both, not 1 act of 10


def test_who_takes_an_act_back_is_not_counted(otuzco):
    with municipality_scope(otuzco):
        for amount in (1, -1, 1):
            Intervention.objects.create(
                municipality=otuzco, kind=InterventionKind.SUPPORT, amount=amount
            )

        assert numbers.totals([otuzco])[otuzco.pk] == {"support": 1}


# --- A space that is not open


def test_a_closed_space_says_what_is_planned_and_takes_an_address_once(client):
    municipality = MunicipalityFactory(
        state=MunicipalityState.PREPARING, planned="Abrimos en marzo."
    )
    url = municipality.get_absolute_url()

    page = client.get(url)
    first = client.post(url, {"email": "Ana@example.org"})
    second = client.post(url, {"email": "ana@example.org"})

    assert "Abrimos en marzo." in page.content.decode()
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, url)
    with municipality_scope(municipality):
        assert [i.email for i in Interest.objects.all()] == ["ana@example.org"]


@pytest.mark.parametrize(
    "email", ["", "no", "a@b", "a" * 300 + "@example.org", "a\x00@example.org"]
)
def test_what_is_no_address_is_said_at_the_field_and_kept(client, email):
    municipality = MunicipalityFactory(state=MunicipalityState.INVITED)

    page = client.post(municipality.get_absolute_url(), {"email": email})

    assert page.status_code == 422
    assert page.context["form"].errors["email"]
    with municipality_scope(municipality):
        assert not Interest.objects.exists()


def test_an_address_cannot_be_left_without_the_site_s_own_form():
    municipality = MunicipalityFactory(state=MunicipalityState.INVITED)

    page = Client(enforce_csrf_checks=True).post(
        municipality.get_absolute_url(), {"email": "ana@example.org"}
    )

    assert page.status_code == 403


def test_one_machine_cannot_leave_addresses_without_end(client):
    municipality = MunicipalityFactory(state=MunicipalityState.INVITED)

    answers = [
        client.post(municipality.get_absolute_url(), {"email": f"p{n}@example.org"}).status_code
        for n in range(31)
    ]

    assert answers == [302] * 30 + [422]


@pytest.mark.usefixtures("transactional_db")
def test_whoever_left_an_address_is_told_once_however_often_the_space_opens():
    municipality = MunicipalityFactory(
        state=MunicipalityState.PREPARING, contact_email="participa@example.org"
    )
    with scoped_transaction(municipality):
        actions.leave_address(municipality, "ana@example.org")
    with scoped_transaction(municipality):
        actions.open_space(municipality, by=None)
    with scoped_transaction(municipality):
        actions.pause(municipality, by=None, reason="Mudanza.")
    with scoped_transaction(municipality):
        actions.open_space(municipality, by=None)

    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
    assert municipality.get_absolute_url() in mail.outbox[0].body


def test_addresses_go_a_month_after_their_mail_and_those_who_wait_stay():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        now = timezone.now()
        for days, email in ((31, "old@example.org"), (29, "recent@example.org")):
            InterestFactory(
                municipality=municipality, email=email, told_at=now - timedelta(days=days)
            )
        InterestFactory(municipality=municipality, email="waiting@example.org")

    assert forget_told_addresses() == 1
    with municipality_scope(municipality):
        left = set(Interest.objects.values_list("email", flat=True))
    assert left == {"recent@example.org", "waiting@example.org"}


# --- Ways of taking part, contacts, colour, map


def test_each_municipality_is_told_of_at_least_twelve_ways_with_their_law():
    provincial, district = MunicipalityKind.PROVINCIAL, MunicipalityKind.DISTRICT

    for kind in (provincial, district):
        assert len(mechanisms_of(Municipality(kind=kind))) >= 12
    for mechanism in MECHANISMS:
        assert mechanism.what
        assert mechanism.rules
        assert mechanism.record
        assert mechanism.base or mechanism.group == "site"


def test_a_municipality_s_information_is_light_and_needs_no_script(client, otuzco):
    proposals_in(otuzco, 12)

    page = client.get("/otuzco/informacion/")

    assert len(page.content) < 100_000
    assert "Rosa Luján" in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_dates_go_to_a_calendar_in_lines_that_every_calendar_reads(client, otuzco):
    title = "Niños, jóvenes; y \\ ñandúes: " + "á" * 80
    (proposal,) = proposals_in(otuzco, 1, title=title[:120])

    page = client.get("/otuzco/fechas.ics")

    lines = page.content.split(b"\r\n")
    assert page.headers["Content-Type"].startswith("text/calendar")
    assert max(map(len, lines)) <= 75
    whole = page.content.decode().replace("\r\n ", "")
    assert "Niños\\, jóvenes\\; y \\\\ ñandúes" in whole
    assert f"DTSTART;VALUE=DATE:{proposal.closes_on:%Y%m%d}" in whole


def test_the_accent_is_a_sheet_that_may_be_kept(client):
    municipality = MunicipalityFactory(accent="#FFFF00")

    sheet = client.get(f"/{municipality.slug}/acento.css")

    assert sheet.headers["Content-Type"].startswith("text/css")
    assert "max-age=31536000" in sheet.headers["Cache-Control"]
    assert "--accent:" in sheet.content.decode()


def test_a_municipality_s_outline_comes_with_those_of_its_districts(client, otuzco):
    features = client.get("/otuzco/mapa.json").json()["features"]

    assert [feature["id"] for feature in features][:3] == ["1306", "130601", "130602"]
    assert len(features) == 11


# --- Addresses


def test_a_former_address_leads_to_the_new_one_with_all_that_follows(client, otuzco):
    with municipality_scope(otuzco):
        actions.move(otuzco, "otuzco-nuevo", by=None)

    moved = client.get("/otuzco/propuestas/?orden=otuzco")

    assert moved.status_code == 301
    assert moved.url == "/otuzco-nuevo/propuestas/?orden=otuzco"


@pytest.mark.parametrize("path", ["/%00/", "/otuzco%00/propuestas/", "/otuz%00co/"])
def test_an_address_that_no_text_can_be_leads_nowhere(client, otuzco, path):
    assert client.get(path).status_code == 404


def test_whoever_calls_the_site_by_another_name_is_told_that_it_was_not_understood(client, otuzco):
    assert client.get("/otuzco/", headers={"host": "example.net"}).status_code == 400


def test_a_municipality_may_take_its_former_address_back(client, otuzco):
    with municipality_scope(otuzco):
        actions.move(otuzco, "otuzco-nuevo", by=None)
        actions.move(otuzco, "otuzco", by=None)

    assert client.get("/otuzco/").status_code == 200
    assert client.get("/otuzco-nuevo/").url == "/otuzco/"
    assert FormerSlug.objects.count() == 1


@pytest.mark.parametrize("slug", ["admin", "trujillo", "Otuzco", "con espacio", "a" * 61, "-a", ""])
def test_an_address_that_cannot_be_had_is_refused_in_words(otuzco, slug):
    with municipality_scope(otuzco), pytest.raises(actions.CannotChange):
        actions.move(otuzco, slug, by=None)


# --- State and settings


def test_a_space_without_anybody_who_answers_does_not_open():
    municipality = MunicipalityFactory(state=MunicipalityState.PREPARING)

    with municipality_scope(municipality), pytest.raises(actions.CannotChange):
        actions.open_space(municipality, by=None)


def test_each_change_of_a_space_leaves_who_what_and_why(otuzco):
    with municipality_scope(otuzco):
        actions.pause(otuzco, by=None, reason="Feria patronal.")
        actions.change_settings(otuzco, by=None, welcome="¡Pasa!")
        actions.set_modules(otuzco, [], by=None)

        history = list(otuzco.history.values_list("verb", "reason"))

    assert history == [("modules", ""), ("settings", ""), ("paused", "Feria patronal.")]


def test_hearings_are_asked_for_in_may_and_september(client, otuzco):
    hearings = client.get("/otuzco/informacion/").context["hearings"]

    assert [day.month for day in hearings] in ([5, 9], [9, 5])
    assert all(day >= timezone.localdate().replace(day=1) for day in hearings)


def test_who_opens_the_address_of_a_button_finds_a_way_on(client, otuzco):
    response = client.get("/otuzco/seguir/")

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "/otuzco/" in response.content.decode()
    assert "No se ha hecho nada" in response.content.decode()
