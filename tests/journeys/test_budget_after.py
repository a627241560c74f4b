"""What comes after the choice, in a real browser: the acta, the committee, the works, the accounts."""

import re
from datetime import timedelta

import brotli
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Gender
from budgets.actions import committee, minutes, projects
from budgets.models import Budget, CommitteeReport, Project
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from tests.budgets.after import agents, carried_out, chosen_budget, member, written
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import FIRST_VISIT, NEXT_PAGE, is_no_wider_than_the_screen
from tests.journeys.test_staff_desk import sign_in
from tests.participation.files import pdf, photo


@pytest.fixture
def otuzco(transactional_db):
    return MunicipalityFactory(
        slug="otuzco",
        name="Municipalidad Provincial de Otuzco",
        short_name="Otuzco",
        contact_office="Gerencia de Participación Vecinal",
        modules=[Module.BUDGETS],
    )


@pytest.fixture
def carmen(otuzco):
    with scoped_transaction(otuzco):
        user = UserFactory(display_name="Carmen Rojas")
        RoleGrantFactory(municipality=otuzco, user=user, second_step=True)
    return user


@pytest.fixture
def juana(otuzco):
    return UserFactory(display_name="Juana Rojas")


@pytest.fixture
def budget(otuzco):
    with scoped_transaction(otuzco):
        budget = chosen_budget(otuzco)
        agents(budget)
    return budget


def at(name, thing, *more):
    return reverse(f"budgets:{name}", args=["otuzco", thing.pk, *more])


def long_under_way(budget, carmen, juana):
    """All that there can be to show: late and stopped works, photos, money, reports, an addendum."""
    today = timezone.localdate()
    late, stopped, done = carried_out(budget, carmen)
    acta = budget.minutes
    minutes.keep_signed(acta, by=carmen, upload=pdf())
    minutes.add(acta, by=carmen, text="El segundo nombre es Juan Rojas Paredes.")
    projects.change(
        late,
        by=carmen,
        ends_on=today - timedelta(days=40),
        starts_on=today - timedelta(days=120),
        contractor="Constructora Andina SAC",
        invierte_code="2456789",
        cofinanced=4_000_00,
    )
    projects.delay(late, by=carmen, new_day=today - timedelta(days=9), reason="Llovió en marzo.")
    projects.move(late, by=carmen, state="running", percent=45, why="")
    step = projects.add_milestone(late, by=carmen, title="Explanación", due_on=today)
    projects.complete(
        step, by=carmen, done_on=today, photo=photo(), photo_description="El terreno ya plano"
    )
    projects.add_milestone(late, by=carmen, title="Losa", due_on=today + timedelta(days=30))
    projects.move(stopped, by=carmen, state="paused", percent=10, why="La empresa dejó la obra.")
    projects.move(done, by=carmen, state="done", percent=100, finished_on=today)
    money = [("certified", 60_000_00), ("committed", 50_000_00), ("accrued", 30_000_00)]
    for stage, amount in [*money, ("paid", 12_400_50)]:
        projects.spend(
            late,
            by=carmen,
            stage=stage,
            day=today,
            amount=amount,
            text="Orden de servicio 012-2027, cemento y fierro",
            knows=True,
            document=pdf() if stage == "paid" else None,
        )
    names = ["Juana Rojas", "Rosa Quispe", "Elena Vargas", "Luis Castillo"]
    for name in names:
        gender = Gender.MAN if name.startswith("Luis") else Gender.WOMAN
        member(budget, carmen, juana if name == names[0] else None, name=name, gender=gender)
    answered = committee.report(
        budget,
        by=juana,
        project=late,
        title="La losa no tiene fierro",
        text="Fuimos el sábado 12 y vimos que la losa se vacía sin fierro.",
        document=pdf(),
    )
    committee.answer(answered, by=carmen, text="Se paró el vaciado y se corrigió el lunes.")
    committee.report(budget, by=juana, title="Falta el cartel", text="Ninguna obra lo tiene.")
    return late, answered


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
def test_every_page_is_accessible_and_fits(
    visit, live_server, client, otuzco, carmen, juana, budget, scheme, size
):
    with scoped_transaction(otuzco):
        project, report = long_under_way(budget, carmen, juana)
        someone = budget.committee.last()
    for_all = {
        "minutes": at("minutes", budget),
        "committee": at("committee", budget),
        "report": at("report", report),
        "projects": at("projects", budget),
        "project": at("project", project),
        "accounts": at("accounts", budget),
    }
    for_staff = {
        "minutes-desk": at("minutes_desk", budget),
        "addendum": at("add_addendum", budget),
        "committee-desk": at("committee_desk", budget),
        "invite": at("invite_member", someone),
        "projects-desk": at("projects_desk", budget),
        "project-case": at("project_case", project),
        "move": at("move_project", project),
        "spend": at("spend", project),
    }
    for_members = {"room": at("committee_room", budget), "write": at("write_report", budget)}
    people = [(None, for_all), (carmen, for_staff), (juana, for_members)]
    wrong = {}
    for person, pages in people:
        with visit(scheme=scheme, size=size) as page:
            if person:
                sign_in(page, live_server, person)
            for name, address in pages.items():
                page.goto(address)
                for folded in page.locator("main details").all():
                    folded.locator("summary").click()
                shot(page, f"after-{name}-{scheme}")
                wrong[name] = violations(page)
                if not is_no_wider_than_the_screen(page):
                    wrong[name].append("wider than the screen")
    assert {name: found for name, found in wrong.items() if found} == {}
    for name, address in for_all.items():
        weight = len(brotli.compress(client.get(address).content, quality=5))
        assert weight < NEXT_PAGE < FIRST_VISIT, name


