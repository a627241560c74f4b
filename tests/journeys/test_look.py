"""How it looks and weighs: every page type, on a phone and on a desk, by day and by night."""

import brotli
import pytest
from django.urls import reverse

from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.factories import ProposalFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations


TWICE_AS_LARGE = {"width": 640, "height": 450}  # a desk at 200 %
FIRST_VISIT = 60 * 1024
NEXT_PAGE = 12 * 1024
REQUESTS = 8
MOST_SHIFT = 0.02


@pytest.fixture
def otuzco(transactional_db):
    """Open, with as many proposals as a page shows and some more."""
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.modules = [Module.PROPOSALS]
    municipality.accent = "#FFE000"
    municipality.welcome = "Otuzco es de quienes viven en él."
    municipality.contact_name = "Rosa Quispe Luján"
    municipality.contact_office = "Gerencia de Desarrollo Social"
    municipality.contact_email = "participa@otuzco.example.org"
    municipality.save()
    with scoped_transaction(municipality):
        ProposalFactory.create_batch(
            25,
            municipality=municipality,
            published=True,
            title="Agua limpia para las familias de la parte alta de Chanchacap",
            summary="Un reservorio y tuberías nuevas para 140 familias que tienen agua dos horas.",
        )
    return municipality


PAGES = [
    "/",
    "/otuzco/",
    "/otuzco/propuestas/",
    "/pataz/",
    "/componentes/",
    "/cuenta/entrar/",
    "/nada/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible_and_fits(visit, otuzco, scheme, size):
    with visit(scheme=scheme, size=size) as page:
        for path in PAGES:
            page.goto(path)
            shot(page, f"look{path.replace('/', '-')}{scheme}-{size['width']}")
            assert violations(page) == [], path
            assert is_no_wider_than_the_screen(page), path


def test_every_page_fits_twice_as_large(visit, otuzco):
    with visit(size=TWICE_AS_LARGE) as page:
        for path in PAGES:
            page.goto(path)
            assert is_no_wider_than_the_screen(page), path


def is_no_wider_than_the_screen(page):
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_by_keyboard_one_skips_to_the_content(visit, otuzco):
    with visit() as page:
        page.goto("/otuzco/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_somebody_finds_their_municipality_by_typing_without_accents(visit, otuzco):
    with visit() as page:
        page.goto("/")
        page.get_by_role("searchbox").fill("julcan")
        found = page.locator("#suggestions a")
        assert found.first.inner_text().startswith("Julcán")
        assert page.locator("#found").inner_text()
        page.get_by_role("searchbox").fill("agallp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/agallpampa/")


def test_somebody_finds_their_municipality_without_javascript(visit, otuzco):
    with visit(js=False) as page:
        page.goto("/")
        assert page.locator("#provinces a").count() == Municipality.objects.count()
        page.get_by_role("searchbox").fill("Agallpampa")
        page.locator(".finder button").click()
        page.wait_for_url("**q=Agallpampa**")
        page.locator("#provinces a").click()
        page.wait_for_url("**/agallpampa/")
        assert page.locator("h1").inner_text()


def test_without_signal_a_page_says_so_and_brings_back_what_one_wanted(visit, otuzco):
    with visit() as page:
        page.goto("/")
        page.goto("/otuzco/", referer=page.url)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.context.set_offline(True)
        page.goto("/otuzco/propuestas/")
        assert page.locator("h1").inner_text() == "No hay conexión"
        assert page.locator("body").evaluate("e => getComputedStyle(e).margin") == "0px"
        page.context.set_offline(False)
        page.get_by_role("link", name="Intentar otra vez").click()
        page.get_by_role("heading", name="Propuestas", level=1).wait_for()


def test_nothing_jumps_while_a_page_loads(visit, otuzco):
    with visit() as page:
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
            "e => { window.shift += e.value })).observe({type: 'layout-shift', buffered: true})"
        )
        for path in ("/", "/otuzco/", "/otuzco/propuestas/"):
            page.goto(path, wait_until="networkidle")
            assert page.evaluate("window.shift") < MOST_SHIFT, path


def test_a_visit_is_light(visit, otuzco):
    with scoped_transaction(otuzco):
        detail = otuzco.proposals.first().get_absolute_url()
    for path in ("/", "/otuzco/", reverse("proposals:index", args=["otuzco"]), detail):
        document, *parts = weights(visit, path)
        assert document + sum(parts) <= FIRST_VISIT, (path, document, parts)
        assert document <= NEXT_PAGE, (path, document)
        assert 1 + len(parts) <= REQUESTS, (path, parts)


def weights(visit, path):
    """What travels with an empty cache, in bytes, images aside: the page first."""
    answers = []
    with visit() as page:
        page.on("response", lambda answer: answers.append(answer))
        page.goto(path, wait_until="networkidle")
        return [weight(a) for a in answers if "image" not in a.header_value("content-type")]


def weight(answer):
    """Pages as they are sent, static files as WhiteNoise keeps them."""
    if "/static/" not in answer.url:
        return answer.request.sizes()["responseBodySize"]
    body = answer.body()
    return len(body) if answer.url.endswith(".woff2") else len(brotli.compress(body))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_stay_readable_while_what_was_typed_is_on_its_way(visit, otuzco, scheme):
    with visit(scheme=scheme, size=PHONE) as page:
        page.goto("/otuzco/propuestas/")
        page.evaluate(
            "document.querySelectorAll('form').forEach(f => f.classList.add('htmx-request'))"
        )
        assert violations(page) == []
