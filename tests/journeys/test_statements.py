"""What people agree on, in a real browser: voting, adding one's own, reading what all say."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from debates.models import Statement, StatementVote
from debates.tasks.opinion import analyse_debate
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.debates.test_statements import many_votes
from tests.factories import DebateFactory, StatementFactory, StatementVoteFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_places import sign_in


TEXTS = [
    "El mercado debería abrir a las cinco de la mañana.",
    "Los domingos la plaza debería quedar sin carros.",
    "Hace falta un baño público en el mercado.",
    "Los puestos de fuera del mercado deberían pagar lo mismo.",
    "La feria debería rotar entre los caseríos.",
    "El pescado debería venderse en un lugar aparte.",
]


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    Municipality.objects.filter(slug="otuzco").update(
        state=MunicipalityState.OPEN, modules=[Module.PROPOSALS, Module.DEBATES]
    )
    return Municipality.objects.get(slug="otuzco")


@pytest.fixture
def debate(otuzco):
    with scoped_transaction(otuzco):
        debate = DebateFactory(
            municipality=otuzco,
            takes_statements=True,
            title="¿Cómo debería funcionar el mercado?",
            text="Queremos ordenar el mercado y sus alrededores.",
        )
        for text in TEXTS:
            StatementFactory(municipality=otuzco, debate=debate, text=text)
    return debate


@pytest.fixture
def rosa(otuzco):
    return UserFactory(display_name="Rosa Quispe", date_joined=timezone.now() - timedelta(days=90))


def address(debate):
    return f"/otuzco/debates/{debate.pk}/acuerdos/"


@pytest.mark.parametrize("js", [True, False])
def test_somebody_votes_on_five_and_adds_one_of_their_own(
    visit, live_server, otuzco, debate, rosa, js
):
    with visit(js=js) as page:
        sign_in(page, live_server, rosa)
        page.goto(address(debate))
        seen = set()
        for number in range(5):
            seen.add(page.locator("#frase").inner_text())
            choice = ("De acuerdo", "En desacuerdo", "Paso")[number % 3]
            page.get_by_role("button", name=choice, exact=True).click()
            page.get_by_text(f"Has votado {number + 1} de 6 frases").wait_for()
        assert len(seen) == 5
        assert not js or violations(page) == []

        if js:  # the card was swapped; the form comes with the page
            page.reload()
        page.get_by_label("Tu frase").fill("el MERCADO debería abrir a las cinco de la mañana")
        page.get_by_role("button", name="Agregar mi frase").click()
        page.get_by_text("Alguien ya lo ha dicho").first.wait_for()
        assert not js or violations(page) == []
        shot(page, f"frase-repetida-{'js' if js else 'sin-js'}")
        page.get_by_label("Tu frase").fill("Debería haber un día para los productores.")
        page.get_by_role("button", name="Agregar mi frase").click()
        page.get_by_text("Tu frase está agregada").wait_for()

        page.get_by_role("link", name="Ver y cambiar mis votos").click()
        page.wait_for_url("**/mis-votos/")
        first = page.locator("section.panel").first
        first.get_by_role("button", name="Paso", exact=True).click()
        expect(first.locator("[aria-pressed=true]")).to_have_text("Paso")
        page.wait_for_load_state()
        assert not js or violations(page) == []
        shot(page, f"mis-votos-{'js' if js else 'sin-js'}")

    with scoped_transaction(otuzco):
        assert StatementVote.objects.filter(user=rosa).count() == 5
        assert Statement.objects.of(rosa).get().text == "Debería haber un día para los productores."


def test_by_keyboard_the_focus_stays_on_the_button_and_the_next_is_said(
    visit, live_server, otuzco, debate, rosa
):
    with visit() as page:
        sign_in(page, live_server, rosa)
        page.goto(address(debate))
        page.locator("#votar-disagree").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Has votado 1 de 6 frases").wait_for()

        page.wait_for_function("document.activeElement.id === 'votar-disagree'")
        page.locator("#announcements", has_text="Tu voto cuenta. Sigue:").wait_for()


def test_everybody_reads_what_the_votes_say(visit, otuzco, debate):
    with scoped_transaction(otuzco):
        many_votes(debate)
        for statement, agrees in zip(debate.statements.all(), (24, 21, 12), strict=False):
            for number in range(25):
                StatementVoteFactory(
                    municipality=otuzco,
                    statement=statement,
                    choice="agree" if number < agrees else "disagree",
                )
    analyse_debate(otuzco.pk, debate.pk)

    for scheme, size in (("light", PHONE), ("dark", DESK)):
        with visit(scheme=scheme, size=size) as page:
            page.goto(address(debate))
            page.get_by_role("heading", name="Consenso", exact=True).wait_for()
            assert page.locator("svg.opinion-groups ellipse").count() == 2
            for table in page.locator("summary").all():
                table.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert violations(page) == []
            shot(page, f"acuerdos-{scheme}-{size['width']}")

            page.goto(debate.get_absolute_url())
            assert violations(page) == []
            shot(page, f"debate-con-frases-{scheme}-{size['width']}")


def test_without_evidence_the_page_says_so(visit, otuzco, debate):
    with visit() as page:
        page.goto(address(debate))

        page.get_by_text("No hay evidencia de grupos de opinión.").wait_for()
        assert page.locator("svg.opinion-groups").count() == 0
        assert violations(page) == []
        shot(page, "acuerdos-sin-votos")
