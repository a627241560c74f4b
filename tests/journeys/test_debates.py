"""A debate, as its people live it: asked, argued, concluded, and made a proposal."""

import pytest

from accounts.enums import Role
from debates.models import Debate
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from participation.models import Notice, ThreadLink
from tests.factories import ResidentFactory, RoleGrantFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_whole_life import (
    PASSWORD,
    confirm,
    sign_in,
    sign_in_with_two_steps,
    submit,
)


QUESTION = "¿El mercado debe abrir los domingos?"
ARGUMENT = "Que abra hasta la una y cierre el lunes, que no viene nadie."


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.PROPOSALS, Module.DEBATES]
    town.save()
    return town


@pytest.fixture
def people(otuzco):
    """Two neighbours and an officer who answers for the municipality."""
    home = Place.objects.get(code="130601")
    made = {}
    for word, name in (("julia", "Julia Rojas"), ("percy", "Percy Polo"), ("rosa", "Rosa Paredes")):
        person = UserFactory(email=f"{word}@example.org", display_name=name)
        person.set_password(PASSWORD)
        person.save()
        confirm(person)
        made[word] = person
        if word != "rosa":
            ResidentFactory(user=person, district=home)
    with scoped_transaction(otuzco):
        RoleGrantFactory(user=made["rosa"], municipality=otuzco, role=Role.EVALUATOR)
    return made


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_debate_is_argued_concluded_and_becomes_a_proposal(visit, otuzco, people, js):
    with visit(js=js, size=PHONE) as page:
        the_municipality_asks(page, js)
        address = page.url
    with visit(js=js, size=PHONE) as page:
        a_neighbour_argues(page, address, js)
    with visit(js=js, size=DESK) as page:
        another_agrees(page, address, js)
    with visit(js=js, size=PHONE) as page:
        the_municipality_concludes(page, address, js)
    with visit(js=js, size=PHONE) as page:
        a_neighbour_makes_it_a_proposal(page, address, js)

    with scoped_transaction(otuzco):
        told = Notice.objects.filter(event__verb="concluded")
        assert [notice.user for notice in told] == [people["julia"]]
        assert ThreadLink.objects.get().source == Debate.objects.get().thread


def look(page, name, js):
    """Axe is a script itself, and would wait for ever where there are none."""
    shot(page, f"debates-{name}-{'js' if js else 'plain'}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if js:
        assert violations(page) == []


def the_municipality_asks(page, js):
    sign_in_with_two_steps(page, "rosa@example.org")
    page.goto("/otuzco/debates/")
    look(page, "empty", js)
    page.locator("main a[href$='/debates/nuevo/']").first.click()
    page.locator("[name=title]").fill(QUESTION)
    page.locator("[name=text]").fill("Hoy cierra. **Los domingos** bajan de los caseríos.")
    page.locator("[name=office]").fill("Gerencia de Servicios")
    page.locator("[name=place_name]").fill("Mercado central")
    look(page, "write", js)
    submit(page)
    page.wait_for_url("**/debates/*-el-mercado-*/")
    assert page.locator("h1").inner_text() == QUESTION
    assert page.get_by_text("La municipalidad pregunta").first.is_visible()


def a_neighbour_argues(page, address, js):
    sign_in(page, "julia@example.org")
    page.goto("/otuzco/debates/?q=mercdo")
    page.get_by_role("link", name=QUESTION).first.click()
    page.wait_for_url(address)
    page.locator("button[name=opinion][value=si]").first.click()
    page.locator("button[name=opinion][value=nada]").first.wait_for()
    form = page.locator("form.comment-form").first
    form.locator("[name=side][value=for]").check()
    form.locator("[name=text]").fill(ARGUMENT)
    form.locator("button[type=submit]").click()
    page.locator("#comments").get_by_text(ARGUMENT).wait_for()
    look(page, "argued", js)


def another_agrees(page, address, js):
    sign_in(page, "percy@example.org")
    page.goto(address)
    page.locator("#comments button[name=opinion][value=si]").first.click()
    page.locator("#comments button[name=opinion][value=nada]").first.wait_for()
    look(page, "agreed", js)


def the_municipality_concludes(page, address, js):
    sign_in_with_two_steps(page, "rosa@example.org", used=1)
    page.goto("/otuzco/debates/gestion/")
    page.get_by_role("link", name=QUESTION).first.click()
    page.wait_for_url(address)
    page.locator("main a[href$='/concluir/']").click()
    page.locator("[name=text]").fill("Abrirá los domingos hasta la una.")
    page.locator("[name=q]").fill("lunes")
    page.locator("[name=q]").press("Enter")
    page.locator("button[name=add]").first.click()
    page.locator("[name^=quote_]").fill("cierre el lunes")
    assert page.locator("[name=text]").input_value() == "Abrirá los domingos hasta la una."
    look(page, "conclude", js)
    page.locator("button[name=do][value=publish]").click()
    page.wait_for_url(address)
    assert "cierre el lunes" in page.locator("main blockquote").first.inner_text()
    look(page, "concluded", js)


def a_neighbour_makes_it_a_proposal(page, address, js):
    sign_in(page, "julia@example.org")
    page.goto(address)
    page.locator("main a[href*='?desde=']").click()
    assert page.locator("[name=title]").input_value() == QUESTION
    assert "bajan de los caseríos" in page.locator("[name=body]").input_value()
    page.locator("[name=title]").fill("Mercado abierto los domingos hasta la una")
    page.locator("[name=summary]").fill("Para que quienes bajan vendan adentro.")
    page.locator("[name=place_name]").fill("Mercado central")
    page.locator("button[name=do][value=preview]").click()
    page.wait_for_url("**/vista-previa/")
    submit(page)
    page.wait_for_url("**/propuestas/*-mercado-abierto-*/")
    page.locator(f"main a[href='{address[address.index('/otuzco') :]}']").first.click()
    page.wait_for_url(address)
    assert page.get_by_role("link", name="Mercado abierto los domingos hasta la una").count()
    look(page, "linked", js)
