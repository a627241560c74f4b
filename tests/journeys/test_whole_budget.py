"""A participatory budget from its first form to its accounts: with JavaScript, and without.

A province shares its money out among three districts and the whole. Each thing is done on its own
day, for the clock is moved from step to step. Fifteen people vote; what is done with the money is
what a count by hand gives.
"""

import io
import re
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.enums import Role
from budgets.actions import committee, evaluations, matrix, supports, works
from budgets.enums import StepKind, WorkState
from budgets.models import Budget, Count, Evaluation, Heading, Minutes, Work
from budgets.periodic import count_what_is_opened
from decide.common import documents
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality, Place
from municipalities.rls import scoped_transaction
from participation.enums import InterventionKind
from participation.models import Intervention
from proposals.enums import ProposalState
from tests.factories import ProposalFactory, ResidentFactory, RoleGrantFactory, UserFactory
from tests.journeys.conftest import PHONE, shot, violations
from tests.journeys.test_staff_desk import sign_in
from tests.journeys.test_whole_life import follow, picture, submit
from tests.journeys.test_whole_vote import (
    TRUSTEES,
    address_of,
    cast,
    fill,
    poll_of,
    press,
    rows,
    send_form,
    she_approves,
    she_closes_it,
    she_freezes_it,
    the_trustees_make_the_key,
    the_trustees_open_it,
)
from votes.actions.urn import definition_of


DISTRICTS = {"Otuzco": "130601", "Salpo": "130611", "Usquil": "130614"}
PROVINCE = "Toda la provincia"
MONEY = {"Otuzco": 100_000, "Salpo": 50_000, "Usquil": 60_000, PROVINCE: 90_000}
NO_STEP = "Ordenanza 012-2027, art. 9: no corresponde."


class Idea(NamedTuple):
    heading: str
    cost: int  # in soles, as the evaluation finds it


WATER, SLAB, POST = "Agua para Chota Motil", "Losa de Huangamarca", "Posta de Pollo"
BRIDGE, CANAL, CLASSROOM = "Puente de Shulgomonte", "Canal de Purrupampa", "Aulas de Salpo"
PAVEMENT, LIGHT = "Veredas de Canibamba", "Luz para Coina"
TRACK, AMBULANCE, NURSERY = "Trocha a Chanchacap", "Ambulancia", "Vivero de quinuales"
VIEWPOINT = "Mirador del cerro"  # on land that is a school's
IDEAS = {
    WATER: Idea("Otuzco", 60_000),
    SLAB: Idea("Otuzco", 50_000),
    POST: Idea("Otuzco", 40_000),
    VIEWPOINT: Idea("Otuzco", 0),
    BRIDGE: Idea("Salpo", 30_000),
    CANAL: Idea("Salpo", 30_000),
    CLASSROOM: Idea("Salpo", 20_000),
    PAVEMENT: Idea("Usquil", 45_000),
    LIGHT: Idea("Usquil", 20_000),
    TRACK: Idea(PROVINCE, 50_000),
    AMBULANCE: Idea(PROVINCE, 55_000),
    NURSERY: Idea(PROVINCE, 35_000),
}


class Ballot(NamedTuple):
    """Where somebody lives, and the works they choose there and for the whole province."""

    home: str
    here: set[str]
    everywhere: set[str]


BALLOTS = {
    1: Ballot("Otuzco", {WATER, POST}, {TRACK, NURSERY}),
    2: Ballot("Otuzco", {WATER}, {TRACK, NURSERY}),
    3: Ballot("Otuzco", {WATER}, {TRACK, NURSERY}),
    4: Ballot("Otuzco", {WATER}, {TRACK, NURSERY}),
    5: Ballot("Otuzco", {SLAB, POST}, {AMBULANCE}),
    6: Ballot("Otuzco", {SLAB}, {AMBULANCE}),
    7: Ballot("Otuzco", {SLAB}, {AMBULANCE}),
    8: Ballot("Salpo", {BRIDGE, CLASSROOM}, {TRACK}),
    9: Ballot("Salpo", {BRIDGE, CLASSROOM}, {TRACK}),
    10: Ballot("Salpo", {CANAL, CLASSROOM}, {TRACK}),
    11: Ballot("Salpo", {CANAL}, {AMBULANCE, NURSERY}),
    12: Ballot("Salpo", set(), {AMBULANCE, NURSERY}),
    13: Ballot("Usquil", {PAVEMENT}, {NURSERY}),
    14: Ballot("Usquil", {PAVEMENT}, {NURSERY}),
    15: Ballot("Usquil", {LIGHT}, set()),
}
ELSA, TOMAS, NELLY, SUPPORTER = 2, 3, 8, 1
WITH_BROWSER = (1, NELLY)


