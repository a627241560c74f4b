"""A budget in a real browser: prepared on a phone without scripts, opened, and read by everybody."""

from datetime import timedelta

import brotli
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from budgets import definition
from budgets.actions import budgets, steps
from budgets.enums import BudgetState, StepKind
from budgets.models import Budget
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.budgets.factories import AgentFactory, BudgetFactory, WorkFactory
from tests.budgets.process import ready_to_open
from tests.factories import RoleGrantFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen
from tests.journeys.test_staff_votes import as_person
from tests.participation.files import pdf


@pytest.fixture
def otuzco(transactional_db, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state, municipality.modules = MunicipalityState.OPEN, [Module.BUDGETS]
    municipality.contact_office = "Gerencia de Desarrollo Social"
    municipality.save()
    return municipality


@pytest.fixture
def ana(otuzco):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(
            municipality=otuzco, role=Role.ADMINISTRATOR, user__display_name="Ana Rojas"
        ).user


def at(name, *args):
    return reverse(f"budgets:{name}", args=["otuzco", *args])


def fill_days(page, *, left_out):
    """Each step a week after the one before, and one left out with the legal reason."""
    first = timezone.localtime() + timedelta(days=1)
    for place, kind in enumerate(StepKind):
        if kind == left_out:
            page.locator(f"[name={kind}_out]").fill("Ordenanza 012-2027, art. 9: no corresponde.")
            continue
        start = first + timedelta(days=7 * place)
        for part, moment in (("from", start), ("until", start + timedelta(days=5))):
            page.locator(f"[name={kind}_{part}]").fill(moment.strftime("%Y-%m-%dT%H:%M"))


@pytest.mark.parametrize("js", [False, True], ids=["without-script", "with-script"])
def test_staff_bring_a_budget_of_a_province_to_its_opening(visit, live_server, otuzco, ana, js):
    with visit(js=js, size=PHONE) as page:
        page.base_url_of_site = live_server.url
        as_person(page, ana)
        page.goto(at("desk"))
        page.locator(f"a[href='{at('new')}']").click()
        page.locator("[name=title]").fill("Presupuesto participativo 2028")
        page.locator("[name=year]").fill("2028")
        page.locator("[name=text]").fill("Con la plata de todos se hacen obras que **tú** eliges.")
        page.locator("[name=announced]").fill("S/ 300 000")
        page.locator("[name=percent]").fill("12.5")
        page.locator("[name=counting][value=shares]").check()
        page.locator("form button.btn-large").click()

        page.locator(f"a.btn-primary[href$='{at_end('rubros')}']").click()
        page.locator("[name=g0_name]").fill("Distritos")
        page.locator("button[value=districts]").click()
        expect(page.locator("[name=g0_h3_name]")).not_to_have_value("")
        page.locator("[name=g0_h0_money]").fill("100 000")
        page.locator("[name=g0_h1_money]").fill("80000.50")
        for row in range(2, page.locator("[name^=g0_h][name$=_name]").count()):
            page.locator(f"[name=g0_h{row}_name]").fill("")
        if js:
            page.locator("[name=g0_h1_money]").press("Tab")
            expect(page.locator("#sum")).to_contain_text("180")
        page.locator("form button.btn-large").click()

        page.goto(page.url)
        page.locator("a.btn-secondary[href$='/matriz/']").click()
        page.locator("a[href='?conjunto=cuatro']").click()
        page.locator("form button.btn-large").click()

        page.locator("a.btn-primary[href$='/etapas/']").click()
        fill_days(page, left_out=StepKind.COORDINATION)
        page.locator("form button.btn-large").click()

        page.locator("a.btn-primary[href$='/abrir/']").click()
        page.locator("form button.btn-large").click()
        expect(page.locator("h1")).to_have_text("Presupuesto participativo 2028")

    with scoped_transaction(otuzco):
        budget = Budget.objects.get()
        assert budget.state == BudgetState.OPEN
        assert budget.rule["method"] == "mes"
        assert budget.criteria.count() == 4
        assert bytes(budget.digest) == definition.digest_of(definition.of(budget))


def at_end(part):
    return f"/{part}/"


@pytest.fixture
def pages(otuzco, ana):
    """Each page of this part with something on it, by name."""
    with scoped_transaction(otuzco):
        draft = budgets.create(
            otuzco,
            by=ana,
            year=2029,
            title="Presupuesto participativo 2029",
            text="Para el otro año.",
            announced=0,
            rule={"method": "greedy"},
        )
        ready = ready_to_open(otuzco, ana)
        budgets.set_matrix(
            ready,
            by=ana,
            criteria=[{"name": "Social", "weight": 100, "highest": 5, "scale": "0: no"}],
        )
        current = BudgetFactory(
            municipality=otuzco,
            title="Presupuesto participativo 2027",
            text="Con la plata de todos se hacen obras.\n\n- Agua\n- Caminos",
            headings={"Salpo": 100_000_00, "Usquil": 80_000_00, "Toda la provincia": 120_000_00},
            running=[StepKind.WORKS, StepKind.SUPPORTS],
            opened=True,
        )
        steps.tell(
            current,
            StepKind.WORKS,
            by=ana,
            text="En la **plaza**, a las 9.",
            add=[pdf(name="Bases.pdf")],
        )
        step = current.steps.get(kind=StepKind.COORDINATION)
        step.starts_at = step.ends_at = None
        step.left_out_why = "Ordenanza 012-2027, art. 9: no corresponde."
        step.save()
        heading = current.groups.get().headings.first()
        WorkFactory.create_batch(3, heading=heading, published=True)
        AgentFactory(budget=current, is_accepted=True)
        off = BudgetFactory(municipality=otuzco, title="El que no fue", year=2026, opened=True)
        budgets.cancel(off, by=ana, why="La transferencia no llegó.")
    return {
        "public": {
            "index": at("index"),
            "detail": current.get_absolute_url(),
            "cancelled": off.get_absolute_url(),
            "rules": at("rules_page", current.pk),
        },
        "staff": {
            "desk": at("desk"),
            "new": at("new"),
            "case-draft": at("case", draft.pk),
            "case-ready": at("case", ready.pk),
            "case-open": at("case", current.pk),
            "edit": at("edit", ready.pk),
            "reword": at("edit", current.pk),
            "headings": at("headings", ready.pk),
            "criteria": at("criteria", ready.pk),
            "steps": at("steps", ready.pk),
            "steps-open": at("steps", current.pk),
            "step": at("step", current.pk, "works"),
            "open": at("open", ready.pk),
            "cancel": at("cancel", current.pk),
            "clone": at("clone", current.pk),
        },
    }


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"]
)
def test_its_pages_are_accessible_fit_and_are_light(visit, live_server, ana, pages, size, scheme):
    client = Client()
    found = {}
    with visit(size=size, scheme=scheme) as page:
        page.base_url_of_site = live_server.url
        for who, addresses in pages.items():
            if who == "staff":
                client.force_login(ana)
                page.goto("about:blank")  # so that the cookie is for the whole site
                as_person(page, ana)
            for name, address in addresses.items():
                page.goto(address)
                shot(page, f"budget-{name}-{size['width']}")
                found[name] = violations(page)
                if not is_no_wider_than_the_screen(page):
                    found[name].append("wider than the screen")
                weight = len(brotli.compress(client.get(address).content))
                if weight > NEXT_PAGE:
                    found[name].append(f"weighs {weight} bytes")

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
