"""Chosen works being carried out: what is promised, what is late and why, and what was spent."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.enums import Role
from budgets.actions import projects as actions
from budgets.actions.projects import CannotCarryOut
from budgets.enums import ProjectState, SpendingStage, StepKind, WorkState
from budgets.execution import BADGES, late_first, warnings_of
from budgets.models import Project, Spending
from decide.common.money import soles
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Event
from tests.budgets.after import carried_out, chosen_budget, issued, member, staff
from tests.budgets.factories import ProjectFactory, StepFactory, WorkFactory
from tests.factories import MunicipalityFactory, UserFactory
from tests.participation.files import pdf, photo


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return staff(otuzco)


@pytest.fixture
def budget(otuzco):
    return chosen_budget(otuzco)


@pytest.fixture
def project(budget, ana):
    return carried_out(budget, ana)[0]


def at(name, thing, *more):
    return reverse(f"budgets:{name}", args=["otuzco", thing.pk, *more])


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def again(project):
    return Project.objects.with_spending().get(pk=project.pk)


# --- Made of chosen works


def test_one_press_makes_a_project_of_each_chosen_work_and_a_second_none(client, budget, ana):
    issued(budget, ana)
    client.force_login(ana)

    for _press in range(2):
        client.post(at("projects_desk", budget), {"office": "Gerencia de Obras"})

    made = Project.objects.all()
    assert {project.work for project in made} == set(budget.works.filter(state=WorkState.CHOSEN))
    assert all(project.money == project.work.cost for project in made)
    assert len(made) == 3


def test_the_acta_comes_first(budget, ana):
    with pytest.raises(CannotCarryOut):
        actions.make(budget, by=ana, office="Gerencia de Obras")


def test_without_an_acta_by_law_it_is_not_waited_for(budget, ana):
    StepFactory(
        budget=budget,
        kind=StepKind.MINUTES,
        starts_at=None,
        ends_at=None,
        left_out_why="Ordenanza 12",
    )

    assert len(actions.make(budget, by=ana, office="Gerencia de Obras")) == 3


def test_evaluators_report_on_projects_but_do_not_make_them(client, otuzco, budget, ana):
    issued(budget, ana)
    client.force_login(staff(otuzco, Role.EVALUATOR))

    assert client.post(at("projects_desk", budget), {"office": "Obras"}).status_code == 404
    (project, *_others) = actions.make(budget, by=ana, office="Obras")
    assert client.get(at("project_case", project)).status_code == 200


# --- Its days


def test_the_day_first_promised_stays(client, project, ana):
    client.force_login(ana)
    values = {"office": "Obras", "money": "50 000,50", "cofinanced": ""}

    client.post(at("edit_project", project), values | {"ends_on": in_days(60).isoformat()})
    client.post(at("edit_project", project), values | {"ends_on": in_days(90).isoformat()})

    project = again(project)
    assert project.ends_on == in_days(60)
    assert (project.money, project.cofinanced) == (50_000_50, 0)
    with pytest.raises(CannotCarryOut):
        actions.change(project, by=ana, ends_on=in_days(90))
    with pytest.raises(DatabaseError), transaction.atomic():
        Project.objects.update(ends_on=in_days(90))


def test_a_delay_says_why_and_everybody_whom_it_concerns_hears(client, budget, project, ana):
    juana = UserFactory()
    member(budget, ana, juana)
    actions.change(project, by=ana, ends_on=in_days(10))
    client.force_login(ana)

    client.post(
        at("delay_project", project),
        {"new_day": in_days(40).isoformat(), "reason": "Llovió todo el mes."},
    )

    project = again(project)
    assert (project.ends_on, project.promised_on, project.days_moved) == (
        in_days(10),
        in_days(40),
        30,
    )
    event = Event.objects.get(verb="project_delayed")
    assert event.text == "Llovió todo el mes."
    assert event.data["people"] == [juana.pk]
    client.logout()
    assert "Llovió todo el mes." in client.get(at("project", project)).content.decode()


@pytest.mark.parametrize(("days", "reason"), [(10, "Lluvia"), (5, "Lluvia"), (40, " ")])
def test_a_delay_leads_to_a_later_day_and_has_a_reason(project, ana, days, reason):
    actions.change(project, by=ana, ends_on=in_days(10))

    with pytest.raises(CannotCarryOut):
        actions.delay(project, by=ana, new_day=in_days(days), reason=reason)


def test_what_is_late_stands_first_with_its_reason(client, budget, ana):
    late, other, third = carried_out(budget, ana)
    actions.change(late, by=ana, ends_on=in_days(-9))
    actions.move(late, by=ana, state="paused", percent=20, why="La empresa dejó la obra.")
    actions.change(other, by=ana, ends_on=in_days(-2))

    found = late_first(Project.objects.with_spending().with_work())
    page = client.get(at("projects", budget)).content.decode()

    assert found == [late, other, third]
    assert found[0].days_late == 9
    assert "La empresa dejó la obra." in page
    assert page.index(late.work.title) < page.index(third.work.title)


def test_what_was_changed_of_its_money_is_told_on_its_page(client, project, ana):
    actions.change(project, by=ana, money=40_000_00, contractor="Andina SAC")

    page = client.get(at("project", project)).content.decode()

    assert "S/\u00a050\u202f000 → S/\u00a040\u202f000" in page
    assert "– → Andina SAC" in page


# --- How it stands


def test_it_is_done_on_a_day_and_wholly(project, ana):
    with pytest.raises(CannotCarryOut):
        actions.move(project, by=ana, state="done", percent=90)

    actions.move(project, by=ana, state="done", percent=90, finished_on=in_days(-1))

    project = again(project)
    assert (project.percent, project.finished_on) == (100, in_days(-1))
    assert Event.objects.filter(verb="project_done", thread=project.work.thread).exists()


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_what_stops_says_why(project, ana, state):
    with pytest.raises(CannotCarryOut):
        actions.move(project, by=ana, state=state, percent=0)


def test_going_back_says_why(project, ana):
    actions.move(project, by=ana, state="running", percent=10)

    with pytest.raises(CannotCarryOut):
        actions.move(project, by=ana, state="studies", percent=10)


def test_what_is_refused_is_asked_again_with_what_was_typed(client, project, ana):
    client.force_login(ana)

    answer = client.post(at("move_project", project), {"state": "paused", "percent": "35"})

    assert answer.status_code == 422
    assert 'value="35"' in answer.content.decode()


# --- Milestones


def test_a_milestone_is_promised_reached_with_a_photo_and_told(client, project, ana):
    client.force_login(ana)
    client.post(
        at("add_milestone", project), {"title": "Explanación", "due_on": in_days(5).isoformat()}
    )
    milestone = project.milestones.get()

    client.post(
        at("complete_milestone", project, milestone.pk),
        {"done_on": in_days(0).isoformat(), "photo": photo(), "photo_description": "El terreno"},
    )

    milestone.refresh_from_db()
    assert milestone.photo.by_office
    assert milestone.photo.thread == project.work.thread
    assert Event.objects.filter(verb="project_milestone").exists()
    client.logout()
    assert "El terreno" in client.get(at("project", project)).content.decode()


def test_the_same_milestone_is_not_promised_or_reached_twice(project, ana):
    values = {"title": "Explanación", "due_on": in_days(5)}
    milestone = actions.add_milestone(project, by=ana, **values)
    with pytest.raises(CannotCarryOut):
        actions.add_milestone(project, by=ana, **values)
    actions.complete(milestone, by=ana, done_on=in_days(0))

    with pytest.raises(CannotCarryOut):
        actions.complete(milestone, by=ana, done_on=in_days(0))
    with pytest.raises(CannotCarryOut):
        actions.remove_milestone(milestone, by=ana, reason="Ya no")


def test_a_milestone_of_another_project_is_not_found(client, budget, ana):
    one, other, _third = carried_out(budget, ana)
    milestone = actions.add_milestone(one, by=ana, title="Explanación", due_on=in_days(5))
    client.force_login(ana)

    assert client.get(at("complete_milestone", other, milestone.pk)).status_code == 404


# --- Money


def spend(project, ana, stage, amount, text="Orden 12", **more):
    return actions.spend(
        project, by=ana, stage=stage, day=in_days(0), amount=amount, text=text, **more
    )


def test_money_adds_up_by_stage_and_a_line_is_corrected_by_another(project, ana):
    spend(project, ana, SpendingStage.ACCRUED, 30_000_00)
    spend(project, ana, SpendingStage.ACCRUED, -5_000_00, "Corrige la orden 12")
    spend(project, ana, SpendingStage.PAID, 10_000_00)

    project = again(project)

    assert (project.certified, project.accrued, project.paid) == (0, 25_000_00, 10_000_00)


@pytest.mark.parametrize(
    "sql", ["UPDATE budgets_spending SET amount = 1", "DELETE FROM budgets_spending"]
)
def test_the_database_keeps_each_line(project, ana, sql):
    spend(project, ana, SpendingStage.PAID, 10_000_00)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", ["DELETE FROM budgets_delay", "DELETE FROM budgets_project"])
def test_the_database_keeps_delays_and_projects(project, ana, sql):
    actions.change(project, by=ana, ends_on=in_days(10))
    actions.delay(project, by=ana, new_day=in_days(40), reason="Lluvia")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_second_press_writes_no_second_line(project, ana):
    spend(project, ana, SpendingStage.PAID, 10_000_00)

    with pytest.raises(CannotCarryOut):
        spend(project, ana, SpendingStage.PAID, 10_000_00)


def test_less_than_nothing_is_left_at_no_stage(project, ana):
    with pytest.raises(CannotCarryOut):
        spend(project, ana, SpendingStage.PAID, -1)


def test_more_is_certified_than_there_is_only_knowingly_and_everybody_is_told(client, project, ana):
    client.force_login(ana)
    values = {"stage": "certified", "amount": "60 000", "day": in_days(0).isoformat()}
    values |= {"text": "Certificado 7", "document": pdf()}

    asked = client.post(at("spend", project), values)
    kept = client.post(at("spend", project), values | {"knows": "on", "document": pdf()})

    assert (asked.status_code, kept.status_code) == (422, 302)
    assert again(project).certified == 60_000_00
    (warning,) = warnings_of(again(project))
    page = client.get(at("project", project)).content.decode()
    assert soles(60_000_00) in warning
    assert warning in page
    assert Spending.objects.get().document.get_absolute_url() in page


# --- Many


@pytest.mark.parametrize("works", [1, 100])
def test_the_list_asks_the_same_queries_for_one_or_a_hundred(
    client, otuzco, ana, works, django_assert_max_num_queries
):
    budget = chosen_budget(otuzco, works=1)
    heading = budget.works.first().heading
    for n in range(works):
        work = WorkFactory(
            heading=heading, feasible=True, state=WorkState.CHOSEN, latitude=-7.9, longitude=-78.5
        )
        project = ProjectFactory(work=work)
        if n % 3 == 0:
            project.delays.create(municipality=otuzco, new_day=in_days(-n), reason="Lluvia", by=ana)
    client.get(at("projects", budget))

    with django_assert_max_num_queries(14):
        page = client.get(at("projects", budget))
    with django_assert_max_num_queries(12):
        points = client.get(at("projects_map", budget)).json()

    assert page.status_code == 200
    assert len(points["features"]) == works


def test_the_work_s_own_page_tells_how_it_is_carried_out(client, project, ana):
    actions.change(project, by=ana, ends_on=in_days(5))
    step = actions.add_milestone(project, by=ana, title="Explanación", due_on=in_days(0))
    actions.complete(step, by=ana, done_on=in_days(0))
    actions.delay(project, by=ana, new_day=in_days(9), reason="Llovió en marzo.")

    page = client.get(project.work.get_absolute_url())

    assertContains(page, project.get_absolute_url())
    told = [(entry.icon, entry.text) for entry in page.context["entries"]]
    assert told == [
        ("hammer", ""),
        ("edit", ""),
        ("calendar", ""),
        ("check", ""),
        ("clock", "Llovió en marzo."),
    ]
    assertContains(page, "Explanación")


def test_a_hidden_works_title_is_not_told(client, project, ana):
    project.work.hidden_at, project.work.hidden_reason = timezone.now(), "Insulta"
    project.work.save()

    pages = [client.get(at("project", project)), client.get(at("projects", project.work.budget))]
    pages.append(client.get(at("accounts_data", project.work.budget, "csv")))

    for page in pages:
        assert project.work.title not in page.content.decode()
        assert project.work.code in page.content.decode()


def test_each_state_has_its_icon_beside_its_word():
    assert set(BADGES) == set(ProjectState)
