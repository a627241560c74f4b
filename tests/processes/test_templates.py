"""The templates that the region keeps: loaded, offered, read by everybody, written by planners."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.enums import Role
from municipalities.rls import municipality_scope
from processes.actions import templates as actions
from processes.enums import ProcessState, StepKind
from processes.models import ProcessTemplate, TemplateStep
from processes.rules.processes import LINKED
from tests.agreements.factories import in_the_region, the_region
from tests.agreements.practices import published
from tests.factories import MunicipalityFactory, RoleGrantFactory
from tests.processes.factories import (
    ProcessFactory,
    ProcessTemplateFactory,
    TemplateStepFactory,
)


INDEX = "/plantillas/"


def opened(template, *towns, **fields):
    made = []
    for town in towns:
        with municipality_scope(town):
            made.append(ProcessFactory(municipality=town, template=template, **fields))
    return made


# --- The first ones


@pytest.fixture
def loaded():
    with in_the_region():
        actions.load()
        return list(ProcessTemplate.objects.prefetch_related("steps").order_by("code"))


def test_the_first_five_are_loaded_published_and_whole(loaded):
    assert [template.code for template in loaded] == [
        "audiencia-de-rendicion",
        "mesa-por-el-agua",
        "ordenanza-en-consulta",
        "plan-de-desarrollo-concertado",
        "presupuesto-con-debate",
    ]
    for template in loaded:
        template.full_clean()
        assert template.published_at
        assert template.advice
        steps = list(template.steps.all())
        assert [step.position for step in steps] == list(range(1, len(steps) + 1))
        assert steps[0].first_day == 0
        for step in steps:
            step.full_clean()
            assert step.text
            assert StepKind(step.kind) in LINKED
        assert template.steps.filter(kind=StepKind.DEBATE).exists() or template.steps.filter(
            kind=StepKind.NORM
        )


def test_loading_again_adds_nothing_and_leaves_what_planners_wrote(loaded):
    with in_the_region():
        ProcessTemplate.objects.filter(code="mesa-por-el-agua").update(title="Ours")
        steps = TemplateStep.objects.count()

        assert actions.load() == []

        assert TemplateStep.objects.count() == steps
        assert ProcessTemplate.objects.get(code="mesa-por-el-agua").title == "Ours"


def test_a_template_names_the_good_practice_that_is_here():
    practice = published()
    with in_the_region():
        type(practice).objects.filter(pk=practice.pk).update(code="BP-03")
        actions.load()

        template = ProcessTemplate.objects.get(code="presupuesto-con-debate")
        assert template.practice == practice
        assert ProcessTemplate.objects.get(code="audiencia-de-rendicion").practice is None


def test_the_command_loads_them_once(capsys):
    the_region()

    call_command("load_process_templates")
    call_command("load_process_templates")

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["5", "0"]


def test_the_command_says_that_the_places_come_first():
    with pytest.raises(CommandError, match="load_places"):
        call_command("load_process_templates")


# --- Offered by planners


def test_a_template_without_steps_is_not_offered():
    template = ProcessTemplateFactory(published_at=None)
    with in_the_region():
        with pytest.raises(actions.CannotPublishTemplate):
            actions.publish(template, by=None)

        TemplateStepFactory(template=template)
        assert actions.publish(template, by=None).published_at


def test_offered_twice_it_keeps_its_day():
    template = ProcessTemplateFactory()
    with in_the_region():
        assert actions.publish(template, by=None).published_at == template.published_at


def test_what_is_taken_back_nobody_reads_any_more(client):
    template = TemplateStepFactory().template
    with in_the_region():
        actions.take_back(template, by=None)

    assert client.get(template.get_absolute_url()).status_code == 404
    assert list(client.get(INDEX).context["page"]) == []


# --- Read by everybody


def test_everybody_reads_the_catalogue_and_what_is_published(client):
    step = TemplateStepFactory(template__rules="Everybody takes part.")
    hidden = ProcessTemplateFactory(published_at=None)

    catalogue = client.get(INDEX)
    page = client.get(step.template.get_absolute_url())

    assert list(catalogue.context["page"]) == [step.template]
    assert page.status_code == 200
    assert list(page.context["steps"]) == [step]
    assert "Everybody takes part." in page.content.decode()
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_only_processes_that_everybody_reads_are_counted(client):
    template = TemplateStepFactory().template
    one, two, three = MunicipalityFactory.create_batch(3)
    ours = opened(template, one) + opened(template, one, closed=True)
    opened(template, two, draft=True)
    opened(template, three, state=ProcessState.CALLED_OFF, called_off_why="No money.")

    (shown,) = client.get(INDEX).context["page"]
    uses = client.get(template.get_absolute_url()).context["uses"]

    assert shown.used == 1
    assert set(uses) == set(ours)


def test_a_template_leads_to_its_good_practice(client):
    practice = published()
    template = ProcessTemplateFactory(practice=practice)

    page = client.get(template.get_absolute_url()).content.decode()

    assert practice.get_absolute_url() in page


def test_of_a_practice_that_nobody_may_read_nothing_is_said(client):
    practice = published()
    with in_the_region():
        type(practice).objects.filter(pk=practice.pk).update(state="review")
    template = ProcessTemplateFactory(practice=practice)

    page = client.get(template.get_absolute_url())

    assert page.status_code == 200
    assert practice.get_absolute_url() not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_asks_the_same_for_one_or_many(client, count, django_assert_num_queries):
    for _number in range(count):
        opened(TemplateStepFactory().template, *MunicipalityFactory.create_batch(count))

    with django_assert_num_queries(12):
        client.get(INDEX)


# --- Written in the admin


@pytest.fixture
def planner(client):
    region = the_region()
    with municipality_scope(region):
        client.force_login(RoleGrantFactory(municipality=region, role=Role.PLANNER).user)
    return client


ADD = "/admin/processes/processtemplate/add/"
WORDS = {"title": "Foro de agua", "code": "foro-de-agua", "kind": "participation"}
WORDS |= {"summary": "We talk about water.", "text": "", "rules": "Everybody.", "advice": ""}
NO_STEPS = {"steps-TOTAL_FORMS": 0, "steps-INITIAL_FORMS": 0}
A_STEP = {
    "steps-TOTAL_FORMS": 1,
    "steps-INITIAL_FORMS": 0,
    "steps-0-position": 1,
    "steps-0-kind": "debate",
    "steps-0-title": "¿Alcanza el agua?",
    "steps-0-text": "",
    "steps-0-first_day": 0,
    "steps-0-days": 20,
}


def press(client, template, path):
    """A button of a template: its question is asked, then answered."""
    url = f"/admin/processes/processtemplate/{template.pk}/{path}"
    asked = client.get(url, follow=True)
    assert asked.status_code == 200
    return client.post(asked.request["PATH_INFO"])


def test_a_planner_writes_a_template_with_its_steps_and_offers_it(planner):
    page = planner.post(ADD, WORDS | A_STEP)
    assert page.status_code == 302, page.context["adminform"].form.errors
    with in_the_region():
        template = ProcessTemplate.objects.get(code="foro-de-agua")
        assert [step.title for step in template.steps.all()] == ["¿Alcanza el agua?"]
        assert template.published_at is None

    assert press(planner, template, "publicar").status_code == 302

    assert planner.get(template.get_absolute_url()).status_code == 200
    assert press(planner, template, "retirar").status_code == 302
    assert planner.get(template.get_absolute_url()).status_code == 404


def test_offering_one_without_steps_says_why_not(planner):
    planner.post(ADD, WORDS | NO_STEPS)
    with in_the_region():
        template = ProcessTemplate.objects.get()

    answer = press(planner, template, "publicar")

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


def test_a_towns_administrator_and_an_observer_do_not_write_templates(client):
    town, region = MunicipalityFactory(), the_region()
    template = TemplateStepFactory().template
    url = reverse("admin:processes_processtemplate_change", args=[template.pk])
    for place, role in ((town, Role.ADMINISTRATOR), (region, Role.OBSERVER)):
        with municipality_scope(place):
            client.force_login(RoleGrantFactory(municipality=place, role=role).user)

        assert client.post(ADD, WORDS | A_STEP).status_code == 403
        assert client.post(url, WORDS | NO_STEPS).status_code in (302, 403)
        answer = client.post(f"/admin/processes/processtemplate/{template.pk}/retirar")
        assert answer.status_code in (301, 302, 403)

    with in_the_region():
        template.refresh_from_db()
        assert template.published_at
        assert ProcessTemplate.objects.count() == 1


def test_raw_sql_of_a_town_reads_published_templates_alone_and_writes_none():
    offered, prepared = ProcessTemplateFactory(), ProcessTemplateFactory(published_at=None)
    for template in (offered, prepared):
        TemplateStepFactory(template=template)

    with municipality_scope(MunicipalityFactory()), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM processes_processtemplate")
        assert cursor.fetchall() == [(offered.pk,)]
        cursor.execute("SELECT template_id FROM processes_templatestep")
        assert cursor.fetchall() == [(offered.pk,)]
        cursor.execute("UPDATE processes_processtemplate SET title = 'x'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM processes_templatestep")
        assert cursor.rowcount == 0
