"""Works as their people live them: written, brought in, found, supported and compared, on a phone."""

import pytest

from budgets.enums import StepKind
from budgets.models import Heading, SupportedHeading, Work, WorkSupport
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from tests.budgets.factories import BudgetFactory
from tests.budgets.test_works_lists import many
from tests.factories import ProposalFactory, ResidentFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import FIRST_VISIT, NEXT_PAGE, REQUESTS, weights
from tests.journeys.test_whole_life import PASSWORD, confirm, picture, sign_in, submit


TITLE = "Techo para el lado norte del mercado"


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.PROPOSALS, Module.BUDGETS]
    town.save()
    return town


@pytest.fixture
def budget(otuzco):
    with scoped_transaction(otuzco):
        return BudgetFactory(
            municipality=otuzco,
            title="Presupuesto participativo 2027",
            headings={"Otuzco, la ciudad": 120_000_00, "Caseríos de la parte alta": 80_000_00},
            running=[StepKind.WORKS, StepKind.SUPPORTS],
            opened=True,
        )


@pytest.fixture
def people(otuzco):
    """Two neighbours, and a proposal of one of them that has its supports."""
    home = Place.objects.get(code="130601")
    made = {}
    for word, name in (("julia", "Julia Rojas"), ("percy", "Percy Polo")):
        person = UserFactory(email=f"{word}@example.org", display_name=name)
        person.set_password(PASSWORD)
        person.save()
        confirm(person)
        ResidentFactory(user=person, district=home)
        made[word] = person
    with scoped_transaction(otuzco):
        proposal = ProposalFactory(
            municipality=otuzco,
            author=made["julia"],
            published=True,
            title="Canal para el mercado de los jueves",
        )
        type(proposal).objects.filter(pk=proposal.pk).update(
            reached_at=proposal.published_at, state="threshold"
        )
    return made


