"""Indicators in a real browser, on a phone: typed, brought in a workbook, accepted and read."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from agreements.enums import EntryState
from agreements.models import Entry
from municipalities import gazetteer
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.agreements.factories import PeriodFactory
from tests.factories import RoleGrantFactory
from tests.journeys.conftest import shot, violations
from tests.journeys.test_look import is_no_wider_than_the_screen


GRID = "/otuzco/convenios/indicadores/2025/"


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    call_command("load_indicators", stdout=io.StringIO())
    with transaction.atomic():
        PeriodFactory(label="2025", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    return Municipality.objects.get(slug="otuzco")


@pytest.fixture
def carmen(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


def as_person(page, site, person):
    client = Client()
    client.force_login(person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"url": site}])


def fine(page, js=True):
    page.wait_for_load_state()
    if js:  # what looks needs scripts itself
        assert is_no_wider_than_the_screen(page)
        assert violations(page) == []


@pytest.mark.parametrize("js", [True, False])
def test_carmen_types_brings_a_workbook_and_everybody_reads_it(
    visit, live_server, otuzco, carmen, js
):
    with visit(js=js) as page:
        as_person(page, live_server.url, carmen)
        page.goto(f"{live_server.url}{GRID}")
        page.locator("input[name^=value_]").first.fill("43")
        page.locator("form button.btn-primary").first.click()
        page.locator("a[href*='/desglose/M-1/']").click()
        page.locator("input[name=cell_0]").fill("40")
        page.locator("input[name=cell_15]").fill("3")
        if js:
            expect(page.locator("[data-sum]")).to_have_text("43 / 43")
            fine(page)
            shot(page, "indicators-cells")
        page.locator("form button.btn-primary").click()

        if js:  # a download needs no script, but this test waits for one
            with page.expect_download() as download:
                page.locator("a[href$='libro.xlsx']").click()
            book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
            book["Valores"]["E4"] = 6
            file = io.BytesIO()
            book.save(file)
            page.locator("input[type=file]").set_input_files(
                {"name": "libro.xlsx", "mimeType": "application/x", "buffer": file.getvalue()}
            )
            page.locator("form[action$='/subir/'] button").click()
            fine(page)
            shot(page, "indicators-workbook")
            page.locator("form[action$='/subir/'] button.btn-primary").click()
        page.locator("form[action$='/enviar/'] button").click()
        page.wait_for_load_state()
        fine(page, js)
        shot(page, f"indicators-grid-{js}")

        with scoped_transaction(otuzco):
            assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.SUBMITTED}
            assert Entry.objects.count() == (2 if js else 1)
            Entry.objects.update(state=EntryState.ACCEPTED, published_at=timezone.now())
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/observatorio/indicadores/?periodo=2025")
        fine(page, js)
        shot(page, f"indicators-list-{js}")
        page.locator("a[href*='/M-1/']").click()
        fine(page, js)
        shot(page, f"indicators-one-{js}")
        expect(page.locator("#now-title")).to_contain_text("43")
        page.goto(f"{live_server.url}/observatorio/indicadores/metodo/")
        fine(page, js)