def test_from_the_acta_to_a_late_work_without_javascript(
    visit, live_server, otuzco, carmen, juana, budget
):
    with visit(js=False) as page:
        sign_in(page, live_server, carmen)
        page.goto(at("minutes_desk", budget))
        page.get_by_role("link", name="Escribir el acta").click()
        page.locator("[name=held_on]").fill("2026-11-20")
        page.locator("[name=place]").fill("Auditorio municipal")
        page.locator("[name=text]").fill("La municipalidad ejecuta las obras elegidas.")
        page.locator("[name=attendance]").fill("Rosa Quispe, delegada")
        page.get_by_role("button", name="Guardar").click()
        page.get_by_text("Losa del barrio 3").wait_for()
        page.get_by_role("button", name="Emitir el acta").click()
        page.get_by_role("link", name="Crea los proyectos").click()
        page.get_by_role("button", name="Crear sus proyectos").click()
        page.get_by_role("link", name="Losa del barrio 1").click()
        page.get_by_role("link", name="Cambiar").click()
        page.locator("[name=ends_on]").fill("2026-10-01")
        page.get_by_role("button", name="Guardar").click()
        page.get_by_role("link", name="Demora más").click()
        page.locator("[name=new_day]").fill("2026-10-15")
        page.get_by_role("button", name="Publicar el retraso").click()  # without a reason
        page.locator(".error-summary").wait_for()
        page.locator("[name=reason]").fill("Llovió todo el mes.")
        page.get_by_role("button", name="Publicar el retraso").click()
        page.get_by_text("Llovió todo el mes.").wait_for()
        page.get_by_role("link", name="Anotar dinero").click()
        page.get_by_label("Devengado").check()
        page.locator("[name=amount]").fill("12 400,50")
        page.locator("[name=text]").fill("Orden 12")
        page.get_by_role("button", name="Anotar").click()
        page.get_by_text("S/ 12 400,50").first.wait_for()

    with visit(js=False) as page:
        page.goto(at("projects", budget))
        first = page.locator(".cards .card").first
        first.get_by_text("días de retraso").wait_for()
        first.get_by_role("link", name="Losa del barrio 1").click()
        page.get_by_text("Llovió todo el mes.").wait_for()
        page.goto(at("accounts", budget))
        page.get_by_role("heading", name="Rendición de cuentas").wait_for()
        page.get_by_text("S/ 12 400,50").first.wait_for()


def test_a_member_comes_in_reports_and_is_answered_on_a_phone(
    visit, live_server, otuzco, carmen, juana, budget, settings
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with scoped_transaction(otuzco):
        written(budget, carmen)
        minutes.issue(budget, by=carmen)
        projects.make(budget, by=carmen, office="Gerencia de Obras")
    with visit() as page:
        sign_in(page, live_server, carmen)
        page.goto(at("committee_desk", budget))
        page.get_by_role("link", name="Anotar la elección").click()
        page.locator("[name=elected_on]").fill("2026-11-20")
        page.get_by_role("button", name="Guardar").click()
        page.get_by_role("link", name="Anotar un integrante").click()
        page.locator("[name=name]").fill("Juana Rojas")
        page.locator("[name=declared]").check()
        page.get_by_role("button", name="Agregar").click()
        page.get_by_role("link", name="Enviar su acceso").click()
        page.locator("[name=contact]").fill("juana@example.com")
        page.get_by_role("button", name="Enviar el enlace").click()
        page.get_by_text("El enlace está en camino").wait_for()

    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    with visit() as page:
        sign_in(page, live_server, juana)
        page.goto(link)
        assert violations(page) == []
        page.get_by_role("button", name="Soy Juana Rojas").click()
        page.get_by_role("heading", name="Lo que vigilas").wait_for()
        page.get_by_role("link", name="Publicar un informe").click()
        page.locator("[name=title]").fill("Falta el cartel")
        page.locator("[name=text]").fill("Ninguna obra tiene su cartel.")
        page.locator("[name=knows]").check()
        page.get_by_role("button", name="Publicar el informe").click()
        page.get_by_text("Espera respuesta").wait_for()

    with scoped_transaction(otuzco):
        report = CommitteeReport.objects.get()
    with visit() as page:
        sign_in(page, live_server, carmen)
        page.goto(at("report", report))
        page.get_by_role("link", name="Responder").click()
        page.locator("[name=answer]").fill("Se pondrán el lunes.")
        page.get_by_role("button", name="Publicar la respuesta").click()
        page.get_by_text("Se pondrán el lunes.").wait_for()
    with scoped_transaction(otuzco):
        assert Project.objects.of(Budget.objects.get()).count() == 3
