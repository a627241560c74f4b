"""The desk in a real browser: for everyone, and without JavaScript."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from municipalities.rls import scoped_transaction
from participation.enums import ModerationRule
from proposals.actions import milestones, moderation, staff
from proposals.enums import ProposalState, Verdict
from proposals.models import Proposal
from tests.factories import (
    AnswerTemplateFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    RoleGrantFactory,
    TechnicalSheetFactory,
    UserFactory,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations


@pytest.fixture
def otuzco(transactional_db):
    return MunicipalityFactory(
        slug="otuzco",
        name="Municipalidad Provincial de Otuzco",
        short_name="Otuzco",
        contact_office="Oficina de Participación Vecinal",
    )


@pytest.fixture
def officer(otuzco):
    with scoped_transaction(otuzco):
        user = UserFactory(display_name="Carmen Rojas")
        RoleGrantFactory(municipality=otuzco, user=user, second_step=True)
    return user


@pytest.fixture
def cases(otuzco, officer):
    """One that waits, late; one on its way; one hidden."""
    today = timezone.localdate()
    with scoped_transaction(otuzco):
        waits = ProposalFactory(
            municipality=otuzco,
            published=True,
            title="Puente peatonal sobre el río Grande en Huangamarca",
            state=ProposalState.THRESHOLD,
            reached_at=timezone.now() - timedelta(days=60),
            answer_due_on=today - timedelta(days=18),
        )
        TechnicalSheetFactory(
            proposal=waits, municipality=otuzco, office="Gerencia de Infraestructura"
        )
        FollowFactory(thread=waits.thread, municipality=otuzco)
        AnswerTemplateFactory(
            municipality=otuzco, title="Aceptada", text="Aceptamos «[título]» porque…"
        )
        moves = ProposalFactory(
            municipality=otuzco,
            published=True,
            title="Losa deportiva en Usquil",
            state=ProposalState.EVALUATION,
            reached_at=timezone.now() - timedelta(days=20),
            answer_due_on=today,
        )
        staff.save_answer(
            moves,
            by=officer,
            verdict=Verdict.ACCEPTED,
            text="Sí. **Empezamos** en marzo con el movimiento de tierras.",
            signed_by="Carmen Rojas, gerenta",
            office="Gerencia de Infraestructura",
        )
        staff.publish_answer(moves, by=officer)
        staff.start_work(moves, by=officer)
        done = milestones.add(moves, by=officer, title="Plano", due_on=today)
        milestones.complete(done, by=officer, done_on=today)
        milestones.add(moves, by=officer, title="Losa", due_on=today + timedelta(days=40))
        hidden = ProposalFactory(municipality=otuzco, published=True, title="Una queja con nombre")
        moderation.hide(
            hidden,
            by=officer,
            rule=ModerationRule.INSULT,
            reason="Nombra a una vecina y la insulta.",
        )
    return waits, moves, hidden


def sign_in(page, live_server, user):
    browser = Client()
    browser.force_login(user)
    cookie = browser.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


def at(name, *args):
    return reverse(f"proposals:{name}", args=["otuzco", *args])


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", DESK)])
def test_every_page_of_the_desk_is_accessible_and_fits(
    visit, live_server, officer, cases, scheme, size
):
    waits, moves, hidden = (case.pk for case in cases)
    step = cases[1].pk
    with scoped_transaction(cases[1].municipality):
        step = cases[1].milestones.get(title="Losa").pk
    pages = {
        "desk": at("desk"),
        "case": at("case", moves),
        "case-hidden": at("case", hidden),
        "answer": at("answer", waits),
        "correct": at("answer_correct", moves),
        "sheet": at("sheet", waits),
        "milestone": at("milestone_complete", moves, step),
        "hide": at("hide", waits),
        "merge": at("merge", waits),
        "templates": at("templates"),
        "template": at("template_new"),
        "answers": at("answers"),
        "data": at("open_data"),
        "story": Proposal.get_absolute_url(cases[1]),
    }
    with visit(scheme=scheme, size=size) as page:
        sign_in(page, live_server, officer)
        for name, address in pages.items():
            page.goto(address)
            assert violations(page) == [], name
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], name
            shot(page, f"staff-{name}-{scheme}")


def test_a_proposal_is_answered_and_carried_out_without_javascript(
    visit, live_server, otuzco, officer, cases
):
    waits = cases[0]
    with visit(js=False) as page:
        sign_in(page, live_server, officer)
        page.goto(at("desk"))
        page.get_by_role("link", name="Puente peatonal").click()
        page.get_by_role("button", name="Empezar la evaluación").click()
        page.get_by_role("link", name="Escribir la respuesta").first.click()
        page.get_by_role("button", name="Usarla").click()
        page.get_by_label("Quién firma").fill("Carmen Rojas, gerenta")
        page.get_by_role("button", name="Guardar el borrador").click()
        page.get_by_role("button", name="Publicarla").click()
        page.get_by_text("La respuesta está publicada").wait_for()
        page.get_by_role("button", name="Ponerla en marcha").click()
        page.get_by_role("link", name="Agregar un paso").click()
        page.locator("[name=title]").fill("Bases de concreto")
        page.locator("[name=due_on]").fill("2030-03-05")
        page.get_by_role("button", name="Agregar el paso").click()
        page.get_by_role("link", name="Ya se cumplió").click()
        page.locator("[name=done_on]").fill("2026-01-05")
        page.get_by_role("button", name="Decir que está hecha").click()
        page.get_by_text("Ya se cumplieron todos los pasos").wait_for()
        page.get_by_role("button", name="Decir que está hecha").click()
        page.get_by_role("button", name="Decir que está hecha").wait_for(state="detached")

        page.goto(waits.get_absolute_url())
        for told in (
            "La municipalidad respondió",
            "Paso cumplido: Bases de concreto",
            "Se hizo realidad",
        ):
            page.get_by_text(told).first.wait_for()
    with scoped_transaction(otuzco):
        waits.refresh_from_db()
        assert waits.state == ProposalState.DONE
