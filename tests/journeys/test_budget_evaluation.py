"""Works are evaluated, mended, given points, decided and appealed, on a phone and on a desk."""

import gzip
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from budgets.enums import WorkState
from budgets.models import Appeal, Evaluation
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from tests.budgets.evaluation import (
    budget_of,
    evaluate,
    handed_in,
    points_of,
    published,
    staff,
    state_of,
    work_of,
)
from tests.budgets.factories import CostLineFactory, EvaluationFactory, ObservationFactory
from tests.factories import MunicipalityFactory, ResidentFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_staff_desk import sign_in


NEXT_PAGE = 12_000


@pytest.fixture
def town(transactional_db):
    return MunicipalityFactory(
        slug="otuzco",
        name="Municipalidad Provincial de Otuzco",
        short_name="Otuzco",
        modules=[Module.PROPOSALS, Module.BUDGETS],
        contact_office="Gerencia de Presupuesto",
    )


@pytest.fixture
def people(town):
    """An administrator, two evaluators, and a resident who puts works forward."""
    with scoped_transaction(town):
        return {
            "carmen": staff(town, Role.ADMINISTRATOR, user__display_name="Carmen Rojas"),
            "ana": staff(town, user__display_name="Ana Ruiz"),
            "luis": staff(town, user__display_name="Luis Paz"),
            "julia": ResidentFactory(district=town.place, user__display_name="Julia Polo").user,
        }


@pytest.fixture
def budget(town):
    with scoped_transaction(town):
        return budget_of(
            town,
            title="Presupuesto participativo 2027",
            headings={"Otuzco, la ciudad": 120_000_00, "Caseríos": 80_000_00},
            criteria=[(60, 5), (40, 5)],
            supports_needed=2,
        )


def at(name, *args):
    return reverse(f"budgets:{name}", args=["otuzco", *args])


