"""A municipality shows what it did on a phone, a planner finds it and accepts it, and everybody reads it."""

from datetime import date

import brotli
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements.enums import Gate, ItemState
from agreements.models import Evidence, WorkItem
from municipalities import gazetteer
from municipalities.enums import MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.agreements.factories import AgreementFactory, WorkItemFactory, the_region
from tests.factories import RoleGrantFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen
from tests.participation.files import pdf


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.save()
    return municipality


@pytest.fixture
def step(otuzco):
    """The first of a published plan, with two more."""
    region = the_region()
    with scoped_transaction(region, otuzco):
        agreement = AgreementFactory(
            towns=[otuzco], signed=date(2026, 1, 1), published=True, title="Transferir el portal"
        )
        party = agreement.parties.get(organization__town=otuzco)
        mine = {"agreement": agreement, "party": party}
        return [
            WorkItemFactory(
                **mine,
                name=name,
                gate=gate,
                starts_on=date(2026, month, 1),
                due_on=date(2026, month + 3, 1),
                first_due_on=date(2026, month + 2, 1),
            )
            for month, gate, name in (
                (2, Gate.TRANSFER, "Taller con moderadores"),
                (5, Gate.DISSEMINATION, "Campaña por radio"),
                (8, Gate.OPERATION, "Primera consulta"),
            )
        ][0]


def person(town, role):
    with scoped_transaction(town):
        return RoleGrantFactory(municipality=town, role=role).user


def as_person(page, somebody, site):
    """With the session that signing in would have given."""
    client = Client()
    client.force_login(somebody)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    page.context.clear_cookies()
    page.context.add_cookies([cookie])


def fine(page):
    page.wait_for_load_state()
    assert "/cuenta/entrar/" not in page.url
    assert is_no_wider_than_the_screen(page)
    assert violations(page) == []


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without"])
def test_from_the_phone_of_a_municipality_to_the_milestones_of_everybody(
    js, visit, live_server, otuzco, step
):
    carmen, planner = person(otuzco, Role.ADMINISTRATOR), person(the_region(), Role.PLANNER)
    desk = reverse("agreed:desk", args=["otuzco"])
    mine = reverse("agreed:step", args=["otuzco", step.pk])
    with visit(js=js, size=PHONE) as page:
        as_person(page, carmen, live_server.url)
        page.goto(desk)
        if js:
            fine(page)
            shot(page, "work-desk")
        page.click(f"a[href='{mine}']")
        page.click("form[action$='/empezar/'] button")
        page.select_option("[name=kind]", "minutes")
        page.fill("[name=title]", "Acta del taller")
        upload = {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": pdf().read()}
        page.set_input_files("[name=upload]", upload)
        page.click("form[enctype] button[type=submit]")
        page.fill("[name=done_on]", timezone.localdate().isoformat())
        if js:
            fine(page)
            shot(page, "work-step")
        page.click("form[action$='/presentar/'] button")
        page.wait_for_load_state()
    with visit(size=DESK) as page:  # the admin is made of scripts
        as_person(page, planner, live_server.url)
        page.goto("/admin/")
        if js:
            shot(page, "work-board")
            assert violations(page) == []
        page.goto(reverse("admin:agreements_inbox"))
        page.click("a[accesskey='1']")
        if js:
            shot(page, "work-judge")
            assert violations(page) == []
        page.click("button[name=accept]")
        page.wait_for_url("**/bandeja/step/**")
        page.click("button[name=accept]")
        page.wait_for_url("**/bandeja/")

    with scoped_transaction(the_region(), otuzco):
        assert WorkItem.objects.get(pk=step.pk).state == ItemState.VERIFIED
        assert Evidence.objects.get().verifications.get().by == planner


def test_the_plan_and_the_milestones_read_on_a_phone_and_in_the_dark(visit, live_server, step):
    pages = {
        "work-timeline": reverse("agreements:timeline", args=[step.agreement.code]),
        "work-milestones": reverse("agreements:milestones"),
        "work-milestones-of": reverse("agreements:milestones_of", args=["otuzco"]),
    }
    for size, scheme in ((PHONE, "light"), (DESK, "dark")):
        with visit(size=size, scheme=scheme) as page:
            for name, address in pages.items():
                page.goto(address)
                fine(page)
                shot(page, f"{name}-{size['width']}")


def test_their_pages_are_light(otuzco, step):
    for name, args in (("timeline", [step.agreement.code]), ("milestones_of", ["otuzco"])):
        page = Client().get(reverse(f"agreements:{name}", args=args))
        assert len(brotli.compress(page.content, quality=5)) <= NEXT_PAGE