def by_hand(heading, lots):
    """The most voted first, then the cheaper, then the lot; what does not fit is passed over."""
    votes = Counter(
        title
        for ballot in BALLOTS.values()
        for title in ballot.here | ballot.everywhere
        if IDEAS[title].heading == heading
    )
    chosen, left = [], MONEY[heading]
    for title in sorted(votes, key=lambda one: (-votes[one], IDEAS[one].cost, lots.index(one))):
        if IDEAS[title].cost <= left:
            chosen.append(title)
            left -= IDEAS[title].cost
    return chosen


# --- The people


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state = MunicipalityState.OPEN
    town.modules = [Module.PROPOSALS, Module.VOTES, Module.BUDGETS]
    town.contact_office = "Gerencia de Participación Vecinal"
    town.save()
    return town


@pytest.fixture
def people(otuzco):
    """Staff by name, and by number who votes: some of them have a part of their own before."""
    names = {ELSA: "Elsa Quispe", TOMAS: "Tomás Haro", NELLY: "Nelly Ávila"}
    found = {}
    for number, ballot in BALLOTS.items():
        name = names.get(number, f"Vecina {number}")
        found[number] = ResidentFactory(
            user=UserFactory(email=f"vota{number}@example.org", display_name=name),
            district=Place.objects.get(code=DISTRICTS[ballot.home]),
            document_hash=documents.document_hash("dni", dni(number)),
        ).user
    roles = {"rosa": Role.ADMINISTRATOR, "julio": Role.EVALUATOR, "lucia": Role.EVALUATOR}
    with scoped_transaction(otuzco):
        for name, role in roles.items():
            found[name] = UserFactory(display_name=name.title())
            RoleGrantFactory(user=found[name], municipality=otuzco, role=role)
    return found


@pytest.fixture
def proposal(otuzco, people):
    """Tomás's, with the supports that it needs."""
    with scoped_transaction(otuzco):
        return ProposalFactory(
            municipality=otuzco,
            author=people[TOMAS],
            published=True,
            title=TRACK,
            place_name="Chanchacap",
            state=ProposalState.THRESHOLD,
            reached_at=timezone.now(),
            answer_due_on=timezone.localdate() + timedelta(days=30),
        )


def dni(number):
    return f"{40000000 + number}"


# --- The days


def calendar():
    """The steps from tomorrow on, each on a day of its own; the vote lasts two."""
    first = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)

    def day(number, hours=10):
        start = first + timedelta(days=number)
        return start, start + timedelta(hours=hours)

    return {
        StepKind.CALL: day(1),
        StepKind.TRAINING: day(1),
        StepKind.WORKS: day(2),
        StepKind.SUPPORTS: day(2),
        StepKind.FILTER: day(3),
        StepKind.VOTE: day(4, hours=34),
        StepKind.MINUTES: day(6),
        StepKind.COMMITTEE: day(6),
        StepKind.INCLUSION: day(7),
        StepKind.EXECUTION: day(8, hours=24 * 300),
    }


