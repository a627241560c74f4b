"""The observatory in a real browser, on a phone and on a desk, with and without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements import facts
from agreements.enums import Gate, PartyRole
from municipalities import gazetteer
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.agreements.factories import (
    AgreementFactory,
    AgreementFileFactory,
    UndertakingFactory,
    WorkItemFactory,
    the_region,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen, weights


@pytest.fixture
def convenio(transactional_db):
    """The facts of LAL0009, and one published convenio of Otuzco with a plan and a document."""
    gazetteer.load_la_libertad()
    otuzco = Municipality.objects.get(slug="otuzco")
    with scoped_transaction(the_region()):
        facts.load_facts()
        today = timezone.localdate()
        made = AgreementFactory(
            towns=[otuzco],
            signed=today - timedelta(days=100),
            published=True,
            title="Convenio específico para participar desde los caseríos de Otuzco",
            summary="La región entrega el portal y acompaña; la municipalidad convoca y responde.",
            starts_on=today - timedelta(days=100),
            ends_on=today + timedelta(days=200),
        )
        party = made.parties.exclude(role=PartyRole.LEAD).get()
        UndertakingFactory(agreement=made, party=party)
        for gate in Gate:
            WorkItemFactory(
                agreement=made, party=party, gate=gate, first_due_on=today, due_on=today
            )
        AgreementFileFactory(agreement=made, is_public=True, title="Plan de trabajo")
    return made


def pages_of(convenio):
    names = [
        ("home",),
        ("commitments",),
        ("commitment", "LAL0009"),
        ("convenios",),
        ("convenio", convenio.code),
        ("municipalities",),
        ("municipality", "otuzco"),
        ("open_data",),
    ]
    paths = {name: reverse(f"agreements:{name}", args=args) for name, *args in names}
    return paths | {"compare": paths["municipality"] + "?con=pataz"}


def test_a_citizen_goes_from_the_home_page_to_the_paper_without_javascript(visit, convenio):
    paths = pages_of(convenio)
    with visit(js=False) as page:
        page.goto("/")
        assert "LAL0009" in page.locator("#main").inner_text()
        page.locator(f'#main a[href="{paths["home"]}"]').first.click()
        assert page.locator("table tbody tr").count() == 12
        page.locator(f'table a[href="{paths["municipality"]}"]').click()
        page.locator(f'#main a[href="{paths["convenio"]}"]').first.click()
        assert convenio.title in page.locator("h1").inner_text()
        assert page.locator('a[href*="/archivos/"]').count() == 1


def test_two_municipalities_are_put_side_by_side_without_javascript(visit, convenio):
    with visit(js=False) as page:
        page.goto(pages_of(convenio)["municipality"])
        page.locator("select[name=con]").select_option("pataz")
        page.locator("form:has(select[name=con]) button").click()
        page.wait_for_url("**con=pataz")
        assert page.locator("thead th").count() == 3


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", PHONE), ("dark", DESK)], ids=["phone", "desk"]
)
def test_every_page_is_accessible_and_fits(visit, convenio, scheme, size):
    with visit(scheme=scheme, size=size) as page:
        for name, path in pages_of(convenio).items():
            page.goto(path)
            shot(page, f"observatory-{name}-{scheme}-{size['width']}")
            assert violations(page) == [], path
            assert is_no_wider_than_the_screen(page), path


def test_every_page_is_light(visit, convenio):
    for path in pages_of(convenio).values():
        document, *_parts = weights(visit, path)
        assert document <= NEXT_PAGE, (path, document)
