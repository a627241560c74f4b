"""From the works of a heading to what was chosen, on a phone and on a desk, in a real browser."""

from datetime import timedelta

import brotli
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from budgets import counts
from budgets.actions.counts import ask_another_rule, count_officially
from budgets.actions.elections import import_file
from budgets.enums import Mode, StepKind
from budgets.models import Count
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.budgets.factories import AgentListFactory
from tests.budgets.voted import (
    SHARES,
    budget_of,
    heading_of,
    on_the_ballot,
    opened,
    vote,
)
from tests.factories import RoleGrantFactory, UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import FIRST_VISIT, NEXT_PAGE, is_no_wider_than_the_screen
from tests.votes import conftest


clock = conftest.clock
PB = (
    b"META\nkey;value\ndescription;A vote\nunit;Wieliczka\ninstance;2023\nnum_projects;2\n"
    b"num_votes;3\nbudget;1000\nvote_type;approval\nrule;greedy\ncurrency;PLN\n"
    b"PROJECTS\nproject_id;cost;name;selected\nw1;700;Park;1\nw2;400;Droga;0\n"
    b"VOTES\nvoter_id;vote\n1;w1\n2;w1,w2\n3;w1\n"
)


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    municipality = Municipality.objects.get(slug="otuzco")
    municipality.state = MunicipalityState.OPEN
    municipality.modules = [Module.BUDGETS, Module.VOTES]
    municipality.save()
    return municipality


@pytest.fixture
def counted(otuzco, clock):
    """Ninety people of three districts in two headings, counted in equal shares."""
    with scoped_transaction(otuzco):
        budget = budget_of(
            otuzco,
            {
                "Distrito de Otuzco": (90_000, [50_000, 40_000, 30_000, 20_000]),
                "Distrito de Usquil": (60_000, [60_000, 30_000, 30_000]),
            },
            rule=SHARES,
            title="Presupuesto participativo 2027",
        )
        ballot, key = on_the_ballot(budget)
        vote(ballot, {"Distrito de Otuzco": "ab"}, people=30, place="130601")
        vote(ballot, {"Distrito de Otuzco": "cd"}, people=26, place="130605")
        vote(ballot, {"Distrito de Usquil": "ab"}, people=30, place="130613")
        opened(ballot, key, clock)
        asked = [*count_officially(budget, by=None)]
        asked.append(ask_other(budget))
        election = import_file(otuzco, by=UserFactory(), data=PB)
        asked.append(ask_another_rule(election, {"method": "greedy"}, by=None))
        for count in asked:
            counts.run(otuzco, count.pk)
    budget.election = election
    return budget


def ask_other(budget):
    heading = heading_of(budget, "Distrito de Otuzco")
    # What was decided comes first: only then may anybody ask what if.
    for count in Count.objects.official():
        counts.run(budget.municipality, count.pk)
    return ask_another_rule(heading, {"method": "greedy"}, by=None)


def address(budget, name, *more):
    return reverse(f"budgets:{name}", args=["otuzco", budget.pk, *more])


def public_pages(budget):
    with scoped_transaction(budget.municipality):
        heading = heading_of(budget, "Distrito de Otuzco").pk
        other = Count.objects.get(heading=heading, is_official=False).pk
        count = Count.objects.get(election=budget.election).pk
    election = ["otuzco", budget.election.pk]
    return {
        "results": address(budget, "results"),
        "heading": address(budget, "heading_results", heading),
        "how": address(budget, "how_counted"),
        "what-if": address(budget, "what_if", heading),
        "what-if-count": address(budget, "what_if_count", heading, other),
        "data": address(budget, "open_data"),
        "elections": reverse("budgets:elections", args=["otuzco"]),
        "election": reverse("budgets:election", args=election),
        "election-count": reverse("budgets:election_count", args=[*election, count]),
    }


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", PHONE), ("dark", PHONE), ("light", DESK)], ids=str
)
def test_what_was_chosen_is_accessible_and_fits(visit, counted, scheme, size):
    with visit(scheme=scheme, size=size) as page:
        for name, url in public_pages(counted).items():
            page.goto(url)
            for folded in page.locator("main details").all():
                folded.locator("summary").click()
            shot(page, f"budget-{name}-{scheme}-{size['width']}")
            assert violations(page) == [], name
            assert is_no_wider_than_the_screen(page), name


def test_its_pages_are_light(counted, client):
    for name, url in public_pages(counted).items():
        weight = len(brotli.compress(client.get(url).content, quality=5))
        assert weight < NEXT_PAGE < FIRST_VISIT, name


