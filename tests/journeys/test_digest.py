"""Somebody follows a place, wants a mail a day, gets one, and its links lead where they say."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Shown
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation import history
from participation.models import Digest, Follow, Notice
from participation.tasks.digests import send_digests
from tests.factories import ProposalFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations


PASSWORD = "tres palabras juntas"
TITLE = "Agua limpia todo el día en Chanchacap"


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "accounts.mailbox.EmailBackend"
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.PROPOSALS]
    town.save()
    return town


@pytest.fixture
def elsa(otuzco):
    person = UserFactory(email="elsa@example.org", display_name="Elsa Vecina")
    person.set_password(PASSWORD)
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def author(otuzco):
    return UserFactory(display_name="Rosa Quispe", handle="rosa-quispe", shows=[Shown.PROPOSALS])


def sign_in(page, person):
    page.goto("/cuenta/entrar/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url("**/cuenta/")


def publish(otuzco, author):
    """Rosa publishes something, which is told; and a night goes by."""
    with scoped_transaction(otuzco):
        proposal = ProposalFactory(municipality=otuzco, author=author, title=TITLE, published=True)
        thread = proposal.thread
        thread.path = proposal.get_absolute_url()
        thread.save()
        history.record("published", thread, by=author, data={"tags": ["agua"]}, tell=True)
    with scoped_transaction(otuzco):
        Notice.objects.update(created_at=timezone.now() - timedelta(days=1))


@pytest.mark.parametrize(("js", "size"), [(True, DESK), (False, PHONE)])
def test_a_digest_arrives_and_its_links_work(visit, otuzco, elsa, author, js, size):
    with visit(js=js, size=size) as page:
        sign_in(page, elsa)
        page.goto("/otuzco/actividad/")
        page.get_by_role("button", name="Seguir a").click()
        page.get_by_role("button", name="Dejar de seguir").wait_for()
        with scoped_transaction(otuzco):
            assert Follow.objects.filter(user=elsa).exists()

        page.goto("/cuenta/avisos/preferencias/")
        assert not js or violations(page) == []
        shot(page, f"notices-preferences-{size['width']}")
        page.select_option("select[name=followed]", "daily")
        page.get_by_role("button", name="Guardar").click()
        page.get_by_text("Desde ahora te enteras así").wait_for()

        publish(otuzco, author)
        send_digests()
        assert Digest.objects.get().sent_at

        page.goto(f"/correo/?para={elsa.email}")
        letter = page.locator("article.panel").first
        assert TITLE in letter.inner_text()
        shot(page, f"notices-digest-{size['width']}")
        links = [a.get_attribute("href") for a in letter.locator("a").all()]
        paths = [re.sub(r"^https?://[^/]+", "", link) for link in links]
        assert len(paths) == 4

        page.goto(paths[0])
        assert page.get_by_role("heading", name=TITLE).is_visible()
        for path in paths[1:]:
            assert page.goto(path).status == 200

        page.goto("/cuenta/avisos/")
        assert TITLE in page.inner_text("#notices")
        assert not js or violations(page) == []
        shot(page, f"notices-{size['width']}")
        page.get_by_role("button", name="Marcar como leído").first.click()
        page.get_by_role("button", name="Marcar como leído").wait_for(state="detached")
        page.goto("/cuenta/avisos/?nuevos=on")
        page.get_by_text("No hay avisos así").wait_for()

        page.goto("/cuenta/avisos/siguiendo/")
        assert not js or violations(page) == []
        shot(page, f"following-{size['width']}")
        page.get_by_role("button", name="Dejar de seguir").click()
        page.get_by_text("Todavía no sigues nada").wait_for()

        page.goto(paths[-1])  # the way out of the digest
        page.get_by_role("button", name="Dejar de recibir").or_(
            page.locator("main form button.btn-primary")
        ).first.click()
        page.get_by_text("Listo").wait_for()
        assert elsa.notice_preferences.get(kind="followed").delivery == "site"
