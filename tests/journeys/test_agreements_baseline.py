"""A municipality answers its baseline on a phone, with and without scripts; everybody reads what came of it."""

import brotli
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements.actions import baseline
from agreements.models import BaselineSheet
from municipalities import gazetteer
from municipalities.enums import MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction
from tests.factories import RoleGrantFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    call_command("load_priority_inputs")
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.save()
    return municipality


@pytest.fixture
def carmen(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


def as_person(page, person, site):
    """With the session that signing in would have given."""
    client = Client()
    client.force_login(person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    page.context.add_cookies([cookie])


def fits(page):
    page.wait_for_load_state()
    assert "/cuenta/entrar/" not in page.url
    assert is_no_wider_than_the_screen(page)


def locked(town, year, **states):
    with scoped_transaction(town):
        sheet = baseline.begin(town, year=year, by=UserFactory())
        cells = {code: {"state": state} for code, state in states.items()}
        baseline.save_cells(sheet, cells, by=UserFactory())
        baseline.save_answers(sheet, {"organizations": 12, "pp_amount": 250_000}, by=UserFactory())
        return baseline.lock(sheet, by=UserFactory(), answered_by="Subgerencia")


@pytest.mark.parametrize("js", [False, True])
def test_a_municipality_answers_its_baseline_and_locks_it(visit, live_server, otuzco, carmen, js):
    year = timezone.localdate().year
    with visit(js=js, size=PHONE) as page:
        as_person(page, carmen, live_server.url)
        page.goto(reverse("agreed:baselines", args=["otuzco"]))
        fits(page)
        page.locator("[name=year]").fill(str(year))
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/linea-de-base/*/")
        with scoped_transaction(otuzco):
            sheet = BaselineSheet.objects.get()

        page.goto(reverse("agreed:baseline_step", args=["otuzco", sheet.pk, "budget"]))
        fits(page)
        page.locator("[name=pp-norm]").fill("Ordenanza 012-2024-MPO")
        page.locator("main form button[type=submit]").first.click()
        # A norm of something of which nothing is said: it says so, and keeps what was typed.
        page.locator(".error-summary").wait_for()
        fits(page)
        shot(page, f"baseline-step-wrong-{js}")
        assert page.locator("[name=pp-norm]").input_value() == "Ordenanza 012-2024-MPO"
        page.locator("[name=pp-state]").select_option("active")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/paso/accounts/")

        page.goto(reverse("agreed:baseline_step", args=["otuzco", sheet.pk, "vecinos"]))
        fits(page)
        page.locator("[name=organizations]").fill("12")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(f"**/linea-de-base/{sheet.pk}/")
        fits(page)
        if js:
            assert violations(page) == []
        page.locator("[name=answered_by]").fill("Subgerencia de Participación Vecinal")
        page.locator("[name=sure]").check()
        page.locator("main form button[type=submit]").click()
        page.locator(f"a[href$='/{sheet.pk}/corregir/']").wait_for()
        shot(page, f"baseline-locked-{js}")
    with scoped_transaction():
        assert BaselineSheet.objects.get().answered_by == "Subgerencia de Participación Vecinal"


PAGES = ["baselines", "priorities", "conflicts", "seats", "interests"]


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_everybody_reads_how_participation_stands_and_where_to_begin(visit, otuzco, size, scheme):
    locked(otuzco, 2024, pp="normed", jdvc="none")
    locked(otuzco, 2025, pp="active", jdvc="none", cclp="inactive")
    for slug in ("huamachuco", "pataz"):
        for town in Municipality.objects.filter(slug=slug):
            locked(town, 2025, pp="inactive", cabildo_abierto="active")
    with visit(size=size, scheme=scheme) as page:
        addresses = {name: reverse(f"agreements:{name}") for name in PAGES}
        addresses["baseline_of"] = reverse("agreements:baseline_of", args=["otuzco"])
        for name, address in addresses.items():
            page.goto(address)
            fits(page)
            shot(page, f"observatory-{name}-{scheme}")
            assert violations(page) == [], name


def test_the_pages_travel_light(otuzco):
    locked(otuzco, 2025, pp="active", jdvc="none")
    client = Client(headers={"accept-encoding": "br"})
    with scoped_transaction(), region_scope("tests"):
        assert Municipality.objects.exclude(kind="region").count() == 84
    for name in PAGES:
        content = client.get(reverse(f"agreements:{name}")).content
        assert len(brotli.compress(content, quality=5)) <= NEXT_PAGE, name
