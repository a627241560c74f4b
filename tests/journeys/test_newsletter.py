"""A newsletter from the desk into people's mailboxes, with and without JavaScript."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts import mailbox
from accounts.enums import Role
from municipalities.rls import scoped_transaction
from participation import history
from participation.enums import Delivery, NoticeKind
from participation.models import Follow
from tests.factories import (
    CommentFactory,
    MunicipalityFactory,
    NewsletterFactory,
    ProposalFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_staff_desk import sign_in


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.EMAIL_BACKEND = "accounts.mailbox.EmailBackend"
    return MunicipalityFactory(
        slug="otuzco",
        name="Municipalidad Provincial de Otuzco",
        short_name="Otuzco",
        modules=["proposals", "debates"],
    )


def reachable(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def carmen(otuzco):
    with scoped_transaction(otuzco):
        user = UserFactory(display_name="Carmen Rojas", handle="carmen-rojas")
        RoleGrantFactory(municipality=otuzco, user=user, role=Role.ADMINISTRATOR, second_step=True)
    return reachable(user)


@pytest.fixture
def rosa(otuzco):
    """Follows the municipality, and shows what she does."""
    with scoped_transaction(otuzco):
        user = UserFactory(
            display_name="Rosa Quispe Luján",
            handle="rosa-quispe-lujan",
            about="Cultivo papas en Usquil.",
            shows=["proposals", "comments"],
        )
        Follow.objects.create(municipality=otuzco, user=user)
        proposal = ProposalFactory(
            municipality=otuzco,
            author=user,
            published=True,
            title="Agua limpia para el caserío de Huangamarca",
            thread__path="/otuzco/propuestas/1-agua/",
        )
        history.record("published", proposal.thread, by=user)
        history.record(
            "answered", proposal.thread, by=None, as_office="Gerencia de Infraestructura"
        )
        CommentFactory.create_batch(
            3, municipality=otuzco, thread=proposal.thread, author=user, text="Hace falta ya."
        )
    return reachable(user)


def at(name, *args):
    return reverse(f"participation:{name}", args=["otuzco", *args])


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without"])
def test_a_newsletter_is_written_tried_out_and_sent(visit, live_server, carmen, rosa, js):
    with visit(js=js) as page:
        sign_in(page, live_server, carmen)
        page.goto(at("newsletter_desk"))
        page.get_by_role("link", name="Escribir uno").first.click()
        page.get_by_label("Asunto").fill("Obras de diciembre")
        page.locator("[name=text]").fill("Empieza la **captación** de agua.\n\n- Lunes: Usquil")
        page.get_by_role("button", name="Guardar y ver cómo queda").click()
        page.get_by_text("captación").wait_for()
        assert not js or violations(page) == []  # axe is a script
        shot(page, f"newsletter-case-{'js' if js else 'plain'}")

        page.get_by_role("button", name="Enviarme una prueba").click()
        page.get_by_text("La prueba va en camino").wait_for()
        page.get_by_label("Lo he leído y puede salir.").check()
        page.get_by_role("button", name="Enviarlo ahora").click()
        page.get_by_role("heading", name="Ya se envió").wait_for()
        assert not js or violations(page) == []
        shot(page, f"newsletter-sent-{'js' if js else 'plain'}")

    test, letter = mailbox.read(carmen.email)[0], mailbox.read(rosa.email)[0]
    assert test["subject"] == "Prueba: Obras de diciembre"
    assert letter["subject"] == "Obras de diciembre"
    assert len(mailbox.read(rosa.email)) == 1

    # What it leads to: the archive, and a way to have no more.
    link, stop = re.findall(
        r"https?://[^/]+(/otuzco/boletines/\S+|/cuenta/avisos/baja/\S+)", letter["text"]
    )
    with visit(js=js) as page:
        page.goto(link)
        page.get_by_role("heading", name="Obras de diciembre").wait_for()
        page.goto(stop)
        page.get_by_role("main").get_by_role("button").first.click()
        page.get_by_text("Listo").wait_for()
    kinds = rosa.notice_preferences.filter(delivery=Delivery.SITE).values_list("kind", flat=True)
    assert list(kinds) == [NoticeKind.NEWSLETTERS]


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
def test_the_pages_of_people_are_accessible_and_fit(
    visit, live_server, otuzco, carmen, rosa, scheme, size
):
    with scoped_transaction(otuzco):
        draft = NewsletterFactory(municipality=otuzco, subject="Borrador", written_by=carmen)
        NewsletterFactory(municipality=otuzco, subject="Agua", sent=True, written_by=carmen)
    pages = {
        "activity": at("activity"),
        "activity-answers": at("activity") + "?tipo=respuestas",
        "person": at("person", "rosa-quispe-lujan"),
        "person-comments": at("person", "rosa-quispe-lujan") + "?ver=comentarios",
        "own-page": at("person", "carmen-rojas"),
        "public-page": reverse("accounts:public_page"),
        "newsletters": at("newsletters"),
        "newsletter-desk": at("newsletter_desk"),
        "newsletter-write": at("write_newsletter"),
        "newsletter-draft": at("newsletter_case", draft.pk),
        "workload": reverse("municipalities:workload", args=["otuzco"]),
        "profile": reverse("accounts:edit"),
    }
    with visit(scheme=scheme, size=size) as page:
        sign_in(page, live_server, carmen)
        for name, address in pages.items():
            assert page.goto(address).status == 200, name
            assert violations(page) == [], name
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], name
            shot(page, f"people-{name}-{scheme}")


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without"])
def test_one_chooses_what_others_see(visit, live_server, otuzco, rosa, js):
    with visit(js=js) as page:
        sign_in(page, live_server, rosa)
        page.goto(reverse("accounts:public_page"))
        page.get_by_label("Mis comentarios").uncheck()
        page.get_by_label("Sobre ti").fill("Vivo en Usquil.")
        page.get_by_role("button", name="Verlo antes").click()
        page.locator(".panel").get_by_text("Vivo en Usquil.").wait_for()
        page.get_by_role("button", name="Guardar").click()
        page.get_by_text("Guardado.").wait_for()

    with visit(js=js) as page:
        page.goto(at("person", "rosa-quispe-lujan"))
        page.get_by_text("Vivo en Usquil.").wait_for()
        page.get_by_role("link", name="Agua limpia").wait_for()
        assert not page.get_by_text("Hace falta ya.").is_visible()
