"""The rendición de cuentas adds up, on its page and in its files."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tablib import Dataset

from budgets import accounts
from budgets.actions import projects as actions
from budgets.enums import ProjectState, SpendingStage
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.budgets.after import agents, carried_out, chosen_budget, member, staff
from tests.budgets.factories import BudgetFactory
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return staff(otuzco)


@pytest.fixture
def budget(otuzco, ana):
    """One work done, one stopped, one late; and some of the money spent."""
    budget = chosen_budget(otuzco)
    agents(budget)
    done, stopped, late = carried_out(budget, ana)
    today = timezone.localdate()
    actions.move(done, by=ana, state="done", percent=100, finished_on=today)
    actions.move(stopped, by=ana, state="paused", percent=40, why="=La empresa se fue")
    actions.change(late, by=ana, ends_on=today - timedelta(days=3))
    for stage, amount in [("certified", 50_000_00), ("accrued", 40_000_00), ("paid", 30_000_00)]:
        actions.spend(done, by=ana, stage=stage, day=today, amount=amount, text="Orden 1")
    return budget


def at(name, budget, *more):
    return reverse(f"budgets:{name}", args=["otuzco", budget.pk, *more])


def test_the_sums_are_those_of_the_rows(budget):
    found = accounts.Accounts(budget)

    assert (found.shared, found.cost, found.sums.money) == (
        300_000_00,
        150_000_03,
        150_000_03,
    )
    assert found.sums.spent == {
        SpendingStage.CERTIFIED: 50_000_00,
        SpendingStage.COMMITTED: 0,
        SpendingStage.ACCRUED: 40_000_00,
        SpendingStage.PAID: 30_000_00,
    }
    assert {line.state: line.number for line in found.states} == {
        ProjectState.PLANNED: 1,
        ProjectState.PAUSED: 1,
        ProjectState.DONE: 1,
    }
    assert [line.done for line in found.headings] == [1, 0]
    assert (found.people.women, found.people.rural, found.people.delegates) == (4, 6, 6)
    assert sum(line.sums.money for line in found.headings) == found.sums.money


def test_its_page_tells_them_with_the_reasons(client, budget):
    page = client.get(at("accounts", budget)).content.decode()

    assert "La empresa se fue" in page
    assert "S/\u00a0150\u202f000,03" in page


def test_the_file_has_a_line_for_each_chosen_work_and_runs_nothing(client, budget):
    text = client.get(at("accounts_data", budget, "csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert len(rows) == 3
    (done,) = [row for row in rows if row["estado"] == "done"]
    assert (done["devengado"], done["girado"], done["avance_fisico"]) == ("40000", "30000", "100")
    (stopped,) = [row for row in rows if row["estado"] == "paused"]
    assert stopped["motivo"] == "'=La empresa se fue"


def test_the_spreadsheet_says_the_same(client, budget):
    answer = client.get(at("accounts_data", budget, "xlsx"))

    rows = Dataset().load(answer.content, format="xlsx").dict
    assert {row["estado"] for row in rows} == {"done", "paused", "planned"}


def test_other_files_there_are_none(client, budget):
    assert client.get(at("accounts_data", budget, "html")).status_code == 404


def test_of_few_delegates_nothing_is_told(otuzco):
    budget = chosen_budget(otuzco, works=1)
    agents(budget, number=4)

    assert accounts.Accounts(budget).people is None


def test_the_accounts_of_the_year_before_are_at_hand(client, budget, otuzco):
    new = BudgetFactory(municipality=otuzco, year=budget.year + 1, opened=True)

    assert accounts.before(new) == budget
    assert accounts.before(budget) is None
    assert at("accounts", budget) in client.get(at("accounts", new)).content.decode()


def test_a_draft_has_no_accounts(client, otuzco):
    draft = BudgetFactory(municipality=otuzco)

    assert client.get(at("accounts", draft)).status_code == 404
    assert client.get(at("accounts_data", draft, "csv")).status_code == 404


@pytest.mark.parametrize("works", [1, 100])
def test_they_ask_the_same_queries_for_one_work_or_a_hundred(
    client, otuzco, ana, works, django_assert_max_num_queries
):
    budget = chosen_budget(otuzco, works=works)
    carried_out(budget, ana)
    member(budget, ana, UserFactory())
    client.get(at("accounts", budget))

    with django_assert_max_num_queries(18):
        assert client.get(at("accounts", budget)).status_code == 200
    with django_assert_max_num_queries(13):
        client.get(at("accounts_data", budget, "csv"))
