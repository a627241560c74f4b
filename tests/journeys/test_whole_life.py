"""A proposal's whole life, as its people live it: with JavaScript, and without."""

import io
from datetime import date, timedelta

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.utils import timezone
from PIL import Image as Picture

from accounts.enums import DocumentKind, Role
from decide.common import documents
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from participation.models import Intervention
from proposals.models import Proposal
from tests.factories import (
    PadronEntryFactory,
    ProposalSettingsFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.journeys.conftest import (
    DESK,
    PHONE,
    answer_the_question,
    code_in,
    shot,
    violations,
)


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "tres palabras juntas"
DNI, BORN = "99000007", date(1990, 5, 11)
POSTED = "main form[method=post]"
TITLE = "Agua limpia todo el día en Chanchacap"


@pytest.fixture
def otuzco(transactional_db):
    """Open for proposals, one support is enough, and its padrón knows one DNI."""
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.PROPOSALS]
    town.save()
    with scoped_transaction(town):
        ProposalSettingsFactory(municipality=town, threshold_number=1)
        PadronEntryFactory(
            padron__districts=["130601"],
            municipality=town,
            district=Place.objects.get(code="130601"),
            document_hash=documents.document_hash(DocumentKind.DNI, DNI),
            birth_hash=documents.birth_hash(DocumentKind.DNI, DNI, BORN),
        )
    return town


@pytest.fixture
def neighbour(otuzco):
    person = UserFactory(email="vecina@example.org", display_name="Elsa Vecina")
    person.set_password(PASSWORD)
    person.save()
    confirm(person)
    ResidentFactory(user=person, district=Place.objects.get(code="130601"))
    return person


@pytest.fixture
def officer(otuzco):
    person = UserFactory(email="funcionaria@example.org", display_name="Rosa Paredes")
    person.set_password(PASSWORD)
    person.save()
    confirm(person)
    with scoped_transaction(otuzco):
        RoleGrantFactory(user=person, municipality=otuzco, role=Role.ADMINISTRATOR)
    return person


def confirm(person):
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)


def picture() -> bytes:
    file = io.BytesIO()
    Picture.new("RGB", (1200, 900), "#0F5F5C").save(file, "JPEG")
    return file.getvalue()


def code_of_the_app(used: int = 0) -> str:
    """What the app shows now; each is taken once, so that who signs in again types the next.

    Not the one before, which the site also takes: it may end between here and there.
    """
    _before, *good = yield_hotp_counters_from_time()
    return f"{hotp_value(SECRET, good[used]):06}"


def submit(page, action=""):
    """Press the button of the page's form, or of the one that leads to this address."""
    form = page.locator(f"main form[method=post][action*='{action}']" if action else POSTED)
    form.locator("button[type=submit]").first.click()


def follow(page, part):
    page.locator(f"main a[href*='{part}']").first.click()


def check(page, js):
    """Axe is a script itself, and would wait for ever where there are none."""
    if js:
        assert violations(page) == []


def sign_in(page, email):
    page.goto("/cuenta/entrar/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    submit(page)
    page.wait_for_url(lambda url: "/cuenta/entrar/" not in url or "segundo-paso" in url)


def sign_in_with_two_steps(page, email, used=0):
    sign_in(page, email)
    page.locator("[name=code]").fill(code_of_the_app(used))
    submit(page)
    page.wait_for_url("**/cuenta/")


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_proposal_lives_its_whole_life(visit, otuzco, neighbour, officer, js):
    with visit(js=js, size=PHONE) as page:
        somebody_joins(page)
        and_proves_where_they_live(page)
        and_proposes(page, js)
    with visit(js=js, size=PHONE) as page:
        a_neighbour_supports_it(page, js)
    with visit(js=js, size=DESK) as page:
        the_municipality_answers(page)
        and_carries_it_out(page, js)
    with visit(js=js, size=PHONE) as page:
        everybody_reads_it_all(page, js)

    with scoped_transaction(otuzco):
        counted = sorted(Intervention.objects.values_list("kind", flat=True))
    expected = ["answer", "intake_proposal", "proposal", "residence", "support"]
    assert [kind for kind in counted if kind != "registration"] == expected


def somebody_joins(page):
    page.goto("/cuenta/registro/?next=/otuzco/")
    page.locator("[name=contact]").fill("julia@example.org")
    page.locator("[name=display_name]").fill("Julia Rojas")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=terms]").check()
    assert not page.locator("[name=news]").is_checked()
    answer_the_question(page)
    shot(page, "sign-up")
    submit(page)

    page.locator("[name=code]").wait_for()  # the browser has first to show that it is a person's
    page.locator("[name=code]").fill(code_in(mail.outbox[-1].body))
    shot(page, "confirm-the-mail")
    submit(page)
    page.wait_for_url("**/otuzco/")


