"""People talk about a proposal and a debate: with JavaScript, and without."""

import pytest

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from participation.enums import ThreadKind
from participation.models import Comment, Thread
from tests.factories import (
    CommentFactory,
    ProposalFactory,
    ReactionFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_whole_life import (
    PASSWORD,
    confirm,
    sign_in,
    sign_in_with_two_steps,
    submit,
)


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.PROPOSALS]
    town.save()
    return town


def person(email, name, **more):
    somebody = UserFactory(email=email, display_name=name, **more)
    somebody.set_password(PASSWORD)
    somebody.save()
    confirm(somebody)
    return somebody


@pytest.fixture
def elsa(otuzco):
    elsa = person("vecina@example.org", "Elsa Vecina", handle="elsa-vecina")
    ResidentFactory(user=elsa, district=Place.objects.get(code="130601"))
    return elsa


@pytest.fixture
def proposal(otuzco):
    with scoped_transaction(otuzco):
        proposal = ProposalFactory(municipality=otuzco, published=True, title="Agua limpia")
        thread = proposal.thread
        thread.is_public, thread.path = True, proposal.get_absolute_url()
        thread.title = proposal.title
        thread.save()
        first = CommentFactory(
            municipality=otuzco, thread=thread, text="¿Y quién cuida el **reservorio**?"
        )
        above = first
        for number in range(4):
            above = CommentFactory(
                municipality=otuzco, thread=thread, parent=above, text=f"Respuesta {number}"
            )
    return proposal


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_neighbours_talk_and_the_municipality_answers(visit, otuzco, proposal, elsa, js):
    path = proposal.get_absolute_url()
    with visit(js=js, size=PHONE) as page:
        sign_in(page, "vecina@example.org")
        page.goto(path)
        somebody_comments(page, js)
        and_replies(page, js)
        and_agrees(page, js)
        and_changes_the_words(page)
        shot(page, f"conversation-{'js' if js else 'plain'}")
        check(page, js)
    with visit(js=js, size=DESK) as page:
        the_municipality_answers(page, otuzco, path, js)
    with visit(js=js, size=PHONE, scheme="dark") as page:
        everybody_reads_on(page, path, js)


def check(page, js):
    if js:
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def somebody_comments(page, js):
    page.locator("#form-new [name=text]").fill("   ")
    submit(page, "/comentar/")
    page.locator("[data-error-summary]").wait_for()
    if not js:
        assert page.locator("h1").inner_text() == "Tu comentario"
    page.locator("#form-new [name=text]").fill("Lo cuidamos **entre todos**.")
    submit(page, "/comentar/")
    said = page.locator("#comments > li", has_text="entre todos").first
    said.wait_for()
    assert said.locator("strong", has_text="entre todos").count() == 1
    assert "Residente" in said.inner_text()
    if js:
        page.wait_for_function("document.activeElement.id.startsWith('comentario-')")
        page.locator("#announcements", has_text="Tu comentario está publicado.").wait_for(
            state="attached"
        )


def and_replies(page, js):
    first = page.locator("#comments > li", has_text="reservorio").first
    name = first.get_attribute("id")
    first.get_by_role("link", name="Responder").first.click()
    form = page.locator(f"#form-{name.removeprefix('comentario-')}")
    form.locator("[name=text]").fill("Yo puedo los sábados.")
    form.locator("button[type=submit]").click()
    page.locator(f"#{name} li", has_text="Yo puedo los sábados.").first.wait_for()
    if not js:
        assert "#comentario-" in page.url


def and_agrees(page, js):
    first = page.locator("#comments > li", has_text="reservorio").first
    buttons = first.locator(":scope > article button[name=opinion]")
    buttons.first.click()
    first.locator(":scope > article [aria-pressed=true]").wait_for()
    if js:
        page.wait_for_function("document.activeElement.name === 'opinion'")
    assert "De acuerdo 1" in buttons.first.inner_text()
    buttons.nth(1).click()
    page.locator("[value=nada][aria-pressed=true]", has_text="En desacuerdo 1").wait_for()


def and_changes_the_words(page):
    own = page.locator("#comments > li", has_text="entre todos").first
    own.get_by_role("link", name="Cambiar").first.click()
    page.wait_for_url("**/editar/")
    page.locator("[name=text]").fill("Lo cuidamos entre todas y todos.")
    submit(page)
    own = page.locator("#comments > li", has_text="entre todas").first
    own.get_by_role("link", name="cambiado").click()
    page.locator("del").first.wait_for()
    page.go_back()


def the_municipality_answers(page, otuzco, path, js):
    with scoped_transaction(otuzco):
        officer = person("funcionaria@example.org", "Rosa Paredes")
        RoleGrantFactory(user=officer, municipality=otuzco, role=Role.EVALUATOR)
    sign_in_with_two_steps(page, "funcionaria@example.org")
    page.goto(path)
    page.locator("#form-new [name=as_office]").fill("Gerencia de Servicios")
    page.locator("#form-new [name=text]").fill("La obra empieza en marzo.")
    submit(page, "/comentar/")
    page.locator(".is-office", has_text="Gerencia de Servicios").first.wait_for()
    shot(page, f"conversation-office-{'js' if js else 'plain'}")
    check(page, js)


def everybody_reads_on(page, path, js):
    page.goto(path)
    assert page.get_by_text("Respuesta 1").count() == 1
    assert page.get_by_text("Respuesta 3").count() == 0
    page.get_by_role("link", name="Seguir el hilo").first.click()
    page.wait_for_url("**/comentarios/*/")
    assert page.get_by_text("Respuesta 3").count() == 1
    shot(page, f"conversation-thread-{'js' if js else 'plain'}")
    check(page, js)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_strongest_arguments_stand_side_by_side_where_there_is_room(
    visit, otuzco, proposal, size
):
    with scoped_transaction(otuzco):
        Thread.objects.update(kind=ThreadKind.DEBATE)
        for side in ("for", "against"):
            said = CommentFactory(
                municipality=otuzco, thread=proposal.thread, side=side, text=f"Razón {side}"
            )
            ReactionFactory(municipality=otuzco, thread=proposal.thread, comment=said)
        assert Comment.objects.filter(score__gt=0).count() == 2
    with visit(size=size) as page:
        page.goto(proposal.get_absolute_url())
        boxes = [panel.bounding_box() for panel in page.locator(".strongest > .panel").all()]
        shot(page, f"strongest-{size['width']}")
        assert len(boxes) == 2
        assert (boxes[0]["y"] == boxes[1]["y"]) == (size is DESK)
        check(page, js=True)
