"""What everybody reads of a budget, and what each page costs."""

import hashlib
import json

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.enums import Role
from budgets.actions import budgets
from budgets.enums import StepKind
from budgets.people import export
from decide.common.money import soles
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.kinds import can_be_hidden
from participation.rules.comments import why_not_comment
from tests.budgets.factories import (
    AgentFactory,
    BudgetFactory,
    StepDocumentFactory,
    WorkFactory,
)
from tests.budgets.process import opened, words
from tests.factories import MunicipalityFactory, ResidentFactory, RoleGrantFactory


@pytest.fixture
def town(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(town):
    return RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user


def page(client, name, budget):
    return client.get(reverse(f"budgets:{name}", args=["otuzco", budget.pk]))


def test_in_the_list_stands_what_was_opened_and_no_draft(client, town, ana):
    budget = opened(town, ana)
    budgets.create(town, by=ana, **words(title="Todavía nada", year=2029))

    index = client.get(reverse("budgets:index", args=["otuzco"]))

    assertContains(index, budget.title)
    assertContains(index, soles(300_000_00))
    assertNotContains(index, "Todavía nada")


def test_an_empty_list_leads_on(client, town):
    index = client.get(reverse("budgets:index", args=["otuzco"]))

    assertContains(index, reverse("municipalities:mechanisms", args=["otuzco"]))


def test_a_budget_says_what_is_decided_the_money_and_where_it_stands(client, town):
    budget = BudgetFactory(
        municipality=town,
        headings={"Salpo": 100_000_00, "Usquil": 80_000_00},
        running=[StepKind.WORKS],
        opened=True,
    )

    seen = client.get(budget.get_absolute_url())

    for said in (
        soles(300_000_00),
        "Salpo",
        soles(100_000_00),
        "Ahora: Recojo de obras",
        "Sigue: ",
    ):
        assertContains(seen, said)
    assertContains(seen, soles(120_000_00))  # announced, and not shared out


def test_its_short_address_leads_to_it(client, town, ana):
    budget = opened(town, ana)

    assert page(client, "by_number", budget).url == budget.get_absolute_url()


def test_a_draft_is_for_those_who_work_on_it(client, town, ana):
    draft = budgets.create(town, by=ana, **words())
    names = ("rules_page", "rules_json")

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert {page(client, name, draft).status_code for name in names} == {404}
    client.force_login(ana)
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert page(client, "rules_page", draft).status_code == 200


def test_the_rules_are_given_byte_by_byte_as_they_were_hashed(client, town, ana):
    budget = opened(town, ana, rule={"method": "mes", "completion": "add1u", "increment": 100})

    sent = page(client, "rules_json", budget).content

    assert hashlib.sha256(sent).hexdigest() == bytes(budget.digest).hex()
    assert json.loads(sent)["groups"][0]["headings"][0]["money"] == 100_000_00
    assertContains(page(client, "rules_page", budget), bytes(budget.digest).hex())
    assertContains(page(client, "rules_page", budget), "Partes iguales")


def test_a_budget_called_off_says_why(client, town, ana):
    budget = budgets.cancel(opened(town, ana), by=ana, why="La transferencia no llegó.")

    assertContains(client.get(budget.get_absolute_url()), "La transferencia no llegó.")


def test_the_feed_has_what_was_opened(client, town, ana):
    budget = opened(town, ana)

    assertContains(client.get(reverse("budgets:feed", args=["otuzco"])), budget.title)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_many(client, town, django_assert_num_queries, count):
    for _ in range(count):
        BudgetFactory(municipality=town, running=[StepKind.WORKS], opened=True)
    client.get(reverse("budgets:index", args=["otuzco"]))

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(reverse("budgets:index", args=["otuzco"]))


@pytest.mark.parametrize("count", [1, 3])
def test_a_budget_costs_the_same_with_few_and_many_headings_works_and_documents(
    client, town, empty_cache, django_assert_num_queries, count
):
    headings = {f"Rubro {number}": 50_000_00 for number in range(count)}
    budget = BudgetFactory(
        municipality=town, headings=headings, running=[StepKind.WORKS], opened=True
    )
    for heading in [heading for group in budget.groups.all() for heading in group.headings.all()]:
        WorkFactory(heading=heading, published=True)
    for step in budget.steps.all()[:count]:
        StepDocumentFactory(municipality=town, step=step)
    client.get(budget.get_absolute_url())
    empty_cache()

    with django_assert_num_queries(QUERIES_OF_A_BUDGET):
        client.get(budget.get_absolute_url())


QUERIES_OF_THE_LIST = 10
QUERIES_OF_A_BUDGET = 24


# --- Around it


def test_it_is_talked_about_stands_in_the_stream_and_is_hidden_by_nobody(client, town, ana):
    budget = opened(town, ana)
    rosa = ResidentFactory(district=town.place).user

    stream = client.get(
        reverse("participation:activity", args=["otuzco"]), {"tipo": "presupuestos"}
    )

    assertContains(stream, budget.title)
    assert why_not_comment(rosa, budget.thread) is None
    assert not can_be_hidden(budget.thread)


def test_a_copy_of_ones_data_has_the_works_and_the_organisations_one_registered(town):
    budget = BudgetFactory(municipality=town, headings={"Salpo": 100_000_00}, opened=True)
    heading = budget.groups.get().headings.get()
    rosa = WorkFactory(heading=heading, published=True, title="Agua para Chanchacap").author
    AgentFactory(budget=budget, registered_by=rosa, name="Junta vecinal Ramón Castilla")

    copy = export(rosa)

    assert [work["title"] for work in copy["works"]] == ["Agua para Chanchacap"]
    assert copy["participating agents"][0]["name"] == "Junta vecinal Ramón Castilla"
