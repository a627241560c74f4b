"""Registering as an agent in a real browser, on a phone: with and without scripts, to the closed list."""

from datetime import timedelta

import brotli
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from budgets.enums import AgentState, StepKind
from budgets.models import Agent, AgentList
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.budgets.factories import AgentFactory, BudgetFactory, DelegateFactory
from tests.factories import RoleGrantFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen
from tests.participation.files import photo


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state, municipality.modules = MunicipalityState.OPEN, [Module.BUDGETS]
    municipality.save()
    return municipality


@pytest.fixture
def budget(otuzco):
    with scoped_transaction(otuzco):
        return BudgetFactory(
            municipality=otuzco,
            title="Presupuesto participativo 2027",
            running=[StepKind.CALL],
            opened=True,
        )


@pytest.fixture
def rosa():
    return UserFactory(display_name="Rosa Quispe")


@pytest.fixture
def carmen(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


def as_person(page, person):
    """With the session that signing in would have given, on every page of the site."""
    client = Client()
    client.force_login(person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.clear_cookies()
    page.context.add_cookies([cookie | {"url": page.site}])


def at(name, budget, *more):
    return reverse(f"budgets:{name}", args=["otuzco", budget.pk, *more])


def fits(page):
    """The page that was asked for is there, and no wider than the screen."""
    page.wait_for_load_state()
    assert "/cuenta/entrar/" not in page.url
    assert is_no_wider_than_the_screen(page)


def fine(page):
    fits(page)
    assert violations(page) == []


def upload():
    return {"name": "acta.jpg", "mimeType": "image/jpeg", "buffer": photo().read()}


def fill(page):
    page.locator("[name=name]").fill("Vaso de Leche Santa Rosa")
    page.locator("[name=kind]").select_option("women")
    page.locator("[name=district]").select_option(index=1)
    page.locator("[name=place]").fill("Caserío Chota Motil")
    page.locator("[name=contact]").fill("987 654 321")
    page.locator("[name=delegate_name]").fill("Rosa Quispe Luján")


def test_an_organisation_registers_without_a_script_and_comes_to_stand_on_the_closed_list(
    visit, live_server, otuzco, budget, rosa, carmen
):
    with visit(js=False, size=PHONE) as page:
        page.site = live_server.url
        as_person(page, rosa)
        page.goto(at("agents", budget))
        fits(page)
        shot(page, "agents-empty")
        page.locator(f"a[href='{at('register_agent', budget)}']").first.click()
        fits(page)
        shot(page, "agents-write")
        fill(page)
        page.locator("[name=delegate_number]").fill("4012345")
        page.locator("[name=papers]").set_input_files([upload()])
        page.locator("[name=do][value=send]").click()

        # What is wrong is said, and what was chosen and typed stays.
        expect(page.locator(".error-summary")).to_be_visible()
        fits(page)
        shot(page, "agents-write-errors")
        expect(page.locator("[name=delegate_number]")).to_have_value("4012345")
        expect(page.locator("[name^=remove_]")).to_have_count(1)
        page.locator("[name=delegate_number]").fill("40123456")
        page.locator("[name=declares]").check()
        page.locator("[name=do][value=send]").click()
        fits(page)
        shot(page, "agents-sent")
        with scoped_transaction(otuzco):
            agent = Agent.objects.get()
            assert (agent.state, agent.files.count()) == (AgentState.SUBMITTED, 1)

        as_person(page, carmen)
        page.goto(at("agents_desk", budget))
        fits(page)
        shot(page, "agents-desk")
        page.get_by_role("link", name="Vaso de Leche Santa Rosa").first.click()
        fits(page)
        shot(page, "agents-case")
        page.locator(f"a[href='{at('observe_agent', budget, agent.pk)}']").click()
        page.locator("[name=grounds][value=delegate]").check()
        page.locator("[name=reason]").fill("Falta el acta en que nombraron a Rosa.")
        fits(page)
        shot(page, "agents-observe")
        page.locator("main button[type=submit]").click()

        as_person(page, rosa)
        page.goto(at("agent", budget, agent.pk))
        fits(page)
        shot(page, "agents-observed")
        page.locator(f"a[href='{at('edit_agent', budget, agent.pk)}']").click()
        fits(page)
        shot(page, "agents-mend")
        page.locator("[name=papers]").set_input_files([upload()])
        page.locator("[name=declares]").check()
        page.locator("[name=do][value=send]").click()

        as_person(page, carmen)
        page.goto(at("agent_case", budget, agent.pk))
        page.locator("aside button[type=submit]").click()
        with scoped_transaction(otuzco):
            budget.steps.filter(kind=StepKind.CALL).update(ends_at=timezone.now())
        page.goto(at("close_list", budget))
        fits(page)
        shot(page, "agents-close")
        page.locator("main button[type=submit]").click()
        with scoped_transaction(otuzco):
            assert AgentList.objects.get().agents == 1
        page.goto(at("agents", budget))
        expect(page.get_by_text("1. Vaso de Leche Santa Rosa")).to_be_visible()
        fits(page)
        shot(page, "agents-closed")


def test_what_somebody_types_on_a_phone_is_saved_while_they_type(
    visit, live_server, otuzco, budget, rosa
):
    with visit(size=PHONE, scheme="dark") as page:
        page.site = live_server.url
        as_person(page, rosa)
        page.goto(at("register_agent", budget) + "?como=ciudadano")
        fine(page)
        shot(page, "agents-citizen-dark")
        page.locator("[name=delegate_name]").press_sequentially("Rosa Quispe Luján")
        expect(page.locator("[data-saved]")).to_contain_text(":", timeout=60_000)
        with scoped_transaction(otuzco):
            agent = Agent.objects.get()
            assert (agent.state, agent.name, agent.kind) == (
                "draft",
                "Rosa Quispe Luján",
                "citizen",
            )

        page.goto(at("agents", budget))
        page.get_by_role("link", name="Rosa Quispe Luján").click()
        page.locator("[name=delegate_number]").fill("40123456")
        page.locator("[name=district]").select_option(index=1)
        page.locator("[name=declares]").check()
        page.locator("[name=do][value=send]").click()
        expect(page.locator("h1")).to_have_text("Rosa Quispe Luján")
        fine(page)
    with scoped_transaction(otuzco):
        assert Agent.objects.get().state == AgentState.SUBMITTED


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_list_of_many_is_read_on_a_phone_and_at_a_desk(
    visit, live_server, otuzco, budget, carmen, scheme
):
    with scoped_transaction(otuzco):
        for number in range(1, 61):
            kind = ["women", "territorial", "youth", "producers"][number % 4]
            agent = AgentFactory(
                municipality=otuzco,
                budget=budget,
                is_accepted=True,
                number=number,
                kind=kind,
                name=f"Comité de vaso de leche del caserío número {number}",
            )
            DelegateFactory(
                municipality=otuzco,
                agent=agent,
                gender="woman" if number % 3 else "man",
                area="rural" if number % 2 else "urban",
            )
        waits = AgentFactory.create_batch(
            6, municipality=otuzco, budget=budget, contact="987 654 321"
        )
        assert waits[0].submitted_at > timezone.now() - timedelta(minutes=1)
    for size, name in ((PHONE, "phone"), (DESK, "wide")):
        with visit(size=size, scheme=scheme) as page:
            page.site = live_server.url
            page.goto(at("agents", budget))
            fine(page)
            shot(page, f"agents-list-{name}-{scheme}")
            as_person(page, carmen)
            page.goto(at("agents_desk", budget))
            fine(page)
            shot(page, f"agents-desk-{name}-{scheme}")
            page.goto(at("agent_case", budget, waits[0].pk))
            fine(page)
            shot(page, f"agents-case-{name}-{scheme}")


def test_the_pages_are_light(otuzco, budget, rosa):
    with scoped_transaction(otuzco):
        for number in range(1, 61):
            agent = AgentFactory(
                municipality=otuzco, budget=budget, is_accepted=True, number=number
            )
            DelegateFactory(municipality=otuzco, agent=agent)
    client = Client()
    client.force_login(rosa)
    for name in ("agents", "register_agent"):
        page = client.get(at(name, budget)).content
        assert len(brotli.compress(page)) < NEXT_PAGE, name
