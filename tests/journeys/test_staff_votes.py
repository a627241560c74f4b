"""The desk of votes in a real browser: from the first word to frozen rules, on a phone without scripts."""

from datetime import timedelta

import brotli
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.factories import (
    ComplaintFactory,
    PollFactory,
    QuestionFactory,
    RoleGrantFactory,
    TrusteeFactory,
    cast_into,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen
from votes.actions import copies, polls
from votes.enums import Phase
from votes.models import Poll


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state, municipality.modules = MunicipalityState.OPEN, [Module.VOTES]
    municipality.contact_office = "Gerencia de Desarrollo Social"
    municipality.save()
    return municipality


@pytest.fixture
def ana(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(
            municipality=otuzco, role=Role.ADMINISTRATOR, user__display_name="Ana Rojas"
        ).user


@pytest.fixture
def luis(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


def as_person(page, person):
    """With the session that signing in would have given."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    page.context.clear_cookies()
    home = page.url if page.url.startswith("http") else None
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": home or page.base_url_of_site}]
    )


def at(name, poll=None, *more):
    return reverse(f"votes:{name}", args=["otuzco", *([poll.pk] if poll else []), *more])


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_two_people_of_staff_bring_a_vote_to_frozen_rules_without_a_script(
    visit, live_server, otuzco, ana, luis
):
    opens_at = timezone.now() + timedelta(days=3)
    with visit(js=False, size=PHONE) as page:
        page.base_url_of_site = live_server.url
        as_person(page, ana)
        page.goto(at("desk"))
        page.get_by_role("link", name="Preparar una votación").click()
        page.locator("[name=title]").fill("¿El mercado abre los domingos?")
        page.locator("[name=text]").fill("Los comerciantes lo piden desde marzo.")
        page.locator("[name=meaning]").fill("Si gana el «sí», abre los domingos desde mayo.")
        page.locator("[name=effect][value=consultative]").check()
        page.locator("[name=in_favour]").fill("Más días para vender lo que se cosecha.")
        page.locator("[name=against]").fill("Un día menos para descansar en familia.")
        page.locator("[name=opens_at]").fill(local(opens_at))
        page.locator("[name=closes_at]").fill(local(opens_at + timedelta(days=2)))
        page.get_by_role("button", name="Guardar y seguir").click()

        page.get_by_role("link", name="Agregar una pregunta").first.click()
        page.get_by_role("link", name="Sí o no").click()
        page.locator("[name=title]").fill("¿Debe abrir el mercado los domingos?")
        page.get_by_role("button", name="Guardar la pregunta").click()

        page.get_by_role("link", name="Nombrar quién guarda la llave").first.click()
        page.get_by_role("button", name="Más custodios").click()
        for row, name in enumerate(["Rosa Quispe", "Juan Cruz", "Eva Luna"]):
            page.locator(f"[name=row_{row}_name]").fill(name)
        page.get_by_role("button", name="Guardar sus nombres").click()

        page.get_by_role("link", name="Ir al sorteo").click()
        page.locator("[name=where]").fill("Palacio municipal")
        page.locator("[name=before]").fill("Comité de vigilancia y Radio Otuzco")
        page.get_by_role("button", name="Hacer el sorteo ahora").click()
        page.get_by_role("link", name="Volver a la votación").click()
        page.get_by_role("link", name="Leer y aprobar").click()
        page.get_by_role("button", name="La leí y la apruebo").click()
        address = page.url

        as_person(page, luis)
        page.goto(address)
        page.get_by_role("link", name="Leer y aprobar").click()
        page.get_by_role("button", name="La leí y la apruebo").click()
        page.get_by_role("link", name="Fijar las reglas y anunciarla").click()
        page.get_by_role("button", name="Fijar las reglas y anunciarla").click()
        page.get_by_role("link", name="Crear la llave").wait_for()

    with scoped_transaction(otuzco):
        poll = Poll.objects.select_related("urn").get()
        assert poll.phase == Phase.KEYS
        assert poll.trustees.count() == 3


@pytest.fixture
def pages(otuzco, ana):
    """Each page of the desk with something on it, by name."""
    with scoped_transaction(otuzco):
        soon = {
            "opens_at": timezone.now() + timedelta(days=3),
            "closes_at": timezone.now() + timedelta(days=9),
        }
        draft = PollFactory(municipality=otuzco, title="Las obras del próximo año", **soon)
        question = QuestionFactory(
            municipality=otuzco,
            poll=draft,
            position=2,
            kind="multiple",
            most=2,
            title="¿Qué obras van primero?",
            options=("Agua para Chanchacap", "La posta de salud", "El puente de Pollo"),
        )
        TrusteeFactory(municipality=otuzco, poll=draft, position=3, name="Rosa Quispe")
        ready = copies.clone(draft, by=ana)
        polls.draw_lots(ready, by=ana, where="Palacio municipal", before="El comité")
        open_one = PollFactory(municipality=otuzco, ready=True, title="El mercado los domingos")
        for _ in range(3):
            cast_into(open_one.urn)
        test = copies.try_out(draft, by=ana)
        copies.clone(draft, by=ana, is_template=True)
        ComplaintFactory(municipality=otuzco, poll=open_one)
    kinds, multiple = at("new_question", draft), at("question", draft, question.pk)
    return {
        "desk": at("desk"),
        "calendar": f"{at('calendar')}?mes={timezone.localdate(draft.urn.opens_at):%Y-%m}",
        "new": at("new"),
        "edit": at("edit", draft),
        "case-draft": at("case", draft),
        "case-ready": at("case", ready),
        "case-open": at("case", open_one),
        "case-test": at("case", test),
        "kinds": kinds,
        **{f"question-{kind}": f"{kinds}?tipo={kind}" for kind in ("yes_no", "score")},
        "question": multiple,
        "trustees": at("trustees", draft),
        "lots": at("lots", draft),
        "lots-drawn": at("lots", ready),
        "documents": at("documents", draft),
        "preview": at("preview", draft),
        "approve": at("approve", ready),
        "call_off": at("call_off", open_one),
        "pretend": at("pretend", test),
        "turnout": at("turnout", open_one),
        "watchers": at("watchers", open_one),
        "objections": at("objections", open_one),
    }


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"]
)
def test_the_pages_of_the_desk_are_accessible_fit_and_are_light(
    visit, live_server, ana, pages, size, scheme
):
    client = Client()
    client.force_login(ana)
    found = {}
    with visit(size=size, scheme=scheme) as page:
        page.base_url_of_site = live_server.url
        as_person(page, ana)
        for name, address in pages.items():
            page.goto(address)
            shot(page, f"votes-desk-{name}-{size['width']}")
            found[name] = violations(page)
            if not is_no_wider_than_the_screen(page):
                found[name].append("wider than the screen")
            weight = len(brotli.compress(client.get(address).content, quality=5))
            if weight > NEXT_PAGE:
                found[name].append(f"{weight} bytes")

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