def test_without_a_script_somebody_asks_what_if_and_looks_again(visit, counted):
    with visit(js=False) as page:
        page.goto(public_pages(counted)["heading"])
        page.get_by_role("link", name="¿Y si hubiera contado otra regla?").click()
        page.get_by_label("Partes iguales", exact=True).check()
        page.get_by_label("cuántas obras consiguen").check()
        page.get_by_role("button", name="Contar con esta regla").click()
        page.get_by_text("no es lo que se decidió").wait_for()
        with scoped_transaction(counted.municipality):
            asked = Count.objects.latest("pk")
            counts.run(counted.municipality, asked.pk)
        if page.get_by_role("link", name="Ver si hay novedades").count():
            page.get_by_role("link", name="Ver si hay novedades").click()
        page.get_by_role("heading", name="Qué sería distinto").wait_for()


# --- Staff


@pytest.fixture
def signed_in(client, otuzco):
    def sign_in(page, user):
        page.context.clear_cookies()
        page.goto("/")
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])

    return sign_in


def staff_of(otuzco, role=Role.ADMINISTRATOR):
    with scoped_transaction(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=role).user


@pytest.mark.parametrize("js", [True, False], ids=["js", "plain"])
def test_staff_put_works_to_the_vote_on_a_phone(visit, otuzco, signed_in, js):
    with scoped_transaction(otuzco):
        budget = budget_of(
            otuzco,
            {"Distrito de Otuzco": (90_000, [50_000, 40_000, 120_000])},
            title="Presupuesto participativo 2027",
        )
        closes = timezone.localtime(budget.steps.get(kind=StepKind.VOTE).ends_at)
    with visit(js=js) as page:
        signed_in(page, staff_of(otuzco))
        page.goto(address(budget, "ballots"))
        shot(page, f"budget-desk-{js}")
        if js:  # axe is a script
            assert violations(page) == []
        page.get_by_role("link", name="Poner obras a votación").click()
        shot(page, f"budget-works-{js}")
        if js:
            assert violations(page) == []
            assert is_no_wider_than_the_screen(page)
        page.get_by_label("Abre").fill(
            timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        )
        page.get_by_label("Cierra").fill(closes.strftime("%Y-%m-%dT%H:%M"))
        page.get_by_role("button", name="Guardar y seguir").click()
        page.get_by_text("La votación está en preparación").wait_for()
        shot(page, f"budget-desk-prepared-{js}")
        page.get_by_role("link", name="Seguir con la votación").click()
        page.get_by_role("heading", level=1).wait_for()


def test_two_people_type_a_vote_by_hand(visit, otuzco, signed_in):
    with scoped_transaction(otuzco):
        budget = budget_of(
            otuzco,
            {"Distrito de Otuzco": (90_000, [50_000, 40_000])},
            running=[StepKind.WORKSHOP],
            mode=Mode.AGENTS,
        )
        AgentListFactory(municipality=otuzco, budget=budget, agents=20, voters=20)
        heading = heading_of(budget, "Distrito de Otuzco").pk
    with visit() as page:
        signed_in(page, staff_of(otuzco))
        page.goto(address(budget, "tallies"))
        shot(page, "budget-tallies")
        assert violations(page) == []
        page.goto(address(budget, "draw_lots"))
        page.get_by_label("Dónde, cuándo y ante quiénes").fill("En el taller, ante los agentes.")
        page.get_by_role("button", name="Hacer el sorteo ahora").click()
        shot(page, "budget-lots")
        assert violations(page) == []
        type_sheet(page, budget, heading, 15, 12, 9)
        signed_in(page, staff_of(otuzco, Role.EVALUATOR))
        type_sheet(page, budget, heading, 15, 12, 8)
        page.get_by_role("heading", name="Aquí difieren las dos hojas").wait_for()
        shot(page, "budget-differing")
        assert violations(page) == []
        type_sheet(page, budget, heading, 15, 12, 9)
        page.get_by_text("Las dos hojas dicen lo mismo").wait_for()


def type_sheet(page, budget, heading, present, *votes):
    page.goto(address(budget, "tally", heading))
    page.get_by_label("Agentes con voto que estuvieron presentes").fill(str(present))
    for field, number in zip(page.locator("input[name^=work_]").all(), votes, strict=True):
        field.fill(str(number))
    page.get_by_role("button", name="Guardar la hoja").click()
