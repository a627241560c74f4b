"""Somebody chooses works of a participatory budget on a small phone, with and without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from nacl.public import PrivateKey
from playwright.sync_api import expect

from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState, PlaceLevel
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from tests.factories import ResidentFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_places import sign_in
from tests.votes.works import heading, open_works, work
from votes import sealing
from votes.models import Envelope


WORKS = (
    ("Agua potable para Chanchacap", 45_000),
    ("Pista del jirón Progreso", 55_000),
    ("Puente peatonal de Allacday", 60_000),
    ("Techo del colegio San Juan", 18_500.5),
)


def its_works():
    return [
        work(
            number,
            round(cost * 100),
            address=f"/otuzco/?obra={number}",
            latitude=-7.90 - number / 200,
            longitude=-78.57 + number / 200,
        )
        for number, (_title, cost) in enumerate(WORKS)
    ]


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    Municipality.objects.filter(slug="otuzco").update(
        state=MunicipalityState.OPEN, modules=[Module.PROPOSALS, Module.VOTES]
    )
    return Municipality.objects.get(slug="otuzco")


@pytest.fixture
def voted_on(otuzco):
    """The poll with two headings, and its private key."""
    options = [
        type(one)(**vars(one) | {"title": title})
        for one, (title, _cost) in zip(its_works(), WORKS, strict=True)
    ]
    with scoped_transaction(otuzco):
        return open_works(
            otuzco,
            [
                heading("Obras de la ciudad", group="rubros", options=options),
                heading("Obras del campo", group="rubros", options=options[:2], kind="approval"),
            ],
            closes_at=timezone.now() + timedelta(days=3),
        )


@pytest.fixture
def rosa(otuzco):
    home = Place.objects.filter(code__startswith=otuzco.place_id, level=PlaceLevel.DISTRICT).first()
    return ResidentFactory(district=home, user__display_name="Rosa Quispe").user


def box(heading, title):
    return heading.get_by_role("checkbox", name=title)


def plain(locator):
    return re.sub(r"\s+", " ", locator.inner_text())


def look(page, js, name):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if js:
        assert violations(page) == []
    shot(page, f"obras-{name}-{'js' if js else 'sin-js'}-{page.viewport_size['width']}")


@pytest.mark.parametrize("js", [True, False])
def test_somebody_fills_the_pot_and_votes(visit, live_server, otuzco, voted_on, rosa, js):
    poll, key = voted_on
    with visit(js=js) as page:
        sign_in(page, live_server, rosa)
        page.goto(f"/otuzco/votaciones/{poll.pk}/votar/")
        city = page.locator(".heading", has_text="Obras de la ciudad")
        expect(box(city, "Pista del jirón Progreso")).to_be_hidden()
        look(page, js, "rubros")

        page.get_by_role("radio", name="Obras de la ciudad").check()
        pot = city.locator(".pot p")
        for title, _cost in WORKS[:2]:
            box(city, title).check()
        if not js:
            city.get_by_role("button", name="Calcular").click()
        expect(pot).to_contain_text("quedan")
        assert plain(pot).startswith("S/ 100 000 de S/ 120 000; quedan S/ 20 000")
        assert "Ya no entran: 1" in plain(pot)
        bridge = city.locator("li", has_text="Puente peatonal")
        assert "faltan S/ 40 000 para que entre" in plain(bridge)
        assert "faltan" not in plain(city.locator("li", has_text="Techo del colegio"))
        look(page, js, "bolsa")

        box(city, "Puente peatonal").check()
        if js:
            assert "te pasas por S/ 40 000" in plain(pot)
        page.get_by_role("button", name="Revisar mi voto").click()
        page.get_by_role("heading", name="Mira otra vez estas respuestas").wait_for()
        assert "te pasas por S/ 40 000" in plain(city.locator(".error"))
        expect(box(city, "Puente peatonal")).to_be_checked()
        look(page, js, "pasada")

        box(city, "Puente peatonal").uncheck()
        box(city, "Techo del colegio").check()
        page.get_by_role("button", name="Revisar mi voto").click()
        page.get_by_role("heading", name="¿Es esto lo que elegiste?").wait_for()
        assert "En total: S/ 118 500,50 de S/ 120 000." in plain(page.locator("main"))
        assert "Obras del campo" not in plain(page.locator("main"))
        look(page, js, "revisar")

        page.get_by_role("button", name="Cambiar").click()
        expect(page.get_by_role("radio", name="Obras de la ciudad")).to_be_checked()
        expect(box(city, "Techo del colegio")).to_be_checked()
        page.get_by_role("button", name="Revisar mi voto").click()
        page.get_by_role("button", name="Emitir mi voto").click()
        page.get_by_role("heading", name="Tu voto está en el ánfora").wait_for()

    with scoped_transaction(otuzco):
        [row] = Envelope.objects.all()
        inside = sealing.unseal(bytes(PrivateKey(bytes(key))), bytes(row.sealed)).choices
    assert inside == {"q1": ["a", "b", "d"]}


def test_the_map_comes_when_somebody_opens_it(visit, live_server, otuzco, voted_on, rosa):
    poll, _key = voted_on
    with visit() as page:
        sign_in(page, live_server, rosa)
        fetched = []
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(f"/otuzco/votaciones/{poll.pk}/votar/")
        page.get_by_role("radio", name="Obras de la ciudad").check()
        assert not any("map." in url for url in fetched)

        city = page.locator(".heading", has_text="Obras de la ciudad")
        city.locator("summary").click()

        pins = city.locator(".map-pin")
        for _nearer in range(6):  # a press before the map has settled brings nobody nearer
            city.locator(".map-cluster, .map-pin").first.click()
            page.wait_for_timeout(500)
            if pins.count():
                break
        pins.first.click()
        link = city.locator(".leaflet-popup a").first
        expect(link).to_have_attribute("target", "_blank")  # what is marked stays
        expect(city.locator(".leaflet-popup")).to_have_css("opacity", "1")  # it fades in
        look(page, True, "mapa")


@pytest.mark.parametrize(("scheme", "size"), [("dark", PHONE), ("light", DESK), ("dark", DESK)])
def test_the_ballot_is_good_to_look_at(visit, live_server, otuzco, voted_on, rosa, scheme, size):
    poll, _key = voted_on
    with visit(scheme=scheme, size=size) as page:
        sign_in(page, live_server, rosa)
        page.goto(poll.get_absolute_url())
        look(page, True, f"votacion-{scheme}")
        page.goto(f"/otuzco/votaciones/{poll.pk}/votar/")
        page.get_by_role("radio", name="Obras de la ciudad").check()
        box(page.locator(".heading").first, "Pista del jirón").check()
        look(page, True, f"elegir-{scheme}")