def and_proves_where_they_live(page):
    page.goto("/cuenta/residencia/?m=otuzco")
    page.locator("[name=district]").select_option("130601")
    page.locator("[name=number]").fill("99 000 007")
    page.locator("[name=birth_date]").fill("11/05/1990")
    shot(page, "prove-residence")
    submit(page)
    page.locator("main").get_by_role("link", name="Municipalidad Provincial de Otuzco").wait_for()


def and_proposes(page, js):
    page.goto("/otuzco/propuestas/nueva/")
    page.locator("[name=intake][value=proposal]").check()
    submit(page)
    page.wait_for_url("**/propuestas/escribir/**")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=summary]").fill("Un reservorio para 140 familias que hoy tienen dos horas.")
    page.locator("[name=place_name]").fill("Chanchacap, parte alta")
    for fold in page.locator("main details.fold > summary").all():
        fold.click()
    page.locator("[name=latitude]").fill("-7,905")
    page.locator("[name=longitude]").fill("-78,566")
    page.locator("[name=body]").fill(
        "Pedimos **tres** cosas:\n\n- un reservorio\n- tubería\n- medidores"
    )
    page.locator("[name=images]").set_input_files(
        {"name": "pozo.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    shot(page, f"write-{'js' if js else 'plain'}")
    page.locator("button[name=do][value=preview]").click()

    page.wait_for_url("**/vista-previa/")
    assert page.locator("article strong").first.inner_text() == "tres"
    assert page.locator("article img").count() == 1
    shot(page, "preview")
    submit(page)
    page.wait_for_url("**/propuestas/*-agua-limpia-*/")
    assert page.locator("h1").inner_text() == TITLE


def a_neighbour_supports_it(page, js):
    sign_in(page, "vecina@example.org")
    page.goto("/otuzco/propuestas/?q=agua")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/propuestas/*-agua-limpia-*/")
    before = page.url
    page.locator("#support button").click()
    page.get_by_text("Apoyas esta propuesta.").first.wait_for()
    if js:
        assert page.url == before
        page.wait_for_function("document.activeElement.closest('#support') !== null")
    shot(page, f"supported-{'js' if js else 'plain'}")
    check(page, js)


def the_municipality_answers(page):
    sign_in_with_two_steps(page, "funcionaria@example.org")
    page.goto("/otuzco/propuestas/gestion/")
    shot(page, "desk")
    page.get_by_role("link", name=TITLE).first.click()
    submit(page, "/evaluar/")
    page.locator("main form[action*='/evaluar/']").wait_for(state="detached")
    follow(page, "/respuesta/")
    page.locator("[name=verdict][value=accepted]").check()
    page.locator("[name=text]").fill(
        "Sí: hay presupuesto del canon para el reservorio y la obra es de nuestra competencia."
    )
    page.locator("[name=signed_by]").fill("Rosa Paredes, gerenta")
    page.locator("[name=office]").fill("Gerencia de Servicios")
    submit(page)
    page.wait_for_url(lambda url: not url.endswith("/respuesta/"))
    with scoped_transaction(Municipality.objects.get(slug="otuzco")):
        assert Proposal.objects.get().answer.published_at is None
    if not page.url.endswith("/publicar/"):
        follow(page, "/respuesta/publicar/")
    submit(page)
    page.wait_for_url(lambda url: not url.endswith("/publicar/"))


def and_carries_it_out(page, js):
    submit(page, "/empezar/")
    follow(page, "/hitos/nuevo/")
    page.locator("[name=title]").fill("Reservorio construido")
    due = timezone.localdate() + timedelta(days=30)
    page.locator("[name=due_on]").fill(due.isoformat())
    submit(page)
    follow(page, "/cumplir/")
    page.locator("[name=done_on]").fill(timezone.localdate().isoformat())
    page.locator("[name=photo_description]").fill("El reservorio lleno")
    page.locator("[name=photo]").set_input_files(
        {"name": "obra.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    submit(page)
    page.locator("main form[action*='/terminar/']").wait_for()
    shot(page, "case")
    submit(page, "/terminar/")
    page.locator("main form[action*='/terminar/']").wait_for(state="detached")
    page.wait_for_load_state()
    check(page, js)


def everybody_reads_it_all(page, js):
    page.goto("/otuzco/propuestas/")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/propuestas/*-agua-limpia-*/")
    story = page.locator("main").inner_text()
    for words in ("Julia Rojas", "Rosa Paredes", "presupuesto del canon", "Reservorio construido"):
        assert words in story
    assert page.locator("main img").count() == 2
    shot(page, "whole-life")
    check(page, js)
