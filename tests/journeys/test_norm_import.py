"""Staff bring a norm of forty articles in from Word, put its structure right and publish it."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from norms.enums import NormState, PartKind
from norms.models import Norm
from tests.factories import RoleGrantFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.norms import word_files as word


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.modules = [Module.NORMS]
    municipality.save()
    return municipality


@pytest.fixture
def evaluator(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "ordenanza.docx"
    path.write_bytes(word.ordinance(articles=40).getvalue())
    return path


@pytest.fixture
def wicked(tmp_path):
    path = tmp_path / "macros.docx"
    path.write_bytes(word.zipped(word.parts(files={"word/vbaProject.bin": b"x"})).getvalue())
    return path


def sign_in(page, user, site):
    """As somebody whose session is open already, with their second step done."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])


@pytest.mark.parametrize(
    ("js", "size", "name"), [(False, PHONE, "phone"), (True, DESK, "desk")], ids=["phone", "desk"]
)
def test_a_norm_comes_in_from_word_and_is_published(
    visit, live_server, otuzco, evaluator, text, wicked, js, size, name
):
    with visit(js=js, size=size) as page:
        sign_in(page, evaluator, live_server.url)

        def go(where, *args):
            page.goto(reverse(f"norms:{where}", args=["otuzco", *args]))

        def look(what):
            if js:  # axe is itself a script
                assert violations(page) == [], what
            shot(page, f"norm-import-{what}-{name}")

        go("desk")
        look("empty-desk")
        page.locator("a.btn[href$='/normas/gestion/nueva/']").click()
        page.locator("[name=title]").fill("Ordenanza que regula el uso de la bicicleta")
        page.locator("[name=summary]").fill(
            "Dice por dónde circulan las bicicletas y quién las cuida."
        )
        look("write")
        page.locator("main form [type=submit]").click()
        with scoped_transaction(otuzco):
            norm = Norm.objects.get()
        look("manage")

        page.locator(
            f"a.btn[href='{reverse('norms:import_text', args=['otuzco', norm.pk])}']"
        ).click()
        page.locator("[name=upload]").set_input_files(wicked)
        page.locator("main form [type=submit]").click()
        expect(page.locator("#id_upload_error")).to_be_visible()
        look("refused")
        page.locator("[name=upload]").set_input_files(text)
        page.locator("main form [type=submit]").click()
        page.wait_for_url("**/estructura/")
        look("structure")
        with scoped_transaction(otuzco):
            parts = list(norm.draft.parts.all())
        assert sum(part.kind == PartKind.ARTICLE for part in parts) == 40
        third = next(part for part in parts if part.label == "Artículo 3")

        page.locator(f"[name=do][value='up:{third.pk}']").click()
        page.wait_for_url(f"**#parte-{third.pk}")
        expect(page.locator("details.fold a").first).to_be_visible()  # the numbers have a gap now
        look("warned")
        page.locator(f"[name=do][value='down:{third.pk}']").click()
        page.locator(f"#parte-{third.pk} a.btn[href$='/estructura/{third.pk}/']").click()
        page.locator("[name=heading]").fill("Casco")
        look("part")
        page.locator("main form [type=submit]:not([name])").click()
        page.wait_for_url(f"**#parte-{third.pk}")
        expect(page.locator(f"#parte-{third.pk}")).to_contain_text("Casco")
        go("plain", norm.pk)
        look("plain")

        go("publish_version", norm.pk)
        look("settle")
        page.locator("main form [type=submit]").click()
        page.wait_for_url(f"**/gestion/{norm.pk}/")
        go("publish", norm.pk)
        look("publish")
        page.locator("main form [type=submit]").click()
        page.wait_for_url(f"**/gestion/{norm.pk}/")
        look("published")

        go("import_text", norm.pk)
        page.locator("form[action$='/texto/copiar/'] [type=submit]").click()
        page.wait_for_url("**/estructura/")
        go("publish_version", norm.pk)
        look("settle-again")
    with scoped_transaction(otuzco):
        assert Norm.objects.get().state == NormState.PUBLISHED
