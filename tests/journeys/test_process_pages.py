"""The pages of a process on a phone and at a desk, with and without scripts, as they look."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from budgets.enums import StepKind as BudgetStep
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from processes.actions import outcomes, processes
from processes.enums import ReviewState, StepKind
from processes.models import Process
from tests.budgets.factories import BudgetFactory
from tests.factories import DebateFactory, DocumentFactory, MunicipalityFactory, RoleGrantFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import is_no_wider_than_the_screen
from tests.journeys.test_staff_desk import sign_in
from tests.processes.factories import MeetingFactory, ProcessFactory
from tests.processes.process import LEADER, opened, step


WITH_AND_WITHOUT = pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
RULES = """# Quiénes participan

Todas las personas que viven en Otuzco. Las que tienen residencia verificada votan.

# Cómo se decide

1. Se escucha en talleres y en el debate.
2. Se vota entre dos alternativas. La municipalidad responde en 30 días.
"""
STEPS = [
    step("Conoce el problema", StepKind.INFORMATION, -20, -10),
    step("Debate: ¿por dónde caminamos?", StepKind.DEBATE, -9, 5, text="Cuenta por dónde vas."),
    step("Talleres en cada sector", StepKind.MEETING, -2, 9),
    step("Obras que se priorizan", StepKind.BUDGET, -1, 20),
    step("Votación entre dos alternativas", StepKind.VOTE, 12, 20),
    step("Respuesta de la municipalidad", StepKind.ANSWER, 25, 30),
]


@pytest.fixture
def otuzco(transactional_db):
    return MunicipalityFactory(
        slug="otuzco",
        name="Municipalidad Provincial de Otuzco",
        short_name="Otuzco",
        modules=list(Module.values),
        contact_office="Gerencia de Participación",
    )


@pytest.fixture
def officer(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def process(otuzco, officer):
    with scoped_transaction(otuzco):
        made = opened(
            otuzco,
            officer,
            steps=STEPS,
            title="Plan de movilidad de Otuzco 2027",
            summary="Decidimos por dónde y cómo nos movemos. Participan todas las personas que viven aquí.",
            text="Cada día **cuatro mil personas** cruzan la plaza a pie.",
            rules=RULES,
        )
        debate = DebateFactory(municipality=otuzco, title="¿Por dónde caminamos?")
        budget = BudgetFactory(
            municipality=otuzco, title="Presupuesto 2027", running=[BudgetStep.WORKS], opened=True
        )
        one, two = made.steps.get(kind=StepKind.DEBATE), made.steps.get(kind=StepKind.BUDGET)
        processes.link_step(one, by=officer, thread=debate.thread)
        processes.link_step(two, by=officer, thread=budget.thread)
        DocumentFactory(municipality=otuzco, thread=made.thread, title="Estudio de tránsito")
        MeetingFactory(municipality=otuzco, process=made, title="Taller del sector San José")
        return made


def at(name, *args):
    return reverse(f"processes:{name}", args=["otuzco", *args])


def looks_right(page, name):
    """Kept for people to look at, no wider than the screen, and with nothing that axe finds wrong."""
    shot(page, f"process-{name}")
    if page.locator("html.js").count():  # axe is a script itself
        assert violations(page) == []
    assert is_no_wider_than_the_screen(page)


@WITH_AND_WITHOUT
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_everybody_reads_fits_the_screen(visit, otuzco, officer, process, js, size):
    with scoped_transaction(otuzco):
        ProcessFactory(municipality=otuzco, title="Mesa de diálogo del agua", dialogue=True)
    end = f"{size['width']}{'' if js else '-plain'}"

    with visit(js=js, size=size) as page:
        page.goto(at("index"))
        looks_right(page, f"list-{end}")
        page.locator("#results a", has_text="Plan de movilidad").click()
        page.wait_for_url("**plan-de-movilidad**")
        assert page.locator(".steps [aria-current=step]").count() == 3
        looks_right(page, f"page-{end}")
        page.locator(f"a[href='{at('rules', process.pk)}']").click()
        page.wait_for_url("**/reglas/")
        looks_right(page, f"rules-{end}")
        page.goto(at("history", process.pk))
        looks_right(page, f"history-{end}")

    with scoped_transaction(otuzco):
        closed = processes.close(process, by=officer)
        coming = timezone.localdate() + timedelta(days=60)
        outcome = outcomes.publish(
            closed,
            by=officer,
            decided="La calle Real queda para peatones los domingos.",
            next_steps="Obras pone las señales antes de fin de año.",
            review_on=coming,
        )
        outcomes.review(
            outcome,
            by=officer,
            state=ReviewState.ON_COURSE,
            text="Ya hay seis señales de doce.",
            next_review_on=coming,
        )
    with visit(js=js, size=size) as page:
        page.goto(process.get_absolute_url())
        looks_right(page, f"outcome-{end}")


@WITH_AND_WITHOUT
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_staff_prepare_open_and_end_a_process(visit, live_server, otuzco, officer, js, size):
    end = f"{size['width']}{'' if js else '-plain'}"
    with scoped_transaction(otuzco):
        DebateFactory(municipality=otuzco, title="¿Qué hacemos con el mercado?")

    with visit(js=js, size=size) as page:
        sign_in(page, live_server, officer)
        page.goto(at("write"))
        looks_right(page, f"write-{end}")
        page.fill("[name=title]", "Mercado nuevo")
        page.fill("[name=summary]", "Decidimos cómo es el mercado.")
        page.fill("[name=rules]", "Participan todas las personas de Otuzco.")
        page.locator("main form [type=submit]").last.click()
        page.wait_for_url("**/gestion/")
        with scoped_transaction(otuzco):
            made = Process.objects.get()
        looks_right(page, f"manage-draft-{end}")

        page.goto(at("steps", made.pk))
        page.fill("[name='0-title']", "Debate")
        page.select_option("[name='0-kind']", "debate")
        page.fill("[name='0-starts_at']", "2020-01-01T08:00")
        page.locator("[name=do][value=more]").click()
        page.locator("[name='1-title']").fill("Difusión")
        page.locator("[name=do][value='up-1']").click()
        page.locator("[name='0-title'][value='Difusión']").wait_for()
        looks_right(page, f"steps-{end}")
        page.locator("main form:not(.filters) .actions [type=submit]").last.click()
        page.wait_for_url("**/gestion/")

        page.goto(at("team", made.pk))
        page.fill("[name='0-name']", LEADER["name"])
        looks_right(page, f"team-{end}")
        page.locator("main form .actions [type=submit]").last.click()
        page.wait_for_url("**/gestion/")

        with scoped_transaction(otuzco):
            debate = made.steps.get(kind=StepKind.DEBATE)
        page.locator(f"a[href='{at('link_step', made.pk, debate.pk)}']").click()
        page.locator("[name=thread]").last.check()
        looks_right(page, f"link-{end}")
        page.locator("main form:not(.filters) [type=submit]").click()
        page.wait_for_url("**/gestion/")

        page.locator(f"a[href='{at('open', made.pk)}']").click()
        page.wait_for_url("**/abrir/")
        looks_right(page, f"open-{end}")
        page.locator("main form [type=submit]").click()
        page.wait_for_url("**mercado-nuevo**")

        page.goto(at("manage", made.pk))
        looks_right(page, f"manage-open-{end}")
        page.locator(f"a[href='{at('close', made.pk)}']").click()
        page.wait_for_url("**/cerrar/")
        looks_right(page, f"close-{end}")
        page.locator("main form [type=submit]").click()
        page.wait_for_url("**/gestion/")
        page.locator(f"a[href='{at('outcome', made.pk)}']").first.click()
        page.fill("[name=decided]", "Se hace en la plaza de armas.")
        page.fill("[name=next_steps]", "Obras lo licita en enero.")
        looks_right(page, f"outcome-form-{end}")
        page.locator("main form [type=submit]").click()
        page.wait_for_url("**#resultado")
        page.goto(at("desk"))
        looks_right(page, f"desk-{end}")