# --- The journey


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_budget_lives_its_whole_life(visit, live_server, at, otuzco, people, proposal, js):
    @contextmanager
    def on_a_phone(who=None):
        with visit(js=js, size=PHONE) as page:
            if who:
                sign_in(page, live_server, people[who])
            yield page

    def look(page, name):
        """Nothing is wider than the phone; axe is a script itself."""
        shot(page, f"whole-budget-{name}-{'js' if js else 'plain'}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if js and not name.startswith(("approve", "freeze", "proved")):  # as in any vote
            assert violations(page) == []

    days = calendar()
    with on_a_phone("rosa") as page:
        she_prepares_it(page, days, look)
    with scoped_transaction(otuzco):
        budget = Budget.objects.select_related("municipality").get()

    at(in_the(days, StepKind.CALL))
    with on_a_phone(ELSA) as page:
        an_organisation_registers(page, budget, look)
    with on_a_phone("rosa") as page:
        it_is_accepted(page, budget)
    at(days[StepKind.CALL][1] + timedelta(hours=1))
    with on_a_phone("rosa") as page:
        the_list_is_closed(page, budget, look)

    at(in_the(days, StepKind.WORKS))
    with on_a_phone(ELSA) as page:
        she_puts_a_work_forward(page, budget, look)
    with on_a_phone(TOMAS) as page:
        he_brings_his_proposal_in(page, budget, proposal)
    others_put_works_forward(otuzco, budget, people)
    with on_a_phone(SUPPORTER) as page:
        somebody_supports_where_they_live(page, otuzco, look)
    others_support(otuzco, people)

    at(in_the(days, StepKind.FILTER))
    with on_a_phone("rosa") as page:
        she_gives_all_to_him(page, budget)
    with on_a_phone("julio") as page:
        he_evaluates_one(page, otuzco, look)
        points_are_typed(page, otuzco)
    with on_a_phone("lucia") as page:
        points_are_typed(page, otuzco)
    the_rest_is_evaluated(otuzco, people)
    nobody_knows_yet(budget)

    at(in_the(days, StepKind.FILTER) + timedelta(hours=3))
    with on_a_phone("rosa") as page:
        decisions_come_out(page, budget, look)
        case = works_are_put_to_the_vote(page, budget, days)
        she_approves(page, case, look)
        with on_a_phone("julio") as another:
            she_approves(another, case, look)
        she_freezes_it(page, case, look)
        words = the_trustees_make_the_key(page, case, on_a_phone, look)

    at(in_the(days, StepKind.VOTE))
    poll = poll_of(otuzco)
    for number in WITH_BROWSER:
        with on_a_phone(number) as page:
            somebody_votes(page, poll, number, js, look)
    for number in BALLOTS.keys() - {*WITH_BROWSER}:
        client = Client()
        client.force_login(people[number])
        send_form(client, poll, marks(poll, number))

    at(days[StepKind.VOTE][1] + timedelta(minutes=1))
    with on_a_phone("rosa") as page:
        she_closes_it(page, case, look)
    the_trustees_open_it(poll, words, on_a_phone, look)
    count_what_is_opened()  # as the clock does each minute
    chosen = it_equals_a_count_by_hand(otuzco, poll)
    with on_a_phone() as page:
        everybody_reads_what_is_done_and_why(page, budget, chosen, look)

    at(in_the(days, StepKind.MINUTES))
    with on_a_phone("rosa") as page:
        she_issues_the_acta(page, budget, look)
    the_paper_says_it_all(otuzco, budget, chosen)
    with on_a_phone(NELLY) as page:
        she_enters_the_committee(page, otuzco, budget, people, look)

    at(in_the(days, StepKind.EXECUTION))
    with on_a_phone("rosa") as page:
        works_are_carried_out(page, budget, chosen, look)
    with on_a_phone() as page:
        everybody_reads_how_they_go(page, otuzco, budget, look)
    the_ledger_has_it_all(otuzco)


def in_the(days, kind):
    """In the morning of its first day."""
    return days[kind][0] + timedelta(hours=1)


def address(name, *args):
    return reverse(f"budgets:{name}", args=["otuzco", *args])


def work_of(otuzco, title):
    with scoped_transaction(otuzco):
        return Work.objects.select_related("municipality", "heading").get(title=title)


# --- Before it opens


def she_prepares_it(page, days, look):
    page.goto(address("new"))
    decisions = days[StepKind.FILTER][0] + timedelta(hours=3)
    fill(
        page,
        {
            "title": "Presupuesto participativo 2028",
            "year": "2028",
            "text": "Con la plata de todos se hacen obras que **tú** eliges.",
            "announced": "S/ 300 000",
            "percent": "12.5",
            "supports_needed": "1",
            "decisions_at": f"{decisions:%Y-%m-%dT%H:%M}",
        },
    )
    page.locator("[name=counting][value=skip]").check()
    press(page)
    page.wait_for_url("**/gestion/*/")
    case = page.url

    page.goto(f"{case}rubros/")
    page.locator("[name=g0_name]").fill("Distritos")
    page.locator("button[value=districts]").click()
    expect(page.locator("[name=g0_h0_name]")).not_to_have_value("")
    for row, field in enumerate(page.locator("[name^=g0_h][name$=_name]").all()):
        name = field.input_value()
        if name in DISTRICTS:
            page.locator(f"[name=g0_h{row}_money]").fill(f"{MONEY[name]}")
        else:
            field.fill("")
    page.locator("button[value=group]").click()
    fill(page, {"g1_name": "Provincia", "g1_h0_name": PROVINCE, "g1_h0_money": "90 000,00"})
    look(page, "headings")
    press(page)
    page.wait_for_url(case)

    page.goto(f"{case}matriz/?conjunto=cuatro")
    press(page)
    page.wait_for_url(case)
    page.goto(f"{case}etapas/")
    for kind in StepKind:
        if kind not in days:
            page.locator(f"[name={kind}_out]").fill(NO_STEP)
            continue
        for part, moment in zip(("from", "until"), days[kind], strict=True):
            page.locator(f"[name={kind}_{part}]").fill(f"{moment:%Y-%m-%dT%H:%M}")
    press(page)
    page.wait_for_url(case)
    page.goto(f"{case}abrir/")
    press(page)
    expect(page.locator("h1")).to_have_text("Presupuesto participativo 2028")
    look(page, "open")


# --- Who takes part


def an_organisation_registers(page, budget, look):
    page.goto(address("register_agent", budget.pk))
    fill(
        page,
        {
            "name": "Vaso de Leche Santa Rosa",
            "place": "Chota Motil",
            "delegate_name": "Elsa Quispe Luján",
            "delegate_number": dni(ELSA),
        },
    )
    page.locator("[name=kind]").select_option("women")
    page.locator("[name=district]").select_option(DISTRICTS["Otuzco"])
    page.locator("[name=delegate_gender]").select_option("woman")
    photo = {"name": "acta.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator("[name=papers]").set_input_files(photo)
    page.locator("[name=declares]").check()
    look(page, "register")
    page.locator("button[name=do][value=send]").click()
    page.wait_for_url(re.compile(r"/agentes/\d+/$"))
    look(page, "registered")


def it_is_accepted(page, budget):
    page.goto(address("agents_desk", budget.pk))
    page.get_by_role("link", name="Vaso de Leche Santa Rosa").click()
    submit(page, "/aceptar/")
    page.wait_for_url(f"**{address('agents_desk', budget.pk)}")


def the_list_is_closed(page, budget, look):
    page.goto(address("close_list", budget.pk))
    press(page)
    page.wait_for_url(f"**{address('agents_desk', budget.pk)}")
    page.goto(address("agents", budget.pk))
    expect(page.locator("main")).to_contain_text("Vaso de Leche Santa Rosa")
    look(page, "agents")


# --- Works


def she_puts_a_work_forward(page, budget, look):
    """For her organisation, as she speaks for it."""
    page.goto(address("write_work", budget.pk))
    page.locator("main").get_by_role("link", name="Otuzco", exact=True).click()
    fill(
        page,
        {
            "title": WATER,
            "summary": "Un reservorio y tubería para 140 familias que tienen agua dos horas.",
            "place_name": "Chota Motil",
            "beneficiaries": "140",
            "estimate": "55 000",
        },
    )
    page.locator("details:has([name=agent]) > summary").click()
    page.locator("[name=agent]").select_option(label="Vaso de Leche Santa Rosa")
    page.locator("button[name=do][value=preview]").click()
    page.wait_for_url("**/vista-previa/")
    submit(page, "/publicar/")
    expect(page.locator("h1")).to_have_text(WATER)
    expect(page.locator("main")).to_contain_text("Vaso de Leche Santa Rosa")
    look(page, "work")


def he_brings_his_proposal_in(page, budget, proposal):
    page.goto(address("bring_proposal", budget.pk, proposal.pk))
    page.get_by_label(PROVINCE).check()
    press(page)
    expect(page.locator("h1")).to_have_text(TRACK)


def others_put_works_forward(otuzco, budget, people):
    with scoped_transaction(otuzco):
        headings = {
            heading.name: heading
            for heading in Heading.objects.filter(group__budget=budget).select_related("group")
        }
        for title in IDEAS.keys() - {WATER, TRACK}:
            author = people[a_neighbour(title)]
            work = works.begin(
                budget,
                by=author,
                form_key=uuid4(),
                heading=headings[IDEAS[title].heading],
                title=title,
                summary="Lo que pide el barrio desde hace años.",
                place_name="Barrio alto",
            )
            works.publish(work, by=author)


def a_neighbour(title):
    """The last of those whose heading it is, so that nobody supports in two."""
    heading = IDEAS[title].heading
    return max(number for number, one in BALLOTS.items() if heading in (one.home, PROVINCE))


def somebody_supports_where_they_live(page, otuzco, look):
    page.goto(work_of(otuzco, WATER).get_absolute_url())
    submit(page, "/apoyar/")
    page.locator("#support form[action$='/quitar-apoyo/']").wait_for()
    elsewhere = work_of(otuzco, BRIDGE)
    page.goto(elsewhere.get_absolute_url())
    expect(page.locator("#support")).to_contain_text("solo decide quien vive ahí")
    assert page.locator("#support form").count() == 0
    look(page, "not-mine-to-support")


def others_support(otuzco, people):
    with scoped_transaction(otuzco):
        for title in IDEAS.keys() - {WATER}:
            neighbour = people[a_neighbour(title)]
            work = Work.objects.select_related("heading__group", "budget").get(title=title)
            assert supports.support(work, by=neighbour, resident=neighbour.proof)


# --- The evaluation


def she_gives_all_to_him(page, budget):
    page.goto(address("take_up", budget.pk))
    for box in page.locator("[name=ids]").all():
        box.check()
    page.locator("[name=evaluator]").select_option(label="Julio")
    press(page)
    page.wait_for_url(f"**{address('evaluations', budget.pk)}")


def he_evaluates_one(page, otuzco, look):
    with scoped_transaction(otuzco):
        evaluation = Evaluation.objects.get(work__title=WATER)
    page.goto(address("evaluate", evaluation.pk))
    page.locator("button[value=declare]").click()
    for question in ("is_legal", "is_competence", "is_technical"):
        page.locator(f"[name={question}][value=yes]").check()
    fill(
        page,
        {
            "line_0_text": "Reservorio",
            "line_0_amount": "42 500,50",
            "line_1_text": "Tubería",
            "line_1_amount": "17 499,50",
            "running_cost": "1 200",
            "months": "4",
            "report": "La fuente da agua todo el año y el terreno es de la comunidad.",
        },
    )
    page.locator("[name=verdict][value=feasible]").check()
    look(page, "evaluate")
    page.locator("button[value=review]").click()
    page.wait_for_url("**/entregar/")
    expect(page.locator("main")).to_contain_text("S/ 60 000")
    look(page, "hand-in")
    press(page)
    page.wait_for_url("**/evaluacion/**")


def points_are_typed(page, otuzco):
    page.goto(address("score", work_of(otuzco, WATER).pk))
    for field in page.locator("[name^=points_]").all():
        field.fill("3")
    press(page)
    page.wait_for_url("**/puntajes/")


def the_rest_is_evaluated(otuzco, people):
    julio, lucia = people["julio"], people["lucia"]
    with scoped_transaction(otuzco):
        for evaluation in Evaluation.objects.filter(submitted_at=None).select_related("work"):
            work = evaluation.work
            is_feasible = work.title != VIEWPOINT
            evaluations.declare(evaluation, by=julio)
            evaluations.save(
                evaluation,
                by=julio,
                lines=[("Obra", IDEAS[work.title].cost * 100)] if is_feasible else [],
                is_legal=is_feasible,
                is_competence=True,
                is_technical=True,
                running_cost=0,
                months=4,
                verdict="feasible" if is_feasible else "unfeasible",
                report="Se puede hacer."
                if is_feasible
                else "El terreno es de la escuela 80123,"
                " que va a construir ahí sus aulas: no se puede usar para otra cosa.",
            )
            evaluations.hand_in(evaluation, by=julio)
            for officer in (julio, lucia) if is_feasible else ():
                points = dict.fromkeys(work.budget.criteria.values_list("pk", flat=True), 3)
                matrix.type_in(work, by=officer, points=points)


def nobody_knows_yet(budget):
    assert "42" not in Client().get(address("decisions", budget.pk)).content.decode()


def decisions_come_out(page, budget, look):
    page.goto(address("decisions_desk", budget.pk))
    submit(page, "/decisiones/publicar/")
    page.goto(address("decisions", budget.pk))
    expect(page.locator("main")).to_contain_text("S/ 60 000")
    look(page, "decisions")
    page.locator("main").get_by_role("link", name=VIEWPOINT).click()
    expect(page.locator("main")).to_contain_text("El terreno es de la escuela")


# --- The vote


def works_are_put_to_the_vote(page, budget, days):
    """All that are feasible, within the days of the step; the address of the vote's own desk."""
    page.goto(address("make_ballot", budget.pk))
    for name, moment in zip(("opens_at", "closes_at"), days[StepKind.VOTE], strict=True):
        page.locator(f"[name={name}]").fill(f"{moment:%Y-%m-%dT%H:%M}")
    assert page.locator("[name^=heading_]:checked").count() == len(IDEAS) - 1
    press(page)
    page.wait_for_url(f"**{address('ballots', budget.pk)}")
    follow(page, "/votaciones/gestion/")
    case = page.url
    page.goto(f"{case}custodios/")
    fill(page, rows([name for name, _office in TRUSTEES]))
    page.locator("[name=keys_needed]").fill("2")
    press(page)
    page.wait_for_url(case)
    page.goto(f"{case}sorteo/")
    fill(page, {"where": "Sala de sesiones", "before": "Comité de vigilancia y prensa"})
    press(page)
    page.locator("[name=why]").wait_for()
    return case


def asked_of(poll, number):
    """The questions of whoever lives there, each with what the person chooses, by code."""
    ballot = BALLOTS[number]
    for question in definition_of(poll.urn)["questions"]:
        places = question.get("districts")
        if not places or DISTRICTS[ballot.home] in places:
            titles, wanted = question["titles"], ballot.here | ballot.everywhere
            yield question, {titles[code]: code for code in titles if titles[code] in wanted}


def marks(poll, number):
    """The form as the person fills it in."""
    return {
        question["id"] if chosen else f"{question['id']}-blanco": list(chosen.values()) or "on"
        for question, chosen in asked_of(poll, number)
    }


def somebody_votes(page, poll, number, js, look):
    """On the way the first of them wants too much, and reads by how much."""
    page.goto(address_of(poll, "votar"))
    asked = list(asked_of(poll, number))
    assert page.locator("[data-works]").count() == len(asked) == 2
    for question, chosen in asked:
        for code in chosen.values():
            page.locator(f"[name={question['id']}][value={code}]").check()
    if number == 1:
        slab = page.locator(".works li").filter(has_text=SLAB)
        if not js:
            page.locator("button[name=calcular]").first.click()
        expect(slab.locator("i")).to_have_text("faltan S/ 50 000 para que entre")
        look(page, "vote")
        slab.locator("input").check()
        press(page)
        page.locator("main .error-summary").get_by_text("te pasas por S/ 50 000").wait_for()
        look(page, "too-much")
        slab.locator("input").uncheck()
    press(page)
    page.locator(".ballot-code").wait_for()
    for _question, chosen in asked:
        for title in chosen:
            expect(page.locator("main")).to_contain_text(title)
    look(page, f"review-{number}")
    cast(page, poll)
    look(page, f"receipt-{number}")


# --- What is done


def it_equals_a_count_by_hand(otuzco, poll):
    """The titles of the works that are done, by heading."""
    with scoped_transaction(otuzco):
        found, expected = {}, {}
        questions = {one["title"]: one for one in definition_of(poll.urn)["questions"]}
        titles = dict(Work.objects.values_list("code", "title"))
        for count in Count.objects.official().select_related("heading"):
            name = count.heading.name
            lots = [questions[name]["titles"][code] for code in questions[name]["lots"]]
            expected[name] = by_hand(name, lots)
            found[name] = [titles[code] for code in count.result["winners"]]
        states = dict(Work.objects.values_list("title", "state"))
    assert found == expected
    assert set(found) == set(MONEY)
    done = {title for chosen in found.values() for title in chosen}
    assert done - {BRIDGE, CANAL} == {WATER, POST, CLASSROOM, PAVEMENT, NURSERY, TRACK}
    assert len(done & {BRIDGE, CANAL}) == 1  # as the lot would have it
    for title in IDEAS.keys() - {VIEWPOINT}:
        assert states[title] == (WorkState.CHOSEN if title in done else WorkState.NOT_CHOSEN)
    assert states[VIEWPOINT] == WorkState.UNFEASIBLE
    return found


def everybody_reads_what_is_done_and_why(page, budget, chosen, look):
    page.goto(address("results", budget.pk))
    for titles in chosen.values():
        for title in titles:
            expect(page.locator("main")).to_contain_text(title)
    look(page, "results")
    short = {SLAB: "S/ 10 000", LIGHT: "S/ 5 000", AMBULANCE: "S/ 50 000"}
    [second] = {BRIDGE, CANAL} - {*chosen["Salpo"]}
    short[second] = "S/ 30 000"
    for heading, titles in chosen.items():
        page.goto(address("results", budget.pk))
        section = page.locator("main section").filter(has=page.get_by_role("heading", name=heading))
        section.locator("a.btn").click()
        for title in IDEAS.keys() - {VIEWPOINT}:
            if IDEAS[title].heading == heading:
                row = page.locator("main .opinions li").filter(has_text=title)
                said = (
                    "Se hace."
                    if title in titles
                    else f"No se hace. {short[title]} más de lo que quedaba en su turno."
                )
                expect(row).to_contain_text(said)
        if heading == "Salpo":
            expect(page.locator("main")).to_contain_text("el sorteo hecho en público puso primero")
            look(page, "why")


def she_issues_the_acta(page, budget, look):
    page.goto(address("write_minutes", budget.pk))
    fill(
        page,
        {
            "held_on": f"{timezone.localdate()}",
            "place": "Auditorio municipal",
            "text": "La municipalidad ejecuta las obras elegidas.",
            "attendance": "Rosa Paredes, alcaldesa\nElsa Quispe Luján, Vaso de Leche Santa Rosa",
        },
    )
    press(page)
    page.wait_for_url(f"**{address('minutes_desk', budget.pk)}")
    look(page, "acta-to-be-issued")
    submit(page, "/emitir/")
    page.goto(address("minutes", budget.pk))
    look(page, "acta")


def the_paper_says_it_all(otuzco, budget, chosen):
    answer = Client().get(address("minutes_pdf", budget.pk))
    pages = PdfReader(io.BytesIO(b"".join(answer))).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    with scoped_transaction(otuzco):
        acta = Minutes.objects.get()
    done = {title for titles in chosen.values() for title in titles}
    assert {title for title in IDEAS if title in said} == done | {BRIDGE, CANAL}
    cost = sum(IDEAS[title].cost for titles in chosen.values() for title in titles)
    for words in (
        "Municipalidad Provincial de Otuzco",
        "Auditorio municipal",
        f"S/ {cost // 1000} 000 de los S/ 300 000",
        "15 de las 15 personas",
        "La municipalidad ejecuta las obras elegidas.",
        "Elsa Quispe Luján",
    ):
        assert words in said, (words, said)
    assert bytes(acta.digest).hex() in said.replace(" ", "")


def she_enters_the_committee(page, otuzco, budget, people, look):
    rosa = people["rosa"]
    with scoped_transaction(otuzco):
        committee.form(budget, by=rosa, elected_on=timezone.localdate(), how="A mano alzada.")
        member = committee.add_member(
            budget, by=rosa, name="Nelly Ávila Polo", since=timezone.localdate()
        )
        committee.invite(member, by=rosa, email="nelly@example.org")
    page.goto(re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1])
    press(page)
    page.wait_for_url(f"**{address('committee_room', budget.pk)}")
    look(page, "committee")


# --- Afterwards


def works_are_carried_out(page, budget, chosen, look):
    today = timezone.localdate()
    page.goto(address("projects_desk", budget.pk))
    page.locator("[name=office]").fill("Gerencia de Obras")
    press(page)
    expect(page.locator("table tbody tr")).to_have_count(sum(map(len, chosen.values())))
    page.locator("main").get_by_role("link", name=WATER).click()
    page.wait_for_url("**/gestion/ejecucion/*/")
    case = page.url

    def write(part, fields):
        page.goto(f"{case}{part}/")
        fill(page, {name: f"{value}" for name, value in fields.items()})
        press(page)
        page.wait_for_url(case)

    write("datos", {"contractor": "Andina SAC", "starts_on": today, "ends_on": today})
    write("hitos", {"title": "Zanja abierta", "due_on": today})
    follow(page, "/hecho/")
    photo = {"name": "zanja.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator("[name=photo]").set_input_files(photo)
    page.locator("[name=photo_description]").fill("La zanja, de punta a punta")
    press(page)
    page.wait_for_url(case)
    page.goto(f"{case}gasto/")
    page.locator("[name=stage][value=accrued]").check()
    fill(page, {"amount": "12 400,50", "text": "Orden de servicio 012-2028, tubería"})
    press(page)
    page.wait_for_url(case)
    later = today + timedelta(days=20)
    write("retraso", {"new_day": later, "reason": "Llovió todo el mes y la zanja se llenó."})
    look(page, "project-case")


def everybody_reads_how_they_go(page, otuzco, budget, look):
    page.goto(address("projects", budget.pk))
    page.locator(".card").get_by_role("link", name=WATER).click()
    said = page.locator("main")
    for words in ("Andina SAC", "Zanja abierta", "S/ 12 400,50", "Llovió todo el mes"):
        expect(said).to_contain_text(words)
    assert page.get_by_alt_text("La zanja, de punta a punta").count() == 1
    look(page, "project")
    page.goto(address("accounts", budget.pk))
    for words in ("S/ 300 000", "S/ 12 400,50", "Llovió todo el mes"):
        expect(said).to_contain_text(words)
    look(page, "accounts")
    page.goto(address("committee", budget.pk))
    expect(said).to_contain_text("Nelly Ávila Polo")
    page.goto(work_of(otuzco, WATER).get_absolute_url())
    expect(said).to_contain_text("Zanja abierta")
    look(page, "work-carried-out")


def the_ledger_has_it_all(otuzco):
    with scoped_transaction(otuzco):
        counted = Counter(Intervention.objects.values_list("kind", flat=True))
    assert counted[InterventionKind.AGENT] == 1
    assert counted[InterventionKind.WORK] == len(IDEAS)
    assert counted[InterventionKind.WORK_SUPPORT] == len(IDEAS)
    assert counted[InterventionKind.BALLOT] == len(BALLOTS)
