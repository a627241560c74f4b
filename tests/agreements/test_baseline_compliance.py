"""Papers that the law asks for come out of what is here already."""

import io
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.enums import Role
from agreements.compliance import hearings_until
from municipalities.rls import municipality_scope
from participation.enums import InterventionKind
from proposals.enums import Verdict
from tests.budgets.factories import BudgetFactory
from tests.factories import (
    AnswerFactory,
    InterventionFactory,
    MunicipalityFactory,
    ProposalFactory,
    RoleGrantFactory,
    UserFactory,
)


@pytest.fixture
def otuzco():
    return MunicipalityFactory(slug="otuzco", name="Municipalidad Provincial de Otuzco")


@pytest.fixture
def staff(client, otuzco):
    with municipality_scope(otuzco):
        client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)
    return client


def words_of(response):
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    ("today", "hearings"),
    [
        (date(2026, 11, 26), [(2027, 5), (2026, 9), (2026, 5), (2025, 9)]),
        (date(2026, 5, 1), [(2026, 9), (2026, 5), (2025, 9), (2025, 5)]),
        (date(2026, 4, 30), [(2026, 5), (2025, 9), (2025, 5), (2024, 9)]),
    ],
)
def test_the_hearings_of_the_law_are_those_of_may_and_september(today, hearings):
    assert hearings_until(today) == hearings


def test_the_file_of_a_hearing_tells_who_took_part_and_what_was_answered(staff, otuzco):
    with municipality_scope(otuzco):
        for _each in range(7):
            InterventionFactory(
                municipality=otuzco, kind=InterventionKind.SUPPORT, day=date(2026, 2, 3)
            )
        InterventionFactory(
            municipality=otuzco, kind=InterventionKind.DEBATE, day=date(2025, 12, 31)
        )
        proposal = ProposalFactory(municipality=otuzco, published=True, title="Agua para Parrapós")
        AnswerFactory(
            municipality=otuzco,
            proposal=proposal,
            verdict=Verdict.ACCEPTED,
            published_at="2026-03-02T12:00-05:00",
        )

    said = words_of(staff.get(reverse("agreed:hearing_file", args=["otuzco", 2026, 5])))

    assert "Municipalidad Provincial de Otuzco" in said
    assert "Agua para Parrapós" in said
    assert f"{InterventionKind.SUPPORT.label} 7" in said or " 7 " in said
    assert str(InterventionKind.DEBATE.label) not in said


def test_the_dossier_of_a_budget_tells_its_money_and_its_headings(staff, otuzco):
    with municipality_scope(otuzco):
        budget = BudgetFactory(municipality=otuzco, title="Presupuesto 2027", opened=True)
        heading = budget.groups.get().headings.get()

    said = words_of(staff.get(reverse("agreed:budget_dossier", args=["otuzco", budget.pk])))

    assert "Presupuesto 2027" in said
    assert heading.name in said


def test_a_draft_of_a_budget_has_no_dossier(staff, otuzco):
    with municipality_scope(otuzco):
        budget = BudgetFactory(municipality=otuzco)

    page = staff.get(reverse("agreed:budget_dossier", args=["otuzco", budget.pk]))

    assert page.status_code == 404


@pytest.mark.parametrize(("year", "month"), [(2026, 6), (1999, 5), (2999, 9)])
def test_there_is_no_file_of_other_months(staff, year, month):
    page = staff.get(reverse("agreed:hearing_file", args=["otuzco", year, month]))

    assert page.status_code == 404


def test_only_staff_makes_them(client, otuzco):
    page = reverse("agreed:compliance", args=["otuzco"])
    assert client.get(page).status_code == 302
    client.force_login(UserFactory())
    assert client.get(page).status_code == 403


def test_the_page_lists_hearings_and_budgets(staff, otuzco):
    with municipality_scope(otuzco):
        BudgetFactory(municipality=otuzco, opened=True)

    assert staff.get(reverse("agreed:compliance", args=["otuzco"])).status_code == 200
