"""Somebody votes in a real browser, on a small phone, with and without JavaScript."""

import hashlib
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
from tests.factories import (
    DeskFactory,
    PollFactory,
    QuestionFactory,
    ResidentFactory,
    TableFactory,
    TrusteeFactory,
    settle,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_places import sign_in
from votes import sealing
from votes.actions import urn as urns
from votes.models import Envelope, Mark, Spoiled


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    Municipality.objects.filter(slug="otuzco").update(
        state=MunicipalityState.OPEN, modules=[Module.PROPOSALS, Module.VOTES]
    )
    return Municipality.objects.get(slug="otuzco")


@pytest.fixture
def key():
    return PrivateKey.generate()


@pytest.fixture
def poll(otuzco, key):
    """About the market and the park; open for three days."""
    with scoped_transaction(otuzco):
        poll = PollFactory(
            municipality=otuzco,
            questions=False,
            title="¿Ampliamos el mercado hacia el parque?",
            text="El mercado tiene 80 puestos y hay 140 vendedores. El parque tiene 2 000 m².",
            meaning="El concejo decidirá en su próxima sesión y explicará por qué.",
            in_favour="Los vendedores tendrían un lugar limpio y techado, también en la lluvia.",
            against="El parque es la única sombra del centro y los niños juegan ahí cada tarde.",
            closes_at=timezone.now() + timedelta(days=3),
        )
        for number, name in enumerate(("Rosa Quispe", "Julio Paredes", "Elsa Rojas"), start=1):
            TrusteeFactory(municipality=otuzco, poll=poll, position=number, name=name)
        yes_no = QuestionFactory(
            municipality=otuzco,
            poll=poll,
            position=1,
            title="¿Debe ampliarse el mercado hacia el parque?",
            help="Se usaría un tercio del parque.",
            keeps_order=True,
        )
        yes_no.options.filter(code="a").update(text="Se construyen 60 puestos en 2027.")
        QuestionFactory(
            municipality=otuzco,
            poll=poll,
            position=2,
            kind="multiple",
            most=2,
            title="¿Qué hace más falta en el mercado?",
            options=("Baños", "Agua en cada puesto", "Un techo nuevo", "Vigilancia"),
        )
        QuestionFactory(
            municipality=otuzco,
            poll=poll,
            position=3,
            kind="ranked",
            title="¿Qué día debe ser la feria?",
            options=("Sábado", "Domingo", "Lunes"),
        )
        TableFactory(
            municipality=otuzco,
            poll=poll,
            desk=DeskFactory(municipality=otuzco, name="Local comunal de Huaranchal"),
        )
        settle(poll)
        poll.urn = urns.accept_keys(poll.urn, seal_key=bytes(key.public_key))
    return poll


@pytest.fixture
def rosa(otuzco):
    home = Place.objects.filter(code__startswith=otuzco.place_id, level=PlaceLevel.DISTRICT).first()
    return ResidentFactory(district=home, user__display_name="Rosa Quispe").user


def choose(page, answer):
    """Fill in the form with this answer to the first question, and go to the review."""
    group = page.get_by_role("group", name="1. ¿Debe ampliarse el mercado")
    group.get_by_role("radio", name=re.compile(f"^{answer}")).check()
    page.get_by_label("Baños").check()
    page.get_by_label("Vigilancia").check()
    page.get_by_label("Domingo").select_option("1")
    page.get_by_role("button", name="Revisar mi voto").click()
    page.get_by_role("heading", name="¿Es esto lo que elegiste?").wait_for()


def code_on(page):
    return page.locator(".ballot-code").inner_text()


def check_look(page, js, name):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if js:
        assert violations(page) == []
    shot(page, f"votar-{name}-{'js' if js else 'sin-js'}")


@pytest.mark.parametrize("js", [True, False])
def test_somebody_votes_audits_votes_and_changes_their_mind(
    visit, live_server, otuzco, poll, rosa, key, js
):
    with visit(js=js) as page:
        sign_in(page, live_server, rosa)
        page.goto(poll.get_absolute_url())
        page.get_by_role("link", name="Votar", exact=True).click()
        page.get_by_role("button", name="Revisar mi voto").click()
        page.get_by_text("Elige una respuesta, o que la dejas en blanco.").first.wait_for()
        check_look(page, js, "errores")

        choose(page, "Sí")
        check_look(page, js, "revisar")
        audited = code_on(page)
        page.locator("summary").click()
        page.get_by_role("button", name="Abrirlo y no emitirlo").click()
        page.get_by_role("heading", name="Tu voto, abierto").wait_for()
        assert code_on(page) == audited
        line = page.locator("pre").first.inner_text()
        hashed = re.search(r"echo ([0-9a-f]+) ", line)[1]
        whole = page.locator("pre").nth(2).inner_text().strip()
        assert hashlib.sha256(bytes.fromhex(hashed)).hexdigest() == whole
        check_look(page, js, "abierto")

        page.get_by_role("link", name="Elegir de nuevo").click()
        choose(page, "Sí")
        page.get_by_role("button", name="Cambiar").click()
        expect(page.get_by_label("Baños")).to_be_checked()
        expect(page.get_by_label("Domingo")).to_have_value("1")
        page.get_by_role("button", name="Revisar mi voto").click()
        first = code_on(page)
        assert first != audited
        page.get_by_role("button", name="Emitir mi voto").click()
        page.get_by_role("heading", name="Tu voto está en el ánfora").wait_for()
        assert code_on(page) == first
        check_look(page, js, "comprobante")

        page.get_by_role("link", name="Buscar mi código").click()
        page.get_by_role("heading", name="Se recibió y espera el próximo grupo").wait_for()
        check_look(page, js, "buscar")
        page.get_by_label("Código del comprobante").fill("AAAAA-AAAAA")
        page.get_by_role("button", name="Buscar").click()
        page.get_by_role("heading", name="Este código no se conoce aquí").wait_for()

        page.goto(poll.get_absolute_url())
        page.get_by_role("link", name="Votar de nuevo").click()
        choose(page, "No")
        page.get_by_role("button", name="Emitir mi voto").click()
        page.get_by_role("heading", name="Tu voto está en el ánfora").wait_for()
        assert code_on(page) != first

    with scoped_transaction(otuzco):
        assert Mark.objects.count() == Spoiled.objects.count() == 1
        rows = Envelope.objects.order_by("pk")
        answers = [sealing.unseal(bytes(key), bytes(row.sealed)).choices["q1"] for row in rows]
    assert answers == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", PHONE), ("dark", PHONE), ("light", DESK), ("dark", DESK)]
)
def test_its_pages_are_good_to_look_at(visit, live_server, otuzco, poll, rosa, scheme, size):
    with scoped_transaction(otuzco):
        urns.extend_log(poll.urn, whole=True)
    with visit(scheme=scheme, size=size) as page:
        pages = {
            "lista": "/otuzco/votaciones/",
            "votacion": poll.get_absolute_url(),
            "reglas": f"/otuzco/votaciones/{poll.pk}/reglas/",
            "registro": f"/otuzco/votaciones/{poll.pk}/registro/",
        }
        for name, path in pages.items():
            page.goto(path)
            check_look(page, True, f"{name}-{scheme}-{size['width']}")
        sign_in(page, live_server, rosa)
        page.goto(f"/otuzco/votaciones/{poll.pk}/votar/")
        check_look(page, True, f"elegir-{scheme}-{size['width']}")
        choose(page, "No")
        check_look(page, True, f"revisado-{scheme}-{size['width']}")
        page.get_by_role("button", name="Emitir mi voto").click()
        page.get_by_role("heading", name="Tu voto está en el ánfora").wait_for()
        check_look(page, True, f"hecho-{scheme}-{size['width']}")
