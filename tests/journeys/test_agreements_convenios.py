"""Convenios in a real browser: read and compared by everybody, reported on by a municipality's staff,
written and moved by planners; with and without scripts, by day and by night."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from agreements.enums import PartyRole
from municipalities import gazetteer
from municipalities.enums import MunicipalityState
from municipalities.models import Municipality
from tests.agreements.convenios import regional, staff_of, whole
from tests.agreements.factories import (
    AgreementFileFactory,
    CoordinatorFactory,
    OfficeFactory,
    ReportFactory,
    in_the_region,
)
from tests.journeys.conftest import DESK, PHONE, shot
from tests.journeys.test_budget_agents import as_person, fine, fits


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.save()
    return municipality


@pytest.fixture
def convenios(otuzco):
    with transaction.atomic():
        first = whole(
            otuzco,
            signed=True,
            published=True,
            code="CONV-2026-0001",
            title="Convenio específico para transferir el portal de participación a Otuzco",
            summary="La región entrega el portal y acompaña un año; Otuzco pone a dos personas.",
            ends_on=date(2099, 12, 31),
        )
        second = whole(otuzco, signed=True, published=True, code="CONV-2026-0002")
        with in_the_region():
            second.clauses.filter(key="plazo").update(text="Rige por tres años, hasta 2029.")
            party = first.parties.exclude(role=PartyRole.LEAD).get()
        office = OfficeFactory(
            organization=party.organization,
            name="Gerencia de Participación",
            valid_until=date(2020, 1, 1),
        )
        CoordinatorFactory(agreement=first, party=party, office=office)
        AgreementFileFactory(agreement=first, title="Acuerdo de Concejo", is_public=True)
        report = ReportFactory(agreement=first, party=party)
    return first, second, report


@pytest.mark.parametrize(
    ("js", "scheme", "size"),
    [(False, "light", PHONE), (True, "dark", PHONE), (True, "light", DESK)],
)
def test_everybody_reads_and_compares_convenios(visit, convenios, js, scheme, size):
    first, second, _report = convenios
    name = f"convenios-{'js' if js else 'plain'}-{scheme}-{size['width']}"
    with visit(js=js, scheme=scheme, size=size) as page:
        page.goto(reverse("agreements:convenios"))
        check(page, js)
        shot(page, f"{name}-list")
        page.locator("[name=q]").fill(first.code)
        page.locator("form[role=search] button[type=submit]").click()
        page.locator(f"a[href='{first.get_absolute_url()}']").click()
        check(page, js)
        shot(page, f"{name}-sheet")
        page.goto(reverse("agreements:convenios_compare"))
        page.locator("[name=uno]").select_option(first.code)
        page.locator("[name=otro]").select_option(second.code)
        page.locator("main form button[type=submit]").click()
        page.locator("del").first.wait_for()
        check(page, js)
        shot(page, f"{name}-compare")


def check(page, js):
    fine(page) if js else fits(page)


def test_one_of_the_staff_sends_a_report_and_another_certifies_it(
    visit, live_server, otuzco, convenios
):
    _first, _second, report = convenios
    address = reverse("agreed:report", args=[otuzco.slug, report.pk])
    with transaction.atomic():
        rosa, carmen = staff_of(otuzco), staff_of(otuzco)
    with visit(js=False) as page:
        page.site = live_server.url
        as_person(page, rosa)
        page.goto(reverse("agreed:convenios", args=[otuzco.slug]))
        fits(page)
        shot(page, "convenios-town")
        page.locator(f"a[href='{address}']").click()
        page.locator("[name=text]").fill("Dos talleres con 41 personas en Motil.")
        shot(page, "convenios-report")
        page.locator("main form button[type=submit]").click()
        fits(page)
    with visit() as page:
        page.site = live_server.url
        as_person(page, carmen)
        page.goto(address)
        fine(page)
        page.locator("form[action$='/certificar/'] button").click()
        page.locator("form[action$='/certificar/']").wait_for(state="detached")
        shot(page, "convenios-certified")
    with transaction.atomic(), in_the_region():
        report.refresh_from_db()
        assert (report.state, report.certified_by) == ("certified", carmen)


def test_a_planner_looks_at_all_of_a_convenio_and_suspends_it(visit, live_server, convenios):
    first, second, _report = convenios
    address = reverse("admin:agreements_agreement_change", args=[first.pk])
    with transaction.atomic():
        planner = regional()
    with visit(size=DESK) as page:
        page.site = live_server.url
        as_person(page, planner)
        page.goto(reverse("admin:agreements_agreement_changelist"))
        shot(page, "convenios-admin-list")
        page.goto(address)
        page.wait_for_load_state()
        shot(page, "convenios-admin")
        page.goto(
            reverse("admin:agreements_agreement_compare", args=[first.pk]) + f"?otro={second.pk}"
        )
        page.locator("del").first.wait_for()
        shot(page, "convenios-admin-compare")
        page.goto(reverse("admin:agreements_agreement_suspend", args=[first.pk]))
        page.locator("[name=document]").select_option(index=1)
        page.locator("[name=reason]").fill("Las lluvias cortaron la carretera.")
        shot(page, "convenios-admin-suspend")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url(f"**{address}")
    with transaction.atomic(), in_the_region():
        first.refresh_from_db()
        assert first.state == "suspended"