def look(page, name):
    """It fits, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if page.locator("html.js").count():  # axe is a script itself
        assert violations(page) == [], name
    shot(page, f"evaluation-{name}")


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_work_is_taken_up_evaluated_mended_scored_and_decided(
    visit, live_server, town, budget, people, js
):
    with scoped_transaction(town):
        work = work_of(budget, title="Puente sobre el río", author=people["julia"], support_count=3)
    with visit(js=js, size=PHONE) as page:

        def be(name):
            page.context.clear_cookies()
            sign_in(page, live_server, people[name])

        be("carmen")
        page.goto(at("evaluations", budget.pk))
        page.get_by_role("link", name="Pasar obras a evaluación").click()
        page.get_by_label("Puente sobre el río").check()
        page.get_by_label("Quién la evalúa").select_option(label="Ana Ruiz")
        page.get_by_role("button", name="Pasar las elegidas a evaluación").click()
        page.get_by_text("Hecho con 1 obra.").wait_for()

        be("ana")
        page.goto(at("evaluations", budget.pk))
        page.get_by_role("link", name="Puente sobre el río").first.click()
        page.get_by_role("button", name="No tengo interés en ella").click()
        page.get_by_role("link", name="Pedir que subsane algo").click()
        page.get_by_label("Qué hay que subsanar").fill("¿En qué lado del canal, y de quién es?")
        page.get_by_role("button", name="Pedírselo").click()
        page.get_by_text("Admite una respuesta hasta").wait_for()

        be("julia")
        page.goto(work.get_absolute_url())
        page.get_by_role("link", name="Responder la observación").click()
        look(page, "mend")
        page.locator("[name=answer]").fill("En el lado izquierdo; el terreno es de todos.")
        page.locator("[name=place_name]").fill("Lado izquierdo del canal")
        page.get_by_role("button", name="Enviar mi respuesta").click()
        page.get_by_text("El equipo técnico tiene tu respuesta").wait_for()

        be("ana")
        evaluates(page, budget)
        look(page, "hand-in")
        page.get_by_role("button", name="Entregarla").click()
        page.get_by_text("Está entregada.").wait_for()

        with scoped_transaction(town):
            first, second = budget.criteria.all()
        for name, points in (("ana", (5, 3)), ("luis", (5, 2))):
            be(name)
            page.goto(at("score", work.pk))
            page.locator(f"[name=points_{first.pk}]").fill(str(points[0]))
            page.locator(f"[name=points_{second.pk}]").fill(str(points[1]))
            page.get_by_role("button", name="Guardar los puntos").click()
        page.get_by_text("Tú escribiste 2, la otra persona 3.").wait_for()
        look(page, "settle")
        page.locator(f"[name=points_{second.pk}]").fill("3")
        page.get_by_role("button", name="Guardar los puntos").click()
        page.get_by_text("los puntos de «Puente sobre el río» están acordados").wait_for()

        with scoped_transaction(town):
            budget.decisions_at = timezone.now() - timedelta(minutes=1)
            budget.save()
        be("carmen")
        page.goto(at("decisions_desk", budget.pk))
        page.get_by_role("button", name="Publicar todas las decisiones").click()
        page.get_by_text("Las decisiones están publicadas.").wait_for()

        page.context.clear_cookies()
        page.goto(at("decisions", budget.pk))
        look(page, "decisions-phone")
        page.get_by_role("link", name="Puente sobre el río").click()
        for told in ("Se puede hacer en la estación seca.", "Mano de obra", "84"):
            page.get_by_text(told).first.wait_for()
        assert page.get_by_text("Sobre el lecho firme").count() == 0
        look(page, "work-decided")

    with scoped_transaction(town):
        assert state_of(work) == WorkState.FEASIBLE
        assert Evaluation.objects.get().notes == "Sobre el lecho firme: preguntar a Defensa Civil."


def evaluates(page, budget):
    """Writes all of it, with a line that is missing first."""
    page.goto(at("evaluations", budget.pk))
    page.get_by_role("link", name="Puente sobre el río").first.click()
    for name in ("is_legal", "is_competence", "is_technical"):
        page.locator(f"[name={name}][value=yes]").check()
    page.locator("[name=line_0_text]").fill("Materiales")
    page.get_by_role("button", name="Leerla completa").click()
    page.get_by_text("Escribe cuánto cuesta.").first.wait_for()
    look(page, "evaluate-wrong")
    page.locator("[name=line_0_amount]").fill("12 400,50")
    page.get_by_role("button", name="Más líneas").click()
    page.locator("[name=line_5_text]").fill("Mano de obra")
    page.locator("[name=line_5_amount]").fill("9000")
    page.locator("[name=running_cost]").fill("0")
    page.locator("[name=months]").fill("6")
    page.locator("[name=verdict][value=feasible]").check()
    page.locator("[name=report]").fill("Se puede hacer en la estación seca.")
    page.locator("[name=notes]").fill("Sobre el lecho firme: preguntar a Defensa Civil.")
    page.get_by_role("button", name="Leerla completa").click()
    page.get_by_role("heading", name="Léela una vez más").wait_for()


def test_what_an_evaluator_types_is_saved_meanwhile(visit, live_server, town, budget, people):
    with scoped_transaction(town):
        evaluation = EvaluationFactory(
            work=work_of(budget, evaluated=True),
            evaluator=people["ana"],
            declared_at=timezone.now(),
        )
    with visit(size=PHONE) as page:
        sign_in(page, live_server, people["ana"])
        page.goto(at("evaluate", evaluation.pk))
        page.locator("[name=report]").press_sequentially("Se puede")
        page.get_by_text("Guardado a las").wait_for()
    with scoped_transaction(town):
        assert Evaluation.objects.get().report == "Se puede"


def test_an_author_appeals_on_a_phone(visit, live_server, town, budget, people):
    with scoped_transaction(town):
        work = handed_in(budget, "unfeasible", title="Losa deportiva", author=people["julia"])
        published(budget, people["carmen"])
    with visit(js=False, size=PHONE) as page:
        sign_in(page, live_server, people["julia"])
        page.goto(work.get_absolute_url())
        page.get_by_role("link", name="Apelar").click()
        page.locator("[name=text]").fill("El terreno es de la comunidad.")
        page.get_by_role("button", name="Apelar").click()
        page.get_by_text("La apelación está hecha.").wait_for()
    with scoped_transaction(town):
        assert Appeal.objects.get().text == "El terreno es de la comunidad."


@pytest.fixture
def everything(town, budget, people):
    """Works in every stage, and another budget whose decisions are published."""
    today = timezone.localdate()
    with scoped_transaction(town):
        late = EvaluationFactory(
            work=work_of(budget, evaluated=True, title="Canal de riego en Usquil"),
            evaluator=people["ana"],
            declared_at=timezone.now(),
            due_on=today - timedelta(days=9),
        )
        CostLineFactory(municipality=town, evaluation=late, amount=150_000_00)
        new = EvaluationFactory(
            work=work_of(budget, evaluated=True, title="Parque de Chota"), evaluator=people["ana"]
        )
        waits = EvaluationFactory(
            work=work_of(budget, evaluated=True, title="Techo del mercado", author=people["julia"]),
            evaluator=people["luis"],
            declared_at=timezone.now(),
        )
        ObservationFactory(municipality=town, evaluation=waits, due_on=today + timedelta(days=2))
        work_of(budget, evaluated=True, title="Veredas del jirón Progreso")
        work_of(budget, title="Alumbrado de la plaza", support_count=9)
        done = handed_in(budget, title="Pozo de Cruz Blanca", cost=30_000_00)
        points_of(done, (4, 2))
        before = budget_of(town, title="Presupuesto 2026", criteria=[(60, 5), (40, 3)], year=2026)
        for title, points in (("Puente", (5, 1)), ("Losa deportiva", (5, 1)), ("Posta", (1, 3))):
            points_of(handed_in(before, title=title), points)
        no = handed_in(before, "unfeasible", title="Teleférico", author=people["julia"])
        published(before, people["carmen"])
        read = evaluate(work_of(budget, evaluated=True, title="Mirador"), "unfeasible")
    return {
        ("ana", "table"): at("evaluations", budget.pk),
        ("carmen", "table-boss"): at("evaluations", budget.pk),
        ("carmen", "take-up"): at("take_up", budget.pk),
        ("carmen", "take-up-few"): at("take_up", budget.pk) + "?apoyos=menos",
        ("carmen", "assign"): at("assign", late.work_id),
        ("carmen", "put-back"): at("put_back", late.work_id),
        ("carmen", "desk"): at("decisions_desk", budget.pk),
        ("carmen", "desk-after"): at("decisions_desk", before.pk),
        ("carmen", "read"): at("evaluate", read.pk),
        ("ana", "interest"): at("evaluate", new.pk),
        ("ana", "evaluate"): at("evaluate", late.pk),
        ("ana", "observe"): at("observe", late.pk),
        ("ana", "step-back"): at("step_back", late.pk),
        ("ana", "missing"): at("hand_in", late.pk),
        ("ana", "matrix"): at("matrix", budget.pk),
        ("ana", "score"): at("score", late.work_id),
        ("julia", "mend"): at("mend", waits.work_id),
        ("julia", "appeal"): at("appeal", no.pk),
        ("julia", "decisions"): at("decisions", before.pk),
        ("julia", "decisions-ahead"): at("decisions", budget.pk),
        ("julia", "matrix-order"): at("matrix_order", before.pk),
        ("julia", "work-unfeasible"): no.get_absolute_url(),
    }


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
def test_every_page_of_the_evaluation_is_accessible_and_fits(
    visit, live_server, people, everything, scheme, size
):
    with visit(scheme=scheme, size=size) as page:
        for (who, name), address in everything.items():
            page.context.clear_cookies()
            sign_in(page, live_server, people[who])
            answer = page.goto(address)
            assert answer.status == 200, name
            assert page.locator("h1").count() == 1, name
            look(page, f"{name}-{scheme}")


def test_pages_stay_light(people, everything):
    for (who, name), address in everything.items():
        client = Client()
        client.force_login(people[who])
        assert len(gzip.compress(client.get(address).content)) < NEXT_PAGE, name