def look(page, name, js):
    """Axe is a script itself, and would wait for ever where there are none."""
    shot(page, f"works-{name}-{'js' if js else 'plain'}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if js:
        assert violations(page) == []


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_work_is_written_supported_and_compared(visit, otuzco, budget, people, js):
    with visit(js=js, size=PHONE) as page:
        somebody_writes_a_work(page, budget, js)
        address = page.url
        and_brings_in_a_proposal(page, otuzco, budget, js)
    with visit(js=js, size=PHONE) as page:
        a_neighbour_finds_and_supports_it(page, budget, address, js)
        and_reads_why_not_in_another_heading(page, otuzco, js)
        and_compares_two(page, address, js)
        and_takes_the_support_back(page, js)

    with scoped_transaction(otuzco):
        assert WorkSupport.objects.count() == SupportedHeading.objects.count() == 0
        assert Work.objects.get(title=TITLE).code.startswith("OTU-PP27-")


def somebody_writes_a_work(page, budget, js):
    sign_in(page, "julia@example.org")
    page.goto(f"/otuzco/presupuestos/{budget.pk}/obras/")
    look(page, "empty", js)
    page.locator("main a[href$='/obras/nueva/']").first.click()
    look(page, "heading", js)
    page.get_by_role("link", name="Otuzco, la ciudad").click()
    page.locator("[name=title]").press_sequentially(TITLE)
    if js:
        page.locator("#similar").get_by_role("link", name="Llevarla al presupuesto").wait_for()
    page.locator("[name=summary]").fill("Cubrir los puestos que se mojan cada verano.")
    page.locator("[name=place_name]").fill("Mercado central")
    page.locator("[name=beneficiaries]").fill("340")
    page.locator("[name=estimate]").fill("150 000")
    if js:
        page.locator("#cost-hint .alert").wait_for()
    page.locator("details:has([name=images]) > summary").click()
    page.locator("[name=images]").set_input_files(
        {"name": "mercado.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    look(page, "write", js)
    page.locator("button[name=do][value=preview]").click()
    page.wait_for_url("**/vista-previa/")
    look(page, "preview", js)
    submit(page, "/publicar/")
    page.wait_for_url("**/obras/*-techo-para-*/")
    assert page.locator("h1").inner_text() == TITLE
    look(page, "published", js)


def and_brings_in_a_proposal(page, otuzco, budget, js):
    page.goto(f"/otuzco/presupuestos/{budget.pk}/obras/parecidas/?q=canal+mercado")
    page.locator("main a[href*='/desde-propuesta/']").first.click()
    page.get_by_label("Caseríos de la parte alta").check()
    page.locator("[name=estimate]").fill("60 000")
    look(page, "bring", js)
    submit(page)
    page.wait_for_url("**/obras/*-canal-para-*/")
    look(page, "brought", js)
    with scoped_transaction(otuzco):
        assert Work.objects.filter(proposal__isnull=False).count() == 1


def a_neighbour_finds_and_supports_it(page, budget, address, js):
    sign_in(page, "percy@example.org")
    page.goto(f"/otuzco/presupuestos/{budget.pk}/obras/?q=mercdo")
    look(page, "list", js)
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url(address)
    page.locator("#support button[type=submit]").click()
    page.locator("#support form[action$='/quitar-apoyo/']").wait_for()
    look(page, "supported", js)


def and_reads_why_not_in_another_heading(page, otuzco, js):
    with scoped_transaction(otuzco):
        other = Work.objects.select_related("municipality").get(proposal__isnull=False)
        address = other.get_absolute_url()
    page.goto(address)
    assert "Otuzco, la ciudad" in page.locator("#support").inner_text()
    look(page, "why-not", js)


def and_compares_two(page, address, js):
    page.goto(address)
    one = address.split("/obras/")[1].split("-")[0]
    page.goto(f"/otuzco/presupuestos/obras/comparar/?a={one}&b={int(one) + 1}")
    assert page.locator("table th[scope=col]").count() == 2
    look(page, "compare", js)


def and_takes_the_support_back(page, js):
    page.goto("/otuzco/presupuestos/obras/mias/")
    look(page, "mine", js)
    submit(page, "/quitar-apoyo/")
    page.wait_for_url("**/obras/mias/")
    page.get_by_text("No apoyas obras aquí.").wait_for()


@pytest.fixture
def three_hundred(otuzco, budget):
    with scoped_transaction(otuzco):
        for heading in Heading.objects.filter(group__budget=budget):
            many(heading, 150)
    return budget


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_three_hundred_works_are_listed_and_on_the_map(visit, otuzco, three_hundred, scheme, size):
    here = f"/otuzco/presupuestos/{three_hundred.pk}/obras/"
    with scoped_transaction(otuzco):
        work = Work.objects.select_related("municipality").first().get_absolute_url()
    with visit(scheme=scheme, size=size) as page:
        for name, path in (("list", here), ("map", f"{here}?ver=mapa"), ("detail", work)):
            page.goto(path, wait_until="networkidle")
            shot(page, f"works-300-{name}-{scheme}-{size['width']}")
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_three_hundred_works_are_light(visit, otuzco, three_hundred):
    here = f"/otuzco/presupuestos/{three_hundred.pk}/obras/"
    for path in (here, f"{here}?ver=mapa"):
        document, *parts = weights(visit, path)
        assert document + sum(parts) <= FIRST_VISIT, (path, document, parts)
        assert document <= NEXT_PAGE, (path, document)
        assert 1 + len(parts) <= REQUESTS, (path, parts)


def test_a_title_typed_before_the_scripts_have_come_is_looked_for_as_well(
    visit, otuzco, budget, people
):
    """On a slow connection the map comes last, and htmx begins after it."""
    late = []
    with scoped_transaction(otuzco):
        heading = Heading.objects.get(name="Otuzco, la ciudad")
    with visit(size=PHONE) as page:
        sign_in(page, "julia@example.org")
        page.route("**/dist/map*.js", lambda route: late.append(route))
        page.goto(
            f"/otuzco/presupuestos/{budget.pk}/obras/nueva/?rubro={heading.pk}",
            wait_until="commit",
        )
        page.locator("[name=title]").fill(TITLE)
        page.wait_for_function("document.documentElement.classList.contains('js')")
        assert late
        for script in late:
            script.continue_()
        page.locator("#similar").get_by_role("link", name="Llevarla al presupuesto").wait_for()
